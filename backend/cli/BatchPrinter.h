// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/batch/BatchPlan.h"
#include "backend/batch/BatchRun.h"
#include "backend/cli/Commands.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <cstddef>

namespace mrb::backend {

/// What a person sees on stderr of a batch: a line when a run starts and when it ends, and how the
/// whole stands; on a terminal that is a line at the bottom which is rewritten.
class BatchPrinter final : public QObject
{
    Q_OBJECT

public:
    explicit BatchPrinter(ProgressStyle style);

    void showPlan(const BatchPlan &plan);
    /// Tells of the batch until it has ended.
    void follow(const BatchRun &batch);
    /// Tells what the first wish to stop does, and the second.
    void showStopping(bool all);

private:
    void showStarted(std::size_t item);
    void showEnded(std::size_t item);
    void showRetried(std::size_t item);
    void showStopped();
    void showFinished();
    void showTotal();
    bool isUnderWay() const;
    QString prefixOf(std::size_t item) const;
    QString totalText() const;
    void printLine(const QString &text);
    void rewriteStatus();
    void clearStatus();

    const BatchRun *m_batch = nullptr;
    bool m_silent;
    bool m_terminal;
    QString m_status; ///< that is shown
    QTimer m_tick;    ///< on a terminal, times go on by themselves
};

} // namespace mrb::backend
