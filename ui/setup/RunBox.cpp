// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/RunBox.h"

#include "ui/common/ElidedLabel.h"
#include "ui/runs/LogView.h"
#include "ui/setup/SetupDesk.h"
#include "ui/setup/SetupWords.h"

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace mrb::ui {

namespace {

constexpr int kSteps = 1000;
constexpr int kLogLines = 6;
constexpr std::chrono::milliseconds kFlushEvery{50};
constexpr std::chrono::seconds kClockEvery{1};

QString clockText(double seconds)
{
    const auto whole = static_cast<int>(seconds);
    return QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

} // namespace

RunBox::RunBox(SetupDesk &desk, QWidget *parent)
    : QWidget(parent),
      m_desk(desk),
      m_progress(new QWidget),
      m_bar(new QProgressBar),
      m_text(new ElidedLabel),
      m_elapsed(new QLabel),
      m_cancel(new QPushButton(tr("Ca&ncel"))),
      m_log(new LogView),
      m_flush(this),
      m_clock(this)
{
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_elapsed->setAccessibleName(tr("Elapsed time"));
    m_cancel->setToolTip(tr("End the step; what is complete is used by the next attempt"));
    auto *grid = new QGridLayout(m_progress);
    grid->setContentsMargins({});
    grid->addWidget(m_text, 0, 0);
    grid->addWidget(m_elapsed, 0, 1);
    grid->addWidget(m_bar, 1, 0, 1, 2);
    grid->addWidget(m_cancel, 0, 2, 2, 1, Qt::AlignVCenter);
    grid->setColumnStretch(0, 1);
    m_log->setAccessibleName(tr("What the step prints"));
    m_log->setTabChangesFocus(true);
    const int height = m_log->fontMetrics().lineSpacing() * kLogLines + 2 * m_log->frameWidth();
    m_log->setMinimumHeight(height);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_progress);
    layout->addWidget(m_log, 1);

    m_flush.setSingleShot(true);
    m_flush.setInterval(kFlushEvery);
    m_clock.setInterval(kClockEvery);
    connect(&m_flush, &QTimer::timeout, this, &RunBox::flush);
    connect(&m_clock, &QTimer::timeout, this, &RunBox::showProgress);
    connect(m_cancel, &QPushButton::clicked, &m_desk, &SetupDesk::cancel);
    connect(m_log, &LogView::renderingWanted, this, [this] { m_flush.start(); });
    connect(&m_desk, &SetupDesk::stepStarted, this, &RunBox::onStarted);
    connect(&m_desk, &SetupDesk::stepEnded, this, &RunBox::onEnded);
    connect(&m_desk, &SetupDesk::progressed, this, &RunBox::showProgress);
    connect(&m_desk, &SetupDesk::logGrew, this, [this] {
        if (!m_flush.isActive())
            m_flush.start();
    });
    m_progress->setVisible(false);
    if (m_desk.step())
        onStarted();
    if (!m_desk.isRunning())
        onEnded();
}

void RunBox::onStarted()
{
    m_store = m_desk.log();
    m_log->setStore(m_store);
    m_progress->show();
    m_clock.start();
    showProgress();
    flush();
}

void RunBox::onEnded()
{
    m_clock.stop();
    m_progress->hide();
    flush();
}

void RunBox::showProgress()
{
    const backend::SetupProgress &progress = m_desk.progress();
    m_text->setFullText(m_desk.isCancelling() ? tr("Ending the step…")
                                              : progressText(progress, m_desk.purpose()));
    m_elapsed->setText(clockText(m_desk.elapsedSeconds()));
    m_cancel->setEnabled(m_desk.isRunning() && !m_desk.isCancelling());
    const bool isKnown = progress.fraction >= 0 && !m_desk.isCancelling();
    m_bar->setRange(0, isKnown ? kSteps : 0);
    if (isKnown)
        m_bar->setValue(static_cast<int>(std::min(progress.fraction, 1.0) * kSteps));
}

void RunBox::flush()
{
    if (!m_store)
        return;
    if (m_store->hasWaiting())
        m_store->commit();
    if (m_log->render())
        m_flush.start();
}

QString RunBox::logText() const
{
    return m_log->toPlainText();
}

QString RunBox::progressLine() const
{
    return m_text->fullText();
}

} // namespace mrb::ui
