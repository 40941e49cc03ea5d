// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/PreflightPanel.h"

#include "ui/common/Tones.h"
#include "ui/runs/PreflightRow.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace mrb::ui {

using backend::CheckState;
using backend::PreflightItem;
using backend::PreflightReport;

namespace {

constexpr std::chrono::milliseconds kLongLook{300};

QStringList titlesWith(const PreflightReport &report, CheckState state)
{
    QStringList titles;
    for (const PreflightItem &item : report.items)
        if (item.state == state)
            titles << item.title;
    return titles;
}

bool isDemo(const PreflightReport &report)
{
    return std::any_of(report.items.begin(), report.items.end(), [](const PreflightItem &item) {
        return item.id == QLatin1StringView("checkout") && item.state == CheckState::NotNeeded;
    });
}

Tone toneOf(const PreflightReport &report)
{
    if (report.items.empty())
        return Tone::Neutral;
    if (!report.mayStart)
        return Tone::Bad;
    return titlesWith(report, CheckState::Warning).isEmpty() ? Tone::Good : Tone::Notice;
}

/// Whether one of those items failed that are chosen in the settings.
bool settingsWouldHelp(const PreflightReport &report)
{
    return std::any_of(report.items.begin(), report.items.end(), [](const PreflightItem &item) {
        return item.state == CheckState::Failed && item.id != QLatin1StringView("request");
    });
}

/// Whether one of those items failed that the set-up brings.
bool setupWouldHelp(const PreflightReport &report)
{
    static const QStringList kFetched{QStringLiteral("checkout"), QStringLiteral("python"),
                                      QStringLiteral("packages"), QStringLiteral("weights")};
    return std::any_of(report.items.begin(), report.items.end(), [](const PreflightItem &item) {
        return item.state == CheckState::Failed && kFetched.contains(item.id);
    });
}

} // namespace

PreflightPanel::PreflightPanel(backend::PreflightWatch &watch, QWidget *parent)
    : QWidget(parent),
      m_watch(watch),
      m_sign(new QLabel(this)),
      m_line(new QLabel(this)),
      m_again(new QPushButton(tr("&Look again"), this)),
      m_setup(new QPushButton(tr("Set &up…"), this)),
      m_settings(new QPushButton(tr("&Settings…"), this)),
      m_list(new QVBoxLayout),
      m_longLook(this)
{
    m_again->setObjectName(QStringLiteral("preflight.lookAgain"));
    m_again->setToolTip(tr("Look at checkout, Python, GPU, weights and disk once more"));
    m_settings->setObjectName(QStringLiteral("preflight.settings"));
    m_settings->setToolTip(tr("Choose checkout, Python, GPUs and results folder"));
    m_settings->hide();
    m_setup->setObjectName(QStringLiteral("preflight.setup"));
    m_setup->setToolTip(tr("Get what the model needs, step by step"));
    m_setup->setAccessibleName(tr("Set up the model"));
    m_setup->hide();
    m_line->setTextFormat(Qt::PlainText);
    m_line->setWordWrap(true);
    m_line->setObjectName(QStringLiteral("preflight.summary"));

    auto *head = new QHBoxLayout;
    head->addWidget(m_sign, 0, Qt::AlignTop);
    head->addWidget(m_line, 1);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_again);
    buttons->addWidget(m_setup);
    buttons->addWidget(m_settings);
    buttons->addStretch();
    m_list->setSpacing(2);
    auto *all = new QVBoxLayout(this);
    all->addLayout(head);
    all->addLayout(m_list);
    all->addLayout(buttons);
    all->addStretch();

    m_longLook.setSingleShot(true);
    m_longLook.setInterval(kLongLook);
    connect(&m_longLook, &QTimer::timeout, this, [this] {
        m_showsLooking = true;
        showSummary();
    });
    connect(m_again, &QPushButton::clicked, &m_watch, &backend::PreflightWatch::lookAgain);
    connect(m_settings, &QPushButton::clicked, this, &PreflightPanel::settingsRequested);
    connect(m_setup, &QPushButton::clicked, this, &PreflightPanel::setupRequested);
    connect(&m_watch, &backend::PreflightWatch::lookStarted, this, &PreflightPanel::onLookStarted);
    connect(&m_watch, &backend::PreflightWatch::reported, this, &PreflightPanel::onReported);
    if (!m_watch.report().items.empty())
        onReported(m_watch.report());
    if (m_watch.isLooking())
        onLookStarted();
    showSummary();
}

void PreflightPanel::onLookStarted()
{
    if (m_rows.empty()) {
        m_showsLooking = true;
        showSummary();
    } else {
        m_longLook.start();
    }
}

void PreflightPanel::onReported(const PreflightReport &report)
{
    m_longLook.stop();
    m_showsLooking = false;
    while (m_rows.size() < report.items.size()) {
        m_rows.push_back(new PreflightRow(this));
        m_list->addWidget(m_rows.back());
    }
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        m_rows[row]->setVisible(row < report.items.size());
        if (row < report.items.size())
            m_rows[row]->setItem(report.items[row]);
    }
    int width = 0;
    for (const PreflightRow *row : m_rows)
        width = std::max(width, row->titleWidth());
    for (PreflightRow *row : m_rows)
        row->setTitleWidth(width);
    m_settings->setVisible(settingsWouldHelp(report));
    m_setup->setVisible(!m_isInSetup && setupWouldHelp(report));
    showSummary();
}

void PreflightPanel::setInSetup(bool inside)
{
    m_isInSetup = inside;
    m_again->setVisible(!inside);
    m_setup->setVisible(!inside && setupWouldHelp(m_watch.report()));
}

QString PreflightPanel::summaryOf(const PreflightReport &report) const
{
    if (report.items.empty())
        return tr("Not looked at yet");
    const QString comma = QStringLiteral(", ");
    if (!report.mayStart) {
        const QStringList failed = titlesWith(report, CheckState::Failed);
        return failed.isEmpty() ? tr("Cannot start")
                                : tr("Cannot start: see %1").arg(failed.join(comma));
    }
    const QString ready =
        isDemo(report) ? tr("Ready: demo phantom, not model output") : tr("Ready to start");
    const QStringList warned = titlesWith(report, CheckState::Warning);
    return warned.isEmpty() ? ready : tr("%1, with a warning: %2").arg(ready, warned.join(comma));
}

void PreflightPanel::showSummary()
{
    const PreflightReport &report = m_watch.report();
    const QString summary = m_showsLooking ? tr("Looking…") : summaryOf(report);
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    const Tone tone = m_showsLooking ? Tone::Busy : toneOf(report);
    m_sign->setPixmap(toneIcon(tone, palette()).pixmap(QSize(side, side), devicePixelRatioF()));
    m_line->setText(summary);
    if (summary == m_summary)
        return;
    m_summary = summary;
    Q_EMIT summaryChanged(summary);
}

void PreflightPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showSummary();
}

} // namespace mrb::ui
