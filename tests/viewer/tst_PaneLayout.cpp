// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/PaneLayout.h"

#include <QtTest>

#include <set>

using namespace mrb::viewer;

class tst_PaneLayout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void panesFillTheAreaWithoutOverlap_data();
    void panesFillTheAreaWithoutOverlap();
    void panesAreThoseOfTheLayout_data();
    void panesAreThoseOfTheLayout();
    void largePaneIsTheLargest_data();
    void largePaneIsTheLargest();
    void referenceIsBesideItsPlane_data();
    void referenceIsBesideItsPlane();
    void tooLittleRoomIsNoProblem_data() { panesAreThoseOfTheLayout_data(); }
    void tooLittleRoomIsNoProblem();
};

namespace {

constexpr std::array kLayouts = {PaneLayout::Grid, PaneLayout::LargeAndSmall, PaneLayout::Row,
                                 PaneLayout::Single};
constexpr std::array kPanes = {PaneId::Axial, PaneId::Coronal, PaneId::Sagittal, PaneId::Scene};

/// "A C S 3", small letters for the reference; in the order of the layout.
QString namesOf(const std::vector<PanePlace> &places)
{
    QString names;
    for (const PanePlace &place : places) {
        const QChar name(u"ACS3"[static_cast<std::size_t>(place.pane)]);
        names += place.reference ? name.toLower() : name;
    }
    return names;
}

} // namespace

void tst_PaneLayout::panesFillTheAreaWithoutOverlap_data()
{
    QTest::addColumn<QRect>("area");
    QTest::addColumn<int>("gap");
    QTest::newRow("usual") << QRect(0, 30, 1400, 870) << 2;
    QTest::newRow("odd") << QRect(7, 3, 1001, 777) << 3;
    QTest::newRow("wide") << QRect(0, 0, 3000, 300) << 2;
    QTest::newRow("tall") << QRect(10, 20, 400, 1900) << 0;
}

void tst_PaneLayout::panesFillTheAreaWithoutOverlap()
{
    QFETCH(QRect, area);
    QFETCH(int, gap);
    for (const PaneLayout layout : kLayouts)
        for (const PaneId large : kPanes)
            for (const PaneRows rows : {PaneRows::One, PaneRows::CurrentAndReference}) {
                const auto places = layOutPanes(layout, large, rows, area, gap);
                QRect all;
                for (std::size_t i = 0; i < places.size(); ++i) {
                    const QRect rect = places[i].rect;
                    QVERIFY(rect.width() > 50 && rect.height() > 50);
                    QVERIFY(area.contains(rect));
                    all |= rect;
                    for (std::size_t j = 0; j < i; ++j)
                        QVERIFY(!places[j].rect.intersects(rect.adjusted(-gap, -gap, gap, gap)));
                }
                QCOMPARE(all, area);
            }
}

void tst_PaneLayout::panesAreThoseOfTheLayout_data()
{
    QTest::addColumn<int>("layout");
    QTest::addColumn<int>("large");
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("compared");
    const auto add = [](const char *name, PaneLayout layout, PaneId large, const char16_t *one,
                        const char16_t *compared) {
        QTest::newRow(name) << int(layout) << int(large) << QString::fromUtf16(one)
                            << QString::fromUtf16(compared);
    };
    add("grid", PaneLayout::Grid, PaneId::Coronal, u"ACS3", u"ACSacs");
    add("large", PaneLayout::LargeAndSmall, PaneId::Coronal, u"CAS3", u"ACSacs");
    add("large 3-D", PaneLayout::LargeAndSmall, PaneId::Scene, u"3ACS", u"ACSacs");
    add("row", PaneLayout::Row, PaneId::Coronal, u"ACS", u"ACSacs");
    add("single", PaneLayout::Single, PaneId::Sagittal, u"S", u"Ss");
    add("single 3-D", PaneLayout::Single, PaneId::Scene, u"3", u"ACSacs");
}

void tst_PaneLayout::panesAreThoseOfTheLayout()
{
    QFETCH(int, layout);
    QFETCH(int, large);
    QFETCH(QString, one);
    QFETCH(QString, compared);
    const auto names = [&](PaneRows rows) {
        return namesOf(layOutPanes(static_cast<PaneLayout>(layout), static_cast<PaneId>(large),
                                   rows, {0, 0, 900, 700}, 2));
    };
    QCOMPARE(names(PaneRows::One), one);
    QCOMPARE(names(PaneRows::CurrentAndReference), compared);
}

void tst_PaneLayout::largePaneIsTheLargest_data()
{
    QTest::addColumn<QRect>("area");
    QTest::newRow("wide") << QRect(0, 0, 1600, 800);
    QTest::newRow("square") << QRect(0, 0, 800, 800);
    QTest::newRow("tall") << QRect(0, 0, 500, 1200);
}

void tst_PaneLayout::largePaneIsTheLargest()
{
    QFETCH(QRect, area);
    for (const PaneId large : kPanes) {
        const auto places = layOutPanes(PaneLayout::LargeAndSmall, large, PaneRows::One, area, 2);
        QCOMPARE(places.front().pane, large);
        for (const PanePlace &place : places) {
            QCOMPARE(place.large, place.pane == large);
            if (!place.large)
                QVERIFY(place.rect.width() * place.rect.height() * 2 <
                        places.front().rect.width() * places.front().rect.height());
        }
    }
}

void tst_PaneLayout::referenceIsBesideItsPlane_data()
{
    QTest::addColumn<int>("layout");
    for (const PaneLayout layout : kLayouts)
        QTest::addRow("%d", int(layout)) << int(layout);
}

void tst_PaneLayout::referenceIsBesideItsPlane()
{
    QFETCH(int, layout);
    const bool single = static_cast<PaneLayout>(layout) == PaneLayout::Single;
    const auto places = layOutPanes(static_cast<PaneLayout>(layout), PaneId::Axial,
                                    PaneRows::CurrentAndReference, {0, 0, 900, 600}, 2);
    for (const PanePlace &place : places) {
        if (place.reference)
            continue;
        const auto other =
            std::find_if(places.begin(), places.end(), [&place](const PanePlace &candidate) {
                return candidate.reference && candidate.pane == place.pane;
            });
        QVERIFY(other != places.end());
        QVERIFY(qAbs(place.rect.width() - other->rect.width()) <= 1);
        QVERIFY(qAbs(place.rect.height() - other->rect.height()) <= 1);
        if (single)
            QVERIFY(place.rect.top() == other->rect.top() &&
                    place.rect.right() < other->rect.left());
        else
            QVERIFY(place.rect.left() == other->rect.left() &&
                    place.rect.bottom() < other->rect.top());
    }
}

void tst_PaneLayout::tooLittleRoomIsNoProblem()
{
    QFETCH(int, layout);
    QFETCH(int, large);
    for (const QRect area : {QRect(0, 0, 0, 0), QRect(5, 5, 3, 1), QRect(0, 0, 1, 500)})
        for (const PaneRows rows : {PaneRows::One, PaneRows::CurrentAndReference})
            QVERIFY(!layOutPanes(static_cast<PaneLayout>(layout), static_cast<PaneId>(large), rows,
                                 area, 2)
                         .empty());
}

QTEST_APPLESS_MAIN(tst_PaneLayout)
#include "tst_PaneLayout.moc"
