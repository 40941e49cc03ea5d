// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"

#include <string>
#include <vector>

namespace mrb::test {

/// Runs without anything on disk, newest first.
inline std::vector<backend::RunSummary> tableOfRuns(int count)
{
    const QStringList modalities{QStringLiteral("mri_t1"), QStringLiteral("mri_t2"),
                                 QStringLiteral("mri_flair")};
    const QDateTime newest = QDateTime::currentDateTimeUtc();
    std::vector<backend::RunSummary> runs(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        backend::RunSummary &run = runs[static_cast<std::size_t>(i)];
        run.folder = "/results/run" + std::to_string(i);
        run.state = backend::RunState::Ended;
        run.verdict = i % 5 == 0 ? backend::EntryVerdict::Failed : backend::EntryVerdict::Passed;
        run.modality = modalities[i % 3];
        run.seed = i;
        run.startedAt = newest.addSecs(-60 * i);
        run.seconds = 10 + i % 7;
        run.bytes = 1000;
    }
    return runs;
}

} // namespace mrb::test
