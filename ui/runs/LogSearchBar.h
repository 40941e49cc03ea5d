// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;

namespace mrb::ui {

class LogView;

/// Search below the log. Hidden until it is opened.
class LogSearchBar final : public QWidget
{
    Q_OBJECT

public:
    explicit LogSearchBar(LogView &view, QWidget *parent = nullptr);

    void open();
    void step(bool backwards);
    /// The text changed: counts again, but not at once.
    void noteNewText();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void endSearch();
    void search(const QString &text);
    void showCount();

    LogView &m_view;
    QLineEdit *m_text;
    QLabel *m_count;
    QTimer m_recount;
};

} // namespace mrb::ui
