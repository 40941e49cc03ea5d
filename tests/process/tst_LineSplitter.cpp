// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LineSplitter.h"

#include <QTest>

using namespace mrb::backend;

class tst_LineSplitter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesStay_data();
    void linesStay();
    void chunksDoNotMatter_data() { linesStay_data(); }
    void chunksDoNotMatter();
    void barsAreShownWithTheChunkTheyCameIn();
    void returnAtTheEndOfAChunkMayBelongToANewline();
    void endlessLineIsCutBetweenCharacters();
    void lineOfExactlyTheLimitIsNotCut();
    void linesKnowWhenAndWhereTheyCame();
};

namespace {

// "text" for a line that stays, "~text" for a transient one.
QStringList shown(const std::vector<LogLine> &lines)
{
    QStringList result;
    for (const LogLine &line : lines)
        result << (line.transient ? QStringLiteral("~") + line.text : line.text);
    return result;
}

QStringList split(QByteArrayView bytes, qsizetype chunk)
{
    LineSplitter splitter(Channel::Stderr);
    std::vector<LogLine> lines;
    for (qsizetype at = 0; at < bytes.size(); at += chunk) {
        const auto part = splitter.feed(bytes.sliced(at, std::min(chunk, bytes.size() - at)), 0);
        lines.insert(lines.end(), part.begin(), part.end());
    }
    const auto rest = splitter.finish(0);
    lines.insert(lines.end(), rest.begin(), rest.end());
    return shown(lines);
}

} // namespace

void tst_LineSplitter::linesStay_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QStringList>("lines");
    const auto row = [](const char *name, const QByteArray &bytes, const QStringList &lines) {
        QTest::newRow(name) << bytes << lines;
    };
    const QString replaced(QChar::ReplacementCharacter);
    row("nothing", "", {});
    row("newlines", "a\nb\n", {u"a"_qs, u"b"_qs});
    row("no newline at the end", "a\nb", {u"a"_qs, u"b"_qs});
    row("empty lines", "\n\na\n\n", {u""_qs, u""_qs, u"a"_qs, u""_qs});
    row("Windows endings", "a\r\nb\r\n", {u"a"_qs, u"b"_qs});
    row("return, return, newline", "a\r\r\nb\n", {u"a"_qs, u"b"_qs});
    row("lone return", "a\rb\n", {u"~a"_qs, u"b"_qs});
    row("leading return", "x\n\r  0%\r 50%\r100%\ny\n",
        {u"x"_qs, u"~  0%"_qs, u"~ 50%"_qs, u"100%"_qs, u"y"_qs});
    row("return at the end", "a\r", {u"~a"_qs, u"a"_qs});
    row("two bytes", "\xC3\xA9\n", {u"é"_qs});
    row("three bytes", "\xE2\x96\x8E|\n", {u"▎|"_qs});
    row("four bytes", "\xF0\x9D\x84\x9E\n", {u"𝄞"_qs});
    row("invalid bytes", "a\xFFz\xC3(\n", {u"a"_qs + replaced + u"z"_qs + replaced + u"("_qs});
    row("character cut by a newline", "\xE2\x96\nz\n", {replaced + replaced, u"z"_qs});
    row("character cut by the end", "a\xC3", {u"a"_qs + replaced});
    row("byte order mark", "\xEF\xBB\xBFz\n", {QString(QChar(0xFEFF)) + u"z"_qs});
    row("zero byte", QByteArray("a\0b\n", 4), {QString::fromUtf16(u"a\0b", 3)});
}

void tst_LineSplitter::linesStay()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QStringList, lines);
    QCOMPARE(split(bytes, bytes.size() + 1), lines);
}

void tst_LineSplitter::chunksDoNotMatter()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QStringList, lines);
    const auto staying = [](QStringList all) {
        all.removeIf([](const QString &line) { return line.startsWith(u'~'); });
        return all;
    };
    for (qsizetype chunk = 1; chunk <= 5; ++chunk)
        QCOMPARE(staying(split(bytes, chunk)), staying(lines));
}

void tst_LineSplitter::barsAreShownWithTheChunkTheyCameIn()
{
    LineSplitter splitter(Channel::Stderr);
    QCOMPARE(shown(splitter.feed("waiting", 0)), QStringList{});
    QCOMPARE(shown(splitter.feed("\r 10%", 0)), (QStringList{u"~waiting"_qs, u"~ 10%"_qs}));
    QCOMPARE(shown(splitter.feed("\r 2", 0)), QStringList{u"~ 2"_qs});
    QCOMPARE(shown(splitter.feed("0%", 0)), QStringList{u"~ 20%"_qs});
    QCOMPARE(shown(splitter.feed("\r 30%", 0)), QStringList{u"~ 30%"_qs});
    QCOMPARE(shown(splitter.feed("\n", 0)), QStringList{u" 30%"_qs});
    QCOMPARE(shown(splitter.feed("next", 0)), QStringList{});
}

void tst_LineSplitter::returnAtTheEndOfAChunkMayBelongToANewline()
{
    LineSplitter splitter(Channel::Stderr);
    QCOMPARE(shown(splitter.feed("a\r", 0)), QStringList{u"~a"_qs});
    QCOMPARE(shown(splitter.feed("\nb\r", 0)), (QStringList{u"a"_qs, u"~b"_qs}));
    QCOMPARE(shown(splitter.feed("c\n", 0)), QStringList{u"c"_qs});
}

void tst_LineSplitter::endlessLineIsCutBetweenCharacters()
{
    LineSplitter splitter(Channel::Stdout, 10);
    std::vector<LogLine> lines = splitter.feed(QByteArray("é").repeated(100), 0);
    const auto rest = splitter.finish(0);
    lines.insert(lines.end(), rest.begin(), rest.end());
    QString joined;
    for (const LogLine &line : lines) {
        QVERIFY(line.text.size() <= 5 && !line.transient);
        joined += line.text;
    }
    QCOMPARE(joined, QString(100, u'é'));

    LineSplitter odd(Channel::Stdout, 10);
    QCOMPARE(shown(odd.feed("x" + QByteArray("é").repeated(6) + '\n', 0)),
             (QStringList{u"xéééé"_qs, u"éé"_qs}));
}

void tst_LineSplitter::lineOfExactlyTheLimitIsNotCut()
{
    LineSplitter splitter(Channel::Stdout);
    const QByteArray full(static_cast<qsizetype>(LineSplitter::kMaxLineBytes), 'x');
    QCOMPARE(splitter.feed(full + '\n', 0).size(), std::size_t{1});
    QCOMPARE(splitter.feed(full + "y\n", 0).size(), std::size_t{2});
}

void tst_LineSplitter::linesKnowWhenAndWhereTheyCame()
{
    LineSplitter splitter(Channel::Stdout);
    splitter.feed("a", 1.0);
    const std::vector<LogLine> expected{{Channel::Stdout, u"ab"_qs, false, 2.5}};
    QCOMPARE(splitter.feed("b\n", 2.5), expected);
}

QTEST_APPLESS_MAIN(tst_LineSplitter)
#include "tst_LineSplitter.moc"
