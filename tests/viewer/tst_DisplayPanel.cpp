// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "OpenSynthetic.h"
#include "viewer/render/ColourMap.h"
#include "viewer/widgets/DisplayPanel.h"
#include "viewer/widgets/HistogramView.h"
#include "viewer/widgets/NumberField.h"
#include "viewer/widgets/PanelSection.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

using namespace mrb::tests;
using namespace mrb::viewer;

namespace {

constexpr const char *kLow = "Low end of the window";
constexpr const char *kHigh = "High end of the window";

/// A panel as it is beside the slices.
struct Shown
{
    explicit Shown(int volumes = 1)
    {
        for (int index = 0; index < volumes; ++index)
            model.addVolume(openSynthetic(QStringLiteral("volume %1").arg(index)));
        panel.resize(300, 900);
        panel.show();
        panel.activateWindow();
    }

    /// Types over what is in a field.
    void type(const char *field, const QString &text, Qt::Key end = Qt::Key_Return)
    {
        auto *target = control<NumberField>(panel, field);
        target->setFocus();
        target->selectAll();
        target->insert(text); // as pasted, so that any character can be
        target->setModified(true);
        if (end != Qt::Key_unknown)
            QTest::keyClick(target, end);
    }

    /// Chooses an entry as a user does, by the keyboard.
    void choose(const char *combo, int entry)
    {
        auto *target = control<QComboBox>(panel, combo);
        QTest::keyClick(target, Qt::Key_Home);
        for (int step = 0; step < entry; ++step)
            QTest::keyClick(target, Qt::Key_Down);
    }

    IntensityWindow window() const { return model.colours().window; }

    ViewerModel model;
    Cine cine{model};
    DisplayPanel panel{model, cine};
};

} // namespace

class DisplayPanelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void typedNumbers_becomeTheWindow_data();
    void typedNumbers_becomeTheWindow();
    void badNumbers_areShownAndRefused_data();
    void badNumbers_areShownAndRefused();
    void bothEnds_canBeMovedPastEachOtherOneByOne();
    void aCommaIsADecimalPointWhereTheLocaleSaysSo();
    void leavingAField_appliesIt();
    void theModelsWindow_isShown();
    void draggingAnEdgeOfTheHistogram_setsTheWindow();
    void automatic_resets();
    void choices_reachTheModel_data();
    void choices_reachTheModel();
    void theModel_isShown();
    void showingTheModel_changesNothing();
    void thickness_isForSlabsAndCountsSlices();
    void volumes_areListedAndChosen();
    void comparing_needsTwoVolumes();
    void compareProblems_areSaid();
    void flicker_changesPlaces();
    void theDifference_hasColoursOfItsOwn();
    void scene_isPassedOn();
    void cine_isSetAndPlayed();
    void controls_haveNamesAndNoTwoShareAMnemonic();
    void thePanel_isNarrowAndScrolls();
    void theWheel_passesOverListsAndNumbers();
};

void DisplayPanelTest::init()
{
    QLocale::setDefault(QLocale::c());
}

void DisplayPanelTest::typedNumbers_becomeTheWindow_data()
{
    QTest::addColumn<QString>("low");
    QTest::addColumn<QString>("high");
    QTest::addColumn<double>("lowValue");
    QTest::addColumn<double>("highValue");

    QTest::newRow("whole") << "20"
                           << "180" << 20.0 << 180.0;
    QTest::newRow("fractions") << "0.5"
                               << "12.25" << 0.5 << 12.25;
    QTest::newRow("negative") << "-40"
                              << "-10.5" << -40.0 << -10.5;
    QTest::newRow("very small") << "1e-12"
                                << "2.5e-12" << 1e-12 << 2.5e-12;
    QTest::newRow("very large") << "-3e20"
                                << "4e20" << -3e20 << 4e20;
    QTest::newRow("spaces") << " 3 "
                            << " 4 " << 3.0 << 4.0;
    QTest::newRow("a copied minus sign") << QString::fromUtf8("−5") << "5" << -5.0 << 5.0;
}

void DisplayPanelTest::typedNumbers_becomeTheWindow()
{
    QFETCH(QString, low);
    QFETCH(QString, high);
    QFETCH(double, lowValue);
    QFETCH(double, highValue);
    Shown shown;
    shown.model.setWindow({-1e30, 1e30});
    shown.type(kLow, low);
    shown.type(kHigh, high);
    QCOMPARE(shown.window(), (IntensityWindow{lowValue, highValue}));
    QVERIFY(control<NumberField>(shown.panel, kLow)->problem().isEmpty());
}

void DisplayPanelTest::badNumbers_areShownAndRefused_data()
{
    QTest::addColumn<QString>("entry");
    QTest::newRow("no number") << "12a";
    QTest::newRow("nothing") << " ";
    QTest::newRow("infinite") << "inf";
    QTest::newRow("not a number") << "nan";
    QTest::newRow("overflow") << "1e999";
    QTest::newRow("thousands") << "1,000";
    QTest::newRow("two") << "1 2";
    QTest::newRow("equal to the high end") << "150";
    QTest::newRow("above the high end") << "151";
}

void DisplayPanelTest::badNumbers_areShownAndRefused()
{
    QFETCH(QString, entry);
    Shown shown;
    shown.model.setWindow({50.0, 150.0});
    shown.type(kLow, entry);
    QCOMPARE(shown.window(), (IntensityWindow{50.0, 150.0}));
    auto *field = control<NumberField>(shown.panel, kLow);
    QCOMPARE(field->text(), entry);
    QVERIFY(!field->problem().isEmpty());
    QVERIFY(remarks(shown.panel).contains(field->problem()));

    shown.type(kLow, QStringLiteral("60"));
    QVERIFY(field->problem().isEmpty());
    QVERIFY(!remarks(shown.panel).contains(QStringLiteral("number")));
    QCOMPARE(shown.window(), (IntensityWindow{60.0, 150.0}));
}

void DisplayPanelTest::bothEnds_canBeMovedPastEachOtherOneByOne()
{
    Shown shown;
    shown.model.setWindow({0.0, 100.0});
    shown.type(kLow, QStringLiteral("200"));
    QCOMPARE(shown.window(), (IntensityWindow{0.0, 100.0}));
    shown.type(kHigh, QStringLiteral("300"));
    QCOMPARE(shown.window(), (IntensityWindow{200.0, 300.0}));
    QVERIFY(control<NumberField>(shown.panel, kLow)->problem().isEmpty());
}

void DisplayPanelTest::aCommaIsADecimalPointWhereTheLocaleSaysSo()
{
    QLocale::setDefault(QLocale(QLocale::German));
    Shown shown;
    shown.type(kLow, QStringLiteral("1,5"));
    QCOMPARE(shown.window().low, 1.5);
    shown.type(kLow, QStringLiteral("2.5"));
    QCOMPARE(shown.window().low, 2.5);
}

void DisplayPanelTest::leavingAField_appliesIt()
{
    Shown shown;
    QVERIFY(QTest::qWaitForWindowActive(&shown.panel));
    shown.type(kLow, QStringLiteral("33"), Qt::Key_Tab);
    QCOMPARE(shown.window().low, 33.0);
    QVERIFY(control<NumberField>(shown.panel, kHigh)->hasFocus());
}

void DisplayPanelTest::theModelsWindow_isShown()
{
    Shown shown;
    shown.model.setWindow({12.5, 40'000.0});
    QCOMPARE(control<NumberField>(shown.panel, kLow)->text(), QStringLiteral("12.5"));
    QCOMPARE(control<NumberField>(shown.panel, kHigh)->text(), QStringLiteral("40000"));
    QCOMPARE(shown.panel.findChild<HistogramView *>()->colours().window,
             (IntensityWindow{12.5, 40'000.0}));
}

void DisplayPanelTest::draggingAnEdgeOfTheHistogram_setsTheWindow()
{
    Shown shown;
    shown.model.setWindow({50.0, 150.0});
    auto *view = shown.panel.findChild<HistogramView *>();
    QTest::mousePress(view, Qt::LeftButton, {}, {qRound(view->xOf(150.0)), 60});
    QTest::mouseMove(view, {qRound(view->xOf(180.0)), 60});
    QTest::mouseRelease(view, Qt::LeftButton, {}, {qRound(view->xOf(180.0)), 60});
    QVERIFY(std::abs(shown.window().high - 180.0) < 2.0);
    QCOMPARE(control<NumberField>(shown.panel, kHigh)->value(), shown.window().high);
}

void DisplayPanelTest::automatic_resets()
{
    Shown shown;
    shown.model.setWindow({50.0, 60.0});
    QTest::mouseClick(button<QPushButton>(shown.panel, "Automatic"), Qt::LeftButton);
    QCOMPARE(shown.window(), (IntensityWindow{0.0, 209.0}));
}

void DisplayPanelTest::choices_reachTheModel_data()
{
    QTest::addColumn<QByteArray>("combo");
    QTest::addColumn<int>("entry");

    QTest::newRow("map") << QByteArray("Colour map") << 2;
    QTest::newRow("interpolation") << QByteArray("Interpolation") << 2;
    QTest::newRow("slab") << QByteArray("Slab") << 3;
    QTest::newRow("convention") << QByteArray("Convention") << 1;
    QTest::newRow("compare") << QByteArray("Compare") << 2;
    QTest::newRow("cine") << QByteArray("Plane") << 1;
}

void DisplayPanelTest::choices_reachTheModel()
{
    QFETCH(QByteArray, combo);
    QFETCH(int, entry);
    Shown shown(2);
    shown.choose(combo.constData(), entry);
    const ViewSettings &settings = shown.model.settings();
    const QMap<QByteArray, int> now = {
        {"Colour map",
         static_cast<int>(findColourMap(shown.model.colours().map) - colourMaps().data())},
        {"Interpolation", static_cast<int>(settings.interpolation)},
        {"Slab", static_cast<int>(settings.slab.mode)},
        {"Convention", static_cast<int>(settings.convention)},
        {"Compare", static_cast<int>(shown.model.compareMode())},
        {"Plane", static_cast<int>(shown.cine.settings().plane)}};
    QCOMPARE(now.value(combo), entry);
}

void DisplayPanelTest::theModel_isShown()
{
    Shown shown(2);
    ViewSettings settings;
    settings.interpolation = Interpolation::Nearest;
    settings.slab = {SlabMode::Minimum, 3.5};
    settings.convention = Convention::Neurological;
    shown.model.setSettings(settings);
    shown.model.setColourMap(QStringLiteral("plasma"));
    shown.model.setMarkOutOfRange(true);
    shown.model.setWindowLocked(true);
    shown.model.setFramingLinked(false);
    const DisplayPanel &panel = shown.panel;
    QCOMPARE(control<QComboBox>(panel, "Interpolation")->currentIndex(), 0);
    QCOMPARE(control<QComboBox>(panel, "Slab")->currentIndex(), 3);
    QCOMPARE(control<NumberBox>(panel, "Thickness (mm)")->value(), 3.5);
    QCOMPARE(control<QComboBox>(panel, "Convention")->currentIndex(), 1);
    QCOMPARE(control<QComboBox>(panel, "Colour map")->currentData().toString(),
             QStringLiteral("plasma"));
    QVERIFY(button<QCheckBox>(panel, "Mark values outside the window")->isChecked());
    QVERIFY(button<QCheckBox>(panel, "Same window for all volumes")->isChecked());
    QVERIFY(!button<QCheckBox>(panel, "Link zoom and pan")->isChecked());

    QTest::mouseClick(button<QCheckBox>(panel, "Link zoom and pan"), Qt::LeftButton, {}, {8, 8});
    QVERIFY(shown.model.framingLinked());
}

/// A control that fired back would round, clamp or overwrite what came from elsewhere.
void DisplayPanelTest::showingTheModel_changesNothing()
{
    Shown shown;
    ViewSettings settings;
    settings.slab = {SlabMode::Mean, 7.12345};
    shown.model.setSettings(settings);
    shown.model.setWindow({0.123456789012, 99.987654321098});
    QCOMPARE(shown.model.settings(), settings);
    QCOMPARE(shown.window(), (IntensityWindow{0.123456789012, 99.987654321098}));
    shown.cine.setSettings({Plane::Sagittal, 7.777, true});
    QCOMPARE(shown.cine.settings(), (CineSettings{Plane::Sagittal, 7.777, true}));
    // Looking at a number is not changing it.
    auto *low = control<NumberField>(shown.panel, kLow);
    low->setFocus();
    QTest::keyClick(low, Qt::Key_Return);
    QTest::keyClick(low, Qt::Key_Tab);
    QCOMPARE(shown.window().low, 0.123456789012);
    // Nor is changing what is beside it.
    shown.type(kLow, QStringLiteral("0.5"));
    QCOMPARE(shown.window(), (IntensityWindow{0.5, 99.987654321098}));
    shown.choose("Interpolation", 0);
    QCOMPARE(shown.model.settings().slab.thicknessMm, 7.12345);
    shown.choose("Plane", 0);
    QCOMPARE(shown.cine.settings().slicesPerSecond, 7.777);
}

void DisplayPanelTest::thickness_isForSlabsAndCountsSlices()
{
    ViewerModel model;
    model.addVolume(openVolume(QStringLiteral("flat"), orientedVolume({}, {1.0, 1.0, 2.0})));
    Cine cine(model);
    DisplayPanel panel(model, cine);
    auto *thickness = control<NumberBox>(panel, "Thickness (mm)");
    QVERIFY(!thickness->isEnabled());
    ViewSettings settings;
    settings.slab = {SlabMode::Maximum, 4.0};
    model.setSettings(settings);
    QVERIFY(thickness->isEnabled());
    QVERIFY2(remarks(panel).contains(QStringLiteral("2 axial, 4 coronal, 4 sagittal")),
             qPrintable(remarks(panel)));
    thickness->setValue(2.0);
    QCOMPARE(model.settings().slab.thicknessMm, 2.0);
    QVERIFY(remarks(panel).contains(QStringLiteral("1 axial, 2 coronal")));
}

void DisplayPanelTest::volumes_areListedAndChosen()
{
    Shown shown(3);
    auto *list = control<QComboBox>(shown.panel, "Volume");
    QCOMPARE(list->count(), 3);
    QCOMPARE(list->currentIndex(), 2);
    shown.choose("Volume", 1);
    QCOMPARE(shown.model.currentIndex(), 1);
    shown.model.setCurrentIndex(0);
    QCOMPARE(list->currentIndex(), 0);
    shown.model.closeVolume(1);
    QCOMPARE(list->count(), 2);
    QCOMPARE(list->itemText(1), QStringLiteral("volume 2"));
}

void DisplayPanelTest::comparing_needsTwoVolumes()
{
    Shown shown(1);
    QVERIFY(!control<QComboBox>(shown.panel, "Compare")->isEnabled());
    QVERIFY(remarks(shown.panel).contains(QStringLiteral("second volume")));
    shown.model.addVolume(openSynthetic());
    QVERIFY(control<QComboBox>(shown.panel, "Compare")->isEnabled());
    QVERIFY(!remarks(shown.panel).contains(QStringLiteral("second volume")));
    shown.choose("Reference", 1);
    QCOMPARE(shown.model.reference(), 0);
    shown.choose("Reference", 0);
    QCOMPARE(shown.model.reference(), -1);
}

void DisplayPanelTest::compareProblems_areSaid()
{
    Shown shown(1);
    shown.model.addVolume(
        openVolume(QStringLiteral("coarse"), orientedVolume({}, {2.0, 2.0, 2.0})));
    shown.choose("Compare", 2);
    const auto problem = shown.model.compareProblem();
    QVERIFY(problem.has_value());
    QVERIFY(remarks(shown.panel).contains(*problem));
    shown.choose("Compare", 0);
    QVERIFY(!remarks(shown.panel).contains(*problem));
}

void DisplayPanelTest::flicker_changesPlaces()
{
    Shown shown(2);
    shown.model.setReference(0);
    QTest::mouseClick(button<QPushButton>(shown.panel, "Flicker"), Qt::LeftButton);
    QCOMPARE(shown.model.currentIndex(), 0);
    QCOMPARE(shown.model.reference(), 1);
}

void DisplayPanelTest::theDifference_hasColoursOfItsOwn()
{
    Shown shown(2);
    shown.model.setColourMap(QStringLiteral("magma"));
    shown.model.setCompareMode(CompareMode::Difference);
    shown.model.setDifference(std::make_shared<VolumeSlices>(orientedVolume({})), {-5.0, 5.0});
    auto *map = control<QComboBox>(shown.panel, "Colour map");
    QVERIFY(!map->isEnabled());
    QCOMPARE(map->currentData().toString(), shown.model.colours().map);
    QCOMPARE(control<NumberField>(shown.panel, kLow)->value(), -5.0);
    shown.type(kLow, QStringLiteral("-6"));
    QCOMPARE(shown.window().low, -6.0);
    shown.model.setCompareMode(CompareMode::Off);
    QVERIFY(map->isEnabled());
    QCOMPARE(map->currentData().toString(), QStringLiteral("magma"));
}

void DisplayPanelTest::scene_isPassedOn()
{
    Shown shown;
    QSignalSpy preset(&shown.panel, &DisplayPanel::presetChanged);
    QSignalSpy planes(&shown.panel, &DisplayPanel::planesToggled);
    shown.panel.setScene(1, false);
    QVERIFY(preset.isEmpty() && planes.isEmpty());
    shown.choose("Drawn as", 2);
    QCOMPARE(preset.last().first().toInt(), 2);
    QTest::mouseClick(button<QCheckBox>(shown.panel, "Slice planes"), Qt::LeftButton, {}, {8, 8});
    QCOMPARE(planes.last().first().toBool(), true);
    shown.panel.setSceneProblem(QStringLiteral("There is no OpenGL here."));
    QVERIFY(!control<QComboBox>(shown.panel, "Drawn as")->isEnabled());
    QVERIFY(remarks(shown.panel).contains(QStringLiteral("no OpenGL")));
}

void DisplayPanelTest::cine_isSetAndPlayed()
{
    Shown shown;
    control<NumberBox>(shown.panel, "Speed (slices/s)")->setValue(20.0);
    QTest::mouseClick(button<QCheckBox>(shown.panel, "Bounce"), Qt::LeftButton, {}, {8, 8});
    QCOMPARE(shown.cine.settings(), (CineSettings{Plane::Axial, 20.0, true}));
    QTest::mouseClick(button<QPushButton>(shown.panel, "Play"), Qt::LeftButton);
    QVERIFY(shown.cine.running());
    QTest::mouseClick(button<QPushButton>(shown.panel, "Pause"), Qt::LeftButton);
    QVERIFY(!shown.cine.running());
    shown.model.closeVolume(0);
    QVERIFY(!button<QPushButton>(shown.panel, "Play")->isEnabled());
}

void DisplayPanelTest::controls_haveNamesAndNoTwoShareAMnemonic()
{
    Shown shown;
    QSet<QKeySequence> mnemonics;
    const auto add = [&](const QString &text) {
        const QKeySequence key = QKeySequence::mnemonic(text);
        if (key.isEmpty())
            return;
        QVERIFY2(!mnemonics.contains(key), qPrintable(text));
        mnemonics += key;
    };
    int controls = 0;
    for (const QWidget *widget : shown.panel.findChildren<QWidget *>()) {
        if (const auto *label = qobject_cast<const QLabel *>(widget); label && label->buddy())
            add(label->text());
        const auto *text = qobject_cast<const QAbstractButton *>(widget);
        if (text)
            add(text->text());
        const bool isControl = widget->focusPolicy() != Qt::NoFocus &&
                               !qobject_cast<const QAbstractSpinBox *>(widget->parent()) &&
                               !qobject_cast<const QLabel *>(widget) &&
                               widget->isVisibleTo(&shown.panel);
        if (!isControl)
            continue;
        ++controls;
        const bool named = (text && !text->text().isEmpty()) || !widget->accessibleName().isEmpty();
        QVERIFY2(named, widget->metaObject()->className());
        QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->accessibleName()));
    }
    QVERIFY(controls >= 20);
}

void DisplayPanelTest::thePanel_isNarrowAndScrolls()
{
    ViewerModel model;
    model.addVolume(openSynthetic(QString(200, u'x')));
    model.addVolume(openSynthetic(QString(200, u'y')));
    Cine cine(model);
    DisplayPanel panel(model, cine);
    QVERIFY2(panel.minimumSizeHint().width() <= 300,
             qPrintable(QString::number(panel.minimumSizeHint().width())));
    panel.resize(panel.minimumSizeHint().width(), 200);
    panel.show();
    QVERIFY(panel.widget()->height() > panel.viewport()->height());
    QVERIFY(panel.widget()->width() <= panel.viewport()->width());
}

void DisplayPanelTest::theWheel_passesOverListsAndNumbers()
{
    Shown shown;
    shown.panel.setFocus();
    auto *list = control<QComboBox>(shown.panel, "Interpolation");
    const int before = list->currentIndex();
    QWheelEvent turn(QPointF(5, 5), list->mapToGlobal(QPointF(5, 5)), {}, {0, -120}, Qt::NoButton,
                     Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(list, &turn);
    QCOMPARE(list->currentIndex(), before);
}

QTEST_MAIN(DisplayPanelTest)
#include "tst_DisplayPanel.moc"
