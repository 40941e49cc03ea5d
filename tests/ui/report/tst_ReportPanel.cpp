// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/report/ReportPanel.h"
#include "ui/report/ReportView.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>

using namespace mrb;
using namespace mrb::backend;
using ui::ReportPanel;
using ui::ReportView;

Q_DECLARE_METATYPE(std::filesystem::path)

namespace {

const QString kLongName = QStringLiteral("/very/long/") + QString(400, u'x');

RunReport failedRun()
{
    RunReport report;
    report.title = QStringLiteral("T1, seed 1234");
    report.verdict = QStringLiteral("Failed");
    report.verdictTone = ReportTone::Bad;
    report.verdictText = QStringLiteral("1 of 3 gates failed.");
    report.disclaimer = QStringLiteral("Engineering verification only.");
    report.runFolder = "/runs/a";
    report.volume = "/runs/a/volume.nii.gz";
    report.gates = {{.path = QStringLiteral("skill"),
                     .question = QStringLiteral("First question?"),
                     .requested = QStringLiteral("= 1"),
                     .observed = QStringLiteral("1"),
                     .passed = true,
                     .meaning = {},
                     .note = QStringLiteral("Note of the first.")},
                    {.path = QStringLiteral("phantom"),
                     .question = QStringLiteral("Excused question?"),
                     .requested = {},
                     .observed = {},
                     .counts = false,
                     .meaning = QStringLiteral("Excused meaning."),
                     .note = {}},
                    {.path = QStringLiteral("output.all"),
                     .question = QStringLiteral("Failed question?"),
                     .requested = QStringLiteral("= true"),
                     .observed = QStringLiteral("false"),
                     .meaning = QStringLiteral("Failed meaning."),
                     .note = {}}};
    report.sections = {{.title = QStringLiteral("Intensity"),
                        .rows = {{QStringLiteral("Mean"), QStringLiteral("132.943"), {}, {}}},
                        .key = QStringLiteral("intensity")},
                       {.title = QStringLiteral("Affine"),
                        .rows = {{QStringLiteral("Matrix"), QStringLiteral("1  0\n0  1"), {}, {}}},
                        .key = QStringLiteral("affine")},
                       {.title = QStringLiteral("Weights"),
                        .rows = {{QStringLiteral("a.pt"), QStringLiteral("not the published file"),
                                  kLongName, ReportTone::Bad}},
                        .key = QStringLiteral("weights")}};
    return report;
}

std::shared_ptr<const viewer::Histogram> histogram()
{
    viewer::Histogram made;
    made.low = 0;
    made.high = 3;
    made.counts = {10, 5, 2, 1};
    made.highest = 10;
    return std::make_shared<const viewer::Histogram>(made);
}

QPalette darkPalette()
{
    QPalette dark;
    dark.setColor(QPalette::Window, QColor(40, 40, 44));
    dark.setColor(QPalette::WindowText, QColor(230, 230, 230));
    return dark;
}

} // namespace

class tst_ReportPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<std::filesystem::path>(); }
    void init();
    void failedGatesComeFirstWithTheirMeaning();
    void withoutAVolumeOneGateExplainsItself();
    void causeStandsAboveTheGates();
    void partsOpenByKeyboardAndStayOpen();
    void whatIsWrongIsOpenAtFirst();
    void textsAreNeverMarkup();
    void longNamesDoNotWidenIt_data();
    void longNamesDoNotWidenIt();
    void copiesAllOrTheSelection();
    void asksForWhatItCannotDo();
    void fileHasNoRunToAskFor();
    void otherStates();
    void disclaimerIsAlwaysInSight();
    void followsThePalette();
    void histogramGoesWithItsVolume();
    void nothingIsLoadedFromOutside();

private:
    QString shown() const { return m_view->toPlainText(); }
    QPushButton *button(const QString &text) const
    {
        for (auto *candidate : m_panel->findChildren<QPushButton *>())
            if (candidate->text() == text)
                return candidate;
        return nullptr;
    }
    /// As the user would: Tab to the link and Enter.
    bool followByKeyboard(const QString &containing)
    {
        m_view->setFocus();
        for (int i = 0; i < 60; ++i) {
            QTest::keyClick(m_view, Qt::Key_Tab);
            if (!m_view->hasFocus())
                m_view->setFocus();
            const QString link = m_view->textCursor().selectedText().replace(QChar::Nbsp, u' ');
            if (link.contains(containing)) {
                QTest::keyClick(m_view, Qt::Key_Return);
                return true;
            }
        }
        return false;
    }

    std::unique_ptr<ReportPanel> m_panel;
    ReportView *m_view = nullptr;
};

void tst_ReportPanel::init()
{
    m_panel = std::make_unique<ReportPanel>();
    m_panel->resize(330, 700);
    m_view = m_panel->findChild<ReportView *>();
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    m_panel->activateWindow();
}

void tst_ReportPanel::failedGatesComeFirstWithTheirMeaning()
{
    m_panel->show(failedRun());
    const QString text = shown();
    const qsizetype failed = text.indexOf(u"Failed question?");
    QVERIFY(failed >= 0);
    QVERIFY(text.indexOf(u"Failed meaning.") > failed);
    QVERIFY(text.indexOf(u"Excused question?") > text.indexOf(u"Failed meaning."));
    QVERIFY(text.indexOf(u"First question?") > text.indexOf(u"Excused question?"));
    QVERIFY(text.contains(u"Requested = true, observed false."));
    QVERIFY(text.contains(u"Gates: 1 of 2 passed"));
    QVERIFY(!text.contains(u"Excused meaning."));
    QVERIFY(!text.contains(u"Note of the first."));
    QVERIFY(text.contains(u"132.943"));
}

void tst_ReportPanel::withoutAVolumeOneGateExplainsItself()
{
    RunReport report = failedRun();
    report.gates.push_back(report.gates.back());
    report.gates.back().path = QStringLiteral("output.size");
    report.gates.back().meaning = QStringLiteral("Another meaning.");
    m_panel->show(report);
    QVERIFY(shown().contains(u"Failed meaning.") && shown().contains(u"Another meaning."));
    report.volume.clear(); // a cancelled run: the others fail for lack of anything to look at
    report.runFolder = "/runs/cancelled";
    m_panel->show(report);
    QVERIFY(shown().contains(u"Failed meaning.") && !shown().contains(u"Another meaning."));
}

void tst_ReportPanel::causeStandsAboveTheGates()
{
    RunReport report = failedRun();
    report.gates.push_back(report.gates.back());
    report.gates.back().path = QStringLiteral("another");
    report.gates.back().meaning = QStringLiteral("Second meaning.");
    report.cause = FailureCause{.code = QStringLiteral("disk_full"),
                                .what = QStringLiteral("The disk is full."),
                                .why = QStringLiteral("Why."),
                                .advice = QStringLiteral("Free space."),
                                .evidence = QStringLiteral("OSError: 28")};
    m_panel->show(report);
    const QString text = shown();
    QVERIFY(text.indexOf(u"The disk is full.") < text.indexOf(u"Gates:"));
    QVERIFY(text.contains(u"Free space.") && text.contains(u"OSError: 28"));
    // With a cause the gates only repeat it, so one is explained.
    QVERIFY(text.contains(u"Failed meaning.") && !text.contains(u"Second meaning."));
}

void tst_ReportPanel::partsOpenByKeyboardAndStayOpen()
{
    m_panel->show(failedRun());
    QVERIFY(!shown().contains(u"1  0"));
    QVERIFY(followByKeyboard(QStringLiteral("Affine")));
    QVERIFY(shown().contains(u"1  0"));
    // The focus stays where it was, so that Enter closes it again.
    QTest::keyClick(m_view, Qt::Key_Return);
    QVERIFY(!shown().contains(u"1  0"));
    QTest::keyClick(m_view, Qt::Key_Return);
    QVERIFY(followByKeyboard(QStringLiteral("First question?")));
    QVERIFY(shown().contains(u"Note of the first."));

    // Sections stay as they are for the next run, gates do not.
    RunReport other = failedRun();
    other.runFolder = "/runs/b";
    m_panel->show(other);
    QVERIFY(shown().contains(u"1  0"));
    QVERIFY(!shown().contains(u"Note of the first."));
}

void tst_ReportPanel::whatIsWrongIsOpenAtFirst()
{
    RunReport report = failedRun();
    m_panel->show(report);
    QVERIFY(shown().contains(u"not the published file"));
    report.sections.back().rows.front().tone = ReportTone::Good;
    m_panel->show(report);
    QVERIFY(!shown().contains(u"not the published file"));
}

void tst_ReportPanel::textsAreNeverMarkup()
{
    const QString bad =
        QStringLiteral("<b>&amp;<a href=\"file:///etc/passwd\">x</a><img src=\"y\">");
    RunReport report = failedRun();
    report.title = report.verdict = report.verdictText = report.disclaimer = bad;
    report.cause = FailureCause{bad, bad, bad, bad, bad};
    report.warnings = {{bad, bad, bad, ReportTone::Notice}};
    for (ReportGate &gate : report.gates)
        gate = {bad, bad, bad, bad, false, true, bad, bad};
    report.sections = {
        {bad, {{bad, bad, bad, ReportTone::Bad}, {bad, bad + u'\n' + bad, bad, {}}}, bad}};
    m_panel->show(report);
    // title, sentence, 4 of the cause, 3 of the warning, 3 gates of 5 each with observed and
    // requested in one line, section title and rows
    QVERIFY2(shown().count(bad) >= 20, qPrintable(shown()));
    QCOMPARE(m_panel->findChildren<QLabel *>().at(1)->text(), bad);
    for (QTextBlock block = m_view->document()->begin(); block.isValid(); block = block.next()) {
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            const QTextCharFormat format = part.fragment().charFormat();
            const QString target = format.anchorHref();
            QVERIFY2(target.isEmpty() || target.startsWith(u"toggle:") ||
                         target == u"volume:show" || target == u"run:folder",
                     qPrintable(target));
            if (format.isImageFormat())
                QVERIFY(format.toImageFormat().name().startsWith(u"tone:"));
        }
    }
}

void tst_ReportPanel::longNamesDoNotWidenIt_data()
{
    QTest::addColumn<int>("width");
    QTest::newRow("dock") << 330;
    QTest::newRow("wide") << 700;
}

void tst_ReportPanel::longNamesDoNotWidenIt()
{
    QFETCH(int, width);
    RunReport report = failedRun();
    report.title = report.verdictText = kLongName;
    report.warnings = {{kLongName, {}, kLongName, ReportTone::Notice}};
    report.cause = FailureCause{kLongName, kLongName, kLongName, kLongName, kLongName};
    report.sections.push_back({kLongName,
                               {{kLongName, QStringLiteral("1"), {}, {}},
                                {QStringLiteral("name"), kLongName, kLongName, {}}},
                               QStringLiteral("long")});
    m_panel->resize(width, 700);
    m_panel->show(report);
    QTRY_COMPARE(m_panel->width(), width);
    QVERIFY2(m_view->document()->size().width() <= m_view->viewport()->width(),
             qPrintable(QString::number(m_view->document()->size().width())));
    QVERIFY(m_panel->minimumSizeHint().width() <= 330);
    m_panel->showLoading(kLongName);
    QVERIFY(m_panel->minimumSizeHint().width() <= 330);
}

void tst_ReportPanel::copiesAllOrTheSelection()
{
    m_panel->show(failedRun());
    m_view->setFocus();
    QTest::keySequence(m_view, QKeySequence::Copy);
    const QString all = QApplication::clipboard()->text();
    for (const char *part : {"T1, seed 1234", "Failed meaning.", "Note of the first.", "132.943",
                             "1  0", "Engineering verification only."})
        QVERIFY2(all.contains(QString::fromUtf8(part)), part);
    QApplication::clipboard()->clear();
    m_view->selectAll();
    QTest::keySequence(m_view, QKeySequence::Copy);
    QVERIFY(!QApplication::clipboard()->text().contains(u"Engineering verification only."));
    QVERIFY(QApplication::clipboard()->text().contains(u"Failed question?"));
    button(QStringLiteral("Copy report"))->click();
    QCOMPARE(QApplication::clipboard()->text(), all);
}

void tst_ReportPanel::asksForWhatItCannotDo()
{
    m_panel->show(failedRun());
    QSignalSpy log(m_panel.get(), &ReportPanel::logRequested);
    QSignalSpy settings(m_panel.get(), &ReportPanel::useSettingsRequested);
    QSignalSpy volume(m_panel.get(), &ReportPanel::openVolumeRequested);
    QSignalSpy reveal(m_panel.get(), &ReportPanel::revealRequested);
    button(QStringLiteral("Open log"))->click();
    button(QStringLiteral("Use settings"))->click();
    QVERIFY(followByKeyboard(QStringLiteral("Show volume")));
    QTest::keyClick(m_view, Qt::Key_Tab);
    QTest::keyClick(m_view, Qt::Key_Return);
    const auto path = [](const QSignalSpy &spy) {
        return spy.size() == 1 ? spy[0][0].value<std::filesystem::path>() : "";
    };
    QCOMPARE(path(log), std::filesystem::path("/runs/a"));
    QCOMPARE(path(settings), std::filesystem::path("/runs/a"));
    QCOMPARE(path(volume), std::filesystem::path("/runs/a/volume.nii.gz"));
    QCOMPARE(path(reveal), std::filesystem::path("/runs/a/volume.nii.gz"));
}

void tst_ReportPanel::fileHasNoRunToAskFor()
{
    RunReport report = failedRun();
    report.runFolder.clear();
    report.gates.clear();
    m_panel->show(report);
    QVERIFY(!button(QStringLiteral("Open log"))->isVisible());
    QVERIFY(!button(QStringLiteral("Use settings"))->isVisible());
    QVERIFY(button(QStringLiteral("Copy report"))->isVisible());
    QVERIFY(!shown().contains(u"Gates"));
}

void tst_ReportPanel::otherStates()
{
    const auto *verdict = m_panel->findChildren<QLabel *>().at(1);
    QVERIFY(!button(QStringLiteral("Copy report"))->isVisible());
    m_panel->showLoading(QStringLiteral("Measuring <b>.nii.gz\u2026"));
    QCOMPARE(verdict->text(), QStringLiteral("One moment\u2026"));
    QVERIFY(shown().contains(QStringLiteral("Measuring <b>.nii.gz\u2026")));
    m_panel->show(failedRun());
    m_panel->showProblem({mrb::error_codes::kCannotRead, QStringLiteral("a <b> cannot be read."),
                          QStringLiteral("Try again.")});
    QVERIFY(shown().contains(u"a <b> cannot be read."));
    QVERIFY(shown().contains(u"Try again."));
    QVERIFY(!shown().contains(u"132.943"));
    QVERIFY(!m_panel->report());
    QVERIFY(!button(QStringLiteral("Open log"))->isVisible());
    m_panel->show(failedRun());
    m_panel->clear();
    QVERIFY(!shown().contains(u"132.943"));
    QVERIFY(!button(QStringLiteral("Open log"))->isVisible());
}

void tst_ReportPanel::disclaimerIsAlwaysInSight()
{
    m_panel->show(failedRun());
    m_panel->resize(330, 260);
    QTRY_COMPARE(m_panel->height(), 260);
    const auto labels = m_panel->findChildren<QLabel *>();
    const auto found =
        std::ranges::find(labels, QStringLiteral("Engineering verification only."), &QLabel::text);
    QVERIFY(found != labels.end());
    QVERIFY((*found)->isVisible());
    QVERIFY(m_panel->rect().contains((*found)->geometry()));
    m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum());
    QVERIFY((*found)->isVisible());
}

void tst_ReportPanel::followsThePalette()
{
    m_panel->show(failedRun());
    const auto colourOf = [this](const char *text) {
        const QTextCursor cursor = m_view->document()->find(QString::fromUtf8(text));
        return cursor.charFormat().foreground().color();
    };
    const QColor before = colourOf("Failed question?");
    QVERIFY(before.lightness() < 128);
    m_panel->setPalette(darkPalette());
    QTRY_VERIFY(colourOf("Failed question?").lightness() > 200);
    QVERIFY(colourOf("Mean").lightness() > 120);
}

void tst_ReportPanel::histogramGoesWithItsVolume()
{
    const auto hasPicture = [this] { return m_view->toHtml().contains(u"histogram:"); };
    m_panel->show(failedRun());
    QVERIFY(!hasPicture());
    m_panel->setHistogram(histogram());
    QVERIFY(hasPicture());
    const QVariant picture = m_view->document()->resource(QTextDocument::ImageResource,
                                                          QUrl(QStringLiteral("histogram:")));
    const auto image = picture.value<QImage>();
    QVERIFY(!image.isNull());
    // The first value is the commonest: its column is filled to the top, the last is not.
    QVERIFY(image.pixelColor(2, 2).alpha() > 0);
    QCOMPARE(image.pixelColor(image.width() - 3, 2).alpha(), 0);
    m_panel->show(failedRun());
    QVERIFY(hasPicture());
    RunReport other = failedRun();
    other.volume = "/runs/a/another.nii.gz";
    m_panel->show(other);
    QVERIFY(!hasPicture());
}

void tst_ReportPanel::nothingIsLoadedFromOutside()
{
    QVERIFY(!m_view
                 ->loadResource(QTextDocument::ImageResource,
                                QUrl(QStringLiteral(":/qt-project.org/styles/commonstyle/"
                                                    "images/closedock-16.png")))
                 .isValid());
    QVERIFY(!m_view->openLinks() && !m_view->openExternalLinks());
}

QTEST_MAIN(tst_ReportPanel)
#include "tst_ReportPanel.moc"
