// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/WarmProcess.h"

#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/process/ProgramEnd.h"

#include <QMetaObject>

#include <utility>

namespace mrb::backend {

WarmProcess::WarmProcess() : m_process(std::make_unique<SupervisedProcess>())
{
    m_readyTimer.setSingleShot(true);
    connect(&m_readyTimer, &QTimer::timeout, this, [this] {
        giveUp(Text::tr("It was not ready within %1 seconds.")
                   .arg(std::chrono::duration<double>(m_readyTimer.intervalAsDuration()).count()));
    });
    SupervisedProcess *process = m_process.get();
    connect(process, &SupervisedProcess::programStarted, this, [this](qint64 pid) { m_pid = pid; });
    connect(process, &SupervisedProcess::outputRead, this, &WarmProcess::keepOutput);
    connect(process, &SupervisedProcess::readySaid, this, &WarmProcess::takeReport);
    connect(process, &SupervisedProcess::ended, this, &WarmProcess::takeEnd);
}

WarmProcess::~WarmProcess() = default;

void WarmProcess::start(const WarmCommand &command)
{
    m_command = {.supervisor = command.supervisor.empty() ? helperProgram("mrbrain-supervisor")
                                                          : command.supervisor,
                 .program = command.program,
                 .arguments = command.arguments,
                 .workingFolder = command.workingFolder,
                 .environment = command.environment,
                 .grace = command.grace,
                 .hold = true};
    m_readyTimer.start(command.readyLimit);
    m_process->start(m_command);
}

WarmProcess::Handover WarmProcess::handOver()
{
    Q_ASSERT(m_process);
    m_readyTimer.stop();
    m_process->disconnect(this);
    m_hasFailed = true;
    return {std::move(m_process), std::move(m_output), m_pid, m_end};
}

void WarmProcess::keepOutput(Channel channel, const QByteArray &bytes)
{
    m_outputSize += bytes.size();
    if (m_outputSize > kMostOutput) {
        giveUp(Text::tr("It printed more than %1 KiB before its run.").arg(kMostOutput / 1024));
        return;
    }
    m_output.push_back({channel, bytes});
}

void WarmProcess::takeReport(const QByteArray &line)
{
    if (line.isEmpty()) {
        giveUp(Text::tr("What it said of itself is empty or too long."));
        return;
    }
    m_readyTimer.stop();
    m_said = true;
    m_report = line;
    // Outside of the process's own signals, so that a receiver may delete us or give us away.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (isReady())
                Q_EMIT ready(QByteArray(m_report));
        },
        Qt::QueuedConnection);
}

void WarmProcess::takeEnd(const SupervisedEnd &end)
{
    m_end = end;
    fail(whyEnded(end));
}

// The process goes on until it is gone, or until we are.
void WarmProcess::giveUp(const QString &why)
{
    m_process->disconnect(this);
    m_process->cancel();
    fail(why);
}

void WarmProcess::fail(const QString &why)
{
    if (m_hasFailed)
        return;
    m_hasFailed = true;
    m_readyTimer.stop();
    QMetaObject::invokeMethod(
        this,
        [this, why] {
            if (m_process) // else a run took it over, which tells
                Q_EMIT failed(why);
        },
        Qt::QueuedConnection);
}

QString WarmProcess::whyEnded(const SupervisedEnd &end) const
{
    if (!end.record)
        return end.failure;
    const supervisor::Record &record = *end.record;
    if (isStartFailure(record))
        return startFailureText(record, m_command);
    if (record.end == supervisor::End::SupervisorLost ||
        record.reason == supervisor::Reason::GuardGone)
        return Text::tr("The supervisor of the program was killed, and the program with it.");
    if (record.reason != supervisor::Reason::None)
        return Text::tr("It was stopped from outside.");
    const QString text = endText(record, lastLine());
    return text.isEmpty() ? Text::tr("The program ended before its run.") : text;
}

QString WarmProcess::lastLine() const
{
    QByteArray errors;
    for (const ProgramOutput &part : m_output) {
        if (part.channel == Channel::Stderr)
            errors += part.bytes;
    }
    errors = errors.trimmed();
    return QString::fromUtf8(errors.sliced(errors.lastIndexOf('\n') + 1)).trimmed().left(300);
}

} // namespace mrb::backend
