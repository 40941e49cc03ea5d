// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/ProgramEnd.h"

#include "backend/base/Error.h"
#include "backend/base/Text.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace mrb::backend {

using supervisor::End;
using supervisor::Record;

namespace {

QString signalName(int number)
{
    return QString::fromLocal8Bit(::sigdescr_np(number));
}

/// Which of several ranks failed; the launcher's own exit code does not say it.
QString rankText(const LauncherReport::Failure &failure)
{
    return failure.exitCode < 0
               ? Text::tr("Of its GPUs, rank %1 failed first: it was ended by signal %2 (%3).")
                     .arg(failure.rank)
                     .arg(-failure.exitCode)
                     .arg(signalName(-failure.exitCode))
               : Text::tr("Of its GPUs, rank %1 failed first, with exit code %2.")
                     .arg(failure.rank)
                     .arg(failure.exitCode);
}

} // namespace

bool isStartFailure(const Record &record)
{
    return record.end == End::FolderFailed || record.end == End::ExecFailed ||
           record.end == End::LaunchFailed;
}

QString startFailureText(const Record &record, const SupervisedCommand &command)
{
    const QString reason = systemErrorText(record.number);
    if (record.end == End::FolderFailed)
        return Text::tr("The working folder %1 cannot be used: %2.")
            .arg(toQString(command.workingFolder), reason);
    if (record.end == End::LaunchFailed)
        return Text::tr("The supervisor %1 could not be started: %2.")
            .arg(toQString(command.supervisor), reason);
    std::error_code ignored;
    if (record.number == ENOENT &&
        std::filesystem::exists(command.workingFolder / command.program, ignored))
        return Text::tr("%1 could not be started: the interpreter that it names does not exist.")
            .arg(toQString(command.program));
    return Text::tr("%1 could not be started: %2.").arg(toQString(command.program), reason);
}

QString endText(const Record &record, const QString &lastLine, const LauncherReport &launcher)
{
    QString text;
    if (record.end == End::Signaled)
        text = Text::tr("The program was ended by signal %1 (%2).")
                   .arg(record.number)
                   .arg(signalName(record.number));
    else if (record.number != 0)
        text = Text::tr("The program ended with exit code %1.").arg(record.number);
    if (!text.isEmpty() && launcher.failure())
        text += u' ' + rankText(*launcher.failure());
    if (!text.isEmpty() && !lastLine.isEmpty())
        text += u' ' + Text::tr("Its last line was: %1").arg(lastLine);
    return text;
}

} // namespace mrb::backend
