// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/Mosaic.h"

#include <QtTest>

#include <algorithm>
#include <numeric>

using namespace mrb;
using namespace mrb::viewer;

namespace {

using Slices = std::vector<std::int64_t>;

AxisRun axis(std::int64_t voxels, int step = 1)
{
    return {.voxelAxis = 2, .step = step, .voxels = voxels, .edgeMm = 1.0};
}

} // namespace

class tst_Mosaic : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slicesAreReadAsWritten_data();
    void slicesAreReadAsWritten();
    void wrongSlicesAreRefusedByName_data();
    void wrongSlicesAreRefusedByName();
    void evenSlicesAreAllDifferentAndSymmetric();
    void evenSlicesShowTheSameAnatomyHoweverStored();
    void gridsWasteLeast_data();
    void gridsWasteLeast();
};

void tst_Mosaic::slicesAreReadAsWritten_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("step");
    QTest::addColumn<Slices>("slices");
    QTest::newRow("one") << u"12"_qs << 1 << Slices{12};
    QTest::newRow("list") << u"10,30,20,10"_qs << 1 << Slices{10, 30, 20, 10};
    QTest::newRow("range") << u"3:6"_qs << 1 << Slices{3, 4, 5, 6};
    QTest::newRow("range with step") << u"10:31:5"_qs << 1 << Slices{10, 15, 20, 25, 30};
    QTest::newRow("last included") << u"0:39:13"_qs << 1 << Slices{0, 13, 26, 39};
    QTest::newRow("downwards") << u"9:0:4"_qs << 1 << Slices{9, 5, 1};
    QTest::newRow("a step beyond the range") << u"4:7:9000000000000000000"_qs << 1 << Slices{4};
    QTest::newRow("spaces") << u" 1 , 3 : 7 : 2 , n = 1 "_qs << 1 << Slices{1, 3, 5, 7, 20};
    QTest::newRow("mixed") << u"0,n=2,39"_qs << 1 << Slices{0, 11, 29, 39};
    QTest::newRow("stored the other way") << u"n=2"_qs << -1 << Slices{28, 10};
    QTest::newRow("lists keep stored indices") << u"1:3"_qs << -1 << Slices{1, 2, 3};
    Slices all(40);
    std::iota(all.begin(), all.end(), 0);
    QTest::newRow("all") << u"all"_qs << 1 << all;
    QTest::newRow("n of them all") << u"n=40"_qs << 1 << all;
    std::reverse(all.begin(), all.end());
    QTest::newRow("all, stored the other way") << u"ALL"_qs << -1 << all;
}

void tst_Mosaic::slicesAreReadAsWritten()
{
    QFETCH(QString, text);
    QFETCH(int, step);
    QFETCH(Slices, slices);
    const auto parsed = parseSlices(text, axis(40, step));
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
    QCOMPARE(*parsed, slices);
}

void tst_Mosaic::wrongSlicesAreRefusedByName_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("outside"); // else not understood
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("an empty part") << u"1,,2"_qs << false;
    QTest::newRow("a comma at the end") << u"1,"_qs << false;
    QTest::newRow("a word") << u"some"_qs << false;
    QTest::newRow("negative") << u"-1"_qs << false;
    QTest::newRow("fraction") << u"1.5"_qs << false;
    QTest::newRow("two numbers") << u"1 2"_qs << false;
    QTest::newRow("four parts") << u"1:2:3:4"_qs << false;
    QTest::newRow("an open range") << u"5:"_qs << false;
    QTest::newRow("a step of zero") << u"1:9:0"_qs << false;
    QTest::newRow("a negative step") << u"9:1:-2"_qs << false;
    QTest::newRow("no count") << u"n="_qs << false;
    QTest::newRow("another letter") << u"m=3"_qs << false;
    QTest::newRow("nothing but equals") << u"=3"_qs << false;
    QTest::newRow("beyond 64 bits") << u"99999999999999999999"_qs << false;
    QTest::newRow("other digits") << u"٣"_qs << false;
    QTest::newRow("one behind the last") << u"40"_qs << true;
    QTest::newRow("a range behind the last") << u"3:40"_qs << true;
    QTest::newRow("a range from behind the last") << u"41:3"_qs << true;
    QTest::newRow("none of them") << u"n=0"_qs << true;
    QTest::newRow("more than there are") << u"n=41"_qs << true;
}

void tst_Mosaic::wrongSlicesAreRefusedByName()
{
    QFETCH(QString, text);
    QFETCH(bool, outside);
    const auto parsed = parseSlices(text, axis(40));
    QVERIFY(!parsed);
    const Error &error = parsed.error();
    QVERIFY(error.code == (outside ? viewer::error_codes::kSliceOutside
                                   : viewer::error_codes::kSlicesNotUnderstood));
    QVERIFY2(error.message.startsWith(u"--slices: "), qPrintable(error.message));
    QCOMPARE(error.field, u"--slices"_qs);
    QVERIFY2(error.hint.contains(u"from 0 to 39"), qPrintable(error.hint));
}

void tst_Mosaic::evenSlicesAreAllDifferentAndSymmetric()
{
    QCOMPARE(evenSlices(axis(100), 9), (Slices{10, 20, 30, 40, 50, 60, 70, 80, 90}));
    QCOMPARE(evenSlices(axis(128), 1), Slices{64}); // where the viewer starts
    for (const std::int64_t voxels : {1, 2, 7, 10, 20, 181, 256})
        for (std::int64_t count = 1; count <= voxels + 3; ++count) {
            const Slices slices = evenSlices(axis(voxels), count);
            QCOMPARE(static_cast<std::int64_t>(slices.size()), std::min(count, voxels));
            QVERIFY(slices.front() >= 0 && slices.back() < voxels);
            // Both ends keep the same distance, to a slice.
            QVERIFY(std::abs(slices.front() - (voxels - 1 - slices.back())) <= 1);
            if (10 * count <= 9 * voxels)
                QVERIFY(20 * slices.front() >= voxels - 20 && 20 * slices.back() <= 19 * voxels);
            for (std::size_t at = 1; at < slices.size(); ++at)
                QVERIFY(slices[at] > slices[at - 1]);
        }
    QCOMPARE(evenSlices(axis(5), 0), Slices{2});
}

void tst_Mosaic::evenSlicesShowTheSameAnatomyHoweverStored()
{
    for (const std::int64_t count : {1, 5, 12, 40})
        for (const std::int64_t voxels : {40, 41}) {
            const Slices up = evenSlices(axis(voxels), count);
            const Slices down = evenSlices(axis(voxels, -1), count);
            QCOMPARE(up.size(), down.size());
            for (std::size_t at = 0; at < up.size(); ++at)
                QCOMPARE(down[at], voxels - 1 - up[at]);
        }
}

void tst_Mosaic::gridsWasteLeast_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("cell");
    QTest::addColumn<double>("picture");
    QTest::addColumn<GridShape>("shape");
    QTest::newRow("one") << 1 << 1.0 << 1.6 << GridShape{1, 1};
    QTest::newRow("squares in a square") << 9 << 1.0 << 1.0 << GridShape{3, 3};
    QTest::newRow("squares in a wide picture") << 12 << 1.0 << 4.0 / 3.0 << GridShape{3, 4};
    QTest::newRow("in a tall picture") << 12 << 1.0 << 0.75 << GridShape{4, 3};
    QTest::newRow("a strip") << 5 << 1.0 << 8.0 << GridShape{1, 5};
    QTest::newRow("tall cells") << 8 << 0.5 << 1.0 << GridShape{2, 4};
    QTest::newRow("no empty row") << 10 << 1.0 << 1.0 << GridShape{3, 4};
    QTest::newRow("a prime") << 7 << 1.0 << 1.0 << GridShape{3, 3};
    QTest::newRow("fewest empty cells") << 5 << 1.0 << 1.0 << GridShape{2, 3};
}

void tst_Mosaic::gridsWasteLeast()
{
    QFETCH(int, count);
    QFETCH(double, cell);
    QFETCH(double, picture);
    QFETCH(GridShape, shape);
    const GridShape best = bestGrid(count, cell, picture);
    QVERIFY2(best == shape, qPrintable(QStringLiteral("%1 x %2").arg(best.rows).arg(best.columns)));
}

QTEST_GUILESS_MAIN(tst_Mosaic)
#include "tst_Mosaic.moc"
