// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QObject>
#include <QString>

#include <optional>
#include <vector>

namespace mrb::ui {

/// The desktop's session bus, as far as a run is told there. Connecting happens in a worker and
/// nothing waits for an answer, so that a bus that is missing or hangs does not matter. GUI thread.
class DesktopBus final : public QObject
{
    Q_OBJECT

public:
    explicit DesktopBus(QObject *parent = nullptr);

    /// Progress in the taskbar, for desktops that know Unity's interface.
    /// @param fraction nothing: takes the bar away
    void showProgress(std::optional<double> fraction, bool isUrgent);
    /// Replaces the one that was shown before by this object and is still there.
    void notify(const QString &title, const QString &text, bool isUrgent);

Q_SIGNALS:
    /// Nobody showed the notification.
    void notificationFailed();

private:
    struct Message
    {
        QDBusMessage message;
        bool isNotification = false;
    };

    void send(const Message &message);
    void deliver(const Message &message);
    void connectToBus();

    std::optional<QDBusConnection> m_bus;
    bool m_isConnecting = false;
    std::vector<Message> m_waiting; // for the bus
    unsigned int m_shown = 0;       // the service's number of the notification
};

} // namespace mrb::ui
