// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/SetupPlan.h"
#include "backend/setup/SetupRun.h"
#include "ui/runs/LogStore.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace mrb::ui {

/// The set-up of the model as the window carries it out: what was chosen, what a look at the
/// machine found with that, the step under way and its log. It outlives the dialog that shows it,
/// so that a step goes on in the background. GUI thread; looks happen in workers, and what an older
/// look found is dropped.
class SetupDesk final : public QObject
{
    Q_OBJECT

public:
    using Look =
        std::function<backend::SetupReport(const backend::SetupOptions &, std::stop_token)>;

    explicit SetupDesk(Look look = backend::lookAtSetup, QObject *parent = nullptr);
    /// Cancels a step under way.
    ~SetupDesk() override;

    const backend::SetupOptions &options() const { return m_options; }
    /// Looks again once nothing was chosen for a moment.
    void choose(const backend::SetupOptions &options);
    /// Begins with these options and looks at once. An interpreter that was set for runs already is
    /// kept when it has all packages; else packages go where they go by default.
    /// @param runPython empty: none was set
    void begin(backend::SetupOptions options, const std::string &runPython);
    void look();
    /// Also between a choice and the look that it leads to.
    bool isLooking() const { return m_isLooking || m_pause.isActive(); }
    /// The latest; nothing before the first.
    const std::optional<backend::SetupReport> &report() const { return m_report; }

    /// Only while no step is under way.
    void start(backend::SetupStep step);
    void cancel();
    bool isRunning() const { return m_run != nullptr; }
    bool isCancelling() const { return isRunning() && m_isCancelling; }
    /// The step under way, else the last one that was; nothing before the first.
    std::optional<backend::SetupStep> step() const { return m_step; }
    const backend::SetupProgress &progress() const { return m_progress; }
    /// "Clone the repository"; empty before the first command.
    QString purpose() const { return m_purpose; }
    double elapsedSeconds() const;
    /// Of step(); never null.
    std::shared_ptr<LogStore> log() const { return m_log; }
    /// How step() ended; nothing while it is under way.
    const std::optional<backend::SetupConclusion> &conclusion() const { return m_conclusion; }

Q_SIGNALS:
    void lookStarted();
    void reported();
    void stepStarted();
    void logGrew();
    void progressed();
    /// A look follows.
    void stepEnded();

private:
    void takeReport(backend::SetupReport report);
    void take(const backend::SetupConclusion &conclusion);

    Look m_look;
    backend::SetupOptions m_options;
    std::optional<backend::SetupReport> m_report;
    std::stop_source m_stopLook;
    QTimer m_pause;
    quint64 m_generation = 0;
    bool m_isLooking = false;
    bool m_isTryingRunPython = false;

    std::unique_ptr<backend::SetupRun> m_run;
    std::optional<backend::SetupStep> m_step;
    backend::SetupProgress m_progress;
    QString m_purpose;
    QElapsedTimer m_since;
    std::shared_ptr<LogStore> m_log = std::make_shared<LogStore>();
    std::optional<backend::SetupConclusion> m_conclusion;
    bool m_isCancelling = false;
};

} // namespace mrb::ui
