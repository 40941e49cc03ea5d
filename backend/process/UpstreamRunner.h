// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/process/LineSplitter.h"
#include "backend/process/RunEnvironment.h"
#include "backend/process/UpstreamProgress.h"

#include <QObject>
#include <QStringList>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace mrb::backend {

class SupervisedProcess;
class WarmProcess;

/// What to run. Nothing is inherited but what is named here.
struct ProcessSpec
{
    /// Absolute, or relative to workingFolder; PATH is not searched.
    std::filesystem::path program;
    QStringList arguments;
    std::filesystem::path workingFolder;
    /// Complete: the program sees exactly this.
    EnvironmentPairs environment;
    /// Gets stdout.log and stderr.log with the raw bytes, as they arrive; created when missing.
    /// Empty: no logs.
    std::filesystem::path logFolder;
    /// Counted from start(). Empty: none.
    std::optional<std::chrono::milliseconds> timeLimit = {};
    int expectedSteps = 0; ///< hint for the progress; 0 when not known
    int ranks = 1;         ///< processes that share the output, one per GPU
    /// Empty: the mrbrain-supervisor that belongs to this program.
    std::filesystem::path supervisor = {};
    /// Between SIGTERM and SIGKILL.
    std::chrono::milliseconds grace = std::chrono::seconds(5);
};

/// How a run ended. There is exactly one per start().
struct RunOutcome
{
    /// Finished: the program ended by itself with an exit code, whichever. Crashed: it died by a
    /// signal, or its supervisor was killed. Cancelled: also when somebody else asked the
    /// supervisor to stop with a signal. A program that ended by itself before a cancel or the time
    /// limit reached it counts as finished.
    enum class Kind { Finished, FailedToStart, Crashed, TimedOut, Cancelled };

    Kind kind = Kind::FailedToStart;
    /// The program's; -N for signal N; 124 timed out; 130 cancelled; 127 program or folder not
    /// found and 126 not startable otherwise (both only with FailedToStart).
    int exitCode = 127;
    /// Wall time of the program; of one that was started before, from when it was told to go.
    double seconds = 0;
    std::vector<PhaseTime> phases;
    /// The last 4,000 code points, "\r" and "\r\n" turned into "\n", "..." in front when cut.
    QString stdoutTail;
    QString stderrTail;
    QString detail; ///< why, one or two sentences for the user; empty when it exited with 0
    /// Processes other than the program itself were still there and had to be ended.
    bool descendantsTerminated = false;
    /// User + system, program and descendants. Of one that was started before, what it used before
    /// the run is among it: the system counts whole processes.
    std::optional<double> cpuSeconds;
    std::optional<double> peakRssMb; ///< MiB, of the largest single process
    std::vector<QString> savedPaths; ///< as upstream printed them
    bool castWarning = false;        ///< see UpstreamProgress::castWarning()
    QString scaleFactor;             ///< see UpstreamProgress::scaleFactor()
    std::optional<Error> logError;   ///< a log file is missing or incomplete
};

/// Runs a program behind mrbrain-supervisor, which sees to it that no descendant outlives the run,
/// nor this process. Asynchronous, for a thread with an event loop; nothing here blocks. Reusable:
/// start() again after finished().
///
/// Exactly one finished() follows every start(), always from the event loop, never from within
/// start() or cancel(), and once the logs are written to their last byte. Destroying a running
/// runner cancels without finished(); the supervisor cleans up on its own. The runner may be
/// deleted in a slot of finished(), elsewhere use deleteLater().
///
/// A run may also be made of a program that was started before (WarmProcess). All of the above
/// holds for it too; started() and what it had printed come first, from the event loop. Ends it
/// before the run reaches it, the run ends as Crashed by a signal, else as FailedToStart, whatever
/// its exit code, perhaps after started().
///
/// If somebody kills one of the supervisor's two processes with SIGKILL, the other one ends all
/// descendants; if both are killed at once, the program itself dies and its descendants may stay.
class UpstreamRunner final : public QObject
{
    Q_OBJECT

public:
    explicit UpstreamRunner(QObject *parent = nullptr);
    ~UpstreamRunner() override;

    /// Not while isRunning().
    void start(const ProcessSpec &spec);
    /// Makes the run of a program that was started before: it is told to go. Of the spec only logs,
    /// time limit and hints count, and what messages name; command, environment and grace are
    /// those it was started with. It should be ready; else it goes as soon as it is.
    void start(const ProcessSpec &spec, std::unique_ptr<WarmProcess> warm);
    /// SIGTERM to all, the grace period, SIGKILL. Does nothing when there is no run or when it was
    /// cancelled before.
    void cancel();
    /// From start() until just before finished().
    bool isRunning() const;

Q_SIGNALS:
    /// The program runs. pid: its own, not the supervisor's.
    void started(qint64 pid);
    /// Lines that stay all come; transient ones at most every 50 ms per channel, the latest.
    void lineRead(const mrb::backend::LogLine &line);
    /// On every change of phase, else at most every 50 ms, and once a second when nothing happens.
    void progressed(const mrb::backend::Progress &progress);
    void finished(const mrb::backend::RunOutcome &outcome);

private:
    struct Run;

    void prepare(const ProcessSpec &spec, std::unique_ptr<SupervisedProcess> process);
    void replay();
    void readOutput(Channel channel, const QByteArray &bytes);
    void deliver(const std::vector<LogLine> &lines);
    void deliverLine(const LogLine &line);
    void reportProgress(bool now);
    void flushPending();
    void timeLimitReached();
    void conclude();

    std::unique_ptr<Run> m_run;
};

} // namespace mrb::backend
