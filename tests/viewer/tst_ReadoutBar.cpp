// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "OpenSynthetic.h"
#include "viewer/render/World.h"
#include "viewer/widgets/ReadoutBar.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QTest>

using namespace mrb::tests;
using namespace mrb::viewer;

class ReadoutBarTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cursor_isReadWhereItIs_data();
    void cursor_isReadWhereItIs();
    void text_isTheSameInEveryLocale();
    void pointer_readsTheNearestVoxel();
    void pointer_outsideTheVolumeHasNoValue();
    void reference_isReadWhileComparing();
    void reference_outsideSaysSo();
    void numbers_keepTheirPlaces();
    void copy_takesThePlainText();
    void copyingASelection_isPlainToo();
    void withoutAVolume_thereIsNothing();
    void aNarrowBar_leavesThePointerOut();
};

namespace {

QString shown(const ReadoutBar &bar, const char *name)
{
    const auto *label = control<QLabel>(bar, name);
    return label && label->isVisibleTo(&bar) ? label->text() : QString();
}

} // namespace

void ReadoutBarTest::init()
{
    QLocale::setDefault(QLocale::c());
}

void ReadoutBarTest::cursor_isReadWhereItIs_data()
{
    QTest::addColumn<VoxelIndex>("voxel");
    QTest::newRow("corner") << VoxelIndex{0, 0, 0};
    QTest::newRow("inside") << VoxelIndex{3, 1, 5};
    QTest::newRow("far corner") << VoxelIndex{4, 5, 6};
}

void ReadoutBarTest::cursor_isReadWhereItIs()
{
    QFETCH(VoxelIndex, voxel);
    ViewerModel model;
    mrb::volume::Volume volume = orientedVolume({}, {0.9375, 1.25, 1.361});
    rotateAboutSuperior(volume, 20.0);
    model.addVolume(openVolume(QStringLiteral("brain"), volume));
    ReadoutBar bar(model);
    model.setCursor(voxel);
    const PointRas mm = worldMm(volume.geometry, centreOf(voxel));
    const QString expected =
        QStringLiteral("Cursor  i %1  j %2  k %3   R %4  A %5  S %6 mm   value %7")
            .arg(voxel[0])
            .arg(voxel[1])
            .arg(voxel[2])
            .arg(mm[0], 0, 'f', 2)
            .arg(mm[1], 0, 'f', 2)
            .arg(mm[2], 0, 'f', 2)
            .arg(valueText(volume, voxel));
    QCOMPARE(bar.text(), expected);
    QVERIFY2(mm[0] < 0.0 && bar.text().contains(QStringLiteral("R -")), "a plain minus");
}

void ReadoutBarTest::text_isTheSameInEveryLocale()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    ReadoutBar bar(model);
    const QString before = bar.text();
    QLocale::setDefault(QLocale(QLocale::German));
    ReadoutBar german(model);
    QCOMPARE(german.text(), before);
}

void ReadoutBarTest::pointer_readsTheNearestVoxel()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    ReadoutBar bar(model);
    bar.resize(1200, 24);
    QVERIFY(!bar.text().contains(QStringLiteral("Pointer")));
    bar.setPointer(VoxelPosition{1.4, 2.6, 3.1});
    const QString line = bar.text().section(u'\n', 1);
    QVERIFY2(line.startsWith(QStringLiteral("Pointer  i 1  j 3  k 3 ")), qPrintable(line));
    QVERIFY(line.endsWith(QStringLiteral("value %1").arg(truth({1, 3, 3}))));
    QVERIFY(shown(bar, "Under the pointer").contains(QStringLiteral("k 3")));
    bar.setPointer(std::nullopt);
    QVERIFY(!bar.text().contains(QStringLiteral("Pointer")));
}

void ReadoutBarTest::pointer_outsideTheVolumeHasNoValue()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    ReadoutBar bar(model);
    bar.resize(1200, 24);
    bar.setPointer(VoxelPosition{-0.6, 2.0, 3.0});
    QVERIFY(shown(bar, "Under the pointer").contains(QStringLiteral("outside")));
    QVERIFY(!bar.text().contains(QStringLiteral("Pointer")));
    bar.setPointer(VoxelPosition{-0.4, 2.0, 3.0});
    QVERIFY2(bar.text().contains(QStringLiteral("Pointer  i 0")), "within the outermost voxel");
}

void ReadoutBarTest::reference_isReadWhileComparing()
{
    ViewerModel model;
    // The same places, stored the other way round.
    model.addVolume(openVolume(QStringLiteral("one"), orientedVolume({{0, 1, 2}, {1, 1, 1}})));
    mrb::volume::Volume shifted = orientedVolume({});
    shifted.intercept = 1000.0;
    model.addVolume(openVolume(QStringLiteral("two"), shifted));
    model.setCursor({1, 2, 3});
    ReadoutBar bar(model);
    QVERIFY(!bar.text().contains(QStringLiteral("reference")));
    model.setCompareMode(CompareMode::SideBySide);
    QVERIFY2(bar.text().endsWith(QStringLiteral("value %1   reference %2")
                                     .arg(truth({1, 2, 3}) + 1000)
                                     .arg(truth({1, 2, 3}))),
             qPrintable(bar.text()));
    model.setCompareMode(CompareMode::Off);
    QVERIFY(!bar.text().contains(QStringLiteral("reference")));
}

void ReadoutBarTest::reference_outsideSaysSo()
{
    ViewerModel model;
    mrb::volume::Volume far = orientedVolume({});
    far.geometry.affineRas[3] += 500.0;
    model.addVolume(openVolume(QStringLiteral("far"), far));
    model.addVolume(openSynthetic());
    model.setCompareMode(CompareMode::SideBySide);
    ReadoutBar bar(model);
    QVERIFY(bar.text().endsWith(QStringLiteral("reference outside")));
}

void ReadoutBarTest::numbers_keepTheirPlaces()
{
    ViewerModel model;
    std::vector<std::int16_t> values(120 * 120 * 4);
    model.addVolume(openVolume(QStringLiteral("wide"),
                               makeVolume(mrb::volume::ScalarType::Int16, {120, 120, 4}, values)));
    ReadoutBar bar(model);
    bar.resize(1200, 24);
    model.setCursor({5, 5, 0});
    const auto few = shown(bar, "At the cursor").indexOf(QStringLiteral("mm"));
    model.setCursor({110, 110, 3});
    QCOMPARE(shown(bar, "At the cursor").indexOf(QStringLiteral("mm")), few);
}

void ReadoutBarTest::copy_takesThePlainText()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    ReadoutBar bar(model);
    bar.setPointer(VoxelPosition{1.0, 2.0, 3.0});
    QGuiApplication::clipboard()->clear();
    bar.copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), bar.text());
    for (const QChar character : bar.text())
        QVERIFY2(character.unicode() < 128, "plain characters only");
}

void ReadoutBarTest::copyingASelection_isPlainToo()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    ReadoutBar bar(model);
    bar.resize(1200, 24);
    auto *label = control<QLabel>(bar, "At the cursor");
    QVERIFY(label->text().contains(QChar(0x2212)));
    label->setSelection(0, static_cast<int>(label->text().size()));
    QTest::keySequence(label, QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), bar.text());
}

void ReadoutBarTest::withoutAVolume_thereIsNothing()
{
    ViewerModel model;
    ReadoutBar bar(model);
    bar.setPointer(VoxelPosition{1.0, 2.0, 3.0});
    QVERIFY(bar.text().isEmpty());
    model.addVolume(openSynthetic());
    QVERIFY(!bar.text().isEmpty());
    model.closeVolume(0);
    QVERIFY(bar.text().isEmpty());
    QVERIFY(shown(bar, "At the cursor").isEmpty());
}

void ReadoutBarTest::aNarrowBar_leavesThePointerOut()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    ReadoutBar bar(model);
    bar.setPointer(VoxelPosition{1.0, 2.0, 3.0});
    bar.show();
    bar.resize(1200, 24);
    QVERIFY(!shown(bar, "Under the pointer").isEmpty());
    bar.resize(400, 24);
    QVERIFY(shown(bar, "Under the pointer").isEmpty());
    QCOMPARE(bar.toolTip(), bar.text());
}

QTEST_MAIN(ReadoutBarTest)
#include "tst_ReadoutBar.moc"
