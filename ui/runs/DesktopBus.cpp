// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/DesktopBus.h"

#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFutureWatcher>
#include <QGuiApplication>
#include <QtConcurrentRun>

#include <utility>

namespace mrb::ui {

namespace {

/// The name of the desktop file, by which a taskbar knows the program.
QString desktopName()
{
    const QString name = QGuiApplication::desktopFileName();
    return name.isEmpty() ? QStringLiteral("mrbrain-studio") : name;
}

} // namespace

DesktopBus::DesktopBus(QObject *parent) : QObject(parent) {}

void DesktopBus::showProgress(std::optional<double> fraction, bool isUrgent)
{
    QDBusMessage message = QDBusMessage::createSignal(
        QStringLiteral("/com/canonical/unity/launcherentry/mrbrain"),
        QStringLiteral("com.canonical.Unity.LauncherEntry"), QStringLiteral("Update"));
    const QVariantMap values{{QStringLiteral("progress"), fraction.value_or(0)},
                             {QStringLiteral("progress-visible"), fraction.has_value()},
                             {QStringLiteral("urgent"), isUrgent}};
    message << QStringLiteral("application://%1.desktop").arg(desktopName()) << values;
    send({.message = message});
}

void DesktopBus::notify(const QString &title, const QString &text, bool isUrgent)
{
    QDBusMessage message = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.Notifications"),
        QStringLiteral("/org/freedesktop/Notifications"),
        QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
    constexpr int kServersTime = -1;
    const auto urgency = static_cast<uchar>(isUrgent ? 2 : 1);
    const QVariantMap hints{{QStringLiteral("urgency"), QVariant::fromValue(urgency)},
                            {QStringLiteral("desktop-entry"), desktopName()}};
    // Services read the text as markup.
    message << QGuiApplication::applicationDisplayName() << m_shown << desktopName() << title
            << text.toHtmlEscaped() << QStringList() << hints << kServersTime;
    send({.message = message, .isNotification = true});
}

void DesktopBus::send(const Message &message)
{
    if (m_bus) {
        deliver(message);
        return;
    }
    std::erase_if(m_waiting, [&message](const Message &waiting) {
        return waiting.isNotification == message.isNotification; // out of date now
    });
    m_waiting.push_back(message);
    if (!std::exchange(m_isConnecting, true))
        connectToBus();
}

void DesktopBus::connectToBus()
{
    auto *watcher = new QFutureWatcher<QDBusConnection>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        watcher->deleteLater();
        m_bus = watcher->result();
        for (const Message &message : std::exchange(m_waiting, {}))
            deliver(message);
    });
    watcher->setFuture(QtConcurrent::run([] { return QDBusConnection::sessionBus(); }));
}

void DesktopBus::deliver(const Message &message)
{
    if (!message.isNotification) {
        m_bus->send(message.message); // a signal: nobody need hear it
        return;
    }
    if (!m_bus->isConnected()) {
        Q_EMIT notificationFailed();
        return;
    }
    auto *answer = new QDBusPendingCallWatcher(m_bus->asyncCall(message.message), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        answer->deleteLater();
        const QDBusPendingReply<uint> reply = *answer;
        if (reply.isError())
            Q_EMIT notificationFailed();
        else
            m_shown = reply.value();
    });
}

} // namespace mrb::ui
