// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/failure/FailureCause.h"
#include "backend/failure/FailureRules.h"

#include <span>

namespace mrb::backend {

/// Known ways in which git, pip and the download of weights fail while the model is set up; in the
/// order in which they are tried. Apart from failureRules(), so that they explain no run.
std::span<const FailureRule> setupFailureRules();

/// Why a command of the set-up failed: the first rule that fits any line, told by the last such
/// line; without one, the signal or the last line, with the code "unknown". Nothing for exit code
/// 0. Pure; time is linear in the length of the log.
/// @param logEnd the last lines of both channels, "\n" or "\r" between lines
/// @param exitCode of the program; -N signal N
std::optional<FailureCause> recogniseSetupFailure(const QString &logEnd, int exitCode,
                                                  FailureEnd end = FailureEnd::ByItself);

} // namespace mrb::backend
