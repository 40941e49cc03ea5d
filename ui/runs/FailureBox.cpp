// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/FailureBox.h"

#include "ui/common/Tones.h"
#include "ui/runs/WrappedText.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace mrb::ui {

FailureBox::FailureBox(QWidget *parent)
    : QFrame(parent),
      m_sign(new QLabel(this)),
      m_what(new WrappedText(this)),
      m_text(new WrappedText(this)),
      m_line(new QToolButton(this))
{
    setFrameShape(QFrame::StyledPanel);
    QFont bold = m_what->font();
    bold.setBold(true);
    m_what->setFont(bold);
    m_what->setAccessibleName(tr("Why the run failed"));
    m_what->setObjectName(QStringLiteral("log.failureWhat"));
    m_text->setAccessibleName(tr("What to do about the failure"));
    m_text->setObjectName(QStringLiteral("log.failureAdvice"));
    m_line->setText(tr("Show the &line"));
    m_line->setToolTip(tr("Go to the line of the log that told the cause"));
    m_line->setObjectName(QStringLiteral("log.evidence"));
    auto *end = new QToolButton(this);
    end->setAutoRaise(true);
    end->setText(QStringLiteral("×")); // the style's own cross is black on dark colours
    end->setAccessibleName(tr("Close the cause"));
    end->setToolTip(tr("Close"));
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_what);
    texts->addWidget(m_text);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(6, 4, 6, 4);
    line->addWidget(m_sign, 0, Qt::AlignTop);
    line->addLayout(texts, 1);
    line->addWidget(m_line, 0, Qt::AlignTop);
    line->addWidget(end, 0, Qt::AlignTop);
    connect(m_line, &QToolButton::clicked, this, &FailureBox::evidenceRequested);
    connect(end, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void FailureBox::setCause(const backend::FailureCause &cause)
{
    m_cause = cause;
    m_what->setText(cause.what);
    m_text->setText(cause.why.isEmpty() ? cause.advice : tr("%1 %2").arg(cause.why, cause.advice));
    m_line->setVisible(!cause.evidence.isEmpty());
    drawSign();
    setVisible(true);
}

void FailureBox::drawSign()
{
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_sign->setPixmap(
        toneIcon(Tone::Bad, palette()).pixmap(QSize(side, side), devicePixelRatioF()));
}

void FailureBox::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawSign();
}

} // namespace mrb::ui
