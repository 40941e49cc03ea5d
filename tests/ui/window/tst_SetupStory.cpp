// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// From a machine on which nothing is set up to a volume of the model, led by the assistant: a real
// repository is cloned, a real pip installs, and nothing needs a network.
#include "StudioFixture.h"
#include "ui/NoticeBar.h"
#include "ui/common/FieldNote.h"
#include "ui/runs/PreflightPanel.h"
#include "ui/settings/WelcomePage.h"
#include "ui/setup/CheckPart.h"
#include "ui/setup/RunBox.h"
#include "ui/setup/SetupDesk.h"
#include "ui/setup/SetupDialog.h"
#include "ui/setup/StepList.h"
#include "ui/setup/StepPage.h"

#include <QLineEdit>

#include <fstream>

using namespace mrb;
using namespace mrb::studio_test;
using backend::EntryVerdict;
using backend::SetupConclusion;
using backend::SetupStep;
using backend::StepState;
using ui::StudioCommand;
using Kind = SetupConclusion::Kind;

namespace {

QPushButton *button(const QWidget &where, const QString &text)
{
    for (auto *each : where.findChildren<QPushButton *>()) {
        if (each->isVisible() && each->text().remove(u'&').startsWith(text))
            return each;
    }
    qFatal("no button %s", qPrintable(text));
}

} // namespace

class tst_SetupStory : public QObject
{
    Q_OBJECT

public:
    explicit tst_SetupStory(const NewUser &user) : m_user(user) {}

private Q_SLOTS:
    void initTestCase();
    void theFirstPageLeadsToTheAssistant();
    void anAddressThatIsNotThereFailsWithItsCause();
    void aCloneIsCancelledInTheMiddle();
    void closingTheWindowAsksAndEndsTheStep();
    void theCheckoutIsClonedInTheBackground();
    void packagesComeFromAFolder();
    void weightsComeFromAFolder();
    void everythingIsChecked();
    void oneSmallVolumeIsGenerated();
    void theWindowIsReadyAndStaysSo();

private:
    Studio &studio() { return *m_studio; }
    ui::SetupDesk &desk() { return studio().workbench().setup(); }
    ui::SetupDialog &dialog()
    {
        auto *found = studio().window().findChild<ui::SetupDialog *>();
        if (!found)
            qFatal("no assistant");
        return *found;
    }
    StepState stateOf(SetupStep step) { return desk().report()->at(step).state; }
    /// As a user does: into a field of the shown step, and waits for what is found with it.
    void type(const QString &accessibleName, const QString &text);
    void waitForLook();
    /// Clones, and stops in the middle.
    void startHeldClone();
    void press(Kind expected);
    QString root() const { return m_user.home() + QStringLiteral("/model"); }
    ui::WelcomePage *welcome() { return studio().window().findChild<ui::WelcomePage *>(); }

    const NewUser &m_user;
    Workshop m_machine{"make_empty_machine.py"};
    std::unique_ptr<Studio> m_studio = std::make_unique<Studio>();
};

void tst_SetupStory::waitForLook()
{
    QTRY_VERIFY_WITH_TIMEOUT(!desk().isLooking() && desk().report(), kPatienceMs);
}

void tst_SetupStory::type(const QString &accessibleName, const QString &text)
{
    for (auto *edit : dialog().page(dialog().shownStep()).findChildren<QLineEdit *>()) {
        if (edit->accessibleName() != accessibleName)
            continue;
        edit->setFocus();
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, text);
        waitForLook();
        return;
    }
    QFAIL(qPrintable(accessibleName));
}

void tst_SetupStory::startHeldClone()
{
    QFile::remove(m_machine.place("reached"));
    QFile hold(m_machine.place("hold"));
    QVERIFY(hold.open(QIODevice::WriteOnly));
    QTest::mouseClick(&dialog().startButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_machine.place("reached")), kPatienceMs);
}

/// Starts the shown step and waits for its end and for what is found afterwards.
void tst_SetupStory::press(Kind expected)
{
    QTRY_VERIFY_WITH_TIMEOUT(dialog().startButton().isEnabled(), kPatienceMs);
    QTest::mouseClick(&dialog().startButton(), Qt::LeftButton);
    QVERIFY(desk().isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(!desk().isRunning(), kPatienceMs);
    QVERIFY2(desk().conclusion()->kind == expected, qPrintable(dialog().conclusion()));
    waitForLook();
}

void tst_SetupStory::initTestCase()
{
    // The pins are those of what the test made; all else is as on a first start.
    studio().set([this](ui::StudioSettings &settings) {
        settings.manifest = m_machine.place("manifest");
        settings.resultsFolder = m_user.results();
    });
}

void tst_SetupStory::theFirstPageLeadsToTheAssistant()
{
    QTRY_VERIFY_WITH_TIMEOUT(welcome()->isVisible(), kPatienceMs);
    QTest::mouseClick(button(*welcome(), QStringLiteral("Set up the model")), Qt::LeftButton);
    QVERIFY(dialog().isVisible());
    waitForLook();
    QCOMPARE(dialog().shownStep(), SetupStep::Checkout);
    QCOMPARE(stateOf(SetupStep::Checkout), StepState::Missing);
    QCOMPARE(stateOf(SetupStep::Packages), StepState::Blocked);
    QVERIFY(!desk().step()); // nothing has started
    // The command opens the same one.
    studio().trigger(StudioCommand::Setup);
    QCOMPARE(studio().window().findChildren<ui::SetupDialog *>().size(), 1);
    type(QStringLiteral("Folder of the checkout"), root());
    QCOMPARE(QString::fromStdString(desk().report()->root.string()), root());
    QVERIFY(!QFile::exists(root())); // looking made nothing
}

void tst_SetupStory::anAddressThatIsNotThereFailsWithItsCause()
{
    type(QStringLiteral("Clone from"), m_user.home() + QStringLiteral("/nowhere.git"));
    press(Kind::Failed);
    QVERIFY2(dialog().conclusion().contains(u'→'), qPrintable(dialog().conclusion()));
    QVERIFY(!dialog().runBox().logText().isEmpty()); // what git said
    QVERIFY(QFile::exists(QString::fromStdString(desk().conclusion()->logFile.string())));
    QVERIFY(!QFile::exists(root()));
    QCOMPARE(dialog().shownStep(), SetupStep::Checkout);
    QVERIFY(dialog().startButton().isEnabled());
}

void tst_SetupStory::aCloneIsCancelledInTheMiddle()
{
    type(QStringLiteral("Clone from"), m_machine.place("repository"));
    startHeldClone();
    QTRY_VERIFY_WITH_TIMEOUT(dialog().runBox().progressLine().contains(QStringLiteral("45 %")),
                             kPatienceMs);
    QCOMPARE(dialog().list().stateOf(SetupStep::Checkout), QStringLiteral("Running"));
    QTest::mouseClick(button(dialog().runBox(), QStringLiteral("Cancel")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!desk().isRunning(), kPatienceMs);
    QCOMPARE(desk().conclusion()->kind, Kind::Cancelled);
    QVERIFY(!QFile::exists(root()));
    waitForLook();
    QVERIFY(dialog().startButton().isEnabled());
}

void tst_SetupStory::closingTheWindowAsksAndEndsTheStep()
{
    startHeldClone();
    answerMessageBox(QStringLiteral("Go on with the step"));
    QVERIFY(!studio().window().close());
    QVERIFY(desk().isRunning());
    answerMessageBox(QStringLiteral("End the step and close"));
    QVERIFY(!studio().window().close()); // once it has ended
    QTRY_VERIFY_WITH_TIMEOUT(!studio().window().isVisible(), kPatienceMs);
    QVERIFY(!desk().isRunning());
    QVERIFY(!QFile::exists(root()));
    m_studio.reset();
    // As after a start of the program: nothing was chosen yet.
    m_studio = std::make_unique<Studio>();
    studio().trigger(StudioCommand::Setup);
    waitForLook();
    type(QStringLiteral("Folder of the checkout"), root());
    type(QStringLiteral("Clone from"), m_machine.place("repository"));
    QVERIFY(dialog().startButton().isEnabled());
}

/// The dialog is closed while the step runs; the window says how it ended.
void tst_SetupStory::theCheckoutIsClonedInTheBackground()
{
    startHeldClone();
    answerMessageBox(QStringLiteral("Go on in the background"));
    dialog().close();
    QTRY_VERIFY_WITH_TIMEOUT(!studio().window().findChild<ui::SetupDialog *>(), kPatienceMs);
    QVERIFY(desk().isRunning());
    QVERIFY(QFile::remove(m_machine.place("hold")));
    std::ofstream(m_machine.place("go").toStdString()) << "go\n";
    QTRY_VERIFY_WITH_TIMEOUT(!desk().isRunning(), kPatienceMs);
    QCOMPARE(desk().conclusion()->kind, Kind::Done);
    QVERIFY(QFile::exists(root() + QStringLiteral("/requirements.txt")));
    QVERIFY(studio().window().notices().isVisible());
    QVERIFY(studio().window().notices().text().contains(QStringLiteral("Checkout: done")));
    waitForLook();
    // It is in no place where runs would look, so the settings name it.
    QCOMPARE(studio().workbench().settings().settings().upstreamRoot, root());
    QTest::mouseClick(button(studio().window().notices(), QStringLiteral("Show it")),
                      Qt::LeftButton);
    QVERIFY(dialog().isVisible());
    waitForLook();
    QTRY_COMPARE_WITH_TIMEOUT(dialog().shownStep(), SetupStep::Packages, kPatienceMs);
}

void tst_SetupStory::packagesComeFromAFolder()
{
    type(QStringLiteral("Folder with wheels"), m_machine.place("wheels"));
    QCOMPARE(stateOf(SetupStep::Packages), StepState::Missing);
    press(Kind::Done);
    QCOMPARE(stateOf(SetupStep::Packages), StepState::Done);
    QVERIFY(QFile::exists(root() + QStringLiteral("/.venv/bin/python")));
    QVERIFY(desk().log()->end() > 0);
    // Found with the checkout: nothing to write down.
    QVERIFY(studio().workbench().settings().settings().python.isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(dialog().shownStep(), SetupStep::Weights, kPatienceMs);
    QVERIFY(!desk().isRunning()); // moved on, started nothing
}

void tst_SetupStory::weightsComeFromAFolder()
{
    type(QStringLiteral("Folder with downloaded weights"), m_machine.place("weights"));
    press(Kind::Done);
    QVERIFY(desk().report()->isComplete());
    QTRY_COMPARE_WITH_TIMEOUT(dialog().shownStep(), SetupStep::Check, kPatienceMs);
}

void tst_SetupStory::everythingIsChecked()
{
    const auto &watch = dialog().check().watch();
    QTRY_VERIFY_WITH_TIMEOUT(!watch.isLooking() && watch.report().mayStart, kPatienceMs);
    QCOMPARE(stateOf(SetupStep::Check), StepState::Done);
    QVERIFY2(dialog().verdict().contains(QStringLiteral("set up")), qPrintable(dialog().verdict()));
    // The window looked again by itself.
    QTRY_VERIFY_WITH_TIMEOUT(studio().workbench().preflight().report().mayStart, kPatienceMs);
}

void tst_SetupStory::oneSmallVolumeIsGenerated()
{
    QTest::mouseClick(button(dialog().check(), QStringLiteral("Generate one small volume")),
                      Qt::LeftButton);
    QCOMPARE(static_cast<int>(studio().queue().entries().size()), 1);
    QTRY_COMPARE_WITH_TIMEOUT(studio().count(backend::EntryState::Ended), 1, kPatienceMs);
    const backend::QueueEntry &entry = studio().queue().entries().front();
    QVERIFY2(entry.verdict == EntryVerdict::Passed,
             entry.problems.empty() ? "" : qPrintable(entry.problems.front().message));
    QVERIFY2(dialog().check().volumeText().contains(QStringLiteral("passed all gates")),
             qPrintable(dialog().check().volumeText()));
}

void tst_SetupStory::theWindowIsReadyAndStaysSo()
{
    dialog().close();
    const ui::StudioSettings kept = studio().workbench().settings().settings();
    QCOMPARE(kept.upstreamRoot, root());
    QCOMPARE(kept.engine, backend::Engine::Upstream);
    QVERIFY(studio().window().close());
    m_studio.reset();
    m_studio = std::make_unique<Studio>();
    QCOMPARE(studio().workbench().settings().settings(), kept);
    QTRY_VERIFY_WITH_TIMEOUT(studio().workbench().preflight().report().mayStart, kPatienceMs);
    QCOMPARE(welcome()->findChild<ui::FieldNote *>()->tone(), ui::Tone::Good);
}

int main(int argc, char **argv)
{
    return runTest<tst_SetupStory>(argc, argv);
}

#include "tst_SetupStory.moc"
