// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/ColourMap.h"

#include <QSet>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace mrb::viewer;

namespace {

const ColourMap &map(const char *id)
{
    const ColourMap *found = findColourMap(QString::fromLatin1(id));
    if (!found)
        qFatal("no such colour map");
    return *found;
}

/// CIE lightness of an sRGB colour, 0 to 100 (IEC 61966-2-1, CIE 15).
double lightness(QRgb colour)
{
    const auto linear = [](int channel) {
        const double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    const double y = 0.2126 * linear(qRed(colour)) + 0.7152 * linear(qGreen(colour)) +
                     0.0722 * linear(qBlue(colour));
    return y > 216.0 / 24389.0 ? 116.0 * std::cbrt(y) - 16.0 : y * 24389.0 / 27.0;
}

} // namespace

class tst_ColourMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idsAreThoseOfTheManual();
    void unknownIdsAreNotFound();
    void everyColourIsOpaque();
    void greyIsExact();
    void endsAreTheKnownColours_data();
    void endsAreTheKnownColours();
    void lightnessOnlyRises_data();
    void lightnessOnlyRises();
    void differencesHaveANeutralMiddleAndEqualArms();
};

void tst_ColourMap::idsAreThoseOfTheManual()
{
    QStringList ids;
    QSet<QString> names;
    for (const ColourMap &map : colourMaps()) {
        ids << map.id;
        names << map.name;
        QCOMPARE(findColourMap(map.id), &map);
    }
    QCOMPARE(ids, QStringLiteral("grey inverted viridis magma inferno plasma hot cool-to-warm "
                                 "rainbow")
                      .split(u' '));
    QCOMPARE(names.size(), ids.size());
}

void tst_ColourMap::unknownIdsAreNotFound()
{
    QVERIFY(!findColourMap(u"jet"));
    QVERIFY(!findColourMap(u"Grey"));
    QVERIFY(!findColourMap(u""));
}

void tst_ColourMap::everyColourIsOpaque()
{
    for (const ColourMap &map : colourMaps())
        for (const QRgb colour : map.colours)
            QCOMPARE(qAlpha(colour), 255);
}

void tst_ColourMap::greyIsExact()
{
    for (int level = 0; level < 256; ++level) {
        const auto entry = static_cast<std::size_t>(level);
        QCOMPARE(map("grey").colours[entry], qRgb(level, level, level));
        QCOMPARE(map("inverted").colours[255 - entry], qRgb(level, level, level));
    }
}

void tst_ColourMap::endsAreTheKnownColours_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QRgb>("low");
    QTest::addColumn<QRgb>("high");
    QTest::newRow("viridis") << QByteArray("viridis") << 0xff440154U << 0xfffde725U;
    QTest::newRow("magma") << QByteArray("magma") << 0xff000004U << 0xfffcfdbfU;
    QTest::newRow("inferno") << QByteArray("inferno") << 0xff000004U << 0xfffcffa4U;
    QTest::newRow("plasma") << QByteArray("plasma") << 0xff0d0887U << 0xfff0f921U;
    QTest::newRow("hot") << QByteArray("hot") << 0xff000000U << 0xffffffffU;
    QTest::newRow("cool-to-warm") << QByteArray("cool-to-warm") << 0xff3b4cc0U << 0xffb40426U;
    QTest::newRow("rainbow") << QByteArray("rainbow") << 0xff0000ffU << 0xffff0000U;
}

void tst_ColourMap::endsAreTheKnownColours()
{
    QFETCH(QByteArray, id);
    QFETCH(QRgb, low);
    QFETCH(QRgb, high);
    QCOMPARE(map(id).colours.front(), low);
    QCOMPARE(map(id).colours.back(), high);
}

void tst_ColourMap::lightnessOnlyRises_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const char *id : {"grey", "viridis", "magma", "inferno", "plasma", "hot"})
        QTest::newRow(id) << QByteArray(id);
}

void tst_ColourMap::lightnessOnlyRises()
{
    QFETCH(QByteArray, id);
    const auto &colours = map(id).colours;
    for (std::size_t entry = 1; entry < colours.size(); ++entry) {
        const double step = lightness(colours[entry]) - lightness(colours[entry - 1]);
        // Down by less than 8 bits can tell, up without a jump.
        QVERIFY2(step > -0.15 && step < 1.6, qPrintable(QString::number(entry)));
    }
    QVERIFY(lightness(colours.back()) - lightness(colours.front()) > 70.0);
}

void tst_ColourMap::differencesHaveANeutralMiddleAndEqualArms()
{
    const auto &colours = map("cool-to-warm").colours;
    for (const QRgb colour : {colours[127], colours[128]}) {
        const auto [least, most] = std::minmax({qRed(colour), qGreen(colour), qBlue(colour)});
        QVERIFY(most - least <= 6);
        QVERIFY(least > 210);
    }
    for (std::size_t entry = 0; entry < 128; ++entry) {
        const QRgb cool = colours[entry];
        const QRgb warm = colours[255 - entry];
        QVERIFY(qBlue(cool) >= qRed(cool));
        QVERIFY(qRed(warm) >= qBlue(warm));
        QVERIFY(std::abs(lightness(cool) - lightness(warm)) < 8.0);
    }
}

QTEST_GUILESS_MAIN(tst_ColourMap)
#include "tst_ColourMap.moc"
