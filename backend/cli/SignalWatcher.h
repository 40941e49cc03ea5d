// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include <memory>

class QSocketNotifier;

namespace mrb::backend {

/// Turns SIGINT, SIGTERM and SIGHUP into a Qt signal for as long as it lives; at most one object at
/// a time. A SIGHUP that the caller had ignored (nohup) stays ignored.
class SignalWatcher final : public QObject
{
    Q_OBJECT

public:
    SignalWatcher();
    ~SignalWatcher() override;

Q_SIGNALS:
    void endRequested() const;

private:
    void readSignal();

    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace mrb::backend
