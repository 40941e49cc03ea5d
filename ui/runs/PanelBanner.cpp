// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/PanelBanner.h"

#include "ui/runs/WrappedText.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace mrb::ui {

PanelBanner::PanelBanner(const QString &name, const QString &accessibleName, QWidget *parent)
    : QFrame(parent),
      m_sign(new QLabel(this)),
      m_text(new WrappedText(this)),
      m_buttons(new QHBoxLayout)
{
    setObjectName(name);
    setFrameShape(QFrame::StyledPanel);
    m_text->setObjectName(name + QStringLiteral("Text"));
    m_text->setAccessibleName(accessibleName);
    auto *line = new QHBoxLayout;
    line->addWidget(m_sign, 0, Qt::AlignTop);
    line->addWidget(m_text, 1);
    m_buttons->addStretch();
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(6, 6, 6, 6);
    all->addLayout(line);
    all->addLayout(m_buttons);
    hide();
}

QPushButton *PanelBanner::addButton(const QString &name, const QString &text,
                                    const QString &toolTip)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(name);
    button->setToolTip(toolTip);
    button->setAutoDefault(false);
    m_buttons->addWidget(button);
    return button;
}

void PanelBanner::say(Tone tone, const QString &text)
{
    m_tone = tone;
    m_text->setText(text);
    m_sign->setVisible(tone != Tone::Neutral);
    drawSign();
    setVisible(!text.isEmpty());
}

void PanelBanner::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawSign();
}

void PanelBanner::drawSign()
{
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_sign->setPixmap(toneIcon(m_tone, palette()).pixmap(QSize(side, side), devicePixelRatioF()));
}

} // namespace mrb::ui
