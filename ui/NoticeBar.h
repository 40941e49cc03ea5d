// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace mrb::ui {

/// A quiet strip over the viewer that offers one thing to do, until it is done or closed. A new
/// offer takes the place of the old one. Never takes the focus.
class NoticeBar : public QFrame
{
    Q_OBJECT

public:
    /// Hidden until there is something to offer.
    explicit NoticeBar(QWidget *parent = nullptr);

    void offer(const QString &text, const QString &button, std::function<void()> action);
    QString text() const;

private:
    QLabel *m_label;
    QPushButton *m_button;
    std::function<void()> m_action;
};

} // namespace mrb::ui
