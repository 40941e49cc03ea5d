// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/common/Tones.h"
#include "ui/settings/StudioSettings.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QToolTip>
#include <QWidget>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace mrb::ui;

namespace {

double channel(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &colour)
{
    return 0.2126 * channel(colour.redF()) + 0.7152 * channel(colour.greenF()) +
           0.0722 * channel(colour.blueF());
}

/// As WCAG 2.1 defines it: 1 to 21.
double contrast(const QColor &a, const QColor &b)
{
    const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
    return (light + 0.05) / (dark + 0.05);
}

using Role = QPalette::ColorRole;
using Group = QPalette::ColorGroup;

} // namespace

class tst_Colours : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { applyColours(ColourScheme::System); }

    void contrastOfThisTest_isThatOfTheStandard()
    {
        QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
        QVERIFY(std::abs(contrast(QColor(0x767676), Qt::white) - 4.54) < 0.01);
    }

    void text_isReadable_data()
    {
        QTest::addColumn<int>("scheme");
        QTest::addColumn<int>("group");
        QTest::addColumn<int>("text");
        QTest::addColumn<int>("background");
        QTest::addColumn<double>("least");
        struct Pair
        {
            const char *name;
            Role text;
            Role background;
        };
        const std::vector<Pair> pairs = {
            {"window text", Role::WindowText, Role::Window},
            {"text", Role::Text, Role::Base},
            {"text, other rows", Role::Text, Role::AlternateBase},
            {"button", Role::ButtonText, Role::Button},
            {"selection", Role::HighlightedText, Role::Highlight},
            {"tool tip", Role::ToolTipText, Role::ToolTipBase},
            {"placeholder", Role::PlaceholderText, Role::Base},
            {"link", Role::Link, Role::Window},
            {"link in text", Role::Link, Role::Base},
            {"visited link", Role::LinkVisited, Role::Window},
            {"visited link in text", Role::LinkVisited, Role::Base},
            {"bright text", Role::BrightText, Role::Window},
        };
        const std::vector<Pair> disabled = {
            {"window text", Role::WindowText, Role::Window},
            {"text", Role::Text, Role::Base},
            {"button", Role::ButtonText, Role::Button},
        };
        for (const auto &[scheme, schemeName] :
             {std::pair(ColourScheme::Light, "light"), std::pair(ColourScheme::Dark, "dark")}) {
            const auto add = [scheme = scheme, schemeName = schemeName](
                                 const Pair &pair, Group group, const char *state, double least) {
                QTest::addRow("%s, %s, %s", schemeName, state, pair.name)
                    << int(scheme) << int(group) << int(pair.text) << int(pair.background) << least;
            };
            for (const Pair &pair : pairs) {
                add(pair, QPalette::Active, "active", 4.5);
                add(pair, QPalette::Inactive, "inactive", 4.5);
            }
            // Exempt by the standard; seen all the same.
            for (const Pair &pair : disabled)
                add(pair, QPalette::Disabled, "disabled", 3.0);
        }
    }
    void text_isReadable()
    {
        QFETCH(const int, scheme);
        QFETCH(const int, group);
        QFETCH(const int, text);
        QFETCH(const int, background);
        QFETCH(const double, least);
        applyColours(static_cast<ColourScheme>(scheme));
        const QPalette palette = QApplication::palette();
        const double found = contrast(palette.color(Group(group), Role(text)),
                                      palette.color(Group(group), Role(background)));
        QVERIFY2(found >= least, qPrintable(QString::number(found)));
    }

    void tones_areReadableOnWindowAndBase_data()
    {
        QTest::addColumn<int>("scheme");
        QTest::newRow("light") << int(ColourScheme::Light);
        QTest::newRow("dark") << int(ColourScheme::Dark);
    }
    void tones_areReadableOnWindowAndBase()
    {
        QFETCH(const int, scheme);
        applyColours(static_cast<ColourScheme>(scheme));
        const QPalette palette = QApplication::palette();
        for (const Tone tone : {Tone::Good, Tone::Notice, Tone::Bad, Tone::Busy}) {
            for (const Role role : {Role::Window, Role::Base}) {
                const double found = contrast(toneColour(tone, palette), palette.color(role));
                QVERIFY2(found >= 4.5,
                         qPrintable(
                             QStringLiteral("%1 %2 %3").arg(int(tone)).arg(int(role)).arg(found)));
            }
        }
    }

    void choosing_changesAWidgetThatIsThereAlready()
    {
        QWidget widget;
        widget.show();
        applyColours(ColourScheme::Dark);
        QTRY_VERIFY(widget.palette().color(QPalette::Window).lightness() < 100);
        QVERIFY(QToolTip::palette().color(QPalette::ToolTipBase).lightness() < 100);
        QCOMPARE(QApplication::style()->name().toLower(), QStringLiteral("fusion"));
        applyColours(ColourScheme::Light);
        QTRY_VERIFY(widget.palette().color(QPalette::Window).lightness() > 200);
    }

    void system_bringsBackTheDesktopsColoursAndStyle()
    {
        applyColours(ColourScheme::System);
        const QPalette before = QApplication::palette();
        const QPalette toolTips = QToolTip::palette();
        const QString style = QApplication::style()->name();
        applyColours(ColourScheme::Dark);
        QVERIFY(QApplication::palette() != before);
        applyColours(ColourScheme::System);
        for (int role = 0; role < QPalette::NColorRoles; ++role)
            QCOMPARE(QApplication::palette().color(Role(role)), before.color(Role(role)));
        QCOMPARE(QToolTip::palette(), toolTips);
        QCOMPARE(QApplication::style()->name(), style);
    }
};

QTEST_MAIN(tst_Colours)
#include "tst_Colours.moc"
