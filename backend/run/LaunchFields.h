// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/base/Json.h"
#include "backend/run/GenerateOptions.h"
#include "backend/run/LaunchFacts.h"

#include <optional>

namespace mrb::backend {

namespace error_codes {
/// A warm start was asked for; the documented command was used.
inline constexpr ErrorCode kWarmStartNotUsed = "warm_start_not_used";
/// The run repeats one that failed.
inline constexpr ErrorCode kRetriedAlone = "retried_alone";
} // namespace error_codes

// How a run was started, as fields of the result document; shapes in docs/cli.md. Pure.

/// "cold" or "warm".
const char *launchName(const LaunchFacts &launch);
/// null when no warm start was asked for.
Json warmStartField(const LaunchFacts &launch);
Json retryField(const std::optional<RetryOf> &retryOf);

/// What a reader should know before comparing times.
/// @param mostAtOnce runs that shared the GPU at the most, this one included
Errors launchWarnings(const LaunchFacts &launch, const std::optional<RetryOf> &retryOf,
                      int mostAtOnce);

} // namespace mrb::backend
