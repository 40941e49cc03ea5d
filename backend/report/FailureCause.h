// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

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
};

/// The first cause that fits the end of the log; without one, the last exception and its line with
/// the code "unknown". Nothing for exit code 0 and for a cancelled run (130). Pure.
/// @param logEnd the last lines of standard error, "\n" between lines
/// @param exitCode of the program; 124 time limit, -N signal N
std::optional<FailureCause> recogniseFailure(const QString &logEnd, int exitCode);

/// How a line of upstream's log is to be shown.
enum class LogLevel { Plain, Progress, Warning, Error };
LogLevel logLevelOf(const QString &line);

} // namespace mrb::backend
