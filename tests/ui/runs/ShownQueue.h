// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/ui/runs/QueueBench.h"
#include "ui/runs/QueueModel.h"
#include "ui/runs/QueuePanel.h"

#include <QAction>
#include <QListView>

namespace mrb::test {

/// A queue and its panel as they are in a dock.
class ShownQueue
{
protected:
    void open()
    {
        m_bench = std::make_unique<QueueBench>();
        makePanel();
    }
    void makePanel()
    {
        m_panel = std::make_unique<ui::QueuePanel>(*m_bench->queue);
        m_panel->resize(340, 500);
        m_panel->show();
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    }
    void close()
    {
        QCOMPARE(tickingTimers(*m_panel), 0);
        m_panel.reset();
        m_bench.reset();
    }
    QAction *action(const char *name) const
    {
        return m_panel->findChild<QAction *>(QLatin1StringView("queue.") + QLatin1StringView(name));
    }
    void trigger(const char *name) const
    {
        QVERIFY2(action(name)->isEnabled(), name);
        action(name)->trigger();
    }
    QListView *view() const { return m_panel->findChild<QListView *>(); }
    ui::QueueModel *model() const { return qobject_cast<ui::QueueModel *>(view()->model()); }
    QString rowText(const QString &id) const
    {
        return model()->indexOf(id).data(ui::QueueModel::StateTextRole).toString();
    }

    std::unique_ptr<QueueBench> m_bench;
    std::unique_ptr<ui::QueuePanel> m_panel;
};

} // namespace mrb::test
