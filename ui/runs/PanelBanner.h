// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/Tones.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace mrb::ui {

class WrappedText;

/// A sentence, the sign of its tone and what can be done about it, on top of a panel. Hidden until
/// it has something to say; never takes the focus.
class PanelBanner final : public QFrame
{
    Q_OBJECT

public:
    /// @param name of the object; that of its text is the same with "Text" behind it
    PanelBanner(const QString &name, const QString &accessibleName, QWidget *parent = nullptr);

    QPushButton *addButton(const QString &name, const QString &text, const QString &toolTip);
    /// An empty text hides it. A neutral one has no sign.
    void say(Tone tone, const QString &text);

protected:
    void changeEvent(QEvent *event) override;

private:
    void drawSign();

    QLabel *m_sign;
    WrappedText *m_text;
    QHBoxLayout *m_buttons;
    Tone m_tone = Tone::Notice;
};

} // namespace mrb::ui
