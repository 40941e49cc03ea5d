// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/batch/BatchPlan.h"
#include "backend/environment/GpuProbe.h"
#include "backend/run/ExitCode.h"

#include <QDateTime>

#include <optional>
#include <vector>

namespace mrb::backend {

/// How one start of a batch goes, besides its items.
struct BatchFacts
{
    enum class State { Planned, Running, Ended };
    State state = State::Planned;
    QDateTime startedAt, endedAt; ///< by the time of day; invalid before
    double wallSeconds = 0;       ///< by a clock that nobody sets
    int running = 0;
    int mostAtOnce = 0; ///< runs of this start, those included whose volumes are being measured
    std::vector<Gpu> gpus = {};   ///< that the preflight found
    bool stoppedByUser = false;   ///< somebody wanted no further starts
    std::optional<Error> stopped; ///< what refused run after run
};

/// The summary, as on stdout and in batch.json; resources/schema/batch.schema.json. Pure.
Json batchDocument(const BatchPlan &plan, const BatchFacts &facts);

ExitCode exitCodeOf(const BatchPlan &plan, const BatchFacts &facts);

} // namespace mrb::backend
