// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The assistant with findings that a test made up, and with steps that are really started.
#include "tests/ui/setup/PreparedReports.h"
#include "ui/setup/CheckPart.h"
#include "ui/setup/PlanView.h"
#include "ui/setup/SetupChoices.h"
#include "ui/setup/SetupDesk.h"
#include "ui/setup/SetupDialog.h"
#include "ui/setup/SetupWords.h"
#include "ui/setup/StepList.h"
#include "ui/setup/StepPage.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

#include <memory>
#include <mutex>

using namespace mrb;
using namespace mrb::ui;
using namespace mrb::setup_test;
using backend::SetupOptions;
using backend::SetupReport;
using backend::SetupStep;
using State = backend::StepState;

namespace {

constexpr int kPatienceMs = 60'000;

/// Answers every look with the same findings and keeps what it was asked; called in workers.
class FakeLook
{
public:
    explicit FakeLook(SetupReport report) : m_state(std::make_shared<Shared>())
    {
        m_state->report = std::move(report);
    }
    SetupReport operator()(const SetupOptions &options, const std::stop_token &) const
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->asked.push_back(options);
        return m_state->report;
    }
    std::vector<SetupOptions> asked() const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->asked;
    }
    void answer(SetupReport report) const
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->report = std::move(report);
    }

private:
    struct Shared
    {
        std::mutex mutex;
        SetupReport report;
        std::vector<SetupOptions> asked;
    };
    std::shared_ptr<Shared> m_state;
};

/// A dialog that has looked once.
struct Bench
{
    explicit Bench(SetupReport report, const SetupOptions &options = {})
        : look(std::move(report)), desk(look), dialog(desk)
    {
        dialog.show();
        QSignalSpy reported(&desk, &SetupDesk::reported);
        desk.begin(options, {});
        if (!reported.wait(kPatienceMs))
            qFatal("no report");
    }
    template <class Widget> Widget *named(SetupStep step, const QString &accessibleName)
    {
        for (Widget *each : dialog.page(step).findChildren<Widget *>()) {
            if (each->accessibleName() == accessibleName)
                return each;
        }
        qFatal("nothing named %s", qPrintable(accessibleName));
    }

    FakeLook look;
    SetupDesk desk;
    SetupDialog dialog;
};

QString nameOf(const QWidget &widget)
{
    const auto *button = qobject_cast<const QAbstractButton *>(&widget);
    return widget.accessibleName().isEmpty() && button ? button->text() : widget.accessibleName();
}

QStringList visibleTexts(const QWidget &where)
{
    QStringList texts;
    for (const QLabel *label : where.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&where) && !label->text().isEmpty())
            texts += label->text();
    }
    return texts;
}

} // namespace

class tst_SetupDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itOpensAtTheFirstStepThatIsLeft_data();
    void itOpensAtTheFirstStepThatIsLeft();
    void everyStateHasItsWords();
    void theStartButtonSaysWhatItStartsAndIsThereOnlyWhenItMayStart();
    void commandsAreShownToTheLetterAndCopied();
    void placesAndAmountsAreShown();
    void problemsComeWithTheirNextStep();
    void optionsOfTheCommandLineAreNamedAsFields();
    void weightsAreFetchedUnderTheirLicence();
    void choicesAreLookedAtOnceAndAllTogether();
    void whatCannotBeAPathHoldsTheStartBack();
    void choicesThatWouldBeIgnoredCannotBeMade();
    void theInterpreterOfTheSettingsIsKeptWhenItHasAllPackages();
    void theInterpreterOfTheSettingsIsNeverInstalledIntoUnasked();
    void anUnreadableManifestIsSaid();
    void whatIsThereIsOfferedToRuns();
    void aRefusedStepSaysWhyAndKeepsWhatIsThere();
    void theSmallVolumeWaitsForTheChecklist();
    void everythingIsReachedByKeyboard();
    void nothingIsCut_data();
    void nothingIsCut();
};

void tst_SetupDialog::itOpensAtTheFirstStepThatIsLeft_data()
{
    QTest::addColumn<QList<int>>("states");
    QTest::addColumn<int>("opened");
    const auto list = [](State a, State b, State c, State d) {
        return QList<int>{static_cast<int>(a), static_cast<int>(b), static_cast<int>(c),
                          static_cast<int>(d)};
    };
    QTest::newRow("empty machine")
        << list(State::Missing, State::Blocked, State::Missing, State::Blocked) << 0;
    QTest::newRow("checkout there")
        << list(State::Done, State::Missing, State::Missing, State::Blocked) << 1;
    QTest::newRow("weights left") << list(State::Done, State::Done, State::Interrupted,
                                          State::Blocked)
                                  << 2;
    QTest::newRow("all done") << list(State::Done, State::Done, State::Done, State::Done) << 3;
}

void tst_SetupDialog::itOpensAtTheFirstStepThatIsLeft()
{
    QFETCH(const QList<int>, states);
    QFETCH(const int, opened);
    std::vector<State> made;
    for (const int state : states)
        made.push_back(static_cast<State>(state));
    Bench bench(report(made));
    QCOMPARE(static_cast<int>(bench.dialog.shownStep()), opened);
    // Looking again leaves it where the user is.
    bench.dialog.showStep(SetupStep::Weights);
    QSignalSpy reported(&bench.desk, &SetupDesk::reported);
    bench.desk.look();
    QVERIFY(reported.wait(kPatienceMs));
    QCOMPARE(bench.dialog.shownStep(), SetupStep::Weights);
}

void tst_SetupDialog::everyStateHasItsWords()
{
    Bench bench(report({State::Done, State::Interrupted, State::Wrong, State::Blocked}));
    const StepList &list = bench.dialog.list();
    QCOMPARE(list.stateOf(SetupStep::Checkout), QStringLiteral("Done"));
    QCOMPARE(list.stateOf(SetupStep::Packages), QStringLiteral("Interrupted"));
    QCOMPARE(list.stateOf(SetupStep::Weights), QStringLiteral("Wrong"));
    QCOMPARE(list.stateOf(SetupStep::Check), QStringLiteral("Waits for an earlier step"));
    for (int row = 0; row < list.count(); ++row) {
        const QString spoken = list.item(row)->data(Qt::AccessibleTextRole).toString();
        QVERIFY2(spoken.contains(QStringLiteral("Fact of step %1").arg(row)), qPrintable(spoken));
    }
    QVERIFY(bench.dialog.verdict().contains(QStringLiteral("Packages, Weights")));
}

void tst_SetupDialog::theStartButtonSaysWhatItStartsAndIsThereOnlyWhenItMayStart()
{
    SetupReport made = report({State::Missing, State::Interrupted, State::Wrong, State::Blocked});
    made.steps[0].commands.resize(2);
    made.steps[0].downloadBytes = 48'000'000;
    Bench bench(made);
    const QPushButton &start = bench.dialog.startButton();
    bench.dialog.showStep(SetupStep::Checkout);
    QVERIFY(start.isEnabled());
    QVERIFY(start.text().contains(QStringLiteral("clone")));
    QVERIFY(bench.dialog.consent().contains(QStringLiteral("48.0 MB")));
    bench.dialog.showStep(SetupStep::Packages);
    QVERIFY(start.isEnabled());
    QVERIFY(start.text().contains(QStringLiteral("go on installing")));
    bench.dialog.showStep(SetupStep::Weights);
    QVERIFY(!start.isEnabled());
    QVERIFY(bench.dialog.consent().contains(QStringLiteral("stands above")));
    bench.dialog.showStep(SetupStep::Check);
    QVERIFY(!start.isEnabled());
    QVERIFY(bench.dialog.consent().contains(QStringLiteral("earlier steps")));
    QVERIFY(!bench.desk.isRunning());
    QVERIFY(!bench.desk.step()); // nothing was started by looking around
}

void tst_SetupDialog::commandsAreShownToTheLetterAndCopied()
{
    SetupReport made = report({State::Missing, State::Blocked, State::Missing, State::Blocked});
    backend::SetupCommand command;
    command.purpose = QStringLiteral("Clone the repository");
    command.program = "/usr/bin/git";
    command.arguments = {QStringLiteral("clone"), QStringLiteral("--"), QStringLiteral("a place"),
                         QStringLiteral("/data/it's")};
    made.steps[0].commands = {command};
    Bench bench(made);
    const QString wanted = QStringLiteral("# Clone the repository\n") + command.text();
    QCOMPARE(bench.dialog.page(SetupStep::Checkout).plan().commands(), wanted);
    QApplication::clipboard()->clear();
    for (QPushButton *button :
         bench.dialog.page(SetupStep::Checkout).plan().findChildren<QPushButton *>())
        button->click();
    QCOMPARE(QApplication::clipboard()->text(), wanted);
}

void tst_SetupDialog::placesAndAmountsAreShown()
{
    Bench bench(longReport());
    const StepPage &page = bench.dialog.page(SetupStep::Checkout);
    auto *writes = page.findChild<QTreeWidget *>();
    QVERIFY(writes && writes->isVisible());
    QCOMPARE(writes->topLevelItemCount(), 2);
    QCOMPARE(writes->topLevelItem(0)->text(2), QStringLiteral("52.0 MB"));
    QCOMPARE(writes->topLevelItem(1)->text(2), QStringLiteral("Not known"));
    QVERIFY(writes->topLevelItem(0)->text(3).contains(QStringLiteral("is replaced")));
    QVERIFY(writes->topLevelItem(1)->toolTip(1).contains(QStringLiteral(".venv")));
    const QString texts = visibleTexts(page).join(u'\n');
    QVERIFY(texts.contains(QStringLiteral("at most 48.0 MB")));
    QVERIFY(texts.contains(QStringLiteral("needs 100.0 MB, 120.0 GB are free")));
}

void tst_SetupDialog::problemsComeWithTheirNextStep()
{
    SetupReport made = report({State::Wrong, State::Blocked, State::Missing, State::Blocked});
    made.steps[0].problems = {
        {kTested, QStringLiteral("A <b>file</b> is there."), QStringLiteral("Move it away."), {}}};
    made.steps[0].warnings = {{kTested, QStringLiteral("Little room."), {}, {}}};
    Bench bench(made);
    QCOMPARE(bench.dialog.page(SetupStep::Checkout).findings(),
             (QStringList{QStringLiteral("A <b>file</b> is there.\n→ Move it away."),
                          QStringLiteral("Little room.")}));
    bench.look.answer(report({State::Missing, State::Blocked, State::Missing, State::Blocked}));
    bench.desk.look();
    QTRY_VERIFY_WITH_TIMEOUT(bench.dialog.page(SetupStep::Checkout).findings().isEmpty(),
                             kPatienceMs);
}

void tst_SetupDialog::optionsOfTheCommandLineAreNamedAsFields()
{
    QCOMPARE(inWindow(QStringLiteral("Choose it with --python.")),
             QStringLiteral("Choose it with “Python”."));
    QCOMPARE(inWindow(QStringLiteral("The folder (--weights DIR); then start.")),
             QStringLiteral("The folder (“Downloaded weights”); then start."));
    QCOMPARE(inWindow(QStringLiteral("(--repository FOLDER, or “Clone from” in the window)")),
             QStringLiteral("(“Clone from”)"));
    // Those of other programs stay.
    const QString other = QStringLiteral("pip download --python-version 3.11 --wheelsX A");
    QCOMPARE(inWindow(other), other);
}

void tst_SetupDialog::weightsAreFetchedUnderTheirLicence()
{
    Bench bench(report({State::Done, State::Done, State::Missing, State::Blocked}));
    const QString texts = visibleTexts(bench.dialog.page(SetupStep::Weights)).join(u'\n');
    QVERIFY(texts.contains(QStringLiteral("NVIDIA Open Model License")));
    QVERIFY(texts.contains(QStringLiteral("never for clinical use")));
}

void tst_SetupDialog::choicesAreLookedAtOnceAndAllTogether()
{
    Bench bench(report({State::Missing, State::Missing, State::Missing, State::Blocked}));
    const auto before = bench.look.asked().size();
    auto *root =
        bench.named<QLineEdit>(SetupStep::Checkout, QStringLiteral("Folder of the checkout"));
    auto *from = bench.named<QLineEdit>(SetupStep::Checkout, QStringLiteral("Clone from"));
    auto *index = bench.named<QLineEdit>(SetupStep::Packages, QStringLiteral("Package index"));
    QSignalSpy reported(&bench.desk, &SetupDesk::reported);
    QTest::keyClicks(root, QStringLiteral("/data/other"));
    QVERIFY(!bench.dialog.startButton().isEnabled()); // what is shown is of other choices
    QTest::keyClicks(from, QStringLiteral("/mnt/usb/model.git"));
    QTest::keyClicks(index, QStringLiteral("https://index.example/simple"));
    QVERIFY(reported.wait(kPatienceMs));
    const auto asked = bench.look.asked();
    QCOMPARE(asked.size(), before + 1);
    QCOMPARE(asked.back().root, std::string("/data/other"));
    QCOMPARE(asked.back().repository, std::string("/mnt/usb/model.git"));
    QCOMPARE(asked.back().indexUrl, std::string("https://index.example/simple"));
    QVERIFY(bench.dialog.startButton().isEnabled());
}

void tst_SetupDialog::whatCannotBeAPathHoldsTheStartBack()
{
    Bench bench(report({State::Missing, State::Blocked, State::Missing, State::Blocked}));
    const auto before = bench.look.asked().size();
    auto *root =
        bench.named<QLineEdit>(SetupStep::Checkout, QStringLiteral("Folder of the checkout"));
    root->setText(QStringLiteral("not/absolute"));
    QVERIFY(!bench.dialog.startButton().isEnabled());
    QVERIFY(bench.dialog.consent().contains(QStringLiteral("cannot be used")));
    QCOMPARE(bench.look.asked().size(), before);
    QSignalSpy reported(&bench.desk, &SetupDesk::reported);
    root->setText(QStringLiteral("/data/absolute"));
    QVERIFY(reported.wait(kPatienceMs));
    QVERIFY(bench.dialog.startButton().isEnabled());
}

void tst_SetupDialog::choicesThatWouldBeIgnoredCannotBeMade()
{
    SetupReport made = report({State::Done, State::Missing, State::Missing, State::Blocked});
    made.steps[1].commands.resize(1);
    Bench bench(made);
    auto *into = bench.dialog.page(SetupStep::Packages).findChild<QCheckBox *>();
    auto *python =
        bench.named<QLineEdit>(SetupStep::Packages, QStringLiteral("Python to build on"));
    auto *venv =
        bench.named<QLineEdit>(SetupStep::Packages, QStringLiteral("Folder of the environment"));
    auto *index = bench.named<QLineEdit>(SetupStep::Packages, QStringLiteral("Package index"));
    auto *wheels =
        bench.named<QLineEdit>(SetupStep::Packages, QStringLiteral("Folder with wheels"));
    QVERIFY(!into->isEnabled()); // never some Python that nobody named
    python->setText(QStringLiteral("/opt/conda/bin/python"));
    QVERIFY(into->isEnabled());
    into->click();
    QVERIFY(!venv->isEnabled());
    QVERIFY(index->isEnabled());
    wheels->setText(QStringLiteral("/mnt/usb/wheels"));
    QVERIFY(!index->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(bench.look.asked().back().wheelFolder == "/mnt/usb/wheels",
                             kPatienceMs);
    QVERIFY(bench.look.asked().back().intoPython);
    bench.dialog.showStep(SetupStep::Packages);
    QTRY_VERIFY_WITH_TIMEOUT(!bench.desk.isLooking(), kPatienceMs);
    QVERIFY2(bench.dialog.consent().contains(QStringLiteral("downloads nothing")),
             qPrintable(bench.dialog.consent()));
}

void tst_SetupDialog::theInterpreterOfTheSettingsIsKeptWhenItHasAllPackages()
{
    const FakeLook look(report({State::Done, State::Done, State::Missing, State::Blocked}));
    SetupDesk desk(look);
    QSignalSpy reported(&desk, &SetupDesk::reported);
    desk.begin({}, "/opt/conda/bin/python");
    QVERIFY(reported.wait(kPatienceMs));
    QCOMPARE(look.asked().size(), std::size_t{1});
    QVERIFY(desk.options().intoPython);
    QCOMPARE(desk.options().python, std::string("/opt/conda/bin/python"));
}

void tst_SetupDialog::theInterpreterOfTheSettingsIsNeverInstalledIntoUnasked()
{
    const FakeLook look(report({State::Done, State::Missing, State::Missing, State::Blocked}));
    SetupDesk desk(look);
    QSignalSpy reported(&desk, &SetupDesk::reported);
    desk.begin({}, "/usr/bin/python3");
    QVERIFY(reported.wait(kPatienceMs));
    const auto asked = look.asked();
    QCOMPARE(asked.size(), std::size_t{2});
    QVERIFY(asked.front().intoPython);
    QVERIFY(!asked.back().intoPython);
    QVERIFY(!desk.options().intoPython);
    QCOMPARE(reported.size(), 1); // of the second alone
}

void tst_SetupDialog::anUnreadableManifestIsSaid()
{
    SetupReport broken;
    broken.error = Error{kTested,
                         QStringLiteral("The manifest cannot be read."),
                         QStringLiteral("Choose another in the settings."),
                         {}};
    Bench bench(broken);
    QVERIFY(bench.dialog.verdict().contains(QStringLiteral("cannot be read")));
    QVERIFY(bench.dialog.verdict().contains(QStringLiteral("in the settings")));
    QVERIFY(!bench.dialog.startButton().isEnabled());
}

void tst_SetupDialog::whatIsThereIsOfferedToRuns()
{
    Bench bench(report({State::Done, State::Done, State::Done, State::Done}));
    QVERIFY(!bench.dialog.useButton().isVisible());
    QSignalSpy wanted(&bench.dialog, &SetupDialog::useRequested);
    bench.dialog.offerUse(QStringLiteral("Runs use something else."));
    QVERIFY(bench.dialog.useButton().isVisible());
    bench.dialog.useButton().click();
    QCOMPARE(wanted.size(), 1);
    bench.dialog.offerUse({});
    QVERIFY(!bench.dialog.useButton().isVisible());
}

/// The real step, against a folder that holds somebody's file.
void tst_SetupDialog::aRefusedStepSaysWhyAndKeepsWhatIsThere()
{
    QTemporaryDir home;
    QVERIFY(QDir(home.path()).mkdir(QStringLiteral("taken")));
    const QString kept = home.filePath(QStringLiteral("taken/kept.txt"));
    QFile file(kept);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
    file.close();
    SetupOptions options;
    options.root = home.filePath(QStringLiteral("taken")).toStdString();
    options.environment = {{"HOME", home.path().toStdString()}, {"PATH", "/usr/bin:/bin"}};
    options.workingFolder = home.path().toStdString();
    // It may be started as far as the look knows: the folder was filled since.
    Bench bench(report({State::Missing, State::Blocked, State::Missing, State::Blocked}), options);
    QSignalSpy ended(&bench.desk, &SetupDesk::stepEnded);
    bench.dialog.startButton().click();
    QVERIFY(bench.desk.isRunning());
    QVERIFY(!bench.dialog.startButton().isEnabled());
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(bench.desk.conclusion()->kind, backend::SetupConclusion::Kind::Refused);
    QVERIFY2(bench.dialog.conclusion().contains(QStringLiteral("taken")),
             qPrintable(bench.dialog.conclusion()));
    QVERIFY(bench.dialog.conclusion().contains(u'→')); // the next step
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("mine"));
    QCOMPARE(bench.dialog.shownStep(), SetupStep::Checkout);
    QTRY_VERIFY_WITH_TIMEOUT(bench.dialog.startButton().isEnabled(), kPatienceMs);
}

void tst_SetupDialog::theSmallVolumeWaitsForTheChecklist()
{
    Bench bench(report({State::Done, State::Done, State::Done, State::Missing}));
    auto *generate = bench.dialog.findChild<QPushButton *>(QStringLiteral("setup.smallVolume"));
    QVERIFY(generate);
    const auto &watch = bench.dialog.check().watch();
    QTRY_VERIFY_WITH_TIMEOUT(!watch.report().items.empty(), kPatienceMs);
    QVERIFY(!watch.report().mayStart); // nothing of it is really there
    QVERIFY(!generate->isEnabled());
}

void tst_SetupDialog::everythingIsReachedByKeyboard()
{
    Bench bench(longReport());
    bench.dialog.activateWindow();
    for (const SetupStep step : backend::kSetupSteps) {
        bench.dialog.showStep(step);
        QSet<QWidget *> reached;
        QWidget *focus = const_cast<StepList *>(&bench.dialog.list());
        focus->setFocus();
        for (int i = 0; i < 60; ++i) {
            reached += bench.dialog.focusWidget();
            QTest::keyClick(bench.dialog.focusWidget(), Qt::Key_Tab);
        }
        for (QWidget *each : bench.dialog.findChildren<QWidget *>()) {
            const bool wanted = qobject_cast<QAbstractButton *>(each) ||
                                qobject_cast<QLineEdit *>(each) ||
                                qobject_cast<QPlainTextEdit *>(each);
            if (!wanted || !each->isVisible() || !each->isEnabled() ||
                each->focusPolicy() == Qt::NoFocus)
                continue;
            QVERIFY2(reached.contains(each), qPrintable(nameOf(*each)));
            QVERIFY2(!nameOf(*each).isEmpty(), each->metaObject()->className());
        }
    }
}

void tst_SetupDialog::nothingIsCut_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("smallest") << QSize(10, 10);
    QTest::newRow("1280 x 800") << QSize(1180, 736);
    QTest::newRow("large") << QSize(1500, 950);
}

void tst_SetupDialog::nothingIsCut()
{
    QFETCH(const QSize, size);
    Bench bench(longReport());
    bench.dialog.resize(size);
    for (const SetupStep step : backend::kSetupSteps) {
        bench.dialog.showStep(step);
        QCoreApplication::processEvents();
        StepPage &page = bench.dialog.page(step);
        QCOMPARE(page.horizontalScrollBar()->maximum(), 0);
        QVERIFY(page.widget()->width() <= page.viewport()->width());
        // Commands of a few lines are seen whole.
        const auto *commands = page.plan().findChild<QPlainTextEdit *>();
        if (commands->isVisible() && size.width() > 1000)
            QCOMPARE(commands->verticalScrollBar()->maximum(), 0);
        for (const QPushButton *button : bench.dialog.findChildren<QPushButton *>()) {
            if (button->isVisible())
                QVERIFY2(button->width() >= button->minimumSizeHint().width(),
                         qPrintable(button->text()));
        }
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible() && label->wordWrap())
                QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                         qPrintable(label->text()));
        }
    }
}

QTEST_MAIN(tst_SetupDialog)

#include "tst_SetupDialog.moc"
