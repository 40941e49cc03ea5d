// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/process/WarmProcess.h"
#include "backend/run/GenerateOptions.h"
#include "backend/run/LaunchFacts.h"
#include "backend/run/SpareFolder.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>

namespace mrb::backend {

struct Preparation;
struct WarmReport;

/// An interpreter that has imported what upstream imports and waits for exactly one run, whose
/// folder and environment are fixed before it starts. It starts only where a run would be allowed
/// to: the checkout's identity, Python and weights are looked at first, in a worker. Nothing of the
/// checkout's entry point runs before the run, and no GPU is touched.
///
/// One thread with an event loop. Destroying it ends the interpreter, and looks that are under way,
/// without waiting, and takes back what it left in its folder once it is gone, unless the folder
/// was given away.
class WarmSpare final : public QObject
{
    Q_OBJECT

public:
    enum class State { Preparing, Importing, Ready, Failed, Taken };

    /// @param options of the run as far as they are known
    /// @param makeFolder makes the run's folder, new and empty; called in the worker
    WarmSpare(const GenerateOptions &options,
              std::function<Result<std::filesystem::path>()> makeFolder);
    ~WarmSpare() override;

    void start();
    State state() const { return m_state; }
    const QString &problem() const { return m_problem; } ///< of one that failed
    /// The folder of one that is ready, for the run that it is to serve: nothing here touches it
    /// any more.
    SpareFolder takeFolder() { return std::move(m_folder); }
    qint64 pid() const { return m_process ? m_process->pid() : 0; } ///< 0: none yet, or no more
    /// It came as far as starting the interpreter: what failed then may work the next time.
    bool wasStarted() const { return m_preparation != nullptr; }
    LaunchFacts facts() const;

    /// Why this run must not be given to it: its checkout, Python, manifest, command or environment
    /// are others than those it was started with, or a file it has loaded was changed since.
    /// Blocks, some milliseconds; any thread, once it is ready.
    std::optional<QString> whyUnfit(const Preparation &run) const;

    /// Ends it and takes its folder back at once, for a program that is about to end: nobody would
    /// wait for the process. What that still writes meanwhile, the next program removes.
    void endNow();
    /// What it is looking at need not be finished; for endNow() of many.
    void requestEnd() { m_worker.request_stop(); }

    /// The process, for a runner.
    std::unique_ptr<WarmProcess> take();

Q_SIGNALS:
    void changed();

private:
    struct Looks;
    void onLooked();
    void onReady(const QByteArray &report);
    void fail(const QString &why);

    std::shared_ptr<Looks> m_looks;
    SpareFolder m_folder;
    State m_state = State::Preparing;
    QString m_problem;
    std::int64_t m_beganNs = 0; ///< by the clock of the file system's times
    std::unique_ptr<const Preparation> m_preparation;
    std::unique_ptr<const WarmReport> m_report;
    std::unique_ptr<WarmProcess> m_process;
    std::jthread m_worker; // last
};

/// What a run is given when a warm start is asked for.
struct WarmStart
{
    bool wanted = false;
    std::unique_ptr<WarmSpare> spare = {}; ///< ready; or none
    SpareFolder folder = {};               ///< of the spare: the run's
    QString whyNone = {};                  ///< why there is none although it is wanted
};

} // namespace mrb::backend
