// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QToolButton;
class QVBoxLayout;

namespace mrb::ui {

/// A titled part of a form that can be folded away.
class Section : public QWidget
{
    Q_OBJECT

public:
    explicit Section(const QString &title, QWidget *parent = nullptr);

    void add(QWidget *widget);
    bool isOpen() const;
    void setOpen(bool open);

private:
    QToolButton *m_header;
    QWidget *m_body;
    QVBoxLayout *m_layout;
};

} // namespace mrb::ui
