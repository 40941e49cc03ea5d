// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/LineSplitter.h"
#include "backend/process/RunEnvironment.h"
#include "backend/process/SupervisorProtocol.h"

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QSocketNotifier>
#include <QStringList>
#include <QTimer>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// What the supervisor is to run; see ProcessSpec for the meaning.
struct SupervisedCommand
{
    std::filesystem::path supervisor;
    std::filesystem::path program;
    QStringList arguments;
    std::filesystem::path workingFolder;
    EnvironmentPairs environment;
    std::chrono::milliseconds grace;
    bool hold = false; ///< its stdin is a socket, on which it says one line and waits for go()
};

/// What is known at the end. record: the supervisor's own word; without one, failure says why: the
/// supervisor could not be started (then lost is false), or it was killed.
struct SupervisedEnd
{
    std::optional<supervisor::Record> record;
    bool lost = false;
    QString failure;
};

/// One QProcess that runs mrbrain-supervisor, used once. Paths, arguments and environment reach the
/// program byte by byte. ended() comes exactly once after start(), always from the event loop.
/// Destroying it while it runs closes the supervisor's pipe and does not wait.
class SupervisedProcess final : public QObject
{
    Q_OBJECT

public:
    SupervisedProcess();
    ~SupervisedProcess() override;

    void start(const SupervisedCommand &command);
    /// Asks the supervisor to end the program and all its descendants.
    void cancel();
    /// Lets a program go that is held, once.
    void go();

Q_SIGNALS:
    void programStarted(qint64 pid);
    /// What a program that is held says of itself; empty when that is longer than the supervisor
    /// passes on. Once at most, after programStarted().
    void readySaid(const QByteArray &line);
    void outputRead(mrb::backend::Channel channel, const QByteArray &bytes);
    void ended(const mrb::backend::SupervisedEnd &end);

private:
    bool openStatusPipe(QString &failure);
    void readStatus();
    void readAll();
    void send(std::string_view command);
    void processFailed(QProcess::ProcessError error);
    void processFinished();
    void concludeWhenKnown();
    QString endWithoutRecord() const;
    void conclude(const SupervisedEnd &end);

    std::unique_ptr<QProcess> m_process;
    std::vector<std::string> m_words; // of the command line and the environment, until exec
    std::vector<char *> m_argv;
    std::vector<char *> m_environment;
    std::string m_launchFailure;
    int m_statusRead = -1;
    int m_statusWrite = -1;
    std::unique_ptr<QSocketNotifier> m_statusNotifier;
    QByteArray m_statusText;
    std::optional<supervisor::Record> m_record;
    std::chrono::milliseconds m_patience{0}; // how long an end may take after it was asked for
    QTimer m_patienceTimer;
    bool m_processEnded = false;
    bool m_concluded = false;
};

} // namespace mrb::backend
