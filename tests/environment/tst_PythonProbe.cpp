// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/PythonProbe.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace codes = mrb::backend::error_codes;
namespace fs = std::filesystem;

namespace {

QString nameOf(ErrorCode code)
{
    return QString::fromUtf8(code.id().data());
}

QStringList namesOf(const Errors &errors)
{
    QStringList names;
    for (const Error &error : errors)
        names += nameOf(error.code) + u' ' + error.field;
    return names;
}

// Whoever imports it leaves a trace.
std::string trap(const fs::path &trace)
{
    return "open(" + std::string("'") + trace.native() + "', 'a').write(__name__ + '\\n')\n";
}

} // namespace

namespace {

const ManifestRequirements &needs()
{
    static const ManifestRequirements known = builtInManifest()->requirements;
    return known;
}

} // namespace

class TestPythonProbe : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    PythonProbeRequest m_request;

    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }
    fs::path trace() const { return base() / "imported"; }
    std::string output(const fs::path &python, const std::string &script) const
    {
        const auto answer = runShortCommand({.program = python,
                                             .arguments = {"-c", script},
                                             .environment = m_request.environment,
                                             .workingFolder = "/"});
        return answer && answer->exitCode == 0 ? answer->out : std::string();
    }

    // A real virtual environment of Debian's Python; returns its site-packages.
    fs::path makeVenv(const fs::path &folder)
    {
        const auto made = runShortCommand(
            {.program = MRB_TEST_PYTHON,
             .arguments = {"-m", "venv", "--without-pip", "--symlinks", folder.native()},
             .environment = m_request.environment,
             .timeLimit = std::chrono::seconds(60)});
        if (!made || made->exitCode != 0)
            return {};
        m_request.executable = folder / "bin/python";
        return output(m_request.executable,
                      "import sysconfig; print(end=sysconfig.get_path('purelib'))");
    }

    void install(const fs::path &site, const std::string &distribution, const std::string &module,
                 const std::string &version) const
    {
        writeFile(site / module / "__init__.py", trap(trace()));
        writeFile(site / (distribution + "-" + version + ".dist-info") / "METADATA",
                  "Metadata-Version: 2.1\nName: " + distribution + "\nVersion: " + version + "\n");
    }

    PythonFacts::Package package(const PythonFacts &facts, const std::string &name) const
    {
        for (const PythonFacts::Package &candidate : facts.packages) {
            if (candidate.name == name)
                return candidate;
        }
        return {};
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_request = {.executable = MRB_TEST_PYTHON,
                     .environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", base() / "home"}},
                     .requirements = requiredPackages(needs()),
                     .timeLimit = std::chrono::seconds(60)};
    }

    void debianPython_isDescribedAsItIs()
    {
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        QCOMPARE(facts->versionText.toStdString() + "\n",
                 output(MRB_TEST_PYTHON, "import platform; print(platform.python_version())"));
        QVERIFY(facts->version >= (std::array{3, 11, 0}));
        QCOMPARE(facts->prefix, fs::path("/usr"));
        QVERIFY(!facts->virtualEnv);
        const auto nibabel = package(*facts, "nibabel");
        QVERIFY(nibabel.found);
        QCOMPARE(nibabel.version + "\n" + nibabel.location.string() + "\n",
                 output(MRB_TEST_PYTHON, "import nibabel; print(nibabel.__version__); "
                                         "print(nibabel.__path__[0])"));
        QCOMPARE(facts->packages.size(), m_request.requirements.size());
    }

    void absentPackages_areNotFound()
    {
        makeVenv(base() / "venv");
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        QVERIFY(package(*facts, "torch") == PythonFacts::Package{.name = "torch"});
        QVERIFY(!facts->torchVersion);
        const Findings findings = judgePython(*facts, m_request.requirements, needs());
        QVERIFY(namesOf(findings.refusals).contains(u"package_missing torch"));
    }

    void virtualEnvironment_isReadWithoutImportingAnything()
    {
        const fs::path site = makeVenv(base() / "venv");
        QVERIFY(!site.empty());
        install(site, "torch", "torch", "2.9.0+cu130");
        writeFile(site / "torch/version.py",
                  trap(trace()) +
                      "from typing import Optional\n"
                      "__all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip']\n"
                      "__version__ = '2.9.0+cu130'\ndebug = False\n"
                      "cuda: Optional[str] = '13.0'\nhip: Optional[str] = None\n");
        install(site, "scikit_image", "skimage", "0.25.2");
        install(site, "PyYAML", "yaml", "6.0.2");
        m_request.requirements =
            parseRequirements("torch>=2.1.0\nscikit-image>=0.20.0\nPyYAML>=6.0", needs());
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        QCOMPARE(facts->prefix, base() / "venv");
        QCOMPARE(facts->virtualEnv, std::optional(base() / "venv"));
        QCOMPARE(facts->torchVersion, std::optional<std::string>("2.9.0+cu130"));
        QCOMPARE(facts->torchCuda, std::optional<std::string>("13.0"));
        QVERIFY(package(*facts, "torch") == (PythonFacts::Package{.name = "torch",
                                                                  .found = true,
                                                                  .version = "2.9.0+cu130",
                                                                  .location = site / "torch"}));
        QCOMPARE(package(*facts, "scikit-image").version, std::string("0.25.2"));
        QCOMPARE(package(*facts, "PyYAML").location, site / "yaml");
        QVERIFY(!fs::exists(trace()));
    }

    void torchBuild_isReadFromItsVersionFile_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("version");
        QTest::addColumn<QString>("cuda");
        QTest::addColumn<QString>("finding");
        QTest::newRow("CUDA") << "__version__ = '2.4.0+cu121'\ncuda = '12.1'\n"
                              << "2.4.0+cu121"
                              << "12.1"
                              << "";
        QTest::newRow("double quotes, annotated")
            << "__version__: str = \"2.4.0\"\ncuda: Optional[str] = \"12.1\"\n"
            << "2.4.0"
            << "12.1"
            << "";
        QTest::newRow("processor only") << "__version__ = '2.4.0+cpu'\ncuda: Optional[str] = None\n"
                                        << "2.4.0+cpu"
                                        << ""
                                        << "torch_without_cuda torch";
        QTest::newRow("other maker's GPUs")
            << "__version__ = '2.4.0+rocm6'\ncuda = None\nhip = '6.0'\n"
            << "2.4.0+rocm6"
            << ""
            << "torch_without_cuda torch";
        QTest::newRow("no word on CUDA") << "__version__ = '2.4.0'\n"
                                         << ""
                                         << ""
                                         << "torch_build_unknown torch";
        QTest::newRow("damaged") << "\x01\x02"
                                 << ""
                                 << ""
                                 << "torch_build_unknown torch";
        QTest::newRow("no such file") << ""
                                      << ""
                                      << ""
                                      << "torch_build_unknown torch";
    }

    void torchBuild_isReadFromItsVersionFile()
    {
        QFETCH(QString, text);
        QFETCH(QString, version);
        QFETCH(QString, cuda);
        QFETCH(QString, finding);
        const fs::path site = makeVenv(base() / "venv");
        install(site, "torch", "torch", "2.4.0");
        if (!text.isEmpty())
            writeFile(site / "torch/version.py", text.toStdString());
        m_request.requirements = {{.distribution = "torch", .module = "torch", .required = true}};
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        QCOMPARE(QString::fromStdString(facts->torchVersion.value_or("")), version);
        QCOMPARE(QString::fromStdString(facts->torchCuda.value_or("")), cuda);
        const Findings findings = judgePython(*facts, m_request.requirements, needs());
        QCOMPARE(namesOf(findings.refusals).join(u','), finding);
    }

    void packageWithoutMetadata_isFoundThroughAPthFile_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("version");
        QTest::newRow("versioneer") << "_version.py"
                                    << "version_json = '''\n{\"date\": \"2025\", \"version\": "
                                       "\"1.5.0\"}\n'''\n"
                                    << "1.5.0";
        QTest::newRow("hatch") << "_version.py"
                               << "__version__ = version = '1.5.1'\n"
                               << "1.5.1";
        QTest::newRow("plain") << "__init__.py"
                               << "__version__ = \"1.5.2\"\n"
                               << "1.5.2";
        QTest::newRow("annotated") << "version.py"
                                   << "version: str = '1.5.3'\n"
                                   << "1.5.3";
        QTest::newRow("none") << "__init__.py"
                              << "min_version = '3.9'\n"
                              << "";
    }

    void packageWithoutMetadata_isFoundThroughAPthFile()
    {
        QFETCH(QString, file);
        QFETCH(QString, text);
        QFETCH(QString, version);
        const fs::path site = makeVenv(base() / "venv");
        writeFile(site / "more.pth", (base() / "src").native() + "\n");
        writeFile(base() / "src/monai/__init__.py", "");
        writeFile(base() / "src/monai" / file.toStdString(), text.toStdString());
        m_request.requirements = {{.distribution = "monai",
                                   .module = "monai",
                                   .minimumVersion = "1.5.0",
                                   .required = true}};
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        QVERIFY(facts->packages.front() ==
                (PythonFacts::Package{.name = "monai",
                                      .found = true,
                                      .version = version.toStdString(),
                                      .location = base() / "src/monai"}));
        const Findings findings = judgePython(*facts, m_request.requirements, needs());
        QVERIFY(findings.refusals.empty());
        QCOMPARE(namesOf(findings.warnings).join(u','),
                 version.isEmpty() ? QStringLiteral("package_version_unknown monai") : QString());
    }

    void leftOvers_areNotPackages()
    {
        const fs::path site = makeVenv(base() / "venv");
        writeFile(site / "monai/data/leftover.txt", "a folder without code");
        writeFile(site / "tqdm-4.66.0.dist-info/METADATA",
                  "Metadata-Version: 2.1\nName: tqdm\nVersion: 4.66.0\n");
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        QVERIFY(!package(*facts, "monai").found);
        QVERIFY(!package(*facts, "tqdm").found);
    }

    void codeOfTheCheckout_isSeenButNeverRun()
    {
        const fs::path site = makeVenv(base() / "venv");
        install(site, "torch", "torch", "2.4.0");
        install(site, "numpy", "numpy", "1.26.0");
        m_request.root = base() / "root";
        for (const char *name : {"json.py", "re.py", "os.py", "sitecustomize.py", "email.py",
                                 "usercustomize.py", "base64.py", "importlib/__init__.py", "csv.py",
                                 "zipfile.py", "torch/__init__.py", "scipy.py"})
            writeFile(m_request.root / name, trap(trace()));
        writeFile(m_request.root / "torch/version.py",
                  "__version__ = '0.1'\ncuda = '1.0'\n" + trap(trace()));
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        QVERIFY2(!fs::exists(trace()), readFile(trace()).c_str());
        // As `python -m` there would import them.
        QVERIFY(package(*facts, "torch") ==
                (PythonFacts::Package{.name = "torch",
                                      .found = true,
                                      .version = "0.1",
                                      .location = m_request.root / "torch"}));
        QCOMPARE(facts->torchCuda, std::optional<std::string>("1.0"));
        QCOMPARE(package(*facts, "scipy").location, m_request.root / "scipy.py");
        QCOMPARE(package(*facts, "numpy").location, site / "numpy");
    }

    void foldersOfTheCheckout_doNotHideInstalledPackages()
    {
        const fs::path site = makeVenv(base() / "venv");
        install(site, "numpy", "numpy", "1.26.0");
        m_request.root = base() / "root";
        writeFile(m_request.root / "numpy/notes.txt", "no code");
        QCOMPARE(package(*probePython(m_request), "numpy").location, site / "numpy");
    }

    void userPackages_countAsInTheRealRun()
    {
        const std::string user =
            output(MRB_TEST_PYTHON, "import site; print(end=site.getusersitepackages())");
        QVERIFY(user.starts_with(base().native()));
        install(user, "torch", "torch", "2.4.0");
        QCOMPARE(package(*probePython(m_request), "torch").location, fs::path(user) / "torch");
        m_request.environment.emplace_back("PYTHONNOUSERSITE", "1");
        QVERIFY(package(*probePython(m_request), "torch").location != fs::path(user) / "torch");
    }

    void linesPrintedByStartUpCode_doNotMatter()
    {
        const fs::path site = makeVenv(base() / "venv");
        writeFile(site / "noise.pth", "import sys; print('hello'); sys.stdout.flush()\n");
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        QVERIFY(facts->virtualEnv);
    }

    void pathsThatAreNotUtf8_doNotBreakTheAnswer()
    {
        // Moved, because venv itself cannot write such a path into its files.
        makeVenv(base() / "venv");
        const fs::path folder = base() / "v\xFF";
        fs::rename(base() / "venv", folder);
        m_request.executable = folder / "bin/python";
        const auto facts = probePython(m_request);
        fs::remove_all(folder); // QTemporaryDir could not
        QVERIFY(facts);
        QCOMPARE(facts->executable, m_request.executable);
        QVERIFY(facts->virtualEnv);
    }

    void interpretersThatDoNotAnswer_haveTheirOwnCodes_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, const char *script, ErrorCode code) {
            QTest::newRow(name) << script << nameOf(code);
        };
        row("exits 1", "echo 'Fatal Python error: no encodings' >&2; exit 1",
            codes::kPythonCrashed);
        row("dies", "kill -SEGV $$", codes::kPythonCrashed);
        row("answers, then dies",
            "echo; echo 'MRBRAIN-FACTS {\"version\": [2, 7, 18], \"version_text\": \"2.7.18\", "
            "\"prefix\": \"/usr\", \"base_prefix\": \"/usr\", \"packages\": [], \"torch\": null}'; "
            "kill -SEGV $$",
            codes::kPythonCrashed);
        row("leaves a process behind that holds its channels", "sleep 1000 & echo 'GNU bash'",
            codes::kPythonAnswerUnreadable);
        row("says nothing", "exit 0", codes::kPythonAnswerUnreadable);
        row("says something else", "echo 'GNU bash'", codes::kPythonAnswerUnreadable);
        row("endless", "exec yes", codes::kPythonAnswerUnreadable);
        row("broken JSON", "echo; echo 'MRBRAIN-FACTS {'", codes::kPythonAnswerUnreadable);
        row("other JSON", "echo; echo 'MRBRAIN-FACTS {\"version\": 3}'",
            codes::kPythonAnswerUnreadable);
        row("a version beyond numbers",
            "echo; echo 'MRBRAIN-FACTS {\"version\": [2, 1e300, 18], \"version_text\": \"2.7.18\", "
            "\"prefix\": \"/usr\", \"base_prefix\": \"/usr\", \"packages\": [], \"torch\": null}'",
            codes::kPythonAnswerUnreadable);
        row("too few packages",
            "echo; echo 'MRBRAIN-FACTS {\"version\": [3, 11, 2], \"version_text\": \"3.11.2\", "
            "\"prefix\": \"/usr\", \"base_prefix\": \"/usr\", \"packages\": [], \"torch\": null}'",
            codes::kPythonAnswerUnreadable);
    }

    void interpretersThatDoNotAnswer_haveTheirOwnCodes()
    {
        QFETCH(QString, script);
        QFETCH(QString, code);
        m_request.executable = writeScript(base() / "python", script.toStdString());
        const auto facts = probePython(m_request);
        QVERIFY(!facts);
        QCOMPARE(nameOf(facts.error().code), code);
        QVERIFY(
            facts.error().message.contains(QString::fromStdString(m_request.executable.string())));
        QVERIFY(!facts.error().hint.isEmpty());
    }

    void crash_showsTheLastLineOfThePython()
    {
        m_request.executable =
            writeScript(base() / "python", "echo first >&2; echo 'no encodings' >&2; exit 1");
        QVERIFY(probePython(m_request).error().message.contains(u"no encodings"));
    }

    void hangingInterpreter_isGivenUp()
    {
        m_request.executable = writeScript(base() / "python", "sleep 1000");
        m_request.timeLimit = std::chrono::milliseconds(200);
        QCOMPARE(probePython(m_request).error().code, codes::kPythonTimedOut);
    }

    void whatIsNoProgram_isNotRun()
    {
        m_request.executable = base() / "none";
        QCOMPARE(probePython(m_request).error().code, codes::kPythonNotFound);
        m_request.executable = writeFile(base() / "plain", "x");
        QCOMPARE(probePython(m_request).error().code, codes::kPythonNotExecutable);
        m_request.executable = base();
        QCOMPARE(probePython(m_request).error().code, codes::kPythonNotExecutable);
    }

    void ancientInterpreter_isDescribedByItsVersionAlone()
    {
        m_request.executable = writeScript(
            base() / "python",
            "echo; echo 'MRBRAIN-FACTS {\"version\": [2, 7, 18], \"version_text\": \"2.7.18\", "
            "\"prefix\": \"/usr\", \"base_prefix\": \"/usr\", \"packages\": [], \"torch\": null}'");
        const auto facts = probePython(m_request);
        QVERIFY(facts);
        const Findings findings = judgePython(*facts, m_request.requirements, needs());
        QCOMPARE(namesOf(findings.refusals).join(u','), QStringLiteral("python_too_old python"));
        QVERIFY(findings.refusals.front().message.contains(u"2.7.18"));
    }
};

QTEST_GUILESS_MAIN(TestPythonProbe)
#include "tst_PythonProbe.moc"
