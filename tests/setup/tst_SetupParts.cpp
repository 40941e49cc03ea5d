// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/environment/ShortCommand.h"
#include "backend/process/RunEnvironment.h"
#include "backend/setup/Credentials.h"
#include "backend/setup/CudaAdvice.h"
#include "backend/setup/SetupEnvironment.h"
#include "backend/setup/SetupPlan.h"
#include "backend/setup/StepWork.h"
#include "backend/setup/VenvFolder.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>

using namespace mrb;
using namespace mrb::backend;

namespace {

const EnvironmentPairs kParent = {{"PATH", "/usr/bin"},
                                  {"HOME", "/home/me"},
                                  {"https_proxy", "http://me:secret@proxy:1"},
                                  {"NO_PROXY", "localhost"},
                                  {"SSL_CERT_FILE", "/etc/certificates"},
                                  {"PIP_INDEX_URL", "https://index"},
                                  {"PIP_TARGET", "/elsewhere"},
                                  {"HF_TOKEN", "hf_secret"},
                                  {"HF_HUB_OFFLINE", "1"},
                                  {"SSH_AUTH_SOCK", "/run/agent"},
                                  {"LC_ALL", "de_DE.UTF-8"},
                                  {"PYTHONPATH", "/mine"},
                                  {"GIT_DIR", "/mine/.git"},
                                  {"AWS_SECRET_ACCESS_KEY", "secret"}};

bool has(const EnvironmentPairs &environment, const char *name)
{
    return environmentValue(environment, name).has_value();
}

} // namespace

/// The small parts of the set-up that can be asked without a machine.
class tst_SetupParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachProgramGetsWhatItNeeds();
    void runsGetNoneOfIt();
    void commandsCanBePasted_data();
    void commandsCanBePasted();
    void credentialsAreNotShown_data();
    void credentialsAreNotShown();
    void driversTellTheNewestCuda_data();
    void driversTellTheNewestCuda();
    void linesTellHowFarACommandIs_data();
    void linesTellHowFarACommandIs();
    void theSmallRequestIsADocument();
    void anEnvironmentThatIsSlowIsNotMadeAnew();
};

void tst_SetupParts::eachProgramGetsWhatItNeeds()
{
    using enum SetupProgram;
    for (const SetupProgram program : {Git, Packages, Weights}) {
        const EnvironmentPairs environment = setupEnvironment(kParent, program);
        for (const char *name : {"PATH", "HOME", "https_proxy", "NO_PROXY", "SSL_CERT_FILE"})
            QCOMPARE(environmentValue(environment, name), environmentValue(kParent, name));
        for (const char *name : {"PYTHONPATH", "GIT_DIR", "AWS_SECRET_ACCESS_KEY", "PIP_TARGET"})
            QVERIFY2(!has(environment, name), name);
        QCOMPARE(has(environment, "PIP_INDEX_URL"), program == Packages);
        QCOMPARE(has(environment, "HF_TOKEN"), program == Weights);
        QCOMPARE(has(environment, "HF_HUB_OFFLINE"), program == Weights);
        QCOMPARE(has(environment, "SSH_AUTH_SOCK"), program == Git);
    }
    const EnvironmentPairs git = setupEnvironment(kParent, Git);
    QCOMPARE(environmentValue(git, "LC_ALL"), std::optional<std::string>("C.UTF-8"));
    QCOMPARE(std::ranges::count(git, "LC_ALL", &EnvironmentPairs::value_type::first), 1);
    QCOMPARE(environmentValue(git, "GIT_TERMINAL_PROMPT"), std::optional<std::string>("0"));
}

void tst_SetupParts::runsGetNoneOfIt()
{
    const EnvironmentPairs environment =
        runEnvironment(kParent, {.root = "/root", .output = "/out"});
    for (const char *name : {"https_proxy", "NO_PROXY", "PIP_INDEX_URL", "HF_TOKEN",
                             "HF_HUB_OFFLINE", "SSH_AUTH_SOCK"})
        QVERIFY2(!has(environment, name), name);
}

void tst_SetupParts::commandsCanBePasted_data()
{
    QTest::addColumn<QString>("argument");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << "--index-url=https://index/simple"
                           << "--index-url=https://index/simple";
    QTest::newRow("condition") << "torch>=2.1.0"
                               << "'torch>=2.1.0'";
    QTest::newRow("blank") << "/home/a user"
                           << "'/home/a user'";
    QTest::newRow("quote") << "it's"
                           << "'it'\\''s'";
    QTest::newRow("empty") << ""
                           << "''";
    QTest::newRow("dollar") << "$HOME"
                            << "'$HOME'";
}

void tst_SetupParts::commandsCanBePasted()
{
    QFETCH(QString, argument);
    QFETCH(QString, shown);
    const SetupCommand command{.purpose = {},
                               .program = "/usr/bin/printf",
                               .arguments = {QStringLiteral("%s"), argument},
                               .workingFolder = {},
                               .environment = {}};
    QCOMPARE(command.text(), QStringLiteral("/usr/bin/printf %s ") + shown);
    // As a shell takes it.
    const auto said =
        runShortCommand({.program = "/bin/sh", .arguments = {"-c", command.text().toStdString()}});
    QVERIFY(said);
    QCOMPARE(QString::fromStdString(said->out), argument);
}

void tst_SetupParts::credentialsAreNotShown_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("both") << "https://me:secret@index/simple"
                          << "https://***@index/simple";
    QTest::newRow("token") << "--index-url=https://token@index/simple"
                           << "--index-url=https://***@index/simple";
    QTest::newRow("at in the password") << "https://me:se@cret@index/"
                                        << "https://***@index/";
    QTest::newRow("twice") << "from https://a:b@x/ and https://c:d@y/"
                           << "from https://***@x/ and https://***@y/";
    QTest::newRow("none") << "https://index/simple/@scope"
                          << "https://index/simple/@scope";
    QTest::newRow("no address") << "git@example.org:model.git"
                                << "git@example.org:model.git";
}

void tst_SetupParts::credentialsAreNotShown()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(withoutCredentials(text), shown);
    QCOMPARE(hasCredentials(text), text != shown);
}

void tst_SetupParts::driversTellTheNewestCuda_data()
{
    QTest::addColumn<QString>("driver");
    QTest::addColumn<QString>("cuda");
    QTest::newRow("newest") << "590.12"
                            << "13.0";
    QTest::newRow("580") << "580.65.06"
                         << "13.0";
    QTest::newRow("between") << "565.57.01"
                             << "12.6";
    QTest::newRow("550") << "550.54.15"
                         << "12.4";
    QTest::newRow("535") << "535.183.01"
                         << "12.2";
    QTest::newRow("too old") << "470.256.02"
                             << "";
    QTest::newRow("nonsense") << "[N/A]"
                              << "";
}

void tst_SetupParts::driversTellTheNewestCuda()
{
    QFETCH(QString, driver);
    QFETCH(QString, cuda);
    QCOMPARE(newestCudaOf(driver), cuda);
}

void tst_SetupParts::linesTellHowFarACommandIs_data()
{
    QTest::addColumn<bool>("ofGit");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("text"); // empty: says nothing
    QTest::addColumn<double>("fraction");
    QTest::newRow("objects") << true << "Receiving objects:  45% (710/1577), 3.20 MiB | 1.1 MiB/s"
                             << "Receiving objects" << 0.45;
    QTest::newRow("of the other side") << true << "remote: Compressing objects: 100% (9/9), done."
                                       << "Compressing objects" << 1.0;
    QTest::newRow("files") << true << "Updating files:   7% (9/120)"
                           << "Updating files" << 0.07;
    QTest::newRow("words of git") << true << "Cloning into '/a 45% (b)'..."
                                  << "" << -1.0;
    QTest::newRow("package") << false << "  Downloading torch-2.6.0-cp311-linux.whl (766.7 MB)"
                             << "Downloading torch-2.6.0-cp311-linux.whl (766.7 MB)" << -1.0;
    QTest::newRow("package by address")
        << false << "Downloading https://index/packages/ab/torch-2.6.0.whl (766.7 MB)"
        << "Downloading torch-2.6.0.whl (766.7 MB)" << -1.0;
    QTest::newRow("words of pip") << false << "Looking in indexes: https://index/simple"
                                  << "" << -1.0;
}

void tst_SetupParts::linesTellHowFarACommandIs()
{
    QFETCH(bool, ofGit);
    QFETCH(QString, line);
    QFETCH(QString, text);
    QFETCH(double, fraction);
    const SetupContext context;
    const auto work = ofGit ? checkoutWork(context) : packagesWork(context);
    const auto progress = work->readLine({Channel::Stderr, line, true, 0});
    QCOMPARE(progress.has_value(), !text.isEmpty());
    if (!progress)
        return;
    QCOMPARE(progress->text, text);
    QCOMPARE(progress->fraction, fraction);
    if (ofGit)
        return;
    // Newer versions of pip count the bytes of what they have named.
    const auto counted =
        work->readLine({Channel::Stdout, QStringLiteral("Progress 250 of 1000"), false, 0});
    QVERIFY(counted);
    QCOMPARE(counted->text, text);
    QCOMPARE(counted->fraction, 0.25);
    QCOMPARE(counted->totalBytes, std::uint64_t{1000});
}

void tst_SetupParts::theSmallRequestIsADocument()
{
    const auto json = parseJsonStrictly(smallRequest(), QStringLiteral("the request"));
    QVERIFY(json);
    QVERIFY(json->at("dim") == Json({64, 64, 64}));
}

void tst_SetupParts::anEnvironmentThatIsSlowIsNotMadeAnew()
{
    const QTemporaryDir folder;
    QVERIFY(folder.isValid());
    SetupContext context;
    context.root = folder.path().toStdString();
    context.venv = context.root / ".venv";
    context.python = context.venv / "bin" / "python";
    context.identity.trusted = true;
    std::filesystem::create_directories(context.venv);
    QVERIFY(writeFileAtomically(context.root / "requirements.txt", "torch\n"));
    QVERIFY(writeFileAtomically(context.venv / "pyvenv.cfg", "home = /usr/bin\n"));
    QVERIFY(VenvFolder(context.venv).finish());

    context.pythonError =
        Error{backend::error_codes::kPythonTimedOut, QStringLiteral("no answer"), {}, {}};
    const StepPlan slow = planPackages(context, {});
    QVERIFY(!slow.mayStart);
    QVERIFY(slow.commands.empty());
    QCOMPARE(slow.problems.front().code, backend::error_codes::kPythonTimedOut);

    context.options.environment = {{"PATH", "/nowhere"}};
    context.pythonError =
        Error{backend::error_codes::kPythonNotFound, QStringLiteral("gone"), {}, {}};
    const StepPlan dead = planPackages(context, {});
    QVERIFY(dead.fact.contains(QStringLiteral("made anew")));
}

QTEST_GUILESS_MAIN(tst_SetupParts)
#include "tst_SetupParts.moc"
