// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/ShortCommand.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <thread>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace codes = mrb::backend::error_codes;
namespace fs = std::filesystem;

class TestShortCommand : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }

    // Long enough that only a command that really hangs reaches it.
    ShortCommand shell(const std::string &script) const
    {
        return {.program = "sh",
                .arguments = {"-c", script},
                .environment = {{"PATH", "/usr/bin:/bin"}, {"FOLDER", base().native()}},
                .timeLimit = std::chrono::seconds(60)};
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void bothChannelsAndTheExitCode_areReturned()
    {
        const auto output = runShortCommand(shell("printf 'a\\0b'; printf c >&2; exit 7"));
        QVERIFY(output);
        QVERIFY(*output == (CommandOutput{7, std::string("a\0b", 3), "c"}));
    }

    void environment_isExactlyTheGivenOne()
    {
        ::setenv("MRB_SECRET_OF_THE_PARENT", "x", 1);
        ShortCommand command{.program = "/usr/bin/env", .environment = {{"A", "1"}, {"B", ""}}};
        QCOMPARE(runShortCommand(command)->out, std::string("A=1\nB=\n"));
    }

    void argumentsAreNotInterpreted()
    {
        ShortCommand command{.program = "printf",
                             .arguments = {"%s|", "$HOME", "*", "a b", "", "'"},
                             .environment = {{"PATH", "/usr/bin"}}};
        QCOMPARE(runShortCommand(command)->out, std::string("$HOME|*|a b||'|"));
    }

    void workingFolderAndEmptyInput()
    {
        ShortCommand command = shell("pwd; cat");
        command.workingFolder = base();
        QCOMPARE(runShortCommand(command)->out, base().native() + "\n");
    }

    void input_isReadWhole()
    {
        ShortCommand command = shell("cat");
        command.input = std::string(1'000'000, 'i') + '\0' + "end";
        QCOMPARE(runShortCommand(command)->out, command.input);
        command.arguments = {"-c", "echo unread"};
        QCOMPARE(runShortCommand(command)->out, std::string("unread\n"));
    }

    void descriptorsOfTheParent_areNotInherited()
    {
        const int leaky = ::open("/dev/zero", O_RDONLY); // without O_CLOEXEC
        const auto output = runShortCommand(shell("ls -l /proc/self/fd"));
        ::close(leaky);
        QVERIFY(output);
        QVERIFY(output->out.find("/dev/null") != std::string::npos);
        QCOMPARE(output->out.find("/dev/zero"), std::string::npos);
    }

    void signalsIgnoredByTheParent_workInTheChild()
    {
        const auto before = ::signal(SIGPIPE, SIG_IGN);
        const auto output = runShortCommand(shell("kill -PIPE $$; exit 0"));
        ::signal(SIGPIPE, before);
        QVERIFY(!output);
        QCOMPARE(output.error().code, codes::kCommandDiedBySignal);
    }

    void whatCannotBeStarted_saysWhy_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, const char *program, const char *path,
                            const char *folder, ErrorCode code) {
            QTest::newRow(name) << program << path << folder << QString::fromUtf8(code.id().data());
        };
        row("not in PATH", "no-such-program", "/usr/bin", "", codes::kCommandNotFound);
        row("empty name", "", "/usr/bin", "", codes::kCommandNotFound);
        row("empty PATH", "sh", "", "", codes::kCommandNotFound);
        row("only in a relative part of PATH", "good", ".:bin:", "", codes::kCommandNotFound);
        row("only a folder of that name in PATH", "folder", "%1", "", codes::kCommandNotFound);
        row("not executable, in PATH", "plain", "%1", "", codes::kCommandNotFound);
        row("path that does not exist", "%1/none", "", "", codes::kCommandNotFound);
        row("path through a file", "%1/plain/x", "", "", codes::kCommandNotFound);
        row("interpreter missing", "%1/badshebang", "", "", codes::kCommandNotFound);
        row("path of a plain file", "%1/plain", "", "", codes::kCommandNotExecutable);
        row("path of a folder", "%1/folder", "", "", codes::kCommandNotExecutable);
        row("text without interpreter", "%1/noshebang", "", "", codes::kCommandNotExecutable);
        row("working folder missing", "%1/good", "", "%1/gone", codes::kCommandNotStarted);
        row("working folder is a file", "%1/good", "", "%1/plain", codes::kCommandNotStarted);
    }

    void whatCannotBeStarted_saysWhy()
    {
        QFETCH(QString, program);
        QFETCH(QString, path);
        QFETCH(QString, folder);
        QFETCH(QString, code);
        fs::create_directories(base() / "folder");
        writeScript(base() / "good", "exit 0");
        writeScript(base() / "bin/good", "exit 0");
        writeFile(base() / "plain", "exit 0");
        writeFile(base() / "badshebang", "#!/no/such/interpreter\n");
        writeFile(base() / "noshebang", "exit 0\n");
        fs::permissions(base() / "badshebang", fs::perms::owner_all);
        fs::permissions(base() / "noshebang", fs::perms::owner_all);
        const auto filled = [this](QString text) {
            return text.replace(QStringLiteral("%1"), m_folder->path()).toStdString();
        };
        const fs::path before = fs::current_path();
        fs::current_path(base());
        const auto output = runShortCommand({.program = filled(program),
                                             .environment = {{"PATH", filled(path)}},
                                             .workingFolder = filled(folder)});
        fs::current_path(before);
        QVERIFY(!output);
        QCOMPARE(QString::fromUtf8(output.error().code.id().data()), code);
        QVERIFY(!output.error().message.isEmpty());
        QVERIFY(!output.error().hint.isEmpty());
    }

    void hangingProgram_isKilledWithItsChildren()
    {
        ShortCommand command = shell("trap '' TERM; sleep 1000 & echo $! > $FOLDER/child; "
                                     "echo $$ > $FOLDER/leader; wait; sleep 1000");
        command.timeLimit = std::chrono::milliseconds(300);
        const auto output = runShortCommand(command);
        QVERIFY(!output);
        QCOMPARE(output.error().code, codes::kCommandTimedOut);
        QVERIFY(fs::exists(base() / "leader"));
        QTRY_VERIFY(!isRunning(base() / "leader"));
        QTRY_VERIFY(!isRunning(base() / "child"));
    }

    void descendantThatKeepsThePipesOpen_doesNotDelayTheAnswer()
    {
        // With the limit of a minute this could only be answered late as "timed out".
        const auto output =
            runShortCommand(shell("sleep 1000 & echo $! > $FOLDER/child; echo done"));
        QVERIFY(output);
        QCOMPARE(output->out, std::string("done\n"));
        QTRY_VERIFY(!isRunning(base() / "child"));
    }

    void descendantInASessionOfItsOwn_doesNotDelayTheAnswer()
    {
        const auto output =
            runShortCommand(shell("setsid sh -c 'echo $$ > $FOLDER/child; exec sleep 1000' & "
                                  "until [ -s $FOLDER/child ]; do :; done; echo done"));
        QVERIFY(output);
        QCOMPARE(output->out, std::string("done\n"));
        QVERIFY(isRunning(base() / "child")); // out of reach, as documented
        ::kill(std::stoi(readFile(base() / "child")), SIGKILL);
    }

    void closedChannels_areNotTakenForTheEnd()
    {
        const auto output = runShortCommand(
            shell("exec >&- 2>&-; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 5"));
        QVERIFY(output);
        QCOMPARE(output->exitCode, 5);
    }

    void endlessOutput_isStopped()
    {
        ShortCommand command = shell("echo $$ > $FOLDER/leader; exec yes");
        const auto output = runShortCommand(command);
        QVERIFY(!output);
        QCOMPARE(output.error().code, codes::kCommandTooMuchOutput);
        QTRY_VERIFY(!isRunning(base() / "leader"));
    }

    void outputUpToTheLimit_isComplete()
    {
        // More than a pipe holds on each channel, so that reading only one would block.
        ShortCommand command = shell("head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero");
        command.maxOutputBytes = 2'000'000;
        const auto output = runShortCommand(command);
        QVERIFY(output);
        QCOMPARE(output->out.size(), std::size_t{1'000'000});
        QCOMPARE(output->err.size(), std::size_t{1'000'000});
        command.maxOutputBytes -= 1;
        QCOMPARE(runShortCommand(command).error().code, codes::kCommandTooMuchOutput);
    }

    void deathBySignal_isNotAnExitCode()
    {
        const auto output = runShortCommand(shell("kill -SEGV $$"));
        QVERIFY(!output);
        QCOMPARE(output.error().code, codes::kCommandDiedBySignal);
        QVERIFY(output.error().message.contains(QString::number(SIGSEGV)));
    }

    void stopRequest_endsIt()
    {
        std::stop_source stop;
        std::optional<Result<CommandOutput>> output;
        std::jthread worker([&] {
            output =
                runShortCommand(shell("echo $$ > $FOLDER/leader; sleep 1000"), stop.get_token());
        });
        QTRY_VERIFY(isRunning(base() / "leader"));
        stop.request_stop();
        worker.join();
        QVERIFY(!*output);
        QCOMPARE(output->error().code, codes::kCommandCancelled);
        QTRY_VERIFY(!isRunning(base() / "leader"));
    }

    void manyThreads_getEachTheirOwnAnswer()
    {
        std::atomic<int> wrong{0};
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&wrong, thread, this] {
                for (int i = 0; i < 25; ++i) {
                    const std::string word = std::to_string(thread * 100 + i);
                    const auto output = runShortCommand(shell("echo " + word + "; exit 3"));
                    wrong += !output || output->out != word + "\n" || output->exitCode != 3;
                }
            });
        threads.clear();
        QCOMPARE(wrong.load(), 0);
    }

    void findProgram_skipsWhatCannotBeRun()
    {
        writeFile(base() / "a/tool", "");
        fs::create_directories(base() / "b/tool");
        const fs::path good = writeScript(base() / "c/tool", "");
        const std::string path =
            base().native() + "/a::" + base().native() + "/b:" + base().native() + "/c:";
        QCOMPARE(findProgram("tool", path), std::optional<fs::path>(good));
        QCOMPARE(findProgram("", path), std::nullopt);
    }
};

QTEST_GUILESS_MAIN(TestShortCommand)
#include "tst_ShortCommand.moc"
