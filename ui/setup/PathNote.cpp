// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/PathNote.h"

#include "ui/runs/WrappedText.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>

namespace mrb::ui {

PathNote::PathNote(QWidget *parent) : QWidget(parent), m_sign(new QLabel), m_text(new WrappedText)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_sign, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    setFocusProxy(m_text);
    hide();
}

void PathNote::say(Tone tone, const QString &text)
{
    m_tone = tone;
    m_text->setText(text);
    m_text->setAccessibleName(text);
    recolour();
    setVisible(!text.isEmpty());
}

QString PathNote::text() const
{
    return m_text->toPlainText();
}

void PathNote::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        recolour();
}

void PathNote::recolour()
{
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_sign->setPixmap(toneIcon(m_tone, palette()).pixmap(QSize(side, side), devicePixelRatioF()));
}

} // namespace mrb::ui
