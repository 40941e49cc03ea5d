// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/BatchFigures.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mrb::backend {

namespace {

void countVerdict(const BatchItem &item, BatchCounts &counts)
{
    switch (item.verdict) {
    case EntryVerdict::None:
        ++counts.notEnded;
        break;
    case EntryVerdict::Passed:
        ++counts.passed;
        break;
    case EntryVerdict::Demo:
        ++counts.demo;
        break;
    case EntryVerdict::GateFailed:
        ++counts.gateFailed;
        break;
    case EntryVerdict::Refused:
        ++counts.refused;
        break;
    case EntryVerdict::Cancelled:
        ++counts.cancelled;
        break;
    case EntryVerdict::Failed:
        if (item.exitCode == static_cast<int>(ExitCode::TimedOut))
            ++counts.timedOut;
        else if (item.exitCode == static_cast<int>(ExitCode::NotWritten))
            ++counts.notWritten;
        else
            ++counts.failed;
        break;
    }
}

} // namespace

BatchCounts countItems(const std::vector<BatchItem> &items)
{
    BatchCounts counts;
    counts.requests = static_cast<int>(items.size());
    for (const BatchItem &item : items) {
        countVerdict(item, counts);
        counts.retried += item.retried ? 1 : 0;
        if (item.madeBefore) {
            ++counts.madeBefore;
            continue;
        }
        counts.allExpected = counts.allExpected && item.expectedSeconds;
        const double expected = item.expectedSeconds.value_or(0);
        if (item.verdict == EntryVerdict::None) {
            counts.expectedLeft += expected;
            continue;
        }
        ++counts.endedNow;
        counts.expectedDone += expected;
        counts.cold += item.launch == QLatin1StringView("cold") ? 1 : 0;
        counts.warm += item.launch == QLatin1StringView("warm") ? 1 : 0;
        counts.onOneGpu = std::max(counts.onOneGpu, item.onOneGpu);
        counts.volumes += static_cast<int>(item.volumes.size());
    }
    return counts;
}

ExitCode exitCodeOf(const BatchCounts &counts, bool stopped)
{
    const std::array<std::pair<int, ExitCode>, 6> bySeriousness = {
        {{counts.cancelled + (stopped ? counts.notEnded : 0), ExitCode::Cancelled},
         {counts.notWritten, ExitCode::NotWritten},
         {counts.failed, ExitCode::UpstreamFailed},
         {counts.timedOut, ExitCode::TimedOut},
         {counts.gateFailed, ExitCode::GateFailed},
         {counts.refused, ExitCode::Refused}}};
    for (const auto &[runs, code] : bySeriousness)
        if (runs > 0)
            return code;
    return ExitCode::Passed;
}

std::optional<double> secondsLeft(const BatchCounts &counts, double elapsedSeconds)
{
    if (counts.notEnded == 0)
        return 0;
    if (counts.endedNow == 0 || elapsedSeconds <= 0)
        return std::nullopt;
    // Runs of different sizes count by what was expected of them.
    const bool weighted = counts.allExpected && counts.expectedDone > 0;
    const double done = weighted ? counts.expectedDone : counts.endedNow;
    const double left = weighted ? counts.expectedLeft : counts.notEnded;
    return elapsedSeconds * left / done;
}

} // namespace mrb::backend
