// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/document/PdfPages.h"
#include "ui/document/PdfText.h"

#include <QAbstractTextDocumentLayout>
#include <QRandomGenerator>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextTable>

using namespace mrb;
using namespace mrb::ui;

namespace {

constexpr double kWidth = 400.0;
constexpr double kHeight = 300.0;

backend::ReportRow row(const QString &name, const QString &value)
{
    return {name, value, {}, backend::ReportTone::Plain};
}

/// A report laid out as it is printed, at one device unit per pixel.
struct Laid
{
    explicit Laid(const backend::ReportDocument &document)
    {
        text.setTextWidth(kWidth);
        content.write(document);
        static_cast<void>(text.documentLayout()->documentSize());
        pages = pagesOf(text, kHeight, 1.0);
    }

    QTextDocument text;
    PdfText content{text, {kWidth, kHeight}, 1.0};
    std::vector<PdfPage> pages;
};

PdfSlice lineSlice(const QTextDocument &text, const QTextBlock &block, int line)
{
    const double top = text.documentLayout()->blockBoundingRect(block).top();
    const QTextLine one = block.layout()->lineAt(line);
    return {top + one.y(), top + one.y() + one.height()};
}

/// On how many pages something can be seen.
int pagesOfSlice(const std::vector<PdfPage> &pages, const PdfSlice &slice)
{
    return static_cast<int>(std::ranges::count_if(pages, [&slice](const PdfPage &page) {
        return slice.top < page.body.bottom - 1.0 && slice.bottom > page.body.top + 1.0;
    }));
}

QTextBlock blockSaying(const QTextDocument &text, const QString &words)
{
    for (QTextBlock block = text.begin(); block.isValid(); block = block.next())
        if (block.text() == words)
            return block;
    return {};
}

int pageOf(const Laid &laid, const QString &words)
{
    const PdfSlice slice = lineSlice(laid.text, blockSaying(laid.text, words), 0);
    for (std::size_t i = 0; i < laid.pages.size(); ++i)
        if (slice.top >= laid.pages[i].body.top - 1.0 && slice.top < laid.pages[i].body.bottom)
            return static_cast<int>(i);
    return -1;
}

QString words(QRandomGenerator &random, int most)
{
    return QStringLiteral("word ").repeated(random.bounded(1, most)).trimmed();
}

backend::ReportDocument randomReport(quint32 seed)
{
    QRandomGenerator random(seed);
    backend::ReportDocument document;
    document.title = words(random, 5);
    backend::DocumentNotice notice{backend::ReportTone::Bad, words(random, 9), {}, {}};
    for (int i = random.bounded(40); i > 0; --i)
        notice.lines.push_back({words(random, 60), words(random, 20)});
    document.opening.emplace_back(notice);
    for (int i = 0; i < 12; ++i) {
        backend::DocumentRows rows;
        for (int k = random.bounded(1, 9); k > 0; --k)
            rows.rows.push_back(row(words(random, 3), words(random, 80)));
        document.sections.push_back({{}, QStringLiteral("Section %1").arg(i), {rows}});
        if (random.bounded(3) == 0)
            document.sections.back().blocks.insert(document.sections.back().blocks.begin(),
                                                   backend::DocumentParagraph{words(random, 90)});
    }
    return document;
}

} // namespace

class tst_PdfPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLineIsOnExactlyOnePage_data();
    void everyLineIsOnExactlyOnePage();
    void headingStaysWithItsTable();
    void rowThatFitsIsNotDivided();
    void titlesOfATableAreRepeated();
    void nothingGivesNoPage();
};

void tst_PdfPages::everyLineIsOnExactlyOnePage_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 0; seed < 40; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void tst_PdfPages::everyLineIsOnExactlyOnePage()
{
    QFETCH(quint32, seed);
    const Laid laid(randomReport(seed));
    QVERIFY(laid.pages.size() > 2);
    for (std::size_t i = 0; i < laid.pages.size(); ++i) {
        const PdfPage &page = laid.pages[i];
        QVERIFY(page.body.height() > 5.0);
        QVERIFY(page.body.height() + page.titles.height() <= kHeight);
        if (i > 0)
            QCOMPARE(page.body.top, laid.pages[i - 1].body.bottom);
    }
    int lines = 0;
    for (QTextBlock block = laid.text.begin(); block.isValid(); block = block.next())
        for (int line = 0; !block.text().isEmpty() && line < block.layout()->lineCount(); ++line) {
            QVERIFY2(pagesOfSlice(laid.pages, lineSlice(laid.text, block, line)) == 1,
                     qPrintable(block.text()));
            ++lines;
        }
    QVERIFY(lines > 100);
    for (int i = 0; i < 12; ++i) {
        const QTextBlock heading = blockSaying(laid.text, QStringLiteral("Section %1").arg(i));
        QVERIFY(heading.isValid());
        const PdfSlice both{lineSlice(laid.text, heading, 0).top,
                            lineSlice(laid.text, heading.next(), 0).bottom};
        QVERIFY2(pagesOfSlice(laid.pages, both) == 1, qPrintable(heading.text()));
    }
}

void tst_PdfPages::headingStaysWithItsTable()
{
    // Wherever the first section ends, the second one's heading is not left behind.
    for (int rows = 1; rows < 30; ++rows) {
        backend::DocumentRows first;
        for (int i = 0; i < rows; ++i)
            first.rows.push_back(row(QStringLiteral("a"), QStringLiteral("b")));
        backend::ReportDocument document;
        document.sections = {
            {{}, QStringLiteral("First"), {first}},
            {{},
             QStringLiteral("Second"),
             {backend::DocumentRows{{row(QStringLiteral("name"), QStringLiteral("value"))}}}}};
        const Laid laid(document);
        QCOMPARE(pageOf(laid, QStringLiteral("Second")), pageOf(laid, QStringLiteral("value")));
    }
}

void tst_PdfPages::rowThatFitsIsNotDivided()
{
    for (int above = 1; above < 30; ++above) {
        backend::DocumentRows rows;
        for (int i = 0; i < above; ++i)
            rows.rows.push_back(row(QStringLiteral("a"), QStringLiteral("b")));
        rows.rows.push_back({QStringLiteral("name"), QStringLiteral("value"),
                             QStringLiteral("the note below it"), backend::ReportTone::Plain});
        backend::ReportDocument document;
        document.sections = {{{}, QStringLiteral("First"), {rows}}};
        const Laid laid(document);
        QCOMPARE(pageOf(laid, QStringLiteral("value")),
                 pageOf(laid, QStringLiteral("the note below it")));
    }
}

void tst_PdfPages::titlesOfATableAreRepeated()
{
    backend::DocumentGates gates;
    for (int i = 0; i < 40; ++i)
        gates.gates.push_back({QStringLiteral("path"),
                               QStringLiteral("Question %1").arg(i),
                               QStringLiteral("= 1"),
                               QStringLiteral("1"),
                               true,
                               true,
                               {},
                               {}});
    backend::ReportDocument document;
    document.sections = {{{}, QStringLiteral("Gates"), {gates}}};
    const Laid laid(document);
    QVERIFY(laid.pages.size() > 3);
    const PdfSlice titles =
        lineSlice(laid.text, blockSaying(laid.text, QStringLiteral("Check")), 0);
    QCOMPARE(laid.pages.front().titles.height(), 0.0);
    for (std::size_t i = 1; i + 1 < laid.pages.size(); ++i) {
        QVERIFY(laid.pages[i].titles.top <= titles.top);
        QVERIFY(laid.pages[i].titles.bottom >= titles.bottom);
    }
}

void tst_PdfPages::nothingGivesNoPage()
{
    const QTextDocument empty;
    QVERIFY(pagesOf(empty, kHeight, 1.0).empty());
}

QTEST_MAIN(tst_PdfPages)
#include "tst_PdfPages.moc"
