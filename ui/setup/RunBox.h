// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>

#include <memory>

class QLabel;
class QProgressBar;
class QPushButton;

namespace mrb::ui {

class ElidedLabel;
class LogStore;
class LogView;
class SetupDesk;

/// The step under way: how far it is, since when, what it prints, and the way to cancel it. Of one
/// that ended, what it printed. GUI thread.
class RunBox final : public QWidget
{
    Q_OBJECT

public:
    /// @param desk outlives this
    explicit RunBox(SetupDesk &desk, QWidget *parent = nullptr);

    QString logText() const;
    QString progressLine() const;

private:
    void onStarted();
    void onEnded();
    void showProgress();
    void flush();

    SetupDesk &m_desk;
    QWidget *m_progress;
    QProgressBar *m_bar;
    ElidedLabel *m_text;
    QLabel *m_elapsed;
    QPushButton *m_cancel;
    LogView *m_log;
    std::shared_ptr<LogStore> m_store;
    QTimer m_flush; // single shot, so that nothing ticks while nothing comes
    QTimer m_clock;
};

} // namespace mrb::ui
