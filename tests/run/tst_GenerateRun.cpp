// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/GenerateRun.h"
#include "backend/run/Preparation.h"
#include "backend/run/RunFolder.h"
#include "tests/run/RunFixtures.h"

#include <QTemporaryDir>

using namespace mrb::backend;

namespace fs = std::filesystem;

namespace {

constexpr int kPatienceMs = 120'000; // only there so that a defect ends the test

/// A run of the phantom engine that notes, in order, what it says.
struct Watched
{
    explicit Watched(const GenerateOptions &given) : options(given)
    {
        run = std::make_unique<GenerateRun>();
        QObject::connect(run.get(), &GenerateRun::prepared, run.get(),
                         [this] { hear(QStringLiteral("prepared")); });
        QObject::connect(run.get(), &GenerateRun::measuringStarted, run.get(),
                         [this] { hear(QStringLiteral("measuring")); });
        QObject::connect(run.get(), &GenerateRun::progressed, run.get(),
                         [this](const Progress &progress) {
                             if (progress.phase == Phase::Diffusion)
                                 hear(QStringLiteral("diffusion"));
                         });
        QObject::connect(run.get(), &GenerateRun::finished, run.get(),
                         [this](const RunConclusion &end) {
                             conclusion = end;
                             lockWasFree = end.outputFolder.empty() ||
                                           runStateOf(end.outputFolder) == RunState::Ended;
                             hear(QStringLiteral("finished"));
                         });
    }

    void hear(const QString &what)
    {
        if (heard.isEmpty() || heard.last() != what)
            heard << what;
        finishedCount += what == QStringLiteral("finished");
        if (what == at && reaction)
            std::exchange(reaction, nullptr)();
    }
    void start(RunMode mode = RunMode::Generate) { run->start(options, mode); }
    bool waitForEnd()
    {
        const bool ended = QTest::qWaitFor([this] { return finishedCount > 0; }, kPatienceMs);
        // A second one would already be on its way.
        QCoreApplication::processEvents();
        return ended;
    }

    GenerateOptions options;
    std::unique_ptr<GenerateRun> run;
    QStringList heard;
    int finishedCount = 0;
    bool lockWasFree = false;
    RunConclusion conclusion;
    QString at; ///< when to react, once
    std::function<void()> reaction;
};

} // namespace

class TestGenerateRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_out = fs::path(m_temporary->path().toStdString()) / "out";
        const fs::path request = fs::path(m_temporary->path().toStdString()) / "request.json";
        mrb::test::write(request, R"({"dim": [64, 64, 64], "spacing": [3.5, 3.75, 3.0]})");
        m_options = GenerateOptions{};
        m_options.request = request.string();
        m_options.outputFolder = m_out.string();
        m_options.engine = Engine::Phantom;
        m_options.python = MRB_TEST_PYTHON;
        m_options.environment = {{"PATH", "/usr/bin:/bin"},
                                 {"HOME", m_temporary->path().toStdString()}};
        m_options.workingFolder = m_temporary->path().toStdString();
    }

    void run_saysEverythingOnceAndInOrder()
    {
        Watched watched(m_options);
        watched.start();
        QVERIFY(watched.waitForEnd());
        QCOMPARE(watched.finishedCount, 1);
        QCOMPARE(watched.conclusion.exitCode, ExitCode::Passed);
        QCOMPARE(watched.conclusion.overallStatus, std::string("demo"));
        QCOMPARE(watched.conclusion.outputFolder, m_out);
        QVERIFY(watched.conclusion.problems.empty());
        QCOMPARE(watched.heard.first(), QStringLiteral("prepared"));
        QCOMPARE(watched.heard.count(QStringLiteral("prepared")), 1);
        QCOMPARE(watched.heard.count(QStringLiteral("measuring")), 1);
        QVERIFY(watched.heard.contains(QStringLiteral("diffusion")));
        QCOMPARE(watched.heard.last(), QStringLiteral("finished"));
        QVERIFY(watched.lockWasFree);
        QCOMPARE(mrb::test::contentOf(m_out / kResultFile), watched.conclusion.document);
    }

    void cancelBeforeTheStart_endsTheRunAtOnce()
    {
        Watched watched(m_options);
        watched.run->cancel();
        watched.start();
        QVERIFY(watched.waitForEnd());
        expectCancelledBeforeAnything(watched);
    }

    void immediateCancel_finishesOnceAndLeavesNothing()
    {
        Watched watched(m_options);
        watched.start();
        watched.run->cancel();
        watched.run->cancel();
        QVERIFY(watched.waitForEnd());
        expectCancelledBeforeAnything(watched);
    }

    void cancelAtAnyStage_finishesOnceAsCancelled_data()
    {
        QTest::addColumn<QString>("stage");
        for (const char *stage : {"prepared", "diffusion", "measuring"})
            QTest::addRow("%s", stage) << QString::fromLatin1(stage);
    }
    void cancelAtAnyStage_finishesOnceAsCancelled()
    {
        QFETCH(QString, stage);
        Watched watched(m_options);
        watched.at = stage;
        watched.reaction = [&watched] { watched.run->cancel(); };
        watched.start();
        QVERIFY(watched.waitForEnd());
        QCOMPARE(watched.finishedCount, 1);
        QCOMPARE(watched.conclusion.exitCode, ExitCode::Cancelled);
        QCOMPARE(watched.conclusion.overallStatus, std::string("cancelled"));
        QVERIFY(watched.lockWasFree);
        QVERIFY(fs::exists(m_out / kResultFile));
    }

    void cancelAfterTheEnd_isHarmless()
    {
        Watched watched(m_options);
        watched.at = QStringLiteral("finished");
        watched.reaction = [&watched] { watched.run->cancel(); };
        watched.start();
        QVERIFY(watched.waitForEnd());
        watched.run->cancel();
        QCoreApplication::processEvents();
        QCOMPARE(watched.finishedCount, 1);
        QCOMPARE(watched.conclusion.exitCode, ExitCode::Passed);
    }

    void destruction_whileItPreparesSaysNothingMore()
    {
        Watched watched(m_options);
        watched.start();
        watched.run.reset();
        QCoreApplication::processEvents();
        QCOMPARE(watched.heard, QStringList{});
    }

    void destruction_whileItRunsEndsTheProcessesAndFreesTheFolder_data()
    {
        QTest::addColumn<QString>("stage");
        for (const char *stage : {"diffusion", "measuring"})
            QTest::addRow("%s", stage) << QString::fromLatin1(stage);
    }
    void destruction_whileItRunsEndsTheProcessesAndFreesTheFolder()
    {
        QFETCH(QString, stage);
        Watched watched(m_options);
        bool reached = false;
        watched.at = stage;
        watched.reaction = [&reached] { reached = true; };
        watched.start();
        QVERIFY(QTest::qWaitFor([&reached] { return reached; }, kPatienceMs));
        watched.run.reset();
        QCoreApplication::processEvents();
        QCOMPARE(watched.finishedCount, 0);
        QVERIFY(runStateOf(m_out) != RunState::Running);
        // The supervisor cleans up on its own.
        QVERIFY(QTest::qWaitFor([this] { return processesOfThisRun() == 0; }, kPatienceMs));
    }

    void refusal_finishesOnceAndWritesNothing_data()
    {
        QTest::addColumn<RunMode>("mode");
        QTest::addRow("generate") << RunMode::Generate;
        QTest::addRow("preflight") << RunMode::PreflightOnly;
        QTest::addRow("dry run") << RunMode::DryRun;
    }
    void refusal_finishesOnceAndWritesNothing()
    {
        QFETCH(RunMode, mode);
        m_options.modality = "ct";
        Watched watched(m_options);
        watched.start(mode);
        QVERIFY(watched.waitForEnd());
        // What was found out is told also when it ends here.
        QCOMPARE(watched.heard,
                 (QStringList{QStringLiteral("prepared"), QStringLiteral("finished")}));
        QCOMPARE(watched.conclusion.exitCode, ExitCode::Refused);
        QVERIFY(!watched.conclusion.problems.empty());
        QVERIFY(watched.conclusion.overallStatus.empty());
        QVERIFY(!fs::exists(m_out));
    }

    void lookingOnly_preparesAndWritesNothing_data() { lookingModes(); }
    void lookingOnly_preparesAndWritesNothing()
    {
        QFETCH(RunMode, mode);
        Watched watched(m_options);
        watched.start(mode);
        QVERIFY(watched.waitForEnd());
        QCOMPARE(watched.heard,
                 (QStringList{QStringLiteral("prepared"), QStringLiteral("finished")}));
        QCOMPARE(watched.conclusion.exitCode, ExitCode::Passed);
        QVERIFY(watched.conclusion.outputFolder.empty());
        QVERIFY(!fs::exists(m_out));
    }

    void folderThatIsTakenAfterThePreflight_isARefusal()
    {
        fs::create_directories(m_out);
        mrb::test::LockHolder other(m_out);
        QVERIFY(other.held());
        Watched watched(m_options);
        watched.start();
        QVERIFY(watched.waitForEnd());
        QVERIFY(!watched.heard.contains(QStringLiteral("measuring")));
        QCOMPARE(watched.conclusion.exitCode, ExitCode::Refused);
        QCOMPARE(watched.conclusion.problems.at(0).code, error_codes::kFolderInUse);
        QVERIFY(!fs::exists(m_out / kJournalFile));
    }

private:
    void expectCancelledBeforeAnything(const Watched &watched) const
    {
        QCOMPARE(watched.finishedCount, 1);
        QCOMPARE(watched.conclusion.exitCode, ExitCode::Cancelled);
        QVERIFY(!watched.heard.contains(QStringLiteral("measuring")));
        QVERIFY(!fs::exists(m_out));
    }

    static void lookingModes()
    {
        QTest::addColumn<RunMode>("mode");
        QTest::addRow("preflight") << RunMode::PreflightOnly;
        QTest::addRow("dry run") << RunMode::DryRun;
    }

    /// Processes with this test's folder in their arguments.
    int processesOfThisRun() const
    {
        int count = 0;
        std::error_code ignored;
        for (const fs::directory_entry &entry : fs::directory_iterator("/proc", ignored)) {
            const std::string arguments = mrb::test::contentOf(entry.path() / "cmdline");
            count += arguments.find(m_out.string()) != std::string::npos;
        }
        return count;
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_out;
    GenerateOptions m_options;
};

QTEST_GUILESS_MAIN(TestGenerateRun)
#include "tst_GenerateRun.moc"
