// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "StudioFixture.h"
#include "ui/NoticeBar.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/report/ReportPanel.h"
#include "ui/runs/FailureBox.h"
#include "ui/runs/LogPanel.h"
#include "ui/runs/QueuePanel.h"

#include <QDockWidget>
#include <QFrame>
#include <QJsonArray>
#include <QPlainTextEdit>
#include <QTextEdit>

#include <csignal>
#include <cstdio>

using namespace mrb;
using namespace mrb::studio_test;
using backend::EntryState;
using backend::EntryVerdict;
using ui::StudioCommand;

namespace {

constexpr auto kVictim = "--victim";

/// Command lines of the runs of this checkout that are alive, supervisors included. A look at the
/// machine may start git or Python there at any time and is none.
QStringList runsOf(const QString &checkout)
{
    QStringList found;
    for (const QString &entry : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        bool number = false;
        const qint64 pid = entry.toLongLong(&number);
        if (!number || pid == QCoreApplication::applicationPid())
            continue;
        const auto read = [&entry](const char *name) {
            QFile file(QStringLiteral("/proc/%1/%2").arg(entry, QLatin1StringView(name)));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray command = read("cmdline");
        if (command.contains("diff_model_infer") &&
            (command + read("environ")).contains(checkout.toUtf8()))
            found += QString::fromLocal8Bit(QByteArray(command).replace('\0', ' '));
    }
    return found;
}

} // namespace

class tst_StudioRuns : public QObject
{
    Q_OBJECT

public:
    explicit tst_StudioRuns(const NewUser &user) : m_user(user) {}

private Q_SLOTS:
    void init();
    void cleanup();
    void theChecklistSeesTheMachine();
    void aRunIsRefusedWithItsReasonAndLeavesNothing();
    void cancellingEndsOnlyTheRunUnderWay();
    void cancelAllAsksFirst();
    void aFailedRunSaysWhyAndOpensItsLog();
    void closingAsksAndLeavesNothingRunning();
    void closingCanBeRefused();
    void aKilledWindowLosesNothing();
    void runsSideBySideAreEndedTogether();
    void learnedMemoryGoesIntoTheQueue();
    void warmStartIsOfferedOnceWhereItPays();
    void warmStartIsTurnedOnByTheOffer();

private:
    Studio &studio() { return *m_studio; }
    void order(int runs);
    /// One run that passes, and its record as the library has it.
    std::filesystem::path passOne(int ended);
    void pretendSlowImports(const std::filesystem::path &folder);
    bool isOffered();
    /// Makes a window again, as after a new start of the program.
    void restart();

    const NewUser &m_user;
    std::unique_ptr<Workshop> m_workshop;
    std::unique_ptr<Studio> m_studio;
};

void tst_StudioRuns::restart()
{
    m_studio.reset();
    m_studio = std::make_unique<Studio>();
    m_studio->set([this](ui::StudioSettings &settings) {
        m_workshop->use(settings);
        settings.resultsFolder = m_user.results();
        settings.runsAtOnce = 1; // what is tested is clearer one after another
        settings.warmStart = false;
        settings.offerWarmStart = true;
    });
}

void tst_StudioRuns::init()
{
    if (!m_workshop)
        m_workshop = std::make_unique<Workshop>();
    m_workshop->behave("{}");
    restart();
}

void tst_StudioRuns::cleanup()
{
    m_studio->queue().cancelAll();
    QTRY_VERIFY_WITH_TIMEOUT(!m_studio->queue().isBusy(), kPatienceMs);
    m_studio->queue().removeEnded();
    m_studio->queue().setPaused(false);
    m_studio.reset();
    QDir(m_user.results()).removeRecursively();
}

void tst_StudioRuns::order(int runs)
{
    std::vector<backend::RunSettings> all;
    for (int seed = 1; seed <= runs; ++seed)
        all.push_back(smallRun(studio().workbench(), seed));
    studio().queue().add(all);
}

void tst_StudioRuns::theChecklistSeesTheMachine()
{
    const backend::PreflightWatch &watch = studio().workbench().preflight();
    QTRY_VERIFY_WITH_TIMEOUT(watch.report().mayStart, kPatienceMs);
    for (const backend::PreflightItem &item : watch.report().items)
        QVERIFY2(item.state != backend::CheckState::Failed, qPrintable(item.title));

    const QString weights = m_workshop->place("root") + QStringLiteral("/models/autoencoder_v1.pt");
    const QString away = weights + QStringLiteral(".away");
    QVERIFY(QFile::rename(weights, away));
    studio().trigger(StudioCommand::LookAgain);
    QTRY_VERIFY_WITH_TIMEOUT(!watch.report().mayStart, kPatienceMs);
    QVERIFY(QFile::rename(away, weights));
    studio().trigger(StudioCommand::LookAgain);
    QTRY_VERIFY_WITH_TIMEOUT(watch.report().mayStart, kPatienceMs);
}

void tst_StudioRuns::aRunIsRefusedWithItsReasonAndLeavesNothing()
{
    studio().set([](ui::StudioSettings &settings) { settings.manifest.clear(); });
    order(1); // the checkout is not the pinned one
    QTRY_COMPARE_WITH_TIMEOUT(studio().count(EntryState::Ended), 1, kPatienceMs);
    const backend::QueueEntry &entry = studio().queue().entries().front();
    QCOMPARE(entry.verdict, EntryVerdict::Refused);
    QVERIFY(!entry.problems.empty());
    QVERIFY(studio().window().notices().text().contains(entry.problems.front().message));
    QCOMPARE(QDir(m_user.results()).entryList(QDir::Dirs | QDir::NoDotAndDotDot), QStringList());
}

void tst_StudioRuns::cancellingEndsOnlyTheRunUnderWay()
{
    m_workshop->behave(R"({"hang_at": "diffusion"})");
    order(2);
    QTRY_VERIFY_WITH_TIMEOUT(m_workshop->reached("diffusion"), kPatienceMs);
    m_workshop->behave("{}"); // the next one works
    QVERIFY(studio().isEnabled(StudioCommand::CancelRun));
    studio().trigger(StudioCommand::CancelRun);
    QTRY_COMPARE_WITH_TIMEOUT(studio().count(EntryState::Ended), 2, kPatienceMs);
    std::map<EntryVerdict, int> verdicts;
    for (const backend::QueueEntry &entry : studio().queue().entries())
        ++verdicts[entry.verdict];
    QCOMPARE(verdicts[EntryVerdict::Cancelled], 1);
    QCOMPARE(verdicts[EntryVerdict::Passed], 1);
    QTRY_COMPARE_WITH_TIMEOUT(runsOf(m_workshop->place("root")), QStringList(), kPatienceMs);
    QVERIFY(!studio().isEnabled(StudioCommand::CancelRun));
}

void tst_StudioRuns::cancelAllAsksFirst()
{
    m_workshop->behave(R"({"hang_at": "diffusion"})");
    order(3);
    QTRY_VERIFY_WITH_TIMEOUT(m_workshop->reached("diffusion"), kPatienceMs);
    answerMessageBox(QStringLiteral("No"));
    studio().trigger(StudioCommand::CancelAll);
    QCOMPARE(studio().count(EntryState::Running), 1);
    QCOMPARE(studio().count(EntryState::Pending), 2);
    answerMessageBox(QStringLiteral("Yes"));
    studio().trigger(StudioCommand::CancelAll);
    QTRY_COMPARE_WITH_TIMEOUT(studio().count(EntryState::Ended), 3, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(runsOf(m_workshop->place("root")), QStringList(), kPatienceMs);
}

void tst_StudioRuns::aFailedRunSaysWhyAndOpensItsLog()
{
    const QByteArray trace =
        "Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\n"
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n";
    m_workshop->behave(R"({"stderr_hex": ")" + trace.toHex() +
                       R"(", "end": {"exit": 1}, )"
                       R"("volumes": []})");
    order(1);
    QTRY_COMPARE_WITH_TIMEOUT(studio().count(EntryState::Ended), 1, kPatienceMs);
    QCOMPARE(studio().queue().entries().front().verdict, EntryVerdict::Failed);

    auto *why = studio().window().notices().findChild<QPushButton *>();
    QVERIFY(why->isVisible());
    QTest::mouseClick(why, Qt::LeftButton);
    ui::LogPanel &log = studio().workbench().logPanel();
    QTRY_VERIFY_WITH_TIMEOUT(
        log.findChild<QPlainTextEdit *>()->toPlainText().contains(u"torch.OutOfMemoryError"),
        kPatienceMs);
    auto *cause = log.findChild<ui::FailureBox *>();
    QTRY_VERIFY_WITH_TIMEOUT(cause->isVisible(), kPatienceMs);
    QCOMPARE(cause->cause().code, QStringLiteral("gpu_out_of_memory"));
    QTRY_VERIFY_WITH_TIMEOUT(studio().reported().cause.has_value(), kPatienceMs);
}

void tst_StudioRuns::closingAsksAndLeavesNothingRunning()
{
    m_workshop->behave(R"({"hang_at": "diffusion"})");
    order(2);
    QTRY_VERIFY_WITH_TIMEOUT(m_workshop->reached("diffusion"), kPatienceMs);
    answerMessageBox(QStringLiteral("End the run and close"));
    studio().window().close();
    QTRY_VERIFY_WITH_TIMEOUT(!studio().window().isVisible(), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(runsOf(m_workshop->place("root")), QStringList(), kPatienceMs);
    restart();
    QCOMPARE(studio().count(EntryState::Pending), 1); // offered, not started
    QVERIFY(studio().queue().isPaused());
    QCOMPARE(studio().queue().leftFromBefore(), 1);
    QVERIFY(!studio().window().notices().text().isEmpty()); // also in front of a hidden queue
}

void tst_StudioRuns::closingCanBeRefused()
{
    m_workshop->behave(R"({"hang_at": "diffusion"})");
    order(1);
    QTRY_VERIFY_WITH_TIMEOUT(m_workshop->reached("diffusion"), kPatienceMs);
    answerMessageBox(QStringLiteral("Keep running"));
    studio().window().close();
    QVERIFY(studio().window().isVisible());
    QCOMPARE(studio().count(EntryState::Running), 1);
}

void tst_StudioRuns::aKilledWindowLosesNothing()
{
    m_studio.reset();
    m_workshop->behave(R"({"hang_at": "diffusion"})");
    QProcess victim;
    victim.setProcessChannelMode(QProcess::ForwardedChannels);
    victim.start(QCoreApplication::applicationFilePath(),
                 {QString::fromLatin1(kVictim), m_user.home()});
    QTRY_VERIFY_WITH_TIMEOUT(m_workshop->reached("diffusion"), kPatienceMs);
    victim.kill();
    QVERIFY(victim.waitForFinished(kPatienceMs));
    QTRY_COMPARE_WITH_TIMEOUT(runsOf(m_workshop->place("root")), QStringList(), kPatienceMs);

    restart();
    QCOMPARE(studio().count(EntryState::Interrupted), 1);
    QCOMPARE(studio().count(EntryState::Pending), 2);
    QVERIFY(studio().queue().isPaused());
    QCOMPARE(studio().count(EntryState::Running), 0);
    // Resumed, they run.
    m_workshop->behave("{}");
    studio().queue().setPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(studio().count(EntryState::Ended), 2, kPatienceMs);
    for (const backend::QueueEntry &entry : studio().queue().entries()) {
        if (entry.state == EntryState::Ended)
            QCOMPARE(entry.verdict, EntryVerdict::Passed);
    }
}

void tst_StudioRuns::runsSideBySideAreEndedTogether()
{
    studio().set([](ui::StudioSettings &settings) { settings.runsAtOnce = 2; });
    m_workshop->behave(R"({"hang_at": "diffusion"})");
    order(3);
    QTRY_COMPARE_WITH_TIMEOUT(studio().count(EntryState::Running), 2, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_workshop->reached("diffusion"), kPatienceMs);
    QCOMPARE(studio().count(EntryState::Pending), 1); // the settings hold it back
    answerMessageBox(QStringLiteral("End the runs and close"));
    studio().window().close();
    QTRY_VERIFY_WITH_TIMEOUT(!studio().window().isVisible(), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(runsOf(m_workshop->place("root")), QStringList(), kPatienceMs);
}

void tst_StudioRuns::learnedMemoryGoesIntoTheQueue()
{
    studio().queue().setPaused(true);
    ui::GenerateOrder asked;
    asked.documents = {"{\"random_seed\": 1}", "{\"random_seed\": 2}"};
    asked.expectedSeconds = {25, 0};
    asked.expectedGpuMemory = {{.peakMb = 12'800, .heldMb = 3'000}, {}};
    Q_EMIT studio().workbench().generatePanel().generateRequested(asked);
    const auto &entries = studio().queue().entries();
    QCOMPARE(entries.size(), std::size_t{2});
    QCOMPARE(entries[0].settings.expectedGpuMemoryMb, std::optional(12'800.0));
    QCOMPARE(entries[0].settings.expectedSeconds, std::optional(25.0));
    QCOMPARE(entries[0].settings.expectedGpuHeldMb, std::optional(3'000.0));
    QCOMPARE(entries[1].settings.expectedGpuMemoryMb, std::nullopt);
    QCOMPARE(entries[1].settings.expectedGpuHeldMb, std::nullopt);
    QCOMPARE(entries[1].settings.expectedSeconds, std::nullopt);
}

std::filesystem::path tst_StudioRuns::passOne(int ended)
{
    order(1);
    const auto counts = [this, ended] { return studio().count(EntryState::Ended) == ended; };
    if (!QTest::qWaitFor(counts, kPatienceMs))
        qFatal("the run did not end");
    std::filesystem::path folder;
    for (const backend::QueueEntry &entry : studio().queue().entries())
        if (entry.state == EntryState::Ended)
            folder = entry.runFolder;
    const auto isRead = [this, &folder] {
        const backend::RunSummary *run = studio().workbench().library().find(folder);
        return run && run->state == backend::RunState::Ended;
    };
    if (!QTest::qWaitFor(isRead, kPatienceMs))
        qFatal("the record was not read");
    return folder;
}

/// As on a machine where the packages take their time.
void tst_StudioRuns::pretendSlowImports(const std::filesystem::path &folder)
{
    QFile file(QString::fromStdString((folder / "result.json").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonObject result = QJsonDocument::fromJson(file.readAll()).object();
    file.close();
    QJsonArray phases = result.value(QStringLiteral("phases")).toArray();
    QJsonObject imports = phases.first().toObject();
    QCOMPARE(imports.value(QStringLiteral("name")).toString(), QStringLiteral("imports"));
    imports.insert(QStringLiteral("seconds"), 40.0);
    phases.replace(0, imports);
    result.insert(QStringLiteral("phases"), phases);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(result).toJson());
    file.close();
    backend::RunLibrary &library = studio().workbench().library();
    library.refreshRun(folder);
    QTRY_VERIFY_WITH_TIMEOUT(library.find(folder)->importSeconds == 40.0, kPatienceMs);
}

bool tst_StudioRuns::isOffered()
{
    return !studio()
                .workbench()
                .queuePanel()
                .findChild<QFrame *>(QStringLiteral("queue.offer"))
                ->isHidden();
}

void tst_StudioRuns::warmStartIsOfferedOnceWhereItPays()
{
    const auto press = [this](const char *button) {
        studio()
            .workbench()
            .queuePanel()
            .findChild<QPushButton *>(QString::fromUtf8(button))
            ->click();
    };
    const std::filesystem::path first = passOne(1);
    QVERIFY(!isOffered()); // there is nothing to gain
    pretendSlowImports(first);
    QVERIFY(!isOffered()); // no run has ended
    studio().set([](ui::StudioSettings &settings) { settings.engine = backend::Engine::Phantom; });
    passOne(2);
    QVERIFY(!isOffered());
    studio().set([](ui::StudioSettings &settings) { settings.engine = backend::Engine::Upstream; });
    passOne(3);
    QVERIFY(isOffered());
    QVERIFY(!QApplication::activeModalWidget());
    press("queue.declineWarm");
    QVERIFY(!studio().workbench().settings().settings().offerWarmStart);
    QVERIFY(!studio().workbench().settings().settings().warmStart);
    passOne(4);
    QVERIFY(!isOffered());
}

void tst_StudioRuns::warmStartIsTurnedOnByTheOffer()
{
    pretendSlowImports(passOne(1));
    passOne(2);
    QVERIFY(isOffered());
    const auto *text =
        studio().workbench().queuePanel().findChild<QTextEdit *>(QStringLiteral("queue.offerText"));
    QVERIFY2(text->toPlainText().contains(u"Keep an interpreter ready and save about"),
             qPrintable(text->toPlainText()));
    studio()
        .workbench()
        .queuePanel()
        .findChild<QPushButton *>(QStringLiteral("queue.acceptWarm"))
        ->click();
    QVERIFY(studio().workbench().settings().settings().warmStart);
    QVERIFY(!isOffered());
    using Kind = backend::WarmState::Kind;
    QTRY_VERIFY_WITH_TIMEOUT(studio().queue().warmState().kind != Kind::Off, kPatienceMs);
    const auto *line =
        studio().workbench().queuePanel().findChild<QWidget *>(QStringLiteral("queue.warm"));
    QTRY_VERIFY_WITH_TIMEOUT(!line->isHidden(), kPatienceMs);
    studio().set([](ui::StudioSettings &settings) { settings.warmStart = false; });
    QTRY_COMPARE_WITH_TIMEOUT(studio().queue().warmState().kind, Kind::Off, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(line->isHidden(), kPatienceMs);
}

namespace {

/// A window that orders three runs of the settings it finds and is killed by the test.
int runVictim(int argc, char **argv)
{
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mrbrain-studio"));
    Studio studio;
    std::vector<backend::RunSettings> runs;
    for (int seed = 1; seed <= 3; ++seed)
        runs.push_back(smallRun(studio.workbench(), seed));
    studio.queue().add(runs);
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    if (argc > 1 && QByteArrayView(argv[1]) == QByteArrayView(kVictim))
        return runVictim(argc, argv); // with the environment of the test that started it
    return runTest<tst_StudioRuns>(argc, argv);
}

#include "tst_StudioRuns.moc"
