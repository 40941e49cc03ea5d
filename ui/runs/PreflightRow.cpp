// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/PreflightRow.h"

#include "ui/common/Tones.h"
#include "ui/common/ElidedLabel.h"
#include "ui/runs/WrappedText.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace mrb::ui {

using backend::CheckState;

namespace {

Tone toneOf(CheckState state)
{
    switch (state) {
    case CheckState::Passed:
        return Tone::Good;
    case CheckState::Warning:
        return Tone::Notice;
    case CheckState::Failed:
        return Tone::Bad;
    case CheckState::Unknown:
    case CheckState::NotNeeded:
        break;
    }
    return Tone::Neutral;
}

QString wordsOf(CheckState state)
{
    switch (state) {
    case CheckState::Passed:
        return PreflightRow::tr("passed");
    case CheckState::Warning:
        return PreflightRow::tr("warning");
    case CheckState::Failed:
        return PreflightRow::tr("failed");
    case CheckState::NotNeeded:
        return PreflightRow::tr("not needed");
    case CheckState::Unknown:
        break;
    }
    return PreflightRow::tr("not known");
}

QString detailsOf(const backend::PreflightItem &item)
{
    QStringList parts;
    if (!item.fact.isEmpty())
        parts << item.fact;
    for (const Error &problem : item.problems)
        parts << (problem.hint.isEmpty()
                      ? problem.message
                      : PreflightRow::tr("%1\n→ %2").arg(problem.message, problem.hint));
    return parts.join(u'\n');
}

} // namespace

PreflightRow::PreflightRow(QWidget *parent)
    : QWidget(parent),
      m_sign(new QLabel(this)),
      m_title(new QToolButton(this)),
      m_fact(new ElidedLabel(this)),
      m_details(new WrappedText(this))
{
    m_title->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_title->setAutoRaise(true);
    m_title->setArrowType(Qt::RightArrow);
    m_details->hide();
    QSizePolicy factPolicy = m_fact->sizePolicy();
    factPolicy.setRetainSizeWhenHidden(true); // the title stays where it is
    m_fact->setSizePolicy(factPolicy);
    auto *line = new QHBoxLayout;
    line->setSpacing(4);
    line->addWidget(m_sign);
    line->addWidget(m_title);
    line->addWidget(m_fact, 1);
    auto *inset = new QHBoxLayout;
    const int sign = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    inset->setContentsMargins(sign + 8, 0, 0, 4);
    inset->addWidget(m_details);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(2);
    all->addLayout(line);
    all->addLayout(inset);
    connect(m_title, &QToolButton::clicked, this, [this] { setUnfolded(!m_unfolded); });
}

void PreflightRow::setItem(const backend::PreflightItem &item)
{
    const bool hadProblems = !m_item.problems.empty();
    const bool hasProblems = !item.problems.empty();
    m_item = item;
    m_title->setText(item.title);
    const QString state = tr("%1: %2").arg(item.title, wordsOf(item.state));
    m_title->setAccessibleName(state);
    m_title->setToolTip(tr("%1. Click for what was found.").arg(state));
    // Of a path the end counts, of a sentence the beginning.
    m_fact->setFullText(item.fact, item.fact.contains(u'/') ? Qt::ElideMiddle : Qt::ElideRight);
    m_details->setText(detailsOf(item));
    m_details->setAccessibleName(tr("What was found: %1").arg(item.title));
    drawSign();
    if (!m_shown || hadProblems != hasProblems)
        setUnfolded(hasProblems);
    m_shown = true;
}

int PreflightRow::titleWidth() const
{
    return m_title->sizeHint().width();
}

void PreflightRow::setTitleWidth(int width)
{
    m_title->setFixedWidth(width);
}

void PreflightRow::setUnfolded(bool unfolded)
{
    m_unfolded = unfolded;
    m_title->setArrowType(unfolded ? Qt::DownArrow : Qt::RightArrow);
    m_fact->setVisible(!unfolded);
    m_details->setVisible(unfolded);
}

void PreflightRow::drawSign()
{
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_sign->setFixedSize(side, side);
    m_sign->setPixmap(
        toneIcon(toneOf(m_item.state), palette()).pixmap(QSize(side, side), devicePixelRatioF()));
}

void PreflightRow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawSign();
}

} // namespace mrb::ui
