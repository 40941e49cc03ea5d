// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/preflight/PreflightWatch.h"
#include "backend/run/Preparation.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>

using namespace mrb;
using namespace mrb::backend;

namespace fs = std::filesystem;

namespace {

constexpr int kPatienceMs = 120'000; // only there so that a defect ends the test

void write(const fs::path &file, const std::string &text)
{
    std::ofstream(file, std::ios::trunc) << text;
}

} // namespace

/// Looks at a real checkout, a real Python and a program that answers as nvidia-smi does, made by
/// the workshop of the command-line tests.
class tst_PreflightWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void aCompleteMachinePassesEveryItem();
    void everyFindingStandsInItsItem_data();
    void everyFindingStandsInItsItem();
    void nextStepsAreThoseOfTheWindow();
    void theRestIsNotLookedAtWithoutACheckout();
    void nothingOfAStrangeCheckoutIsAsked();
    void thePhantomNeedsNoCheckoutGpuOrWeights();
    void anExpensiveRequestNeedsConsentButMayStart();
    void callsWhileLookingBecomeOneMoreLook();
    void aWatchMayGoAwayWhileItLooks();

private:
    PreflightReport lookAt(const GenerateOptions &options);
    GenerateOptions optionsOf(const std::string &request) const;
    fs::path path(const char *key) const { return m_shop.at(key).get<std::string>(); }
    fs::path folder() const { return m_folder.path().toStdString(); }
    void makeShop(const fs::path &place);

    QTemporaryDir m_folder;
    Json m_shop;
    GenerateOptions m_options;
};

namespace {

const PreflightItem &itemOf(const PreflightReport &report, const char *id)
{
    for (const PreflightItem &item : report.items)
        if (item.id == QLatin1StringView(id))
            return item;
    qFatal("no item %s", id);
}

QString namesWith(const PreflightReport &report, CheckState state)
{
    QStringList names;
    for (const PreflightItem &item : report.items)
        if (item.state == state)
            names << item.id;
    return names.join(u' ');
}

QStringList codesOf(const PreflightItem &item)
{
    QStringList codes;
    for (const Error &problem : item.problems)
        codes << QString::fromUtf8(problem.code.id().data(),
                                   static_cast<qsizetype>(problem.code.id().size()));
    return codes;
}

} // namespace

void tst_PreflightWatch::makeShop(const fs::path &place)
{
    fs::create_directories(place);
    QProcess script;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("TMPDIR"), QString::fromStdString(place.string()));
    script.setProcessEnvironment(environment);
    script.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    script.start(QStringLiteral(MRB_TEST_PYTHON),
                 {QStringLiteral(MRB_SOURCE_DIR "/tests/preflight/make_workshop.py")});
    QVERIFY(script.waitForFinished(kPatienceMs));
    QCOMPARE(script.exitCode(), 0);
    const auto json =
        parseJsonStrictly(script.readAllStandardOutput().toStdString(), QStringLiteral("script"));
    QVERIFY(json);
    m_shop = *json;
}

void tst_PreflightWatch::initTestCase()
{
    makeShop(folder() / "first");
}

GenerateOptions tst_PreflightWatch::optionsOf(const std::string &request) const
{
    GenerateOptions options;
    options.request = request;
    options.manifest = path("manifest").string();
    options.outputFolder = (path("folder") / "out" / "run").string();
    options.workingFolder = path("folder");
    for (const auto &[name, value] : m_shop.at("environment").items())
        options.environment.emplace_back(name, value.get<std::string>());
    return options;
}

void tst_PreflightWatch::init()
{
    m_options = optionsOf(path("request").string());
}

PreflightReport tst_PreflightWatch::lookAt(const GenerateOptions &options)
{
    PreflightWatch watch;
    QSignalSpy reported(&watch, &PreflightWatch::reported);
    watch.look(options);
    if (!watch.isLooking() || !reported.wait(kPatienceMs) || watch.isLooking())
        qFatal("no report");
    return watch.report();
}

void tst_PreflightWatch::aCompleteMachinePassesEveryItem()
{
    const PreflightReport report = lookAt(m_options);
    QCOMPARE(namesWith(report, CheckState::Passed),
             QStringLiteral("checkout python packages gpu weights disk request"));
    QVERIFY(report.mayStart);
    QVERIFY(!report.needsCostConsent);
    QCOMPARE(report.gpuName, QStringLiteral("Fake H100"));
    QCOMPARE(report.gpuFreeGb, 80000.0 / 1024.0);
    for (const PreflightItem &item : report.items)
        QVERIFY2(!item.fact.isEmpty() && item.problems.empty(), qPrintable(item.id));
    QVERIFY(itemOf(report, "checkout").fact.contains(QString::fromStdString(path("root"))));
}

void tst_PreflightWatch::everyFindingStandsInItsItem_data()
{
    using Change = std::function<void(const Json &, GenerateOptions &)>;
    const auto file = [](const Json &shop, const char *key) {
        return fs::path(shop.at(key).get<std::string>());
    };
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("item");
    QTest::addColumn<QString>("code");
    QTest::addColumn<CheckState>("state");
    QTest::newRow("missing weights") << Change([](const Json &shop, GenerateOptions &) {
        fs::remove(shop.at("weights").at(0).get<std::string>());
    }) << QStringLiteral("weights") << QStringLiteral("weight_missing")
                                     << CheckState::Failed;
    QTest::newRow("other weights") << Change([](const Json &shop, GenerateOptions &) {
        write(shop.at("weights").at(0).get<std::string>(), "<!DOCTYPE html>");
    }) << QStringLiteral("weights") << QStringLiteral("weight_is_html")
                                   << CheckState::Failed;
    QTest::newRow("edited checkout") << Change([file](const Json &shop, GenerateOptions &) {
        write(file(shop, "root") / "scripts" / "__init__.py", "print()\n");
    }) << QStringLiteral("checkout") << QStringLiteral("checkout_tracked_files_changed")
                                     << CheckState::Failed;
    QTest::newRow("edited checkout, accepted")
        << Change([file](const Json &shop, GenerateOptions &options) {
               write(file(shop, "root") / "scripts" / "__init__.py", "print()\n");
               options.allowCheckout = true;
           })
        << QStringLiteral("checkout") << QStringLiteral("checkout_accepted") << CheckState::Warning;
    QTest::newRow("no driver") << Change([file](const Json &shop, GenerateOptions &) {
        fs::remove(file(shop, "bin") / "nvidia-smi");
    }) << QStringLiteral("gpu") << QStringLiteral("gpu_tool_missing")
                               << CheckState::Failed;
    QTest::newRow("another Python") << Change([](const Json &, GenerateOptions &options) {
        options.python = "/nowhere/python3";
    }) << QStringLiteral("python") << QStringLiteral("python_not_found")
                                    << CheckState::Failed;
    QTest::newRow("a package is missing")
        << Change([file](const Json &shop, GenerateOptions &options) {
               const fs::path clean = file(shop, "folder") / "clean";
               fs::create_directories(clean / "bin");
               fs::create_symlink(MRB_TEST_PYTHON, clean / "bin" / "python");
               write(clean / "pyvenv.cfg", "home = /usr/bin\n");
               options.python = (clean / "bin" / "python").string();
           })
        << QStringLiteral("packages") << QStringLiteral("package_missing") << CheckState::Failed;
    QTest::newRow("results in a file")
        << Change([file](const Json &shop, GenerateOptions &options) {
               write(file(shop, "folder") / "file", "");
               options.outputFolder = (file(shop, "folder") / "file" / "run").string();
           })
        << QStringLiteral("disk") << QStringLiteral("output_not_a_folder") << CheckState::Failed;
    QTest::newRow("unknown modality")
        << Change([](const Json &, GenerateOptions &options) { options.modality = "mri_t9"; })
        << QStringLiteral("request") << QStringLiteral("modality_unsupported")
        << CheckState::Failed;
    QTest::newRow("unusual guidance") << Change([file](const Json &shop, GenerateOptions &options) {
        const fs::path request = file(shop, "folder") / "unusual.json";
        write(request, R"({"dim": [64, 64, 64], "spacing": [3.5, 3.75, 2.72],
                           "num_inference_steps": 30, "cfg_guidance_scale": 60})");
        options.request = request.string();
    }) << QStringLiteral("request") << QStringLiteral("guidance_unusual")
                                      << CheckState::Warning;
}

void tst_PreflightWatch::everyFindingStandsInItsItem()
{
    using Change = std::function<void(const Json &, GenerateOptions &)>;
    QFETCH(Change, change);
    QFETCH(QString, item);
    QFETCH(QString, code);
    QFETCH(CheckState, state);
    const Json usual = m_shop;
    makeShop(folder() / QTest::currentDataTag());
    m_options = optionsOf(path("request").string());
    change(m_shop, m_options);
    const PreflightReport report = lookAt(m_options);
    m_shop = usual;

    const PreflightItem &found = itemOf(report, item.toUtf8().constData());
    QCOMPARE(found.state, state);
    QVERIFY2(codesOf(found).contains(code), qPrintable(codesOf(found).join(u' ')));
    for (const PreflightItem &other : report.items) {
        if (other.id != item)
            QVERIFY2(other.problems.empty(), qPrintable(other.id));
        for (const Error &problem : other.problems)
            QVERIFY2(!problem.hint.isEmpty(), qPrintable(problem.message));
    }
    QCOMPARE(report.mayStart, state == CheckState::Warning);
}

void tst_PreflightWatch::nextStepsAreThoseOfTheWindow()
{
    m_options.upstreamRoot = "/nowhere";
    const PreflightReport noRoot = lookAt(m_options);
    m_options = optionsOf(path("request").string());
    m_options.python = "/nowhere/python3";
    const PreflightReport noPython = lookAt(m_options);
    for (const PreflightReport &report : {noRoot, noPython})
        for (const PreflightItem &item : report.items)
            for (const Error &problem : item.problems)
                QVERIFY2(!problem.hint.contains(u"--") && problem.hint.contains(u"settings"),
                         qPrintable(problem.hint));
}

void tst_PreflightWatch::theRestIsNotLookedAtWithoutACheckout()
{
    m_options.upstreamRoot = "/nowhere";
    const PreflightReport report = lookAt(m_options);
    QVERIFY(!report.mayStart);
    QCOMPARE(namesWith(report, CheckState::Failed), QStringLiteral("checkout"));
    QCOMPARE(namesWith(report, CheckState::Unknown),
             QStringLiteral("python packages gpu weights disk request"));
}

void tst_PreflightWatch::nothingOfAStrangeCheckoutIsAsked()
{
    m_options.manifest.reset(); // pins another commit than the workshop's
    const PreflightReport report = lookAt(m_options);
    QVERIFY(!report.mayStart);
    QCOMPARE(itemOf(report, "checkout").state, CheckState::Failed);
    QCOMPARE(namesWith(report, CheckState::Unknown), QStringLiteral("python packages gpu weights"));
    QVERIFY(itemOf(report, "checkout").problems.front().hint.contains(u"git checkout"));
}

void tst_PreflightWatch::thePhantomNeedsNoCheckoutGpuOrWeights()
{
    m_options.engine = Engine::Phantom;
    m_options.manifest.reset();
    m_options.python = MRB_TEST_PYTHON;
    const PreflightReport report = lookAt(m_options);
    QCOMPARE(namesWith(report, CheckState::NotNeeded),
             QStringLiteral("checkout packages gpu weights"));
    QCOMPARE(namesWith(report, CheckState::Passed), QStringLiteral("python disk request"));
    QVERIFY(itemOf(report, "checkout").fact.contains(u"not model output"));
    QVERIFY(report.mayStart);
    QVERIFY(!report.needsCostConsent);
}

void tst_PreflightWatch::anExpensiveRequestNeedsConsentButMayStart()
{
    const fs::path request = folder() / "large.json";
    write(request, R"({"dim": [512, 512, 256], "spacing": [0.47, 0.47, 0.7],
                       "num_inference_steps": 30})");
    m_options.request = request.string();
    PreflightReport report = lookAt(m_options);
    QVERIFY(report.mayStart);
    QVERIFY(report.needsCostConsent);
    QVERIFY(codesOf(itemOf(report, "request")).contains(QStringLiteral("cost_not_accepted")));
    m_options.acceptCost = true;
    report = lookAt(m_options);
    QVERIFY(report.mayStart);
    QVERIFY(!report.needsCostConsent);
}

void tst_PreflightWatch::callsWhileLookingBecomeOneMoreLook()
{
    const Json usual = m_shop;
    makeShop(folder() / "slow");
    m_options = optionsOf(path("request").string());
    const fs::path asked = path("folder") / "asked";
    const fs::path go = path("folder") / "go";
    write(path("bin") / "nvidia-smi", "#!/bin/sh\necho once >> '" + asked.string() +
                                          "'\nwhile [ ! -e '" + go.string() + "' ]; do :; done\n");
    PreflightWatch watch;
    QSignalSpy started(&watch, &PreflightWatch::lookStarted);
    QSignalSpy reported(&watch, &PreflightWatch::reported);
    watch.look(m_options);
    QTRY_VERIFY_WITH_TIMEOUT(fs::exists(asked), kPatienceMs);
    m_options.modality = "mri_t9";
    watch.look(m_options);
    m_options.modality.reset();
    m_options.engine = Engine::Phantom;
    m_options.python = MRB_TEST_PYTHON;
    watch.look(m_options);
    write(go, "");
    m_shop = usual;
    QVERIFY(reported.wait(kPatienceMs));
    QVERIFY(!watch.isLooking());
    QCOMPARE(itemOf(watch.report(), "gpu").state, CheckState::NotNeeded);
    QCOMPARE(itemOf(watch.report(), "request").state, CheckState::Passed);
    QCOMPARE(started.count(), 1);
    QCoreApplication::processEvents();
    QCOMPARE(reported.count(), 1);
    QFile questions(QString::fromStdString(asked.string()));
    QVERIFY(questions.open(QIODevice::ReadOnly));
    QCOMPARE(questions.readAll(), QByteArray("once\n"));

    watch.lookAgain();
    QVERIFY(reported.wait(kPatienceMs));
    QCOMPARE(itemOf(watch.report(), "gpu").state, CheckState::NotNeeded);
}

void tst_PreflightWatch::aWatchMayGoAwayWhileItLooks()
{
    const Json usual = m_shop;
    makeShop(folder() / "endless");
    m_options = optionsOf(path("request").string());
    const fs::path asked = path("folder") / "asked";
    write(path("bin") / "nvidia-smi",
          "#!/bin/sh\necho once >> '" + asked.string() + "'\nexec sleep 1000\n");
    m_shop = usual;
    auto watch = std::make_unique<PreflightWatch>();
    QSignalSpy reported(watch.get(), &PreflightWatch::reported);
    watch->look(m_options);
    QTRY_VERIFY_WITH_TIMEOUT(fs::exists(asked), kPatienceMs);
    watch.reset(); // returns because the program is ended, long before its 1000 seconds
    QCoreApplication::processEvents();
    QCOMPARE(reported.count(), 0);
}

QTEST_GUILESS_MAIN(tst_PreflightWatch)
#include "tst_PreflightWatch.moc"
