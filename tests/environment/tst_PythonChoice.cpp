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

QStringList namesOf(const Errors &errors)
{
    QStringList names;
    for (const Error &error : errors)
        names += QString::fromUtf8(error.code.id().data()) + u' ' + error.field;
    return names;
}

} // namespace

/// What is decided about an interpreter without running one.
namespace {

const ManifestRequirements &needs()
{
    static const ManifestRequirements known = builtInManifest()->requirements;
    return known;
}

} // namespace

class TestPythonChoice : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path base() const { return fs::canonical(m_folder.path().toStdString()); }

private Q_SLOTS:
    void cleanup() { fs::remove_all(base() / "root"); }

    void choice_followsTheOrder_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("venvOfRoot"); // file, dangling or nothing
        QTest::addColumn<QString>("active");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("expected"); // below the base folder; empty: an error
        QTest::addColumn<int>("source");
        const auto row = [](const char *name, const char *option, const char *venv,
                            const char *active, const char *path, const char *expected,
                            PythonSource source = PythonSource::Option) {
            QTest::newRow(name) << option << venv << active << path << expected
                                << static_cast<int>(source);
        };
        row("option before all", "%1/own", "file", "%1/active", "%1/bin", "own");
        row("option by name", "python9", "file", "%1/active", "%1/bin", "bin/python9");
        row("option that does not exist", "%1/none", "file", "%1/active", "%1/bin", "");
        row("option by unknown name", "python8", "file", "%1/active", "%1/bin", "");
        row("venv of the checkout", "", "file", "%1/active", "%1/bin", "root/.venv/bin/python",
            PythonSource::CheckoutVenv);
        row("broken venv of the checkout", "", "dangling", "%1/active", "%1/bin", "");
        row("active venv", "", "", "%1/active", "%1/bin", "active/bin/python",
            PythonSource::ActiveVenv);
        row("active venv that is gone", "", "", "%1/gone", "%1/bin", "");
        row("python3 from PATH", "", "", "", "/nowhere:%1/bin", "bin/python3",
            PythonSource::SearchPath);
        row("nothing", "", "", "", "/nowhere", "");
    }

    void choice_followsTheOrder()
    {
        QFETCH(QString, option);
        QFETCH(QString, venvOfRoot);
        QFETCH(QString, active);
        QFETCH(QString, path);
        QFETCH(QString, expected);
        QFETCH(int, source);
        for (const char *file : {"own", "bin/python9", "bin/python3", "active/bin/python"})
            writeScript(base() / file, "");
        if (venvOfRoot == u"file")
            writeScript(base() / "root/.venv/bin/python", "");
        if (venvOfRoot == u"dangling") {
            fs::create_directories(base() / "root/.venv/bin");
            fs::create_symlink("/no/such/python", base() / "root/.venv/bin/python");
        }
        const auto filled = [this](QString text) {
            return text.replace(QStringLiteral("%1"), QString::fromStdString(base().string()))
                .toStdString();
        };
        const auto choice = choosePython(filled(option), base() / "root",
                                         {{"VIRTUAL_ENV", filled(active)}, {"PATH", filled(path)}});
        if (expected.isEmpty()) {
            QVERIFY(!choice);
            QCOMPARE(choice.error().code, codes::kPythonNotFound);
            QVERIFY(!choice.error().hint.isEmpty());
            return;
        }
        QVERIFY(choice);
        QCOMPARE(choice->executable, base() / expected.toStdString());
        QCOMPARE(static_cast<int>(choice->source), source);
    }

    void judgement_data()
    {
        QTest::addColumn<int>("minor");
        QTest::addColumn<QString>("torch");
        QTest::addColumn<QString>("fire");
        QTest::addColumn<QString>("refusals");
        QTest::addColumn<QString>("warnings");
        const auto row = [](const char *name, int minor, const char *torch, const char *fire,
                            const char *refusals, const char *warnings) {
            QTest::newRow(name) << minor << torch << fire << refusals << warnings;
        };
        row("all well", 11, "2.4.0", "0.5.0", "", "");
        row("3.10", 10, "2.4.0", "0.5.0", "", "python_old python");
        row("3.9", 9, "2.4.0", "0.5.0", "python_too_old python", "");
        row("torch missing", 11, "", "0.5.0", "package_missing torch", "");
        row("fire missing", 11, "2.4.0", "", "", "package_missing fire");
        row("torch old", 11, "2.0.9", "0.5.0", "", "package_too_old torch");
        row("fire old", 11, "2.4.0", "0.4", "", "package_too_old fire");
        row("version unknown", 11, "2.4.0", "?", "", "package_version_unknown fire");
    }

    void judgement()
    {
        QFETCH(int, minor);
        QFETCH(QString, torch);
        QFETCH(QString, fire);
        QFETCH(QString, refusals);
        QFETCH(QString, warnings);
        const std::vector<PythonRequirement> wanted{
            {.distribution = "torch",
             .module = "torch",
             .minimumVersion = "2.1.0",
             .required = true},
            {.distribution = "fire", .module = "fire", .minimumVersion = "0.5.0"}};
        PythonFacts facts;
        facts.version = {3, minor, 0};
        facts.packages = {
            {.name = "torch", .found = !torch.isEmpty(), .version = torch.toStdString()},
            {.name = "fire", .found = !fire.isEmpty(), .version = fire.toStdString()}};
        facts.torchVersion = torch.toStdString();
        facts.torchCuda = "12.1";
        const Findings findings = judgePython(facts, wanted, needs());
        QCOMPARE(namesOf(findings.refusals).join(u','), refusals);
        QCOMPARE(namesOf(findings.warnings).join(u','), warnings);
    }

    void neededVersions_areTheManifests()
    {
        PythonFacts facts;
        facts.version = {3, 11, 9};
        ManifestRequirements later = needs();
        later.pythonMinimum = "3.12";
        later.pythonRecommended = "3.14";
        const Findings tooOld = judgePython(facts, {}, later);
        QCOMPARE(namesOf(tooOld.refusals).join(u','), QStringLiteral("python_too_old python"));
        QVERIFY(tooOld.refusals[0].message.contains(u"3.12"));
        facts.version = {3, 12, 0};
        const Findings old = judgePython(facts, {}, later);
        QVERIFY(old.refusals.empty());
        QVERIFY(old.warnings[0].message.contains(u"3.14"));
    }
};

QTEST_GUILESS_MAIN(TestPythonChoice)
#include "tst_PythonChoice.moc"
