// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The whole way a new user goes, in the real window: from nothing to an exported, judged volume.
#include "StudioFixture.h"
#include "tests/viewer/FileDialogAnswer.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/report/ReportPanel.h"
#include "ui/results/ResultsPanel.h"
#include "ui/settings/WelcomePage.h"

#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QSpinBox>

using namespace mrb;
using namespace mrb::studio_test;
using backend::EntryState;
using backend::EntryVerdict;
using ui::StudioCommand;
namespace fs = std::filesystem;

namespace {

/// The visible button whose text contains this.
QAbstractButton *button(QWidget &where, const QString &text)
{
    for (QAbstractButton *candidate : where.findChildren<QAbstractButton *>()) {
        if (candidate->isVisible() && candidate->text().remove(u'&').contains(text))
            return candidate;
    }
    return nullptr;
}

template <class Widget> Widget *named(QWidget &where, const QString &accessibleName)
{
    for (Widget *candidate : where.findChildren<Widget *>()) {
        if (candidate->accessibleName().contains(accessibleName, Qt::CaseInsensitive))
            return candidate;
    }
    return nullptr;
}

} // namespace

class tst_Story : public QObject
{
    Q_OBJECT

public:
    explicit tst_Story(const NewUser &user) : m_user(user) {}

private Q_SLOTS:
    void theFirstPageSaysWhatIsMissingAndOffersTheDemo();
    void theFormIsFilled();
    void threeRunsAreGeneratedAndShown();
    void twoAreCompared();
    void oneIsAccepted();
    void theVolumeIsExported();
    void allIsThereAfterARestart();

private:
    Studio &studio() { return *m_studio; }
    QWidget &form() { return studio().workbench().generatePanel(); }

    const NewUser &m_user;
    std::unique_ptr<Studio> m_studio = std::make_unique<Studio>();
};

void tst_Story::theFirstPageSaysWhatIsMissingAndOffersTheDemo()
{
    auto *welcome = studio().window().findChild<ui::WelcomePage *>();
    QTRY_VERIFY_WITH_TIMEOUT(welcome->isVisible(), kPatienceMs);
    const auto labels = welcome->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->text().contains(u"NV_GENERATE_ROOT");
    }));
    QAbstractButton *demo = button(*welcome, QStringLiteral("phantom"));
    QVERIFY(demo);
    QTest::mouseClick(demo, Qt::LeftButton);
    QCOMPARE(studio().workbench().settings().settings().engine, backend::Engine::Phantom);
    QTRY_VERIFY_WITH_TIMEOUT(studio().workbench().preflight().report().mayStart, kPatienceMs);
    QTRY_VERIFY(!welcome->isVisible());
    auto *note = form().findChild<QLabel *>(QStringLiteral("demo"));
    QVERIFY(note->isVisible());
    QVERIFY(note->text().contains(u"not", Qt::CaseInsensitive));
}

void tst_Story::theFormIsFilled()
{
    auto *modality = named<QComboBox>(form(), QStringLiteral("Modality"));
    QVERIFY(modality);
    for (int i = 0; i < modality->count(); ++i) {
        if (modality->itemText(i).contains(u"FLAIR") &&
            modality->itemText(i).contains(u"skull", Qt::CaseInsensitive))
            modality->setCurrentIndex(i);
    }
    Q_EMIT modality->activated(modality->currentIndex());
    QCOMPARE(studio().workbench().form().modality(), std::string("mri_flair_skull_stripped"));
    auto *sagittal = named<QAbstractButton>(form(), QStringLiteral("Sagittal"));
    QVERIFY(sagittal);
    QTest::mouseClick(sagittal, Qt::LeftButton);
    const backend::FovState fov = *studio().workbench().form().fov();
    QCOMPARE(*fov.nearestPlane, backend::Plane::Sagittal);
    for (const backend::AxisFov &axis : fov.axes)
        QVERIFY(std::abs(axis.mm - *axis.medianMm) < 0.5);
    auto *count = named<QSpinBox>(form(), QStringLiteral("Number of runs"));
    QVERIFY(count);
    count->setValue(3);
    QCOMPARE(studio().workbench().form().seeds().size(), std::size_t{3});
}

void tst_Story::threeRunsAreGeneratedAndShown()
{
    studio().set([this](ui::StudioSettings &settings) {
        settings.resultsFolder = m_user.results(); // where the test may write
    });
    const std::vector<std::int64_t> seeds = studio().workbench().form().seeds();
    auto *generate = form().findChild<QPushButton *>(QStringLiteral("generate"));
    QTRY_VERIFY_WITH_TIMEOUT(generate->isEnabled(), kPatienceMs);
    QVERIFY(generate->text().contains(u'3'));
    QTest::mouseClick(generate, Qt::LeftButton);
    QCOMPARE(static_cast<int>(studio().queue().entries().size()), 3);
    QTRY_COMPARE_WITH_TIMEOUT(studio().count(EntryState::Ended), 3, kPatienceMs);
    for (const backend::QueueEntry &entry : studio().queue().entries())
        QCOMPARE(entry.verdict, EntryVerdict::Demo);

    const auto &library = studio().workbench().library();
    QTRY_COMPARE_WITH_TIMEOUT(library.runs().size(), std::size_t{3}, kPatienceMs);
    std::set<std::int64_t> used;
    for (const backend::RunSummary &run : library.runs())
        used.insert(*run.seed);
    QCOMPARE(used, std::set<std::int64_t>(seeds.begin(), seeds.end())); // shown is used

    QTRY_VERIFY_WITH_TIMEOUT(!studio().window().currentFile().empty(), kPatienceMs);
    QTRY_VERIFY(studio().window().viewer().model().current()->banner.startsWith(u"Demo phantom"));
    QTRY_COMPARE_WITH_TIMEOUT(studio().reported().provenance, backend::Provenance::Phantom,
                              kPatienceMs);
    QVERIFY(!studio().reported().gates.empty());
    // What is seen in the gallery gets its thumbnail.
    auto *dock = studio().window().findChild<QDockWidget *>(QStringLiteral("results"));
    dock->raise();
    for (const backend::RunSummary &run : std::vector(library.runs())) {
        studio().workbench().resultsPanel().select(run.folder);
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(run.folder / "thumbnail.png"), kPatienceMs);
    }
}

void tst_Story::twoAreCompared()
{
    const auto runs = studio().workbench().library().runs();
    Q_EMIT studio().workbench().resultsPanel().compareRequested(runs[0].folder, runs[1].folder);
    viewer::ViewerModel &model = studio().window().viewer().model();
    QTRY_COMPARE_WITH_TIMEOUT(model.compareMode(), viewer::CompareMode::SideBySide, kPatienceMs);
    QCOMPARE(model.volumeCount(), 2);
    QCOMPARE(studio().window().currentFile().parent_path(), runs[0].folder);
}

void tst_Story::oneIsAccepted()
{
    const fs::path folder = studio().workbench().library().runs().front().folder;
    studio().workbench().resultsPanel().select(folder);
    QTRY_VERIFY(studio().isEnabled(StudioCommand::Accept));
    studio().trigger(StudioCommand::Accept);
    QTRY_VERIFY(fs::exists(folder / backend::kReviewFile));
    QTRY_COMPARE(backend::readReview(folder)->rating, backend::Rating::Accepted);
}

void tst_Story::theVolumeIsExported()
{
    const fs::path folder = studio().workbench().library().runs().front().folder;
    studio().workbench().showRun(folder);
    viewer::ViewerModel &model = studio().window().viewer().model();
    QTRY_COMPARE_WITH_TIMEOUT(model.volumeCount(), 1, kPatienceMs);
    const QString target = m_user.home() + QStringLiteral("/exported.nii.gz");
    answerFileDialog(target);
    studio().window().commands().action(viewer::Command::SaveVolumeAs)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!studio().window().jobs().isBusy(), kPatienceMs);
    QVERIFY(QFile::exists(target));
    // What was exported still says what it is.
    studio().window().openPaths({target});
    QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(studio().window().currentFile().string()),
                              target, kPatienceMs);
    QVERIFY(model.current()->banner.startsWith(u"Demo phantom"));
}

void tst_Story::allIsThereAfterARestart()
{
    const std::string document = studio().workbench().form().document();
    QVERIFY(studio().window().close());
    m_studio.reset();
    m_studio = std::make_unique<Studio>();
    QCOMPARE(studio().workbench().form().document(), document);
    QCOMPARE(studio().count(EntryState::Ended), 3);
    QVERIFY(!studio().queue().isPaused()); // nothing is waiting
    QTRY_COMPARE_WITH_TIMEOUT(studio().workbench().library().runs().size(), std::size_t{3},
                              kPatienceMs);
    const auto &runs = studio().workbench().library().runs();
    QCOMPARE(std::count_if(
                 runs.begin(), runs.end(),
                 [](const auto &run) { return run.review.rating == backend::Rating::Accepted; }),
             std::ptrdiff_t{1});
}

int main(int argc, char **argv)
{
    return runTest<tst_Story>(argc, argv);
}

#include "tst_Story.moc"
