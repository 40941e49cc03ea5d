// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cli/Commands.h"
#include "backend/setup/SetupRun.h"

#include <QString>

namespace mrb::backend {

/// What a person sees on stderr of a set-up: plans, lines of commands, how far they are. On a
/// terminal a status line at the bottom is rewritten; elsewhere each tenth is a line.
class SetupPrinter
{
public:
    explicit SetupPrinter(ProgressStyle style);

    /// All that somebody has to know who is asked whether it may start.
    void showPlan(const StepPlan &plan) const;
    /// In a line or two, for a look.
    void showState(const StepPlan &plan) const;
    void showCommand(const QString &text);
    void showLine(const LogLine &line);
    void showProgress(const SetupProgress &progress);
    void showConclusion(const SetupConclusion &conclusion);
    void clearStatus();

private:
    void rewriteStatus(const QString &text);

    bool m_silent;
    bool m_terminal;
    QString m_status;
    QString m_activity;
    int m_tenth = -1;
};

QString stepStateText(StepState state);
/// For documents: "blocked", "missing", "interrupted", "wrong", "done".
const char *stepStateName(StepState state);

} // namespace mrb::backend
