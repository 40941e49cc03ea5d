// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomRuns.h"
#include "ui/results/ContactSheet.h"
#include "ui/results/ContactSheetDialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace mrb;
using namespace mrb::ui;
namespace fs = std::filesystem;

class tst_ContactSheet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void showsEveryRunInTheColumnsAskedFor();
    void marksAPhantomAlsoAmongOthers();
    void leavesAPlaceForARunWithoutVolume();
    void refusesWhatCannotBeDrawn();
    void stopsReadingWhenAskedTo();
    void dialogDrawsWhatIsChosenAndSavesIt();

private:
    test::PhantomRuns m_runs;
    std::vector<backend::RunSummary> m_all;
};

void tst_ContactSheet::initTestCase()
{
    const fs::path first = m_runs.add("a", 1);
    m_all.push_back(m_runs.summary(first));
    m_all.push_back(m_runs.summary(m_runs.add("b", 2, QStringLiteral("mri_flair"))));
    m_all.push_back(m_runs.summary(m_runs.copy(first, "c")));
}

void tst_ContactSheet::showsEveryRunInTheColumnsAskedFor()
{
    const auto rows = contactSheet(m_all, {.columns = 2, .cellPixels = 128, .captions = false});
    QVERIFY(rows);
    QCOMPARE(rows->width(), 2 * 128 + 3 * 8);
    const auto sheet = contactSheet(m_all, {.columns = 3, .cellPixels = 128, .captions = false});
    QVERIFY(sheet);
    QVERIFY(rows->height() - sheet->height() >= 128 + 8); // a narrow banner has more lines
    // The first and the last one are the same run, the one between them is not.
    const int middle = sheet->height() / 2;
    const auto cell = [&](int column) {
        return sheet->copy(8 + column * 136, middle - 30, 128, 60);
    };
    QCOMPARE(cell(0), cell(2));
    QVERIFY(cell(0) != cell(1));
    QVERIFY(sheet->text(QStringLiteral("Description")).contains(u"phantom"));
}

void tst_ContactSheet::marksAPhantomAlsoAmongOthers()
{
    std::vector<backend::RunSummary> mixed = m_all;
    for (auto &run : mixed)
        run.phantom = false;
    auto slices = readSheetSlices(mixed, viewer::Plane::Coronal, 64);
    QVERIFY(slices[0].phantom); // the file says so, whatever the record says
    slices[1].phantom = false;
    const ContactSheetOptions options{.columns = 3, .cellPixels = 256};
    const auto sheet = composeSheet(mixed, slices, options);
    QVERIFY(sheet);
    QVERIFY(sheet->text(QStringLiteral("Description")).contains(u"research only"));
    std::array<int, 3> coloured{};
    const int from = 80; // below the banner
    for (int y = from; y < from + 256; ++y) {
        for (int x = 0; x < sheet->width(); ++x) {
            const QColor colour = sheet->pixelColor(x, y);
            coloured[std::min<std::size_t>(std::size_t(x) / 264, 2)] +=
                int(colour.red() - colour.blue() > 80);
        }
    }
    QVERIFY(coloured[0] > 100);
    QCOMPARE(coloured[1], 0);
    QVERIFY(coloured[2] > 100);
}

void tst_ContactSheet::leavesAPlaceForARunWithoutVolume()
{
    std::vector<backend::RunSummary> runs = m_all;
    runs[1].volumes.clear();
    runs[2].volumes.front().path = runs[2].folder / "gone.nii.gz";
    const auto slices = readSheetSlices(runs, viewer::Plane::Axial, 64);
    QVERIFY(!slices[0].picture.isNull());
    QVERIFY(slices[1].picture.isNull());
    QVERIFY(!slices[1].problem.isEmpty());
    QVERIFY(slices[2].problem.contains(u"cannot be read"));
    QVERIFY(composeSheet(runs, slices, {}));
}

void tst_ContactSheet::refusesWhatCannotBeDrawn()
{
    const auto none = contactSheet({}, {});
    QVERIFY(!none);
    QCOMPARE(none.error().code, mrb::ui::error_codes::kSheetEmpty);
    const std::vector<backend::RunSummary> many(400);
    const auto large =
        composeSheet(many, std::vector<SheetSlice>(400), {.columns = 1, .cellPixels = 512});
    QVERIFY(!large);
    QCOMPARE(large.error().code, mrb::ui::error_codes::kSheetTooLarge);
}

void tst_ContactSheet::stopsReadingWhenAskedTo()
{
    std::stop_source stop;
    const auto slices = readSheetSlices(m_all, viewer::Plane::Axial, 64, stop.get_token(),
                                        [&stop](int) { stop.request_stop(); });
    QCOMPARE(slices.size(), m_all.size());
    QVERIFY(!slices[0].picture.isNull());
    QVERIFY(slices[1].picture.isNull());
}

void tst_ContactSheet::dialogDrawsWhatIsChosenAndSavesIt()
{
    ContactSheetDialog dialog(m_all);
    dialog.show();
    QSignalSpy drawn(&dialog, &ContactSheetDialog::drawn);
    QTRY_VERIFY(!dialog.sheet().isNull());
    dialog.findChild<QSpinBox *>()->setValue(3);
    QTRY_COMPARE(dialog.sheet().width(), 3 * 256 + 4 * 8);
    const int before = dialog.sheet().height();
    dialog.findChild<QCheckBox *>()->setChecked(false);
    QTRY_VERIFY(dialog.sheet().height() < before);
    const QImage axial = dialog.sheet();
    dialog.findChild<QComboBox *>()->setCurrentIndex(2);
    QTRY_VERIFY(dialog.sheet() != axial && dialog.options().plane == viewer::Plane::Sagittal);
    const fs::path file = m_runs.results() / "sheet.png";
    QSignalSpy saved(&dialog, &ContactSheetDialog::saved);
    QSignalSpy failed(&dialog, &ContactSheetDialog::failed);
    dialog.save(file);
    QTRY_COMPARE(saved.count(), 1);
    QCOMPARE(QImage(QString::fromStdString(file.string())).size(), dialog.sheet().size());
    dialog.save(m_runs.results() / "no-such-folder" / "sheet.png");
    QTRY_COMPARE(failed.count(), 1);
}

QTEST_MAIN(tst_ContactSheet)
#include "tst_ContactSheet.moc"
