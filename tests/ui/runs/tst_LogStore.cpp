// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/LogStore.h"

#include <QtTest>

using namespace mrb;
using namespace mrb::ui;
using backend::Channel;
using backend::LogLevel;

namespace {

QString number(int value)
{
    return QStringLiteral("line %1").arg(value);
}

QStringList textsOf(const LogStore &store)
{
    QStringList texts;
    for (std::int64_t at = store.first(); at < store.end(); ++at)
        texts << store.at(at).text;
    return texts;
}

} // namespace

class tst_LogStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ofAFloodTheLatestLinesAreKeptAndTheOthersCounted();
    void memoryIsBoundedAndLinesKeepTheirNumbers();
    void aBarStandsBelowUntilItsChannelPrintsAnotherLine();
    void aLineIsCutToWhatCanBeLaidOut();
    void levelsComeWithTheLines();
};

void tst_LogStore::ofAFloodTheLatestLinesAreKeptAndTheOthersCounted()
{
    LogStore store;
    constexpr int kLines = 100'000;
    for (int line = 0; line < kLines; ++line)
        store.add({.text = number(line)});
    QVERIFY(store.hasWaiting());
    store.commit();
    QVERIFY(!store.hasWaiting());
    const QStringList texts = textsOf(store);
    QCOMPARE(texts.size(), static_cast<qsizetype>(LogStore::kMaxBatch) + 1);
    QVERIFY2(texts.front().contains(QLocale().toString(kLines - qsizetype{LogStore::kMaxBatch})),
             qPrintable(texts.front()));
    QCOMPARE(texts.at(1), number(kLines - static_cast<int>(LogStore::kMaxBatch)));
    QCOMPARE(texts.back(), number(kLines - 1));
}

void tst_LogStore::memoryIsBoundedAndLinesKeepTheirNumbers()
{
    LogStore store;
    constexpr int kLines = 30'000;
    for (int line = 0; line < kLines; ++line) {
        store.add({.text = number(line)});
        if (line % 100 == 99)
            store.commit();
    }
    QCOMPARE(store.end(), std::int64_t{kLines});
    QCOMPARE(store.end() - store.first(), static_cast<std::int64_t>(LogStore::kMaxLines));
    QCOMPARE(store.at(store.first()).text, number(kLines - static_cast<int>(LogStore::kMaxLines)));
}

void tst_LogStore::aBarStandsBelowUntilItsChannelPrintsAnotherLine()
{
    LogStore store;
    store.add({.text = QStringLiteral("50%"), .transient = true});
    store.add({.channel = Channel::Stdout, .text = QStringLiteral("out")});
    store.commit();
    QCOMPARE(textsOf(store), QStringList{QStringLiteral("out")});
    QCOMPARE(store.transients().size(), std::size_t{1});
    store.add({.text = QStringLiteral("60%"), .transient = true});
    QVERIFY(store.hasWaiting());
    store.commit();
    QCOMPARE(store.transients().front().text, QStringLiteral("60%"));
    store.add({.text = QStringLiteral("100%")});
    store.commit();
    QVERIFY(store.transients().empty());
    QCOMPARE(textsOf(store).back(), QStringLiteral("100%"));
}

void tst_LogStore::aLineIsCutToWhatCanBeLaidOut()
{
    LogStore store;
    store.add({.text = QString(100'000, u'x')});
    store.commit();
    QVERIFY(store.at(0).text.size() < LogStore::kMaxCharacters + 10);
    QVERIFY(store.at(0).text.endsWith(u'…'));
}

void tst_LogStore::levelsComeWithTheLines()
{
    LogStore store;
    store.add({.text = QStringLiteral("[2026-01-01 10:00:00][ INFO ] - fine")});
    store.add({.text = QStringLiteral("RuntimeError: no")});
    store.commit();
    QCOMPARE(store.at(0).level, LogLevel::Plain);
    QCOMPARE(store.at(1).level, LogLevel::Error);
}

QTEST_GUILESS_MAIN(tst_LogStore)
#include "tst_LogStore.moc"
