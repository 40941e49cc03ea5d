// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "../evidence/HangingReport.h"
#include "StudioFixture.h"
#include "backend/evidence/Reproduction.h"
#include "ui/NoticeBar.h"
#include "ui/evidence/CheckTree.h"
#include "ui/evidence/ComparisonDialog.h"
#include "ui/evidence/ComparisonTree.h"
#include "ui/evidence/EvidenceDesk.h"
#include "ui/evidence/ExportChoices.h"
#include "ui/evidence/ExportDialog.h"
#include "ui/evidence/VerifyDialog.h"
#include "ui/results/ResultsPanel.h"
#include "ui/results/RunDetails.h"

#include <QItemSelectionModel>
#include <QListView>
#include <QSignalSpy>

using namespace mrb;
using namespace mrb::studio_test;
using ui::StudioCommand;
namespace fs = std::filesystem;

class tst_StudioEvidence : public QObject
{
    Q_OBJECT

public:
    explicit tst_StudioEvidence(const NewUser &user) : m_user(user) {}

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void selectedRunsAreExportedAndVerified();
    void acceptedRunsAreExportedWhenNoneIsSelected();
    void aGivenBundleIsOfferedToBeVerified();
    void runAgainAndCompareIsBitIdentical();
    void whatComesBetweenDoesNotMatter();
    void aRepetitionThatFailsSaysSo();
    void aWaitingRepetitionThatIsCancelledIsForgotten();
    void recordsOfTwoRunsAreCompared();
    void bothVolumesAreShownAtTheVoxelThatDiffersMost();
    void theReportIsSavedAsPageAndPdf();
    void closingWhileExportingAsks();

private:
    Studio &studio() { return *m_studio; }
    ui::ResultsPanel &results() { return studio().workbench().resultsPanel(); }
    void select(const std::vector<fs::path> &runs);
    /// The dialog that is open; null while there is none.
    template <class Dialog> Dialog *dialog() const
    {
        for (Dialog *found : m_studio->window().template findChildren<Dialog *>()) {
            if (found->isVisible())
                return found;
        }
        return nullptr;
    }
    QString notice() { return studio().window().notices().text(); }
    ui::ExportDialog *exportDialog();
    fs::path exportTo(const QString &name);

    const NewUser &m_user;
    std::vector<fs::path> m_runs;
    std::unique_ptr<Studio> m_studio;
};

void tst_StudioEvidence::initTestCase()
{
    for (int seed = 1; seed <= 2; ++seed)
        m_runs.push_back(makePhantomRun(m_user, seed));
}

void tst_StudioEvidence::init()
{
    m_studio = std::make_unique<Studio>();
    studio().set([this](ui::StudioSettings &settings) {
        settings.engine = backend::Engine::Upstream; // a record knows its own
        settings.resultsFolder = m_user.results();
    });
    QTRY_VERIFY_WITH_TIMEOUT(studio().workbench().library().runs().size() >= m_runs.size(),
                             kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(results().model().rowCount() >= 2, kPatienceMs);
}

void tst_StudioEvidence::cleanup()
{
    studio().queue().setPaused(false);
    studio().queue().cancelAll();
    QTRY_VERIFY_WITH_TIMEOUT(!studio().queue().isBusy(), kPatienceMs);
    studio().queue().removeEnded();
    m_studio.reset();
    for (const QString &name :
         QDir(m_user.results()).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (!name.startsWith(u"run"))
            QDir(m_user.results() + u'/' + name).removeRecursively();
    }
}

void tst_StudioEvidence::select(const std::vector<fs::path> &runs)
{
    auto *view = results().findChild<QListView *>();
    QItemSelectionModel *selection = view->selectionModel();
    selection->clear();
    for (const fs::path &run : runs) {
        const QModelIndex index = results().model().index(results().model().rowOf(run));
        QVERIFY(index.isValid());
        selection->setCurrentIndex(index, QItemSelectionModel::Select);
    }
}

ui::ExportDialog *tst_StudioEvidence::exportDialog()
{
    studio().trigger(StudioCommand::ExportBundle);
    if (!QTest::qWaitFor([this] { return dialog<ui::ExportDialog>() != nullptr; }, kPatienceMs))
        qFatal("no dialog");
    return dialog<ui::ExportDialog>();
}

fs::path tst_StudioEvidence::exportTo(const QString &name)
{
    ui::ExportDialog *exporting = exportDialog();
    const QString target = m_user.home() + u'/' + name;
    QFile::remove(target);
    exporting->choices().setTarget(target);
    QSignalSpy ended(exporting, &ui::ExportDialog::exportEnded);
    exporting->startExport();
    if (!QTest::qWaitFor([&ended] { return !ended.isEmpty(); }, kPatienceMs) ||
        !exporting->exported())
        qFatal("not exported: %s", qPrintable(exporting->problem()));
    return target.toStdString();
}

void tst_StudioEvidence::selectedRunsAreExportedAndVerified()
{
    select(m_runs);
    const fs::path bundle = exportTo(QStringLiteral("two.zip"));
    ui::ExportDialog *exported = dialog<ui::ExportDialog>();
    QCOMPARE(exported->exported()->runs.size(), std::size_t{2});
    for (QPushButton *button : exported->findChildren<QPushButton *>()) {
        if (button->text().remove(u'&') == u"Verify now")
            button->click();
    }
    QTRY_VERIFY_WITH_TIMEOUT(dialog<ui::VerifyDialog>(), kPatienceMs);
    ui::VerifyDialog *verifying = dialog<ui::VerifyDialog>();
    QTRY_VERIFY_WITH_TIMEOUT(verifying->report().has_value(), kPatienceMs);
    QCOMPARE(verifying->report()->given, bundle);
    QCOMPARE(verifying->report()->sumsSha256, exported->exported()->sumsSha256);
    QTest::keyClick(verifying, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog<ui::VerifyDialog>(), kPatienceMs);
}

void tst_StudioEvidence::acceptedRunsAreExportedWhenNoneIsSelected()
{
    select({m_runs[1]});
    studio().trigger(StudioCommand::Accept);
    QTRY_COMPARE_WITH_TIMEOUT(backend::readReview(m_runs[1])->rating, backend::Rating::Accepted,
                              kPatienceMs);
    select({});
    QCOMPARE(exportDialog()->choices().order().runs, std::vector<fs::path>{m_runs[1]});
    select({m_runs[1]});
    studio().trigger(StudioCommand::Undecided);
    QTRY_COMPARE_WITH_TIMEOUT(backend::readReview(m_runs[1])->rating, backend::Rating::Undecided,
                              kPatienceMs);
}

void tst_StudioEvidence::aGivenBundleIsOfferedToBeVerified()
{
    select({m_runs[0]});
    const fs::path bundle = exportTo(QStringLiteral("given.zip"));
    studio().window().openPaths({QString::fromStdString(bundle.string())});
    QTRY_VERIFY_WITH_TIMEOUT(notice().contains(u"given.zip"), kPatienceMs);
    studio().window().notices().findChild<QPushButton *>()->click();
    QTRY_VERIFY_WITH_TIMEOUT(dialog<ui::VerifyDialog>(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(dialog<ui::VerifyDialog>()->report().has_value(), kPatienceMs);

    // Another archive is no bundle, and no volume or settings file either.
    const QString other = m_user.home() + QStringLiteral("/other.zip");
    QFile file(other);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("PK\x03\x04 nothing that we know");
    file.close();
    studio().window().openPaths({other});
    QTRY_VERIFY_WITH_TIMEOUT(notice().contains(u"other.zip"), kPatienceMs);
    QVERIFY2(!notice().contains(u"is a bundle"), qPrintable(notice()));
}

void tst_StudioEvidence::runAgainAndCompareIsBitIdentical()
{
    select({m_runs[0]});
    studio().trigger(StudioCommand::RunAgainAndCompare);
    QTRY_VERIFY_WITH_TIMEOUT(notice().contains(u"Bit-identical"), kPatienceMs);
    const fs::path again = studio().queue().entries().front().runFolder;
    QVERIFY(again != m_runs[0]);
    QVERIFY(fs::exists(again / backend::kReproductionFile));
    studio().window().notices().findChild<QPushButton *>()->click();
    QTRY_VERIFY_WITH_TIMEOUT(dialog<ui::ComparisonDialog>(), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(dialog<ui::ComparisonDialog>()->verdict(),
                              QStringLiteral("Bit-identical"), kPatienceMs);

    // The gallery says it of the second run.
    QTRY_VERIFY_WITH_TIMEOUT(results().model().rowOf(again) >= 0, kPatienceMs);
    results().select(again);
    const auto *details = results().findChild<ui::RunDetails *>();
    QTRY_VERIFY2(details->text().contains(u"Bit-identical"), qPrintable(details->text()));
    QVERIFY(details->text().contains(u"Reproduction"));
}

void tst_StudioEvidence::whatComesBetweenDoesNotMatter()
{
    studio().queue().setPaused(true);
    backend::RunSettings other = smallRun(studio().workbench(), 77);
    other.engine = backend::Engine::Phantom;
    studio().queue().add({other});
    select({m_runs[0]});
    studio().trigger(StudioCommand::RunAgainAndCompare);
    QTRY_COMPARE_WITH_TIMEOUT(studio().workbench().evidence().watch().waiting(), 1, kPatienceMs);
    studio().queue().add({other});
    QSignalSpy judged(&studio().workbench().evidence().watch(), &ui::ReproductionWatch::judged);
    studio().queue().setPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(judged.size(), 1, kPatienceMs);
    const auto reproduction = judged.front().front().value<backend::Reproduction>();
    QCOMPARE(reproduction.original, m_runs[0]);
    QVERIFY(reproduction.verdict == backend::ReproductionVerdict::BitIdentical);
    QTRY_VERIFY_WITH_TIMEOUT(!studio().queue().isBusy(), kPatienceMs);
    QCOMPARE(judged.size(), 1);
}

void tst_StudioEvidence::aRepetitionThatFailsSaysSo()
{
    // Recorded as the model's own, a run needs a checkout, and there is none here.
    const fs::path stranger = fs::path(m_user.results().toStdString()) / "stranger";
    fs::copy(m_runs[0], stranger, fs::copy_options::recursive);
    for (const char *name : {"result.json", "run.json"}) {
        QFile file(QString::fromStdString((stranger / name).string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray text = file.readAll();
        file.close();
        text.replace("\"engine\": \"phantom\"", "\"engine\": \"upstream\"");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    studio().workbench().library().refresh();
    QTRY_VERIFY_WITH_TIMEOUT(results().model().rowOf(stranger) >= 0, kPatienceMs);
    select({stranger});
    studio().trigger(StudioCommand::RunAgainAndCompare);
    QTRY_VERIFY_WITH_TIMEOUT(notice().contains(u"could not be repeated"), kPatienceMs);
    QCOMPARE(studio().workbench().evidence().watch().waiting(), 0);
}

void tst_StudioEvidence::aWaitingRepetitionThatIsCancelledIsForgotten()
{
    studio().queue().setPaused(true);
    select({m_runs[0]});
    studio().trigger(StudioCommand::RunAgainAndCompare);
    ui::ReproductionWatch &watch = studio().workbench().evidence().watch();
    QTRY_COMPARE_WITH_TIMEOUT(watch.waiting(), 1, kPatienceMs);
    studio().queue().cancelPending();
    QTRY_COMPARE_WITH_TIMEOUT(watch.waiting(), 0, kPatienceMs);
}

void tst_StudioEvidence::recordsOfTwoRunsAreCompared()
{
    select({m_runs[0]});
    QVERIFY(!studio().isEnabled(StudioCommand::CompareRecords));
    select(m_runs);
    studio().trigger(StudioCommand::CompareRecords);
    QTRY_VERIFY_WITH_TIMEOUT(dialog<ui::ComparisonDialog>(), kPatienceMs);
    ui::ComparisonDialog *comparing = dialog<ui::ComparisonDialog>();
    QTRY_VERIFY_WITH_TIMEOUT(comparing->comparison().has_value(), kPatienceMs);
    const auto seeds = comparing->tree().findItems(QStringLiteral("Seed"),
                                                   Qt::MatchExactly | Qt::MatchRecursive, 0);
    QVERIFY(!seeds.isEmpty());
    QVERIFY(seeds.front()->font(0).bold());
}

void tst_StudioEvidence::bothVolumesAreShownAtTheVoxelThatDiffersMost()
{
    std::vector<fs::path> volumes;
    for (const fs::path &run : m_runs)
        volumes.push_back(studio().workbench().library().find(run)->volumes.front().path);
    const auto compared = backend::compareVolumeFiles(volumes[0], volumes[1]);
    QVERIFY(compared && compared->maximumAt);
    Q_EMIT studio().workbench().evidence().showRequested(*compared);
    const viewer::ViewerModel &model = studio().window().viewer().model();
    QTRY_VERIFY_WITH_TIMEOUT(model.compareMode() == viewer::CompareMode::Difference, kPatienceMs);
    QCOMPARE(studio().window().currentFile(), volumes[0]);
    QCOMPARE(model.cursor(), *compared->maximumAt);
    QVERIFY(model.reference() >= 0);
}

void tst_StudioEvidence::theReportIsSavedAsPageAndPdf()
{
    ui::EvidenceDesk &desk = studio().workbench().evidence();
    QVERIFY(!studio().isEnabled(StudioCommand::SaveReport));
    studio().workbench().showRun(m_runs[0]);
    QTRY_VERIFY_WITH_TIMEOUT(studio().isEnabled(StudioCommand::SaveReport), kPatienceMs);
    for (const char *name : {"report.html", "report.pdf"}) {
        const fs::path target = fs::path(m_user.home().toStdString()) / name;
        QSignalSpy failed(&desk, &ui::EvidenceDesk::failed);
        desk.saveReportTo(m_runs[0], target);
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(target) || !failed.isEmpty(), kPatienceMs);
        QVERIFY(failed.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!desk.isWritingReport(), kPatienceMs);
    }
    QSignalSpy failed(&desk, &ui::EvidenceDesk::failed);
    desk.saveReportTo(m_runs[0], "/proc/report.html");
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
}

void tst_StudioEvidence::closingWhileExportingAsks()
{
    const test::HangingReport report;
    studio().workbench().evidence().setReports({.make = report, .save = {}});
    select({m_runs[0]});
    ui::ExportDialog *exporting = exportDialog();
    const QString target = m_user.home() + QStringLiteral("/never.zip");
    exporting->choices().setTarget(target);
    exporting->startExport();
    QTRY_VERIFY_WITH_TIMEOUT(report.reached(), kPatienceMs);
    answerMessageBox(QStringLiteral("Go on exporting"));
    studio().window().close();
    QVERIFY(studio().window().isVisible());
    QVERIFY(exporting->isExporting());
    answerMessageBox(QStringLiteral("Stop the export and close"));
    studio().window().close();
    QTRY_VERIFY_WITH_TIMEOUT(!studio().window().isVisible(), kPatienceMs);
    QVERIFY(!studio().workbench().evidence().isExporting());
    QVERIFY(!QFile::exists(target));
}

int main(int argc, char **argv)
{
    return runTest<tst_StudioEvidence>(argc, argv);
}

#include "tst_StudioEvidence.moc"
