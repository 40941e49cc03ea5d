// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/Tones.h"

#include <QWidget>

class QLabel;

namespace mrb::ui {

/// A sign and a sentence, below the field they are about or as the verdict on top of a dialog;
/// takes no room while there is nothing to say. The text is plain, wraps, and can be selected.
class FieldNote : public QWidget
{
    Q_OBJECT

public:
    enum class Size { Small, Verdict };

    explicit FieldNote(QWidget *parent = nullptr) : FieldNote(Size::Small, parent) {}
    explicit FieldNote(Size size, QWidget *parent = nullptr);

    /// An empty text hides it.
    void say(Tone tone, const QString &text);
    QString text() const;
    Tone tone() const { return m_tone; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void recolour();

    QLabel *m_sign;
    QLabel *m_text;
    Size m_size;
    Tone m_tone = Tone::Neutral;
};

/// Secondary text that explains something: plain, wrapped, never wider than its place.
QLabel *makeExplanation(const QString &text, QWidget *parent = nullptr);

} // namespace mrb::ui
