// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/MessageBar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

namespace mrb::ui {

namespace {

QString textOf(const Error &error)
{
    return error.hint.isEmpty() ? error.message
                                : QStringLiteral("%1\n%2").arg(error.message, error.hint);
}

} // namespace

MessageBar::MessageBar(QWidget *parent) : QFrame(parent), m_label(new QLabel)
{
    setAutoFillBackground(true);
    m_label->setObjectName(QStringLiteral("message"));
    m_label->setTextFormat(Qt::PlainText); // it names files, which may be called anything
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_label->setWordWrap(true);
    // A long file name must not widen the window.
    QSizePolicy policy = m_label->sizePolicy();
    policy.setHorizontalPolicy(QSizePolicy::Ignored);
    m_label->setSizePolicy(policy);

    auto *close = new QToolButton;
    close->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(close->toolTip());
    connect(close, &QToolButton::clicked, this, &MessageBar::clear);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->addWidget(m_label, 1);
    layout->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void MessageBar::showError(const Error &error)
{
    add(textOf(error), Tone::Error);
}

void MessageBar::showNote(const Error &note)
{
    add(textOf(note), Tone::Note);
}

void MessageBar::clear()
{
    m_label->clear();
    m_tone = Tone::Note;
    hide();
}

QString MessageBar::text() const
{
    return m_label->text();
}

void MessageBar::add(const QString &text, Tone tone)
{
    if (tone == Tone::Error)
        m_tone = tone;
    const QString before = m_label->text();
    m_label->setText(before.isEmpty() ? text : QStringLiteral("%1\n%2").arg(before, text));
    QPalette colours = palette();
    colours.setColor(QPalette::Window,
                     m_tone == Tone::Error ? QColor(0x6e, 0x1f, 0x1f) : QColor(0x5a, 0x43, 0x08));
    colours.setColor(QPalette::WindowText, Qt::white);
    setPalette(colours);
    show();
}

} // namespace mrb::ui
