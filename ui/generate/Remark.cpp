// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/Remark.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStringList>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace mrb::ui {

Remark::Remark(QWidget *parent)
    : QWidget(parent),
      m_sign(new QLabel(this)),
      m_label(new QLabel(this)),
      m_action(new QToolButton(this)),
      m_close(new QToolButton(this))
{
    m_label->setTextFormat(Qt::PlainText);
    m_label->setWordWrap(true);
    m_label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_action->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_action->hide();
    m_close->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(m_close->toolTip());
    m_close->hide();

    auto *words = new QVBoxLayout;
    words->addWidget(m_label);
    words->addWidget(m_action, 0, Qt::AlignLeft);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_sign, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);

    connect(m_close, &QToolButton::clicked, this, &Remark::clear);
    connect(m_action, &QToolButton::clicked, this, &Remark::actionChosen);
    hide();
}

void Remark::setName(const QString &name)
{
    m_label->setObjectName(name);
}

void Remark::say(Tone tone, const QString &text)
{
    if (text == m_label->text() && tone == m_tone)
        return;
    m_tone = tone;
    m_label->setText(text);
    m_action->hide();
    dress();
    setVisible(!text.isEmpty());
}

void Remark::setDetails(const QString &details)
{
    setToolTip(details.isEmpty() ? QString() : asToolTip(details));
}

QString Remark::text() const
{
    return m_label->text();
}

void Remark::setClosable(bool closable)
{
    m_close->setVisible(closable);
}

void Remark::offer(const QString &action)
{
    m_action->setText(action);
    m_action->setAccessibleName(action);
    m_action->show();
}

void Remark::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void Remark::dress()
{
    // Read from the parent: this one's palette is about to be the answer.
    const QPalette palette = parentWidget() ? parentWidget()->palette() : QPalette();
    const int side = fontMetrics().height();
    m_sign->setPixmap(toneIcon(m_tone, palette).pixmap(QSize(side, side), devicePixelRatioF()));
    m_sign->setFixedSize(side, side);
    m_sign->setVisible(m_tone != Tone::Neutral);
    QPalette words = m_label->palette();
    const QColor colour =
        m_tone == Tone::Neutral ? palette.color(QPalette::WindowText) : toneColour(m_tone, palette);
    if (words.color(QPalette::WindowText) == colour)
        return;
    words.setColor(QPalette::WindowText, colour);
    m_label->setPalette(words);
}

QString asToolTip(const QString &text)
{
    return QStringLiteral("<p>%1</p>").arg(text.toHtmlEscaped());
}

QString errorText(const Error &error)
{
    return error.hint.isEmpty() ? error.message
                                : QStringLiteral("%1 %2").arg(error.message, error.hint);
}

QString errorTexts(const Errors &errors)
{
    QStringList lines;
    for (const Error &error : errors)
        lines += errorText(error);
    return lines.join(u'\n');
}

} // namespace mrb::ui
