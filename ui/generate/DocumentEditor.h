// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/RequestForm.h"

#include <QPlainTextEdit>
#include <QTimer>
#include <QWidget>

class QPushButton;

namespace mrb::ui {

class Remark;

/// The override document of the form as text, which may be edited: it is applied after a short
/// pause. Text that cannot be applied stays, with what is wrong with it, until it is corrected or
/// taken back; the form keeps its values meanwhile.
class DocumentEditor : public QWidget
{
    Q_OBJECT

public:
    explicit DocumentEditor(backend::RequestForm &form, QWidget *parent = nullptr);

    /// The form has changed.
    void showDocument();
    /// Applies what was typed now; false where it is wrong.
    bool applyNow();
    /// Drops what was typed for the form's document.
    void revert();
    void focusText();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void onTextChanged();

    backend::RequestForm &m_form;
    QPlainTextEdit *m_text;
    Remark *m_remark;
    QPushButton *m_revert;
    QTimer m_pause;
    bool m_isTyped = false;    ///< differs from what the form knows, or may
    bool m_isShowing = false;  ///< the text changes because of the form
    bool m_isApplying = false; ///< the form changes because of the text
};

} // namespace mrb::ui
