// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/PanePainter.h"
#include "viewer/render/PaneText.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QLocale>
#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

class tst_PaneText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sliceTextNamesIndexAndPlace_data();
    void sliceTextNamesIndexAndPlace();
    void conventionIsNamed();
    void remarkNamesWhatIsSpecial();
    void bannerBreaksIntoLines();
    void scaleIsNamed();
};

void tst_PaneText::sliceTextNamesIndexAndPlace_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<bool>("flipped");
    QTest::addColumn<QString>("text");
    // Edges of 1, 2 and 0.5 mm; the first voxel is at R -40, A -29, S -18 mm.
    QTest::newRow("axial") << Plane::Axial << false << u"Axial  k = 5 of 0–6  ·  S -15.5 mm"_qs;
    QTest::newRow("coronal") << Plane::Coronal << false
                             << u"Coronal  j = 1 of 0–5  ·  A -27.0 mm"_qs;
    QTest::newRow("sagittal") << Plane::Sagittal << false
                              << u"Sagittal  i = 4 of 0–4  ·  R -36.0 mm"_qs;
    // i towards inferior, j towards right, k towards posterior; the cursor at (4, 1, 5).
    QTest::newRow("axial, flipped")
        << Plane::Axial << true << u"Axial  i = 4 of 0–6  ·  S -20.0 mm"_qs;
    QTest::newRow("coronal, flipped")
        << Plane::Coronal << true << u"Coronal  k = 5 of 0–5  ·  A -39.0 mm"_qs;
    QTest::newRow("sagittal, flipped")
        << Plane::Sagittal << true << u"Sagittal  j = 1 of 0–4  ·  R -39.0 mm"_qs;
}

void tst_PaneText::sliceTextNamesIndexAndPlace()
{
    QFETCH(Plane, plane);
    QFETCH(bool, flipped);
    QFETCH(QString, text);
    const Orientation orientation = flipped ? Orientation{{2, 0, 1}, {-1, 1, -1}} : Orientation{};
    const volume::Volume volume = orientedVolume(orientation, {1.0, 2.0, 0.5});
    for (const Convention convention : {Convention::Radiological, Convention::Neurological})
        QCOMPARE(
            sliceText(volume.geometry, planeAxes(volume.geometry, plane, convention), {4, 1, 5}),
            text);
}

void tst_PaneText::conventionIsNamed()
{
    QLocale::setDefault(QLocale::c());
    const QString radiological = conventionLine(Convention::Radiological, 0.0);
    const QString neurological = conventionLine(Convention::Neurological, kObliqueDegrees);
    QVERIFY(radiological.startsWith(u"Radiological"));
    QVERIFY(neurological.startsWith(u"Neurological"));
    for (const QString &line : {radiological, neurological})
        QVERIFY(!line.contains(u"oblique"));
    const QString oblique = conventionLine(Convention::Neurological, 12.34);
    QVERIFY(oblique.startsWith(neurological));
    QVERIFY(oblique.contains(u"oblique by 12.3°"));
}

void tst_PaneText::remarkNamesWhatIsSpecial()
{
    const PlaneAxes axes = planeAxes(orientedVolume({}, {1.0, 1.0, 1.5}).geometry, Plane::Axial);
    ViewSettings settings;
    QCOMPARE(viewRemark(settings, axes, 3), QString());
    settings.interpolation = Interpolation::Nearest;
    QCOMPARE(viewRemark(settings, axes, 3), u"nearest voxel"_qs);
    settings.interpolation = Interpolation::Cubic;
    settings.slab = {SlabMode::Maximum, 5.0};
    QCOMPARE(viewRemark(settings, axes, 3), u"maximum (MIP) 4.5 mm (3 slices)  ·  cubic"_qs);
    settings.interpolation = Interpolation::Linear;
    settings.slab.mode = SlabMode::Minimum;
    QCOMPARE(viewRemark(settings, axes, 6), u"minimum (MinIP) 3.0 mm (2 slices)"_qs);
}

void tst_PaneText::bannerBreaksIntoLines()
{
    const QFont font = QGuiApplication::font();
    const QString text = QStringLiteral("Unknown origin – not for clinical use");
    QCOMPARE(bannerHeight({}, 400.0, font), 0.0);
    QVERIFY(bannerHeight(text, 900.0, font) >= QFontMetricsF(font).height());
    QVERIFY(bannerHeight(text, 150.0, font) > 1.5 * bannerHeight(text, 900.0, font));
}

void tst_PaneText::scaleIsNamed()
{
    QLocale::setDefault(QLocale::c());
    QCOMPARE(colourScaleText({{12.0, 850.5}, QStringLiteral("grey"), false}),
             u"Window 12 to 850.5"_qs);
    QVERIFY(colourScaleText({{0.0, 1.0}, QStringLiteral("viridis"), false})
                .startsWith(u"Window 0 to 1  ·  "));
}

QTEST_MAIN(tst_PaneText)
#include "tst_PaneText.moc"
