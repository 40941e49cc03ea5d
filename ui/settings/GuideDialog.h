// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;

namespace mrb::ui {

class MarkdownView;

/// The guide in a window of its own, with its sections and a field to find text in it. Not modal:
/// it is read beside the program. GUI thread.
class GuideDialog : public QDialog
{
    Q_OBJECT

public:
    /// @param file Markdown; a missing one is said in the window
    explicit GuideDialog(const QString &file, QWidget *parent = nullptr);

    MarkdownView &view() { return *m_view; }

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *makeBar();
    void fillSections();
    void find(bool backwards);

    MarkdownView *m_view;
    QComboBox *m_sections;
    QLineEdit *m_find;
    QLabel *m_found;
    QWidget *m_bar; ///< of the above
};

} // namespace mrb::ui
