// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"

#include <QFrame>

class QLabel;

namespace mrb::ui {

/// A strip over the viewer that says what failed, or what the user should know, until it is
/// closed. Several messages are shown below each other.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    /// Hidden until there is something to say.
    explicit MessageBar(QWidget *parent = nullptr);

    void showError(const Error &error);
    void showNote(const Error &note);
    /// Takes all messages away.
    void clear();
    QString text() const;

private:
    enum class Tone { Note, Error };
    void add(const QString &text, Tone tone);

    QLabel *m_label;
    Tone m_tone = Tone::Note;
};

} // namespace mrb::ui
