// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cli/Commands.h"
#include "backend/process/UpstreamProgress.h"

#include <QObject>
#include <QString>

namespace mrb::backend {

struct Preparation;

/// What a person sees on stderr while a run goes on. On a terminal a status line at the bottom is
/// rewritten; elsewhere progress comes as lines, at most one for each tenth of a phase. Upstream's
/// own lines pass through as they arrive, its progress bars do not.
class ProgressPrinter final : public QObject
{
    Q_OBJECT

public:
    explicit ProgressPrinter(ProgressStyle style);

    void showPreparation(const mrb::backend::Preparation &preparation);
    void showLine(const mrb::backend::LogLine &line);
    void showProgress(const mrb::backend::Progress &progress);
    void showMeasuring();
    void showConclusion(const mrb::backend::RunConclusion &conclusion);

private:
    void printFailure(const FailureCause &cause);
    void printLine(const QString &text);
    void rewriteStatus(const QString &text);
    void clearStatus();

    bool m_silent;
    bool m_terminal;
    QString m_status;
    std::optional<Phase> m_phase;
    int m_tenth = -1;
};

} // namespace mrb::backend
