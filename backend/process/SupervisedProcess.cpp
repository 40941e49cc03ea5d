// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/SupervisedProcess.h"

#include "backend/base/Error.h"
#include "backend/base/Text.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace mrb::backend {

namespace {

void closeDescriptor(int &descriptor)
{
    if (descriptor >= 0)
        ::close(descriptor);
    descriptor = -1;
}

// The record of a supervisor that cannot be started, with the place of its error number. It is
// filled in between fork and exec, where nothing may allocate.
constexpr int kErrorPlaceholder = 999;
constexpr std::string_view kErrorDigits = "999";

std::string launchFailureTemplate()
{
    return encode(
        supervisor::Record{.end = supervisor::End::LaunchFailed, .number = kErrorPlaceholder});
}

// Runs between fork and exec: nothing but system calls. Exec happens here, and not in QProcess,
// because QProcess would recode the environment and report failures in words only.
// The memory may be the parent's (vfork): AddressSanitizer would keep this frame marked there.
[[gnu::no_sanitize_address, gnu::noinline]] void becomeSupervisor(char **argv, char **environment,
                                                                  int status, std::string &failure)
{
    ::fcntl(status, F_SETFD, 0);
    ::execve(argv[0], argv, environment);
    int error = errno;
    const std::size_t digits = failure.find(kErrorDigits);
    for (std::size_t i = kErrorDigits.size(); i-- > 0; error /= 10)
        failure[digits + i] = static_cast<char>('0' + error % 10);
    [[maybe_unused]] const ssize_t written = ::write(status, failure.data(), failure.size());
    ::_exit(127);
}

} // namespace

SupervisedProcess::SupervisedProcess() : m_process(std::make_unique<QProcess>())
{
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &SupervisedProcess::readAll);
    connect(m_process.get(), &QProcess::readyReadStandardError, this, &SupervisedProcess::readAll);
    connect(m_process.get(), &QProcess::errorOccurred, this, &SupervisedProcess::processFailed);
    connect(m_process.get(), &QProcess::finished, this, &SupervisedProcess::processFinished);
    m_patienceTimer.setSingleShot(true);
    connect(&m_patienceTimer, &QTimer::timeout, this, [this] {
        if (!m_processEnded)
            m_process->kill(); // its second half ends the rest
        else
            conclude({std::nullopt, true, endWithoutRecord()});
    });
}

SupervisedProcess::~SupervisedProcess()
{
    m_statusNotifier.reset();
    closeDescriptor(m_statusRead);
    closeDescriptor(m_statusWrite);
    m_process->disconnect(this);
    if (m_process->state() == QProcess::NotRunning) {
        // Perhaps we are inside one of its signals.
        m_process.release()->deleteLater();
        return;
    }
    // ~QProcess would kill the supervisor and wait for it. Without its pipe the supervisor ends the
    // run by itself; the QProcess stays until then, or until this program ends.
    QProcess *abandoned = m_process.release();
    connect(abandoned, &QProcess::finished, abandoned, &QObject::deleteLater);
    abandoned->closeReadChannel(QProcess::StandardOutput);
    abandoned->closeReadChannel(QProcess::StandardError);
    abandoned->closeWriteChannel();
}

void SupervisedProcess::start(const SupervisedCommand &command)
{
    const auto failLater = [this](const QString &failure) {
        QMetaObject::invokeMethod(
            this,
            [this, failure] {
                conclude({std::nullopt, false, failure});
            },
            Qt::QueuedConnection);
    };
    QString pipeFailure;
    if (!openStatusPipe(pipeFailure)) {
        failLater(pipeFailure);
        return;
    }
    m_patience = command.grace + std::chrono::milliseconds(supervisor::kKillLimitMs) +
                 std::chrono::seconds(5);
    m_launchFailure = launchFailureTemplate();
    m_words = {command.supervisor.string(), "--status-fd", std::to_string(m_statusWrite),
               "--grace-ms", std::to_string(command.grace.count())};
    if (command.hold)
        m_words.emplace_back("--hold");
    if (!command.workingFolder.empty())
        m_words.insert(m_words.end(), {"--chdir", command.workingFolder.string()});
    m_words.insert(m_words.end(), {"--", command.program.string()});
    for (const QString &argument : command.arguments)
        m_words.push_back(argument.toStdString());
    const std::size_t arguments = m_words.size();
    for (const auto &[name, value] : command.environment)
        m_words.emplace_back(name).append(1, '=').append(value);
    for (std::size_t i = 0; i < m_words.size(); ++i)
        (i < arguments ? m_argv : m_environment).push_back(m_words[i].data());
    m_argv.push_back(nullptr);
    m_environment.push_back(nullptr);

    // Only for QProcess's own messages; what runs is m_argv.
    m_process->setProgram(toQString(command.supervisor));
    m_process->setChildProcessModifier(
        [argv = m_argv.data(), environment = m_environment.data(), status = m_statusWrite,
         &failure = m_launchFailure] { becomeSupervisor(argv, environment, status, failure); });
    m_process->start();
    closeDescriptor(m_statusWrite);
}

bool SupervisedProcess::openStatusPipe(QString &failure)
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
        // Above the standard ones, which QProcess replaces in the child.
        m_statusWrite = ::fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    }
    const int reason = errno;
    m_statusRead = ends[0];
    closeDescriptor(ends[1]);
    if (m_statusWrite < 0) {
        failure =
            Text::tr("No pipe to the supervisor could be made: %1.").arg(systemErrorText(reason));
        return false;
    }
    ::fcntl(m_statusRead, F_SETFL, O_NONBLOCK);
    m_statusNotifier = std::make_unique<QSocketNotifier>(m_statusRead, QSocketNotifier::Read);
    connect(m_statusNotifier.get(), &QSocketNotifier::activated, this,
            &SupervisedProcess::readStatus);
    return true;
}

void SupervisedProcess::cancel()
{
    if (m_concluded || m_processEnded)
        return;
    send(supervisor::kCancelCommand);
    m_patienceTimer.start(m_patience);
}

void SupervisedProcess::go()
{
    if (!m_concluded && !m_processEnded)
        send(supervisor::kGoCommand);
}

// Without its pipe the supervisor ends the program.
void SupervisedProcess::send(std::string_view command)
{
    if (m_process->write(command.data(), static_cast<qint64>(command.size())) < 0)
        m_process->closeWriteChannel();
}

void SupervisedProcess::readAll()
{
    // One pipe's content at most: QProcess reads no more before it tells.
    const QByteArray output = m_process->readAllStandardOutput();
    if (!output.isEmpty())
        Q_EMIT outputRead(Channel::Stdout, output);
    const QByteArray errors = m_process->readAllStandardError();
    if (!errors.isEmpty())
        Q_EMIT outputRead(Channel::Stderr, errors);
}

void SupervisedProcess::readStatus()
{
    if (m_statusRead < 0)
        return;
    std::array<char, 4096> bytes{};
    ssize_t length = 0;
    while ((length = ::read(m_statusRead, bytes.data(), bytes.size())) > 0)
        m_statusText.append(bytes.data(), length);
    if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
        m_statusNotifier->setEnabled(false);
        m_statusNotifier.release()->deleteLater(); // it may be what called us
        closeDescriptor(m_statusRead);
    }
    qsizetype newline = 0;
    while ((newline = m_statusText.indexOf('\n')) >= 0) {
        const std::string line = m_statusText.first(newline).toStdString();
        m_statusText.remove(0, newline + 1);
        supervisor::Record record;
        if (const auto said = supervisor::decodeReady(line))
            Q_EMIT readySaid(QByteArray(said->data(), static_cast<qsizetype>(said->size())));
        else if (!supervisor::decode(line, record))
            continue;
        else if (record.started)
            Q_EMIT programStarted(record.pid);
        else
            m_record = record;
    }
    concludeWhenKnown();
}

// The end is known when the process is gone and has left a record, or nobody is left to write one.
// After a kill of the process the other half of the supervisor is still ending the descendants.
void SupervisedProcess::concludeWhenKnown()
{
    if (!m_processEnded)
        return;
    if (m_record)
        conclude({m_record, false, {}});
    else if (m_statusRead < 0)
        conclude({std::nullopt, true, endWithoutRecord()});
}

QString SupervisedProcess::endWithoutRecord() const
{
    if (m_process->exitStatus() == QProcess::CrashExit)
        return Text::tr("The supervisor of the program was killed.");
    return Text::tr("The supervisor of the program ended with exit code %1 and did not say why.")
        .arg(m_process->exitCode());
}

void SupervisedProcess::processFailed(QProcess::ProcessError error)
{
    if (error != QProcess::FailedToStart)
        return; // finished() follows, or it was about the pipe of a process that has just ended
    const QString failure = Text::tr("The supervisor %1 could not be started: %2")
                                .arg(m_process->program(), m_process->errorString());
    QMetaObject::invokeMethod(
        this,
        [this, failure] {
            conclude({std::nullopt, false, failure});
        },
        Qt::QueuedConnection);
}

void SupervisedProcess::processFinished()
{
    m_processEnded = true;
    readAll();
    readStatus();
    concludeWhenKnown();
    if (!m_concluded)
        m_patienceTimer.start(m_patience);
}

void SupervisedProcess::conclude(const SupervisedEnd &end)
{
    if (m_concluded)
        return;
    m_concluded = true;
    m_patienceTimer.stop();
    Q_EMIT ended(end);
}

} // namespace mrb::backend
