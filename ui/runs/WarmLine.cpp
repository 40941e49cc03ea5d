// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/WarmLine.h"

#include "ui/runs/QueueText.h"
#include "ui/runs/WrappedText.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>

#include <chrono>

namespace mrb::ui {

namespace {

constexpr std::chrono::seconds kTick{1};

/// Somebody who orders a run now waits for it.
bool isImporting(const backend::WarmState &state)
{
    return state.kind == backend::WarmState::Kind::Importing && state.importing > 0;
}

} // namespace

WarmLine::WarmLine(backend::RunQueue &queue, QWidget *parent)
    : QWidget(parent), m_queue(queue), m_sign(new QLabel(this)), m_text(new WrappedText(this))
{
    setObjectName(QStringLiteral("queue.warm"));
    m_text->setObjectName(QStringLiteral("queue.warmText"));
    m_text->setAccessibleName(tr("Interpreter for the next run"));
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(6, 2, 6, 2);
    line->addWidget(m_sign, 0, Qt::AlignTop);
    line->addWidget(m_text, 1);
    m_tick.setParent(this); // found by whoever asks what ticks
    m_tick.setInterval(kTick);
    connect(&m_tick, &QTimer::timeout, this, &WarmLine::refresh);
    connect(&m_queue, &backend::RunQueue::warmStateChanged, this, &WarmLine::follow);
    follow();
}

void WarmLine::follow()
{
    const bool wasImporting = isImporting(m_state);
    m_state = m_queue.warmState();
    if (isImporting(m_state) && !wasImporting)
        m_importing.start();
    refresh();
    setVisible(!m_text->toPlainText().isEmpty());
    tickWhileImporting();
}

void WarmLine::refresh()
{
    const auto seconds = isImporting(m_state) ? static_cast<int>(m_importing.elapsed() / 1000) : 0;
    m_text->setText(warmText(m_state, seconds));
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_sign->setPixmap(
        toneIcon(toneOf(m_state), palette()).pixmap(QSize(side, side), devicePixelRatioF()));
}

/// Nothing wakes the program for a line that nobody sees.
void WarmLine::tickWhileImporting()
{
    if (isImporting(m_state) && isVisible())
        m_tick.start();
    else
        m_tick.stop();
}

void WarmLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

void WarmLine::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
    tickWhileImporting();
}

void WarmLine::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_tick.stop();
}

} // namespace mrb::ui
