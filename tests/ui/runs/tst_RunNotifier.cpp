// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/runs/QueueBench.h"
#include "ui/runs/RunNotifier.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QProcess>
#include <QStandardPaths>
#include <QWidget>
#include <QtTest>

using namespace mrb;
using namespace mrb::ui;
using test::kPatienceMs;
using test::QueueBench;

namespace {

struct Told
{
    QString title;
    QString text;
    uint replaces = 0;
    int urgency = 0;
};

/// A desktop's service of notifications, as far as it is used.
class Desktop : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    std::vector<Told> told;
    std::vector<QVariantMap> progress;

public Q_SLOTS:
    uint Notify(const QString &, uint replaces, const QString &, const QString &title,
                const QString &text, const QStringList &, const QVariantMap &hints, int)
    {
        told.push_back({title, text, replaces, hints[QStringLiteral("urgency")].toInt()});
        return 7;
    }
    void onUpdate(const QString &, const QVariantMap &values) { progress.push_back(values); }
};

} // namespace

class tst_RunNotifier : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void theTitleTellsTheWholeQueue();
    void theTaskbarShowsProgressAndTakesItAway();
    void nothingIsToldWhileTheWindowIsInFront();
    void aFailureIsToldAsUrgent();
    void manyEndsAreToldOnce();
    void aLaterNotificationReplacesTheEarlier();
    void nothingIsToldWhenItIsSwitchedOff();
    void withoutAServiceTheTaskbarAsks();
    void cleanupTestCase();

private:
    void serve(bool on);

    QProcess m_daemon;
    std::unique_ptr<Desktop> m_desktop;
    std::unique_ptr<QueueBench> m_bench;
    std::unique_ptr<QWidget> m_window;
    std::unique_ptr<RunNotifier> m_notifier;
};

void tst_RunNotifier::initTestCase()
{
    const QString program = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
    if (program.isEmpty())
        QSKIP("dbus-daemon is not installed");
    m_daemon.start(program, {QStringLiteral("--session"), QStringLiteral("--nofork"),
                             QStringLiteral("--print-address")});
    QVERIFY(m_daemon.waitForReadyRead(kPatienceMs));
    const QByteArray address = m_daemon.readLine().trimmed();
    QVERIFY(!address.isEmpty());
    qputenv("DBUS_SESSION_BUS_ADDRESS", address);
    QDBusConnection desktop =
        QDBusConnection::connectToBus(QString::fromLocal8Bit(address), QStringLiteral("desktop"));
    QVERIFY(desktop.isConnected());
}

void tst_RunNotifier::serve(bool on)
{
    QDBusConnection desktop(QStringLiteral("desktop"));
    if (!on) {
        desktop.unregisterService(QStringLiteral("org.freedesktop.Notifications"));
        return;
    }
    desktop.registerObject(QStringLiteral("/org/freedesktop/Notifications"), m_desktop.get(),
                           QDBusConnection::ExportAllSlots);
    QVERIFY(desktop.registerService(QStringLiteral("org.freedesktop.Notifications")));
    QVERIFY(desktop.connect({}, {}, QStringLiteral("com.canonical.Unity.LauncherEntry"),
                            QStringLiteral("Update"), m_desktop.get(),
                            SLOT(onUpdate(QString, QVariantMap))));
}

void tst_RunNotifier::init()
{
    m_desktop = std::make_unique<Desktop>();
    serve(true);
    m_bench = std::make_unique<QueueBench>();
    m_window = std::make_unique<QWidget>();
    m_notifier = std::make_unique<RunNotifier>(*m_window, *m_bench->queue);
}

void tst_RunNotifier::cleanup()
{
    m_notifier.reset();
    m_window.reset();
    m_bench.reset();
    serve(false);
    m_desktop.reset();
}

void tst_RunNotifier::cleanupTestCase()
{
    QDBusConnection::disconnectFromBus(QStringLiteral("desktop"));
    m_daemon.terminate();
    m_daemon.waitForFinished(kPatienceMs);
}

void tst_RunNotifier::theTitleTellsTheWholeQueue()
{
    QSignalSpy titles(m_notifier.get(), &RunNotifier::titleChanged);
    const QString first = m_bench->startOne();
    m_bench->add(1);
    QTRY_COMPARE_WITH_TIMEOUT(m_notifier->titlePrefix(), QStringLiteral("0 % – "), kPatienceMs);
    m_bench->job(first)->end();
    QTRY_COMPARE_WITH_TIMEOUT(m_notifier->titlePrefix(), QStringLiteral("50 % – "), kPatienceMs);
    m_bench->job(m_bench->target->started.last())->end();
    QTRY_COMPARE_WITH_TIMEOUT(m_notifier->titlePrefix(), QString(), kPatienceMs);
    QCOMPARE(titles.takeLast()[0].toString(), QString());
}

void tst_RunNotifier::theTaskbarShowsProgressAndTakesItAway()
{
    const auto latest = [this](const char *key) {
        return m_desktop->progress.empty() ? QVariant()
                                           : m_desktop->progress.back()[QLatin1StringView(key)];
    };
    const QString id = m_bench->startOne();
    QTRY_COMPARE_WITH_TIMEOUT(latest("progress-visible"), QVariant(true), kPatienceMs);
    m_bench->job(id)->end();
    QTRY_COMPARE_WITH_TIMEOUT(latest("progress-visible"), QVariant(false), kPatienceMs);
}

void tst_RunNotifier::nothingIsToldWhileTheWindowIsInFront()
{
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QSignalSpy told(m_notifier.get(), &RunNotifier::notified);
    m_bench->job(m_bench->startOne())->end();
    QCOMPARE(test::tickingTimers(*m_notifier), 0); // nothing is about to be told
    QCOMPARE(told.count(), 0);
}

void tst_RunNotifier::aFailureIsToldAsUrgent()
{
    m_bench->fail(m_bench->startOne(), {});
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->told.size(), std::size_t{1}, kPatienceMs);
    QCOMPARE(m_desktop->told[0].title, QStringLiteral("Run failed"));
    QVERIFY(m_desktop->told[0].text.contains(QStringLiteral("T1")));
    QCOMPARE(m_desktop->told[0].urgency, 2);
    QCOMPARE(test::tickingTimers(*m_notifier), 0);
}

void tst_RunNotifier::manyEndsAreToldOnce()
{
    m_bench->target->setCapacity(3);
    const QStringList ids = m_bench->add(4);
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->target->started.size(), 3, kPatienceMs);
    m_bench->target->capacity = 0;
    m_bench->job(ids[0])->end();
    m_bench->job(ids[1])->end();
    m_bench->job(ids[2])->endCancelled();
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->told.size(), std::size_t{1}, kPatienceMs);
    QCOMPARE(m_desktop->told[0].title, QStringLiteral("3 runs ended"));
    QCOMPARE(m_desktop->told[0].text, QStringLiteral("2 passed, 1 cancelled; 1 waiting"));
    QCOMPARE(m_desktop->told[0].urgency, 1);
}

void tst_RunNotifier::aLaterNotificationReplacesTheEarlier()
{
    m_bench->job(m_bench->startOne())->end();
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->told.size(), std::size_t{1}, kPatienceMs);
    QCOMPARE(m_desktop->told[0].replaces, 0U);
    QCoreApplication::processEvents(); // its number
    m_bench->job(m_bench->startOne())->end();
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->told.size(), std::size_t{2}, kPatienceMs);
    QCOMPARE(m_desktop->told[1].replaces, 7U);
    QCOMPARE(m_desktop->told[1].title, QStringLiteral("2 runs ended"));

    m_window->show(); // seen
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_window->hide();
    QTRY_VERIFY_WITH_TIMEOUT(!QApplication::activeWindow(), kPatienceMs);
    m_bench->job(m_bench->startOne())->end();
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->told.size(), std::size_t{3}, kPatienceMs);
    QCOMPARE(m_desktop->told[2].title, QStringLiteral("Run finished: all gates passed"));
}

void tst_RunNotifier::nothingIsToldWhenItIsSwitchedOff()
{
    m_notifier->setEnabled(false);
    m_bench->job(m_bench->startOne())->end();
    QCOMPARE(test::tickingTimers(*m_notifier), 0);
    m_notifier->setEnabled(true);
    m_bench->fail(m_bench->startOne(), {});
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->told.size(), std::size_t{1}, kPatienceMs);
    QCOMPARE(m_desktop->told[0].title, QStringLiteral("Run failed"));
}

void tst_RunNotifier::withoutAServiceTheTaskbarAsks()
{
    serve(false);
    QSignalSpy asked(m_notifier.get(), &RunNotifier::attentionAsked);
    m_bench->fail(m_bench->startOne(), {});
    QVERIFY(asked.wait(kPatienceMs));
    QVERIFY(m_desktop->told.empty());
}

QTEST_MAIN(tst_RunNotifier)
#include "tst_RunNotifier.moc"
