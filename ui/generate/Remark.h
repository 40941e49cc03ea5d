// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "ui/common/Tones.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace mrb::ui {

/// Some lines with the sign of their tone. Hidden while there is nothing to say; never widens what
/// it stands in.
class Remark : public QWidget
{
    Q_OBJECT

public:
    explicit Remark(QWidget *parent = nullptr);

    /// The object name of the words, to find them by.
    void setName(const QString &name);
    void say(Tone tone, const QString &text); ///< plain text; empty hides it
    void clear() { say(Tone::Neutral, {}); }
    void setDetails(const QString &details); ///< plain text, shown as a tool tip
    QString text() const;
    Tone tone() const { return m_tone; }

    /// A button that takes the remark away.
    void setClosable(bool closable);
    /// Offers something to do about it, until the text changes; see actionChosen().
    void offer(const QString &action);

Q_SIGNALS:
    void actionChosen();

protected:
    void changeEvent(QEvent *event) override;

private:
    void dress();

    Tone m_tone = Tone::Neutral;
    QLabel *m_sign;
    QLabel *m_label;
    QToolButton *m_action;
    QToolButton *m_close;
};

/// Plain text as a tool tip that wraps.
QString asToolTip(const QString &text);
/// Message and next step of an error, one after the other.
QString errorText(const Error &error);
/// The same for several, one line each.
QString errorTexts(const Errors &errors);

} // namespace mrb::ui
