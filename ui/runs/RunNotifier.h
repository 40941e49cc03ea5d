// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/RunQueue.h"

#include <QObject>
#include <QString>

#include <memory>

class QWidget;

namespace mrb::ui {

/// Tells how the queue stands outside the window: in its title, in the taskbar and, while the
/// window is not in front, by a notification when runs end. A desktop without D-Bus or without a
/// notification service gets the taskbar's request for attention instead. Never waits for either.
/// GUI thread.
class RunNotifier final : public QObject
{
    Q_OBJECT

public:
    /// @param window and @param queue outlive it
    RunNotifier(QWidget &window, backend::RunQueue &queue, QObject *parent = nullptr);
    ~RunNotifier() override;

    /// Whether notifications are sent; title and taskbar always show progress.
    void setEnabled(bool enabled);
    /// "42 % – ", to be put before the window's title; empty when nothing runs.
    QString titlePrefix() const;

Q_SIGNALS:
    void titleChanged(const QString &prefix);
    /// What a notification says, whichever way it is told.
    void notified(const QString &title, const QString &text);
    /// No desktop service showed it, so the taskbar was asked to point to the window.
    void attentionAsked();

private:
    struct State;
    void updateProgress();
    void onEnded(const QString &id);
    void notify();

    std::unique_ptr<State> m_state;
};

} // namespace mrb::ui
