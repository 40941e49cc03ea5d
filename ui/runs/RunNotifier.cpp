// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/RunNotifier.h"

#include "ui/runs/DesktopBus.h"

#include <QApplication>
#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <QWindow>

#include <map>

namespace mrb::ui {

using backend::EntryVerdict;
using backend::QueueEntry;

namespace {

// Runs that end together, as when all are cancelled, are told together.
constexpr std::chrono::milliseconds kTogether{1500};

bool isBad(EntryVerdict verdict)
{
    return verdict == EntryVerdict::Failed || verdict == EntryVerdict::Refused ||
           verdict == EntryVerdict::GateFailed;
}

QString titleOf(EntryVerdict verdict)
{
    switch (verdict) {
    case EntryVerdict::Passed:
        return RunNotifier::tr("Run finished: all gates passed");
    case EntryVerdict::Demo:
        return RunNotifier::tr("Demo phantom finished");
    case EntryVerdict::GateFailed:
        return RunNotifier::tr("Run finished: a gate failed");
    case EntryVerdict::Failed:
        return RunNotifier::tr("Run failed");
    case EntryVerdict::Refused:
        return RunNotifier::tr("Run was not started");
    case EntryVerdict::Cancelled:
        return RunNotifier::tr("Run cancelled");
    case EntryVerdict::None:
        break;
    }
    return RunNotifier::tr("Run ended");
}

QString countOf(EntryVerdict verdict, int count)
{
    switch (verdict) {
    case EntryVerdict::Passed:
        return RunNotifier::tr("%1 passed").arg(count);
    case EntryVerdict::Demo:
        return RunNotifier::tr("%1 of the demo phantom").arg(count);
    case EntryVerdict::GateFailed:
        return RunNotifier::tr("%1 with a failed gate").arg(count);
    case EntryVerdict::Failed:
        return RunNotifier::tr("%1 failed").arg(count);
    case EntryVerdict::Refused:
        return RunNotifier::tr("%1 not started").arg(count);
    case EntryVerdict::Cancelled:
    case EntryVerdict::None:
        break;
    }
    return RunNotifier::tr("%1 cancelled").arg(count);
}

} // namespace

struct RunNotifier::State
{
    State(QWidget &theWindow, backend::RunQueue &theQueue) : window(theWindow), queue(theQueue) {}

    bool isInFront() const { return window.isVisible() && QApplication::activeWindow() != nullptr; }

    QWidget &window;
    backend::RunQueue &queue;
    DesktopBus bus;
    bool isEnabled = true;
    QString prefix;
    std::optional<int> percent;
    // Ended since the window was last in front.
    std::map<EntryVerdict, int> unseen;
    QString lastLabel;
    QTimer together;
};

RunNotifier::RunNotifier(QWidget &window, backend::RunQueue &queue, QObject *parent)
    : QObject(parent), m_state(std::make_unique<State>(window, queue))
{
    m_state->together.setParent(this); // found by whoever asks what ticks
    m_state->together.setSingleShot(true);
    m_state->together.setInterval(kTogether);
    connect(&m_state->together, &QTimer::timeout, this, &RunNotifier::notify);
    connect(&m_state->bus, &DesktopBus::notificationFailed, this, [this] {
        QApplication::alert(&m_state->window);
        Q_EMIT attentionAsked();
    });
    connect(&queue, &backend::RunQueue::progressed, this, &RunNotifier::updateProgress);
    connect(&queue, &backend::RunQueue::listChanged, this, &RunNotifier::updateProgress);
    connect(&queue, &backend::RunQueue::idle, this, &RunNotifier::updateProgress);
    connect(&queue, &backend::RunQueue::ended, this, &RunNotifier::onEnded);
    connect(qApp, &QGuiApplication::focusWindowChanged, this, [this] {
        if (m_state->isInFront())
            m_state->unseen.clear();
    });
    updateProgress();
}

RunNotifier::~RunNotifier()
{
    if (m_state->percent)
        m_state->bus.showProgress(std::nullopt, false);
}

void RunNotifier::setEnabled(bool enabled)
{
    m_state->isEnabled = enabled;
    if (!enabled) {
        m_state->together.stop();
        m_state->unseen.clear();
    }
}

QString RunNotifier::titlePrefix() const
{
    return m_state->prefix;
}

void RunNotifier::updateProgress()
{
    const backend::QueueOverview overview = m_state->queue.overview();
    std::optional<int> percent;
    if (overview.running > 0)
        percent = static_cast<int>(overview.fraction * 100.0);
    if (percent == m_state->percent)
        return;
    m_state->percent = percent;
    m_state->prefix = percent ? tr("%1 % – ").arg(*percent) : QString();
    const bool isUrgent = !m_state->isInFront() && m_state->unseen.contains(EntryVerdict::Failed);
    m_state->bus.showProgress(percent ? std::optional(*percent / 100.0) : std::nullopt, isUrgent);
    Q_EMIT titleChanged(m_state->prefix);
}

void RunNotifier::onEnded(const QString &id)
{
    const QueueEntry *entry = m_state->queue.find(id);
    if (!entry || !m_state->isEnabled || m_state->isInFront())
        return;
    ++m_state->unseen[entry->verdict];
    m_state->lastLabel = backend::runLabel(entry->settings);
    if (!m_state->together.isActive())
        m_state->together.start();
}

void RunNotifier::notify()
{
    if (m_state->isInFront() || m_state->unseen.empty())
        return;
    int total = 0;
    bool isUrgent = false;
    QStringList counts;
    for (const auto &[verdict, count] : m_state->unseen) {
        total += count;
        isUrgent |= isBad(verdict);
        counts << countOf(verdict, count);
    }
    const bool isSingle = total == 1;
    const QString title =
        isSingle ? titleOf(m_state->unseen.begin()->first) : tr("%1 runs ended").arg(total);
    QString text = isSingle ? m_state->lastLabel : counts.join(QStringLiteral(", "));
    if (const int pending = m_state->queue.overview().pending; pending > 0)
        text += tr("; %1 waiting").arg(pending);
    m_state->bus.notify(title, text, isUrgent);
    Q_EMIT notified(title, text);
}

} // namespace mrb::ui
