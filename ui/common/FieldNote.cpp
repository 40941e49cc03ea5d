// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/common/FieldNote.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>

namespace mrb::ui {

FieldNote::FieldNote(Size size, QWidget *parent)
    : QWidget(parent), m_sign(new QLabel), m_text(makeExplanation(QString())), m_size(size)
{
    if (size == Size::Verdict) {
        QFont large = font();
        large.setBold(true);
        large.setPointSizeF(large.pointSizeF() * 1.25);
        m_text->setFont(large);
        m_text->setAccessibleName(tr("Verdict"));
    }
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_sign, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    hide();
}

void FieldNote::say(Tone tone, const QString &text)
{
    m_tone = tone;
    m_text->setText(text);
    recolour();
    setVisible(!text.isEmpty());
}

QString FieldNote::text() const
{
    return m_text->text();
}

void FieldNote::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        recolour();
}

/// The sign alone is coloured: sentences are easier to read in the colour of all others.
void FieldNote::recolour()
{
    const int side = m_size == Size::Verdict
                         ? m_text->fontMetrics().height()
                         : style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_sign->setPixmap(toneIcon(m_tone, palette()).pixmap(QSize(side, side), devicePixelRatioF()));
}

QLabel *makeExplanation(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    label->setSizePolicy(policy);
    return label;
}

} // namespace mrb::ui
