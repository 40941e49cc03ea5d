// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/SupervisedProcess.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace mrb::backend {

/// What to start before it is needed; see ProcessSpec for the meaning. The program must say one
/// line on its stdin when it is ready and wait there for "go" (resources/warm/warm_start.py does).
struct WarmCommand
{
    std::filesystem::path program;
    QStringList arguments;
    std::filesystem::path workingFolder;
    EnvironmentPairs environment;
    /// Empty: the mrbrain-supervisor that belongs to this program.
    std::filesystem::path supervisor = {};
    /// Between SIGTERM and SIGKILL, also later when it serves a run.
    std::chrono::milliseconds grace = std::chrono::seconds(5);
    /// How long it may take to be ready.
    std::chrono::milliseconds readyLimit = std::chrono::minutes(5);
};

/// What a program printed on one channel.
struct ProgramOutput
{
    Channel channel = Channel::Stderr;
    QByteArray bytes;
};

/// A program behind the supervisor that is kept ready for one run, which an UpstreamRunner makes of
/// it: UpstreamRunner::start(spec, warm). Used once. Asynchronous, for a thread with an event loop;
/// nothing here blocks. Its output is kept until the run takes it.
///
/// After start() ready() comes at most once, and failed() at most once, perhaps after ready(); both
/// from the event loop, never from within start(), and it may be deleted or given away in a slot of
/// either. Destroying it ends the program without waiting.
class WarmProcess final : public QObject
{
    Q_OBJECT

public:
    /// A program that prints more before its run is given up.
    static constexpr qsizetype kMostOutput = qsizetype{1} << 20;

    WarmProcess();
    ~WarmProcess() override;

    void start(const WarmCommand &command);
    /// It has said that it is ready, and nothing is known against it.
    bool isReady() const { return m_said && !m_hasFailed; }
    /// The line that it said.
    const QByteArray &report() const { return m_report; }
    /// The program's own; 0 until it runs.
    qint64 pid() const { return m_pid; }

    /// For UpstreamRunner: all that it is made of. Nothing is told here afterwards.
    struct Handover
    {
        std::unique_ptr<SupervisedProcess> process;
        std::vector<ProgramOutput> output; ///< so far, in order
        qint64 pid = 0;
        std::optional<SupervisedEnd> end; ///< it has ended already
    };
    Handover handOver();

Q_SIGNALS:
    void ready(const QByteArray &report);
    /// It can serve no run: it ended, was not ready in time, printed too much or could not be
    /// started. why: one or two sentences for the user.
    void failed(const QString &why);

private:
    void keepOutput(Channel channel, const QByteArray &bytes);
    void takeReport(const QByteArray &line);
    void takeEnd(const SupervisedEnd &end);
    void giveUp(const QString &why);
    void fail(const QString &why);
    QString whyEnded(const SupervisedEnd &end) const;
    QString lastLine() const;

    SupervisedCommand m_command;
    std::unique_ptr<SupervisedProcess> m_process;
    QTimer m_readyTimer;
    std::vector<ProgramOutput> m_output;
    qsizetype m_outputSize = 0;
    qint64 m_pid = 0;
    QByteArray m_report;
    std::optional<SupervisedEnd> m_end;
    bool m_said = false;
    bool m_hasFailed = false;
};

} // namespace mrb::backend
