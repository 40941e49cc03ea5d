// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/batch/BatchItem.h"
#include "backend/run/ExitCode.h"

#include <optional>
#include <vector>

namespace mrb::backend {

/// How many of a batch's requests stand how. Those of earlier starts count with their verdict.
struct BatchCounts
{
    int requests = 0;
    int madeBefore = 0;
    int passed = 0; ///< under a manifest of one's own, too
    int demo = 0;
    int gateFailed = 0;
    int failed = 0;
    int timedOut = 0;
    int notWritten = 0;
    int refused = 0;
    int cancelled = 0;
    int notEnded = 0; ///< running, or not started
    int retried = 0;
    int cold = 0, warm = 0;  ///< of this start, as far as their results say
    int onOneGpu = 0;        ///< of this start, the most
    int volumes = 0;         ///< of this start
    int endedNow = 0;        ///< of this start
    double expectedDone = 0; ///< seconds that the runs which ended now were expected to take
    double expectedLeft = 0; ///< and those that did not end
    bool allExpected = true; ///< of all of them something was expected

    int made() const { return requests - notEnded; }
};
BatchCounts countItems(const std::vector<BatchItem> &items);

/// What a batch returns: 130 when it was stopped before all was done, else the code of its most
/// serious run, in the order 5 not written, 3 upstream failed, 124 timed out, 4 gate failed, 2
/// refused.
/// @param stopped by a person
ExitCode exitCodeOf(const BatchCounts &counts, bool stopped);

/// To the end of the batch, from how long the ended runs of this start took; nothing before one has
/// ended.
/// @param elapsedSeconds since this start began its first run
std::optional<double> secondsLeft(const BatchCounts &counts, double elapsedSeconds);

} // namespace mrb::backend
