// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/failure/FailureCause.h"
#include "backend/process/LineSplitter.h"
#include "backend/setup/SetupPlan.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace mrb::backend {

struct SetupProgress
{
    QString text; ///< "Receiving objects", "autoencoder_v1.pt"
    /// From 0 to 1; negative: not known.
    double fraction = -1;
    std::uint64_t doneBytes = 0;
    std::uint64_t totalBytes = 0; ///< 0: not known
};

struct SetupConclusion
{
    enum class Kind { Done, Failed, Cancelled, Refused };

    SetupStep step = SetupStep::Checkout;
    Kind kind = Kind::Refused;
    /// What happened and what to do; empty when done.
    Errors problems;
    Errors warnings;
    std::optional<FailureCause> failure; ///< of a command, as its log shows it; also in problems
    std::filesystem::path logFile;       ///< all that the commands printed; empty when none ran
    /// The step as it stands now.
    StepPlan plan;
};

/// Carries out one step: looks again, refuses what must not be started, runs its commands one after
/// another behind the supervisor, checks what they made, and puts it in its place. What was there
/// before stays as it is until the new is complete and checked; what an interrupted attempt left is
/// used by the next one. Done already: nothing is run. Asynchronous, for a thread with an event
/// loop; exactly one finished() follows start(), from the event loop. One object serves one step.
/// Destroying it cancels.
class SetupRun final : public QObject
{
    Q_OBJECT

public:
    explicit SetupRun(QObject *parent = nullptr);
    ~SetupRun() override;

    void start(const SetupOptions &options, SetupStep step);
    void cancel();

Q_SIGNALS:
    /// @param text as SetupCommand::text()
    void commandStarted(const QString &purpose, const QString &text);
    void lineRead(const mrb::backend::LogLine &line);
    void progressed(const mrb::backend::SetupProgress &progress);
    void finished(const mrb::backend::SetupConclusion &conclusion);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace mrb::backend
