// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "StudioFixture.h"
#include "ui/MessageBar.h"
#include "ui/NoticeBar.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/report/ReportPanel.h"
#include "ui/results/ResultsPanel.h"
#include "ui/results/ReviewBar.h"

#include <QDockWidget>
#include <QImage>
#include <QLabel>
#include <QMimeData>

using namespace mrb;
using namespace mrb::studio_test;
using ui::StudioCommand;
namespace fs = std::filesystem;

class tst_StudioResults : public QObject
{
    Q_OBJECT

public:
    explicit tst_StudioResults(const NewUser &user) : m_user(user) {}

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_studio.reset(); }
    void aRunIsShownWithItsReport_data();
    void aRunIsShownWithItsReport();
    void aChangedVolumeIsNotTakenForTheRuns();
    void aVolumeFromElsewhereIsMeasured();
    void anotherRunTakesThePlaceOfTheFirst();
    void aRunWithoutVolumeLeavesNoOtherRunsVolume();
    void droppedSettingsFillTheForm();
    void droppedNonsenseIsRefusedAndLosesNothing();
    void useSettingsAndSeed();
    void reviewGoesThroughTheRunsByKeyboard();
    void colourSchemeChangesWithoutRestart();
    void everyCommandIsBound();
    void smallAndLargeWindows_data();
    void smallAndLargeWindows();

private:
    Studio &studio() { return *m_studio; }
    std::string banner();

    const NewUser &m_user;
    std::vector<fs::path> m_runs;
    std::unique_ptr<Studio> m_studio;
};

void tst_StudioResults::initTestCase()
{
    for (int seed = 1; seed <= 3; ++seed)
        m_runs.push_back(makePhantomRun(m_user, seed));
}

void tst_StudioResults::init()
{
    m_studio = std::make_unique<Studio>();
    studio().set([this](ui::StudioSettings &settings) {
        settings.engine = backend::Engine::Phantom;
        settings.resultsFolder = m_user.results();
    });
    QTRY_COMPARE_WITH_TIMEOUT(studio().workbench().library().runs().size(), std::size_t{3},
                              kPatienceMs);
}

std::string tst_StudioResults::banner()
{
    const viewer::OpenVolume *current = studio().window().viewer().model().current();
    return current ? current->banner.toStdString() : std::string();
}

void tst_StudioResults::aRunIsShownWithItsReport_data()
{
    QTest::addColumn<QString>("inside");
    QTest::newRow("folder") << QString();
    QTest::newRow("result") << QStringLiteral("/result.json");
    QTest::newRow("journal") << QStringLiteral("/run.json");
}

void tst_StudioResults::aRunIsShownWithItsReport()
{
    QFETCH(QString, inside);
    studio().window().openPaths({QString::fromStdString(m_runs[0].string()) + inside});
    QTRY_COMPARE_WITH_TIMEOUT(studio().window().currentFile().parent_path(), m_runs[0],
                              kPatienceMs);
    QTRY_VERIFY(banner().starts_with("Demo phantom"));
    QTRY_COMPARE_WITH_TIMEOUT(studio().reported().runFolder, m_runs[0], kPatienceMs);
    QCOMPARE(studio().reported().provenance, backend::Provenance::Phantom);
    QCOMPARE(studio().workbench().resultsPanel().currentFolder(), m_runs[0]);
}

void tst_StudioResults::aChangedVolumeIsNotTakenForTheRuns()
{
    const fs::path run = makePhantomRun(m_user, 9);
    const auto removed = qScopeGuard([&run] { fs::remove_all(run); });
    const auto all = studio().workbench().library().runs().size();
    studio().workbench().library().refresh();
    QTRY_VERIFY(studio().workbench().library().runs().size() > all);
    const backend::RunSummary *summary = studio().workbench().library().find(run);
    QVERIFY(summary && !summary->volumes.empty());
    const fs::path volume = summary->volumes.front().path;
    // Another run's voxels under this run's name.
    fs::copy_file(studio().workbench().library().find(m_runs[0])->volumes.front().path, volume,
                  fs::copy_options::overwrite_existing);
    studio().window().openPaths({QString::fromStdString(volume.string())});
    QTRY_COMPARE_WITH_TIMEOUT(studio().window().currentFile(), volume, kPatienceMs);
    QTRY_VERIFY(!studio().window().messages().text().isEmpty()); // says that it was changed
    QTRY_VERIFY_WITH_TIMEOUT(studio().reported().volume == volume, kPatienceMs);
    QVERIFY(studio().reported().gates.empty());
}

void tst_StudioResults::aVolumeFromElsewhereIsMeasured()
{
    const QString file = m_user.home() + QStringLiteral("/elsewhere.nii.gz");
    QProcess python;
    python.start(QStringLiteral(MRB_TEST_PYTHON),
                 {QStringLiteral("-c"),
                  QStringLiteral("import sys,numpy as np,nibabel as nib\n"
                                 "v=np.zeros((20,24,28),np.int16);v[5:15,5:15,5:15]=100\n"
                                 "nib.save(nib.Nifti1Image(v,np.diag([1,2,3,1])),sys.argv[1])"),
                  file});
    QVERIFY(python.waitForFinished(kPatienceMs));
    studio().window().openPaths({file});
    QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(studio().reported().volume.string()), file,
                              kPatienceMs);
    const backend::RunReport &report = studio().reported();
    QCOMPARE(report.provenance, backend::Provenance::Unknown);
    QVERIFY(report.gates.empty());
    QVERIFY(!report.sections.empty());
    QVERIFY(report.runFolder.empty());
    QVERIFY(banner().starts_with("Unknown origin"));
}

void tst_StudioResults::anotherRunTakesThePlaceOfTheFirst()
{
    studio().workbench().showRun(m_runs[0]);
    QTRY_COMPARE(studio().window().currentFile().parent_path(), m_runs[0]);
    studio().workbench().showRun(m_runs[1]);
    QTRY_COMPARE(studio().window().currentFile().parent_path(), m_runs[1]);
    QTRY_COMPARE(studio().window().viewer().model().volumeCount(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(studio().reported().runFolder, m_runs[1], kPatienceMs);
}

void tst_StudioResults::aRunWithoutVolumeLeavesNoOtherRunsVolume()
{
    const fs::path empty = fs::path(m_user.home().toStdString()) / "empty";
    fs::copy(m_runs[0], empty, fs::copy_options::recursive);
    const auto removed = qScopeGuard([&empty] { fs::remove_all(empty); });
    for (const auto &entry : std::vector<fs::directory_entry>(fs::directory_iterator(empty),
                                                              fs::directory_iterator())) {
        if (entry.path().extension() == ".gz")
            fs::remove(entry.path());
    }
    studio().workbench().showRun(m_runs[1]);
    QTRY_COMPARE(studio().window().currentFile().parent_path(), m_runs[1]);
    studio().workbench().showRun(empty);
    QTRY_COMPARE_WITH_TIMEOUT(studio().reported().runFolder, empty, kPatienceMs);
    QVERIFY(studio().window().currentFile().empty());
}

void tst_StudioResults::droppedSettingsFillTheForm()
{
    const QString file = m_user.home() + QStringLiteral("/mine.json");
    QFile mine(file);
    QVERIFY(mine.open(QIODevice::WriteOnly));
    mine.write(R"({"modality": "mri_flair", "random_seed": 77, "cfg_guidance_scale": 3})");
    mine.close();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&studio().window(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&studio().window(), &drop);
    QTRY_COMPARE(studio().workbench().form().modality(), std::string("mri_flair"));
    QCOMPARE(studio().workbench().form().seeds(), std::vector<std::int64_t>{77});
}

void tst_StudioResults::droppedNonsenseIsRefusedAndLosesNothing()
{
    backend::RequestForm &form = studio().workbench().form();
    form.setModality("mri_t2");
    const std::string before = form.document();
    const QString file = m_user.home() + QStringLiteral("/broken.json");
    QFile broken(file);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write(R"({"modality": "mri_flair", "stepz": 3})");
    broken.close();
    studio().window().openPaths({file});
    QWidget *panel = &studio().workbench().generatePanel();
    const auto labels = panel->findChildren<QLabel *>();
    QTRY_VERIFY(std::any_of(labels.begin(), labels.end(),
                            [](const QLabel *label) { return label->text().contains(u"stepz"); }));
    QCOMPARE(form.document(), before);
}

void tst_StudioResults::useSettingsAndSeed()
{
    backend::RequestForm &form = studio().workbench().form();
    studio().workbench().resultsPanel().select(m_runs[2]);
    QTRY_VERIFY(studio().isEnabled(StudioCommand::UseSettings));
    studio().trigger(StudioCommand::UseSeed);
    QTRY_COMPARE(form.seeds(), std::vector<std::int64_t>{3});
    QCOMPARE(form.field("dim").texts.front(), QStringLiteral("256"));
    studio().trigger(StudioCommand::UseSettings);
    QTRY_COMPARE(form.field("dim").texts.front(), QStringLiteral("64"));
    // The same run again, with the settings of the record and not those of the form.
    form.resetAll();
    studio().queue().setPaused(true);
    studio().trigger(StudioCommand::RunAgain);
    QTRY_COMPARE(studio().count(backend::EntryState::Pending), 1);
    const std::string &again = studio().queue().entries().back().settings.overrides;
    QVERIFY2(again.find("64") != std::string::npos, again.c_str());
    studio().queue().cancelAll();
    studio().queue().removeEnded();
    studio().queue().setPaused(false);
}

void tst_StudioResults::reviewGoesThroughTheRunsByKeyboard()
{
    QVERIFY(QTest::qWaitForWindowActive(&studio().window()));
    QTRY_COMPARE(studio().workbench().resultsPanel().model().rowCount(), 3);
    studio().trigger(StudioCommand::Review);
    ui::ReviewBar &bar = studio().workbench().reviewBar();
    QVERIFY(bar.isActive());
    std::vector<fs::path> seen;
    for (int i = 0; i < 3; ++i) {
        const fs::path run = bar.currentFolder();
        QTRY_COMPARE_WITH_TIMEOUT(studio().window().currentFile().parent_path(), run, kPatienceMs);
        seen.push_back(run);
        const Qt::Key key = i == 0 ? Qt::Key_1 : i == 1 ? Qt::Key_2 : Qt::Key_3;
        QTest::keyClick(QApplication::focusWidget(), key);
        if (i < 2)
            QTRY_VERIFY(bar.currentFolder() != run);
    }
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!bar.isActive());
    QTRY_COMPARE(backend::readReview(seen[0])->rating, backend::Rating::Accepted);
    QTRY_COMPARE(backend::readReview(seen[1])->rating, backend::Rating::Rejected);
    // The same keys are the viewer's again.
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_1);
    QVERIFY(studio().window().viewer().isMaximised());
}

void tst_StudioResults::colourSchemeChangesWithoutRestart()
{
    const auto lightness = [this] {
        return studio().window().grab().toImage().pixelColor(2, 2).lightness();
    };
    studio().set([](ui::StudioSettings &settings) { settings.colours = ui::ColourScheme::Light; });
    QTRY_VERIFY(lightness() > 160);
    studio().trigger(StudioCommand::DarkColours);
    QTRY_VERIFY(lightness() < 90);
    QCOMPARE(studio().workbench().settings().settings().colours, ui::ColourScheme::Dark);
    studio().trigger(StudioCommand::DarkColours);
    QTRY_VERIFY(lightness() > 160);
}

void tst_StudioResults::everyCommandIsBound()
{
    QVERIFY(studio().workbench().commands().unbound().empty());
    QVERIFY(studio().window().commands().unbound().empty());
}

void tst_StudioResults::smallAndLargeWindows_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("1280 x 800") << QSize(1240, 720);
    QTest::newRow("large") << QSize(1580, 940);
}

void tst_StudioResults::smallAndLargeWindows()
{
    QFETCH(QSize, size);
    studio().window().resize(size);
    studio().workbench().showRun(m_runs[0]);
    QTRY_COMPARE(studio().window().currentFile().parent_path(), m_runs[0]);
    QTRY_COMPARE(studio().window().size(), size); // no panel forces it wider
    for (const QDockWidget *dock : studio().window().findChildren<QDockWidget *>()) {
        // Behind another tab a dock has no place of its own.
        if (!dock->visibleRegion().isEmpty())
            QVERIFY2(studio().window().rect().contains(dock->geometry()),
                     qPrintable(dock->objectName()));
    }
    // Long names of files widen nothing.
    QVERIFY(studio().window().viewer().width() > size.width() / 3);
    QVERIFY(studio().workbench().reportPanel().width() < size.width() / 3);
}

int main(int argc, char **argv)
{
    return runTest<tst_StudioResults>(argc, argv);
}

#include "tst_StudioResults.moc"
