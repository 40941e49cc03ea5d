// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <vector>

namespace mrb::backend {

/// Lines of one process that belong together: a traceback with the message below it, or what stands
/// between two of them.
struct LogPart
{
    /// How it came after the part before it.
    enum class Link {
        None,
        DirectCause, ///< raised from the exception before it
        Handling,    ///< raised while that one was being handled
    };

    bool isTraceback = false;
    Link link = Link::None;
    bool isIgnored = false;  ///< "Exception ignored in": the program went on
    bool isLauncher = false; ///< torchrun's own, which only says that a child failed
    /// Of the line that names the exception; -1 without one. The message may go on below it.
    qsizetype exceptionAt = -1;
    QStringList lines;
    qsizetype number = 0; ///< of its first line in the whole log
};

/// What one process wrote: torchrun marks the lines of a rank that end in an exception.
struct LogStream
{
    int rank = -1; ///< -1: lines without a mark
    std::vector<LogPart> parts;
};

/// The end of a log, taken apart in time linear in its length: lines are cut to kLongestLine
/// characters, and only the last kMostLines count. Progress bars are left out. Pure.
std::vector<LogStream> readFailureLog(const QString &logEnd);

inline constexpr qsizetype kLongestLine = 4000;
inline constexpr qsizetype kMostLines = 4000;

/// "RuntimeError: ...", "torch.OutOfMemoryError: ...", "KeyboardInterrupt".
bool namesAnException(const QString &line);
/// Of torchrun, about its children.
bool namesLauncher(const QString &line);

} // namespace mrb::backend
