// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/Tones.h"

#include <QWidget>

class QLabel;

namespace mrb::ui {

class WrappedText;

/// A sign and a sentence like FieldNote, for sentences with paths: they break anywhere, so that a
/// long path is seen whole. Takes no room while there is nothing to say.
class PathNote final : public QWidget
{
    Q_OBJECT

public:
    explicit PathNote(QWidget *parent = nullptr);

    /// An empty text hides it.
    void say(Tone tone, const QString &text);
    QString text() const;
    Tone tone() const { return m_tone; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void recolour();

    QLabel *m_sign;
    WrappedText *m_text;
    Tone m_tone = Tone::Neutral;
};

} // namespace mrb::ui
