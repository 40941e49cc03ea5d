// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace mrb::backend {

/// Why upstream failed, as its log shows it.
struct FailureCause
{
    QString code;          ///< stable: "gpu_out_of_memory"; "unknown" when nothing fits
    QString what;          ///< what happened
    QString why = {};      ///< may be empty
    QString advice;        ///< what to do now
    QString evidence = {}; ///< the line of the log it was read from; may be empty

    friend bool operator==(const FailureCause &, const FailureCause &) = default;
};

/// Who ended the program; its exit code alone does not tell, as it may be any.
enum class FailureEnd {
    ByItself,   ///< or by a signal from anywhere
    TimeLimit,  ///< this program, after the time limit
    NotStarted, ///< it never ran
};

/// The first cause that fits the end of the log; without one, the last exception and its place with
/// the code "unknown". Nothing for a program that ended by itself with 0. Pure; time is linear in
/// the length of the log.
///
/// The last exception decides. One that no rule knows leads to the exception it was raised from, or
/// that was being handled, if a rule knows that one. Under torchrun the exception of a rank counts
/// before what the launcher says, and before what only follows from another rank's end.
/// @param logEnd the last lines of standard error, "\n" or "\r" between lines
/// @param exitCode of the program; -N signal N
std::optional<FailureCause> recogniseFailure(const QString &logEnd, int exitCode,
                                             FailureEnd end = FailureEnd::ByItself);

/// How a line of upstream's log is to be shown.
enum class LogLevel { Plain, Progress, Warning, Error };
LogLevel logLevelOf(const QString &line);

} // namespace mrb::backend
