// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/RunQueue.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;

namespace mrb::ui {

class WrappedText;

/// Whether an interpreter is kept ready for the next run. Takes no room while none is wanted.
class WarmLine final : public QWidget
{
    Q_OBJECT

public:
    /// @param queue outlives the line
    explicit WarmLine(backend::RunQueue &queue, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void follow();
    void refresh();
    void tickWhileImporting();

    backend::RunQueue &m_queue;
    backend::WarmState m_state;
    QLabel *m_sign;
    WrappedText *m_text;
    QElapsedTimer m_importing; ///< since none was ready
    QTimer m_tick;             ///< only while seconds are counted and seen
};

} // namespace mrb::ui
