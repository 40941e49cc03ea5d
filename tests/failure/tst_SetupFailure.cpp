// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/SetupFailure.h"
#include "tests/failure/SetupExcerpts.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace mrb::backend;

/// Why the set-up's commands fail, from what git and pip print.
class tst_SetupFailure : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void excerpts_data();
    void excerpts();
    void everyRuleHasAnExcerpt();
    void patternsTakeNoMoreThanLinearTime();
    void textsKeepNoPlaceholder();
    void runsAreNotExplainedByIt();
    void unknownLogsTellTheirLastLine();
    void signalsAreTold();
    void programsThatDoNotStart();
    void successIsNoFailure();
};

void tst_SetupFailure::excerpts_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; const SetupExcerpt &excerpt : setupExcerpts())
        QTest::newRow(excerpt.name) << i++;
}

void tst_SetupFailure::excerpts()
{
    QFETCH(int, index);
    const SetupExcerpt &excerpt = setupExcerpts()[static_cast<std::size_t>(index)];
    const QString log = QString::fromUtf8(excerpt.log);
    // Paths and echoed settings before it are not taken for a reason.
    const QString before = QStringLiteral("Cloning into '/data/model'...\nCollecting torch\n");
    QString onReturn = log;
    onReturn.replace(u'\n', QStringLiteral("\r\n"));
    for (const QString &shown : {log, before + log, onReturn}) {
        const auto cause = recogniseSetupFailure(shown, 1);
        QVERIFY(cause);
        QCOMPARE(cause->code, QString::fromUtf8(excerpt.code));
        QVERIFY2(cause->what.contains(QString::fromUtf8(excerpt.inWhat)), qPrintable(cause->what));
        QVERIFY(!cause->advice.isEmpty());
        QVERIFY2(log.contains(cause->evidence), qPrintable(cause->evidence));
    }
}

void tst_SetupFailure::everyRuleHasAnExcerpt()
{
    for (const FailureRule &rule : setupFailureRules())
        QVERIFY2(std::ranges::any_of(setupExcerpts(),
                                     [&rule](const SetupExcerpt &excerpt) {
                                         return QByteArray(excerpt.code) == rule.code;
                                     }),
                 rule.code);
}

void tst_SetupFailure::patternsTakeNoMoreThanLinearTime()
{
    constexpr qsizetype kLength = 1000;
    QStringList hostile = {QString(kLength, u'a'), QString(kLength, u'\''), QString(kLength, u' ')};
    for (const SetupExcerpt &excerpt : setupExcerpts()) {
        const QString line = QString::fromUtf8(excerpt.log).section(u'\n', 0, 0);
        hostile << line.repeated(kLength / line.size() + 1).left(kLength);
        hostile << line.chopped(1).repeated(kLength / line.size() + 1).left(kLength);
    }
    for (const FailureRule &rule : setupFailureRules()) {
        const QRegularExpression expression(
            QStringLiteral("(*LIMIT_MATCH=50000)(*NO_JIT)(*NO_START_OPT)") +
            QString::fromUtf8(rule.line));
        QVERIFY2(expression.isValid(), rule.line);
        for (const QString &line : hostile)
            QVERIFY2(expression.match(line).isValid(), rule.line);
    }
}

void tst_SetupFailure::textsKeepNoPlaceholder()
{
    for (const FailureRule &rule : setupFailureRules()) {
        QCOMPARE(rule.group, FailureGroup::SettingUp);
        const QRegularExpression line(QString::fromUtf8(rule.line));
        const QString said = QString::fromUtf8(rule.what) + QString::fromUtf8(rule.why);
        QVERIFY2(said.contains(u"%1") == (line.captureCount() >= 1), rule.code);
        QVERIFY2(QString::fromUtf8(rule.what).endsWith(u'.'), rule.code);
        QVERIFY2(QString::fromUtf8(rule.advice).endsWith(u'.'), rule.code);
    }
}

/// A run's log that quotes git or pip stays what it is.
void tst_SetupFailure::runsAreNotExplainedByIt()
{
    const QString log = QStringLiteral("ERROR: No matching distribution found for torch");
    const auto cause = recogniseFailure(log, 1);
    QVERIFY(cause);
    QVERIFY(!cause->code.startsWith(u"setup_"));
    for (const FailureRule &rule : failureRules())
        QVERIFY2(rule.group != FailureGroup::SettingUp, rule.code);
}

void tst_SetupFailure::unknownLogsTellTheirLastLine()
{
    const auto cause = recogniseSetupFailure(QStringLiteral("one\nthe odd end\n\n"), 17);
    QVERIFY(cause);
    QCOMPARE(cause->code, QStringLiteral("unknown"));
    QVERIFY(cause->what.contains(u"17"));
    QCOMPARE(cause->evidence, QStringLiteral("the odd end"));
}

void tst_SetupFailure::signalsAreTold()
{
    const auto cause = recogniseSetupFailure(QStringLiteral("Collecting torch"), -9);
    QVERIFY(cause);
    QCOMPARE(cause->code, QStringLiteral("killed"));
}

void tst_SetupFailure::programsThatDoNotStart()
{
    const auto cause = recogniseSetupFailure({}, 127, FailureEnd::NotStarted);
    QVERIFY(cause);
    QCOMPARE(cause->code, QStringLiteral("not_started"));
}

void tst_SetupFailure::successIsNoFailure()
{
    QVERIFY(!recogniseSetupFailure(QStringLiteral("Connection refused"), 0));
}

QTEST_GUILESS_MAIN(tst_SetupFailure)
#include "tst_SetupFailure.moc"
