// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/FailureCause.h"
#include "backend/failure/FailureRules.h"
#include "tests/failure/FailureExcerpts.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>

using namespace mrb::backend;

namespace {

/// PCRE counts its steps when it is asked to, so a pattern that goes back and forth over a line is
/// found without a clock.
QRegularExpression counted(const QString &pattern)
{
    return QRegularExpression(QStringLiteral("(*LIMIT_MATCH=50000)(*NO_JIT)(*NO_START_OPT)") +
                              pattern);
}

} // namespace

/// Every row of the table of causes: what it recognises, what it says, what it costs.
class tst_FailureRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void realLogs_data();
    void realLogs();
    void excerpts_data();
    void excerpts();
    void everyRuleHasAnExcerpt();
    void patternsTakeNoMoreThanLinearTime();
    void textsKeepNoPlaceholder();
    void othersMemoryIsNamed();
    void longLinesAreCutInTheEvidence();
};

void tst_FailureRules::realLogs_data()
{
    QTest::addColumn<QString>("code");
    const QList<QPair<const char *, const char *>> rows = {
        {"bad_dim", "size_not_supported"},
        {"checkpoint_without_scale_factor", "weights_lack_an_entry"},
        {"disk_full", "disk_full"},
        {"guidance_zero", ""},
        {"html_instead_of_weights", "weights_are_html"},
        {"missing_weights", "weights_missing"},
        {"no_cuda", "no_gpu"},
        {"no_monai", "module_missing"},
        {"out_of_memory", "gpu_out_of_memory"},
        {"seed_negative", ""},
        {"steps_2000", "too_many_steps"},
        {"truncated_checkpoint", "weights_truncated"},
        {"two_gpus_without_torchrun", "rank_not_set"},
        {"unwritable", "output_not_writable"},
        {"wrong_autoencoder", "weights_of_another_model"}};
    for (const auto &[name, code] : rows)
        QTest::newRow(name) << QString::fromUtf8(code);
}

void tst_FailureRules::realLogs()
{
    QFETCH(QString, code);
    const QDir folder(QStringLiteral(MRB_SOURCE_DIR "/../shared/contract/logs/failures"));
    if (!folder.exists())
        QSKIP("upstream's logs do not lie beside this checkout");
    QFile file(
        folder.filePath(QString::fromUtf8(QTest::currentDataTag()) + QStringLiteral(".log")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(file.readAll()).trimmed();
    const qsizetype last = text.lastIndexOf(u'\n');
    const int exitCode = text.mid(last + 1).remove(QStringLiteral("exit ")).toInt();
    text.truncate(last);
    // A result keeps only the last 4,000 characters.
    for (const QString &shown : {text, text.right(4000)}) {
        const auto cause = recogniseFailure(shown, exitCode);
        QCOMPARE(cause ? cause->code : QString(), code);
        if (cause) {
            QVERIFY(!cause->advice.isEmpty());
            QVERIFY(text.contains(cause->evidence.left(100)));
        }
    }
}

void tst_FailureRules::excerpts_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; const FailureExcerpt &excerpt : failureExcerpts())
        QTest::newRow(excerpt.name) << i++;
}

void tst_FailureRules::excerpts()
{
    QFETCH(int, index);
    const FailureExcerpt &excerpt = failureExcerpts()[static_cast<std::size_t>(index)];
    const QString log = logOf(excerpt);
    QString marked = log; // as a rank's under torchrun
    marked.replace(QStringLiteral("\n"), QStringLiteral("\n[rank3]: "));
    QString onReturn = log;
    onReturn.replace(u'\n', QStringLiteral("\r\n"));
    for (const QString &shown : {log, onReturn, marked}) {
        const auto cause = recogniseFailure(shown, 1);
        QVERIFY(cause);
        QCOMPARE(cause->code, QString::fromUtf8(excerpt.code));
        QVERIFY2(cause->what.contains(QString::fromUtf8(excerpt.inWhat)), qPrintable(cause->what));
        QVERIFY(!cause->advice.isEmpty());
        QVERIFY(!cause->evidence.isEmpty());
        QVERIFY2(QString::fromUtf8(excerpt.end).contains(cause->evidence),
                 qPrintable(cause->evidence));
    }
}

void tst_FailureRules::everyRuleHasAnExcerpt()
{
    for (const FailureRule &rule : failureRules()) {
        QVERIFY2(std::ranges::any_of(failureExcerpts(),
                                     [&rule](const FailureExcerpt &excerpt) {
                                         const auto cause = recogniseFailure(logOf(excerpt), 1);
                                         return cause && isOf(*cause, rule);
                                     }),
                 rule.line);
    }
}

void tst_FailureRules::patternsTakeNoMoreThanLinearTime()
{
    constexpr qsizetype kLength = 1000; // a square of it is ten times what is allowed
    static const QRegularExpression nested(QStringLiteral(R"(\([^()]*[*+}][^()]*\)[*+{])"));
    QStringList hostile = {QString(kLength, u'a'), QString(kLength, u'\''), QString(kLength, u' '),
                           QString(kLength, u'1'), QStringLiteral("[1, ").repeated(kLength / 4)};
    for (const FailureExcerpt &excerpt : failureExcerpts()) {
        for (const QString &line : QString::fromUtf8(excerpt.end).split(u'\n')) {
            if (line.isEmpty())
                continue;
            const auto times = kLength / line.size() + 1;
            hostile << line.repeated(times).left(kLength);
            hostile << line.chopped(1).repeated(times).left(kLength);
            hostile << (line.left(line.size() / 2) + u'\'').repeated(2 * times).left(kLength);
        }
    }
    // The count works: this one needs a square of the length.
    QVERIFY(!counted(QStringLiteral(R"(\w*\w*b)")).match(hostile.front()).isValid());
    for (const FailureRule &rule : failureRules()) {
        for (const char *pattern : {rule.line, rule.context}) {
            if (!pattern)
                continue;
            QVERIFY2(!nested.match(QString::fromUtf8(pattern)).hasMatch(), pattern);
            const QRegularExpression expression = counted(QString::fromUtf8(pattern));
            QVERIFY2(expression.isValid(), pattern);
            for (const QString &line : hostile)
                QVERIFY2(expression.match(line).isValid(),
                         qPrintable(QString::fromUtf8(pattern) + u' ' + line.left(80)));
        }
    }
}

void tst_FailureRules::textsKeepNoPlaceholder()
{
    QSet<QString> sentences;
    for (const FailureRule &rule : failureRules()) {
        const QRegularExpression line(QString::fromUtf8(rule.line));
        QVERIFY2(line.isValid(), rule.code);
        const QString said = QString::fromUtf8(rule.what) + QString::fromUtf8(rule.why);
        QVERIFY2(said.contains(u"%1") == (line.captureCount() >= 1), rule.code);
        QVERIFY2(QString::fromUtf8(rule.what).endsWith(u'.'), rule.code);
        QVERIFY2(QString::fromUtf8(rule.advice).endsWith(u'.'), rule.code);
        sentences << said;
    }
    QCOMPARE(sentences.size(), static_cast<qsizetype>(failureRules().size()));
}

void tst_FailureRules::othersMemoryIsNamed()
{
    const auto cause = recogniseFailure(logOf(failureExcerpts().front()), 1);
    QCOMPARE(cause->code, QStringLiteral("gpu_out_of_memory"));
    QVERIFY2(cause->why.contains(u"62.51 GiB"), qPrintable(cause->why));
}

void tst_FailureRules::longLinesAreCutInTheEvidence()
{
    const auto cause = recogniseFailure(
        QStringLiteral("FileNotFoundError: [Errno 2] No such file or directory: '%1.pt'")
            .arg(QString(3000, u'x')),
        1);
    QCOMPARE(cause->code, QStringLiteral("weights_missing"));
    QVERIFY(cause->what.size() < 1000);
    QVERIFY(cause->evidence.size() < 1000);
}

QTEST_GUILESS_MAIN(tst_FailureRules)
#include "tst_FailureRules.moc"
