// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/HistogramPlot.h"
#include "backend/report/ReportDocument.h"
#include "tests/report/ReportFixtures.h"

#include <QRegularExpression>

using namespace mrb;
using namespace mrb::backend;

namespace {

/// A report in which every text is the given one.
RunReport reportSaying(const QString &text)
{
    RunReport report;
    report.provenance = Provenance::ModelRun;
    report.title = report.verdict = report.verdictText = report.disclaimer = text;
    report.verdictTone = ReportTone::Bad;
    report.cause =
        FailureCause{.code = text, .what = text, .why = text, .advice = text, .evidence = text};
    report.gates = {{text, text, text, text, false, true, text, text},
                    {text, text, text, text, true, true, {}, text}};
    report.warnings = {{text, text, text, ReportTone::Bad}, {text, {}, {}, ReportTone::Notice}};
    report.sections = {{text,
                        {{text, text, text, ReportTone::Good}, {text, text, {}, ReportTone::Plain}},
                        QStringLiteral("geometry")}};
    return report;
}

DocumentMaterial materialSaying(const QString &text)
{
    VolumeFigures volume{text, Provenance::ModelRun, {}, {}, text};
    volume.pictures.push_back({QByteArray("\x89PNG\x00\xff", 6), QSize(4, 3), text, text});
    volume.histogram = DocumentHistogram{0.0, 1.0, {5, 0, 1}, text};
    return {{volume}, text};
}

QString htmlOf(const RunReport &report, const DocumentMaterial &material = {})
{
    return QString::fromUtf8(reportHtml(reportDocument(report, material)));
}

/// Tags with the names of their attributes, without their values.
QStringList structureOf(const QString &html)
{
    static const QRegularExpression tag(QStringLiteral("<[^>]*>"));
    static const QRegularExpression value(QStringLiteral("\"[^\"]*\""));
    QStringList tags;
    for (auto found = tag.globalMatch(html); found.hasNext();)
        tags << found.next().captured().replace(value, QStringLiteral("\"\""));
    return tags;
}

RunReport goodReport()
{
    const QTemporaryDir temporary;
    const std::filesystem::path folder = temporary.path().toStdString();
    Json result = goodResult();
    result["manifest"] = {{"built_in", true}};
    writeFile(folder / "result.json", writeJson(result));
    return *reportOfRun(folder);
}

bool saysInOrder(const QString &text, const QStringList &words)
{
    qsizetype at = 0;
    for (const QString &word : words) {
        at = text.indexOf(word, at);
        if (at < 0)
            return false;
        at += word.size();
    }
    return true;
}

} // namespace

class tst_ReportDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void foreignTextNeverBecomesMarkup_data();
    void foreignTextNeverBecomesMarkup();
    void textThatHidesOrReordersIsNamed_data();
    void textThatHidesOrReordersIsNamed();
    void fileIsSelfContained();
    void sameInputGivesTheSameBytes();
    void everythingOfTheReportIsInIt();
    void failedGatesComeFirst();
    void matrixKeepsItsLines();
    void sectionsOfSeveralVolumesHaveNamesOfTheirOwn();
    void phantomIsNeverTakenForModelOutput();
    void modelRunIsToBeCited();
    void modelRunOfOtherWeightsSaysSo();
    void runWithoutVolumeClaimsNoOrigin();
    void undrawnVolumeIsAGap();
    void histogramIsDrawnForBothPalettes();
    void oneVoxelIsSeenBesideMillions();
    void histogramWithoutValuesIsNotDrawn_data();
    void histogramWithoutValuesIsNotDrawn();
};

void tst_ReportDocument::foreignTextNeverBecomesMarkup_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("script") << "<script>alert(1)</script>";
    QTest::newRow("ends an attribute") << "\" onload=\"alert(1)\" x=\"";
    QTest::newRow("single quotes") << "' onload='alert(1)";
    QTest::newRow("ends a section") << "]]></style></section></body>";
    QTest::newRow("comment") << "<!-- --><!--";
    QTest::newRow("picture from elsewhere") << "<img src=https://example.org/x.png>";
    QTest::newRow("entities") << "&lt;script&gt; &#60; &quot;";
    QTest::newRow("placeholders") << "%1 %2 %3 %9 %%1 %L1";
    QTest::newRow("control characters") << QString(u"a\u0000\u0001\u001b[31m\u007f\u0085b"_qs);
    QTest::newRow("half of a character") << QString(QChar(0xd83d)) + u'<';
    QTest::newRow("very long word") << QString(20000, u'<');
}

void tst_ReportDocument::foreignTextNeverBecomesMarkup()
{
    QFETCH(QString, text);
    // As long as the other one, because long words are set differently.
    const QString harmless(text.size(), u'x');
    const QString usual = text.contains(u' ') ? QStringLiteral("a b") : harmless;
    const QString html = htmlOf(reportSaying(text), materialSaying(text));
    const QString expected = htmlOf(reportSaying(usual), materialSaying(usual));
    QVERIFY(structureOf(expected).size() > 100);
    QCOMPARE(structureOf(html), structureOf(expected));
    QVERIFY(!html.contains(text) || text.toHtmlEscaped() == text);
}

void tst_ReportDocument::textThatHidesOrReordersIsNamed_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << u"Größe 3 × 4 µm 脑"_qs << u"Größe 3 × 4 µm 脑"_qs;
    QTest::newRow("override") << u"a\u202egnp.exe"_qs << u"a[U+202E]gnp.exe"_qs;
    QTest::newRow("isolate") << u"\u2066x\u2069"_qs << u"[U+2066]x[U+2069]"_qs;
    QTest::newRow("zero width") << u"a\u200bb\ufeff"_qs << u"a[U+200B]b[U+FEFF]"_qs;
    QTest::newRow("tag beyond 16 bits") << u"a\U000e0041"_qs << u"a[U+E0041]"_qs;
    QTest::newRow("joiner of a script") << u"\u0915\u094d\u200d"_qs << u"\u0915\u094d\u200d"_qs;
    QTest::newRow("control") << u"a\u0007b\tc\rd"_qs << u"a b c d"_qs;
    QTest::newRow("lines") << u"a\nb\u2028c"_qs << u"a\nb c"_qs;
    QTest::newRow("half of a character") << QString(QChar(0xdc00)) << u"\ufffd"_qs;
    QTest::newRow("no character") << QString(QChar(0xffff)) << u"\ufffd"_qs;
}

void tst_ReportDocument::textThatHidesOrReordersIsNamed()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(harmlessText(text), shown);
    QVERIFY(htmlOf(reportSaying(text)).contains(shown.toHtmlEscaped()));
}

void tst_ReportDocument::fileIsSelfContained()
{
    const QString html = htmlOf(goodReport(), materialSaying(QStringLiteral("x")));
    QVERIFY(html.startsWith(u"<!DOCTYPE html>\n<html lang=\"en\">"));
    QVERIFY(!html.contains(u"<script") && !html.contains(u"<link") && !html.contains(u"@import"));
    for (auto found = QRegularExpression(QStringLiteral("src=\"([^\"]*)\"")).globalMatch(html);
         found.hasNext();)
        QVERIFY(found.next().captured(1).startsWith(u"data:image/png;base64,"));
    QVERIFY(!html.contains(u"url("));
    QVERIFY(html.contains(u"default-src 'none'"));
    QVERIFY(html.contains(u"prefers-color-scheme: dark") && html.contains(u"@media print"));
}

void tst_ReportDocument::sameInputGivesTheSameBytes()
{
    const RunReport report = goodReport();
    const DocumentMaterial material = materialSaying(QStringLiteral("x"));
    QCOMPARE(reportHtml(reportDocument(report, material)),
             reportHtml(reportDocument(report, material)));
}

void tst_ReportDocument::everythingOfTheReportIsInIt()
{
    const RunReport report = goodReport();
    const QString html = htmlOf(report);
    QStringList texts = {report.title, report.verdict, report.verdictText, report.disclaimer};
    for (const ReportSection &section : report.sections) {
        texts << section.title;
        for (const ReportRow &row : section.rows)
            texts << row.name << row.value.section(u'\n', 0, 0) << row.note;
    }
    for (const ReportGate &gate : report.gates)
        texts << gate.path << gate.question << gate.requested << gate.observed << gate.note;
    for (const ReportRow &warning : report.warnings)
        texts << warning.name << warning.note;
    QVERIFY(texts.size() > 80);
    for (const QString &text : texts)
        QVERIFY2(html.contains(text.toHtmlEscaped()), qPrintable(text));
}

void tst_ReportDocument::failedGatesComeFirst()
{
    RunReport report = goodReport();
    report.gates.back().passed = false;
    report.gates.back().meaning = QStringLiteral("It means trouble.");
    const QString html = htmlOf(report);
    QVERIFY(saysInOrder(html, {QStringLiteral("12 of 13 gates passed"),
                               report.gates.back().question.toHtmlEscaped(),
                               QStringLiteral("It means trouble."),
                               report.gates.front().question.toHtmlEscaped()}));
}

void tst_ReportDocument::matrixKeepsItsLines()
{
    RunReport report = reportSaying(QStringLiteral("x"));
    report.sections.front().rows.front().value = QStringLiteral("1  0\n0  1");
    QVERIFY(htmlOf(report).contains(u"<pre>1  0\n0  1</pre>"));
}

void tst_ReportDocument::sectionsOfSeveralVolumesHaveNamesOfTheirOwn()
{
    RunReport report = reportSaying(QStringLiteral("x"));
    report.sections.push_back(report.sections.front());
    report.sections.push_back(report.sections.front());
    QStringList ids;
    for (const DocumentSection &section : reportDocument(report, {}).sections)
        ids << section.id;
    QCOMPARE(ids.removeDuplicates(), 0);
    QVERIFY(ids.contains(u"geometry-3"));
}

void tst_ReportDocument::phantomIsNeverTakenForModelOutput()
{
    RunReport report = goodReport();
    report.provenance = Provenance::Phantom;
    DocumentMaterial material = materialSaying(QStringLiteral("x"));
    material.volumes.front().provenance = Provenance::Phantom;
    const ReportDocument document = reportDocument(report, material);
    const QString banner = QStringLiteral("Demo phantom, not model output");
    QVERIFY(document.banner.startsWith(banner));
    const QString html = QString::fromUtf8(reportHtml(document));
    static const QRegularExpression captions(
        QStringLiteral("alt=\"([^\"]*)\">\\s*<figcaption>([^<]*)"));
    const auto caption = captions.match(html);
    QVERIFY(caption.captured(1).contains(banner) && caption.captured(2).contains(banner));
    QVERIFY(html.contains(u"there is nothing to cite"));
    for (const char *cited : {"arXiv", "NVIDIA Open Model License", "huggingface"})
        QVERIFY2(!html.contains(QLatin1StringView(cited)), cited);
    QVERIFY(html.contains(u"clinical interpretation"));
}

void tst_ReportDocument::modelRunIsToBeCited()
{
    const Result<Manifest> manifest = builtInManifest();
    const QString html = htmlOf(goodReport());
    QStringList expected = {
        QStringLiteral("arXiv:2409.11169"),          QStringLiteral("arXiv:2508.05772"),
        QStringLiteral("MAISI: Medical AI for"),     QStringLiteral("MAISI-v2: Accelerated 3D"),
        QStringLiteral("NVIDIA Open Model License"), QStringLiteral("Apache License 2.0"),
        QStringLiteral("Never for clinical use")};
    for (const std::string &use : manifest->prohibitedUses)
        expected << QString::fromStdString(use);
    for (const ManifestWeight &weight : manifest->weights)
        expected << QString::fromStdString(weight.repository)
                 << QString::fromStdString(weight.revision);
    for (const QString &text : expected)
        QVERIFY2(html.contains(text), qPrintable(text));
    QVERIFY(!html.contains(u"were not shown to be the published ones"));
}

void tst_ReportDocument::modelRunOfOtherWeightsSaysSo()
{
    RunReport report = goodReport();
    const auto gate = std::ranges::find(
        report.gates, QStringLiteral("invocation.model_inventory.all_sha256_match"),
        &ReportGate::path);
    gate->passed = false;
    QVERIFY(htmlOf(report).contains(u"were not shown to be the published ones"));
    // Another manifest's gates may pass for anything.
    report = goodReport();
    report.gatesAreBuiltIn = false;
    QVERIFY(htmlOf(report).contains(u"were not shown to be the published ones"));
}

void tst_ReportDocument::runWithoutVolumeClaimsNoOrigin()
{
    RunReport report = reportSaying(QStringLiteral("x"));
    report.provenance = Provenance::Unknown;
    report.sections.clear();
    const QString html = htmlOf(report);
    QVERIFY(html.contains(u"Run without a volume"));
    QVERIFY(html.contains(u"The run left no volume"));
    QVERIFY(!html.contains(u"Unknown origin") && !html.contains(u"<img"));
}

void tst_ReportDocument::undrawnVolumeIsAGap()
{
    DocumentMaterial material;
    material.volumes.push_back({QStringLiteral("second.nii.gz"),
                                Provenance::Unknown,
                                {},
                                {},
                                QStringLiteral("It is torn.")});
    const QString html = htmlOf(goodReport(), material);
    QVERIFY(saysInOrder(html, {QStringLiteral("second.nii.gz"), QStringLiteral("It is torn.")}));
}

void tst_ReportDocument::histogramIsDrawnForBothPalettes()
{
    const QString html = htmlOf(goodReport(), materialSaying(QStringLiteral("x")));
    const qsizetype at = html.indexOf(u"<svg");
    const QString svg = html.mid(at, html.indexOf(u"</svg>") - at);
    QVERIFY(svg.contains(u"role=\"img\" aria-label=\"Histogram of the intensities from 0 to 3"));
    QVERIFY(svg.contains(u"<path class=\"bars\"") && svg.contains(u"class=\"tick\""));
    QVERIFY(!svg.contains(u'#')); // no colour that one of the palettes could swallow
    for (const char *rule : {".bars { fill: var(--bars)", ".axis { stroke: var(--quiet)",
                             ".tick { fill: var(--quiet)"})
        QVERIFY2(html.contains(QLatin1StringView(rule)), rule);
}

void tst_ReportDocument::oneVoxelIsSeenBesideMillions()
{
    const HistogramPlot plot = plotOf({-10.0, 2.0, {10'000'000, 0, 1, 100}, {}});
    const auto heightOf = [&plot](std::size_t bin) {
        return plot.area.bottom() - plot.outline.at(1 + 2 * bin).y();
    };
    QCOMPARE(heightOf(0), plot.area.height());
    QCOMPARE(heightOf(1), 0.0);
    QVERIFY(heightOf(2) > 0.05 * plot.area.height());
    QVERIFY(heightOf(3) > heightOf(2) && heightOf(3) < heightOf(0));
    QCOMPARE(plot.outline.front(), plot.area.bottomLeft());
    QCOMPARE(plot.outline.back(), plot.area.bottomRight());
    for (const HistogramPlot::Tick &tick : plot.values) {
        const double value = tick.text.toDouble();
        QCOMPARE(tick.at, plot.area.left() + plot.area.width() * (value + 10.0) / 8.0);
    }
    QCOMPARE(plot.values.front().text, QStringLiteral("-10"));
    QCOMPARE(plot.values.back().text, QStringLiteral("-2"));
    QCOMPARE(plot.voxels.front().text, QStringLiteral("1"));
    QCOMPARE(plot.voxels.back().text, QStringLiteral("10\u2076"));
}

void tst_ReportDocument::histogramWithoutValuesIsNotDrawn_data()
{
    QTest::addColumn<double>("first");
    QTest::addColumn<double>("width");
    QTest::addColumn<int>("bins");
    QTest::addColumn<int>("voxels");
    const double infinity = std::numeric_limits<double>::infinity();
    QTest::newRow("no bins") << 0.0 << 1.0 << 0 << 0;
    QTest::newRow("no voxels") << 0.0 << 1.0 << 4 << 0;
    QTest::newRow("no width") << 0.0 << 0.0 << 4 << 1;
    QTest::newRow("not finite") << -infinity << 1.0 << 4 << 1;
    QTest::newRow("overflows") << 1e308 << 1e308 << 4 << 1;
    QTest::newRow("no number") << std::nan("") << 1.0 << 4 << 1;
}

void tst_ReportDocument::histogramWithoutValuesIsNotDrawn()
{
    QFETCH(double, first);
    QFETCH(double, width);
    QFETCH(int, bins);
    QFETCH(int, voxels);
    DocumentMaterial material = materialSaying(QStringLiteral("x"));
    material.volumes.front().histogram =
        DocumentHistogram{first, width,
                          std::vector<std::uint64_t>(static_cast<std::size_t>(bins),
                                                     static_cast<std::uint64_t>(voxels)),
                          QStringLiteral("words")};
    const QString html = htmlOf(goodReport(), material);
    QVERIFY(!html.contains(u"<svg") && !html.contains(u"nan"));
    QVERIFY(html.contains(u"<figcaption>words"));
}

QTEST_GUILESS_MAIN(tst_ReportDocument)
#include "tst_ReportDocument.moc"
