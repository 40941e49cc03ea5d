// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "SettingsFolder.h"
#include "ui/settings/StudioSettings.h"

#include <algorithm>

using namespace mrb;
using namespace mrb::ui;
using namespace std::chrono_literals;

namespace {

/// No value is the default.
StudioSettings everythingChanged()
{
    StudioSettings settings;
    settings.engine = backend::Engine::Phantom;
    settings.upstreamRoot = QStringLiteral("/data/a folder, with ünusual name/checkout");
    settings.python = QStringLiteral("python3.11");
    settings.visibleGpus = QStringLiteral("0,GPU-1a2b");
    settings.manifest = QStringLiteral("/data/manifest.yaml");
    settings.allowCheckout = true;
    settings.allowWeights = true;
    settings.timeLimit = 90s;
    settings.runsAtOnce = 12;
    settings.warmStart = true;
    settings.offerWarmStart = false;
    settings.resultsFolder = QStringLiteral("/data/results");
    settings.furtherResults = {QStringLiteral("/data/old"), QStringLiteral("/data/b, c")};
    settings.colours = ColourScheme::Dark;
    settings.notify = false;
    settings.showResults = false;
    return settings;
}

StudioSettings defaults()
{
    StudioSettings settings;
    settings.resultsFolder = defaultResultsFolder();
    return settings;
}

} // namespace

class tst_StudioSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<SettingsFolder>(); }

    void withoutAFile_defaultsHoldAndNothingIsWrong()
    {
        const SettingsStore store;
        QCOMPARE(store.settings(), defaults());
        QCOMPARE(store.problems(), QStringList());
        QVERIFY(QDir::isAbsolutePath(store.settings().resultsFolder));
    }

    void everythingSet_isReadAgainByTheNextProgram()
    {
        SettingsStore first;
        QSignalSpy changed(&first, &SettingsStore::changed);
        first.set(everythingChanged());
        QCOMPARE(changed.size(), 1);
        const SettingsStore second;
        QCOMPARE(second.settings(), everythingChanged());
        QCOMPARE(second.problems(), QStringList());
        first.set(everythingChanged());
        QCOMPARE(changed.size(), 1); // nothing new
    }

    void twoElementsOrOneOrNone_listsSurvive_data()
    {
        QTest::addColumn<QStringList>("folders");
        QTest::newRow("one") << QStringList{QStringLiteral("/data/one")};
        QTest::newRow("two") << QStringList{QStringLiteral("/a"), QStringLiteral("/b")};
        QTest::newRow("none again") << QStringList();
    }
    void twoElementsOrOneOrNone_listsSurvive()
    {
        QFETCH(const QStringList, folders);
        SettingsStore first;
        first.set(everythingChanged());
        StudioSettings changed = first.settings();
        changed.furtherResults = folders;
        first.set(changed);
        QCOMPARE(SettingsStore().settings().furtherResults, folders);
    }

    void unusableValue_isReportedAndStaysInTheFile_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("engine") << QByteArray("engine=upstraem");
        QTest::newRow("relative path") << QByteArray("checkout=data/checkout");
        QTest::newRow("list for a path") << QByteArray("checkout=/data/a, /data/b");
        QTest::newRow("python with options") << QByteArray("python=python3 -I");
        QTest::newRow("relative python") << QByteArray("python=bin/python3");
        QTest::newRow("GPU") << QByteArray("gpus=first");
        QTest::newRow("relative manifest") << QByteArray("manifest=manifest.yaml");
        QTest::newRow("truth") << QByteArray("allowOtherWeights=perhaps");
        QTest::newRow("negative time") << QByteArray("timeLimitSeconds=-5");
        QTest::newRow("no time") << QByteArray("timeLimitSeconds=0");
        QTest::newRow("endless time") << QByteArray("timeLimitSeconds=99999999999999999999");
        QTest::newRow("time in words") << QByteArray("timeLimitSeconds=an hour");
        QTest::newRow("too many at once") << QByteArray("atOnce=65");
        QTest::newRow("negative at once") << QByteArray("atOnce=-1");
        QTest::newRow("at once in words") << QByteArray("atOnce=many");
        QTest::newRow("warm start") << QByteArray("warmStart=often");
        QTest::newRow("relative results") << QByteArray("resultsFolder=results");
        QTest::newRow("relative further folder") << QByteArray("furtherResultsFolders=runs");
        QTest::newRow("colours") << QByteArray("colours=pink");
    }
    void unusableValue_isReportedAndStaysInTheFile()
    {
        QFETCH(const QByteArray, line);
        m_folder->write("[runs]\n" + line + "\nnotify=false\n");
        SettingsStore store;
        QCOMPARE(store.problems().size(), 1);
        const QByteArray key = line.left(line.indexOf('='));
        QVERIFY2(store.problems().front().contains(QString::fromUtf8("runs/" + key)),
                 qPrintable(store.problems().front()));
        StudioSettings expected = defaults();
        expected.notify = false; // its neighbour is not lost
        QCOMPARE(store.settings(), expected);

        StudioSettings changed = store.settings();
        changed.showResults = false;
        store.set(changed);
        const SettingsStore again;
        QCOMPARE(again.settings(), changed);
        QCOMPARE(again.problems(), store.problems());
    }

    void unusableValue_isReplacedOnceAnotherIsChosen()
    {
        m_folder->write("[runs]\ntimeLimitSeconds=-5\n");
        SettingsStore store;
        StudioSettings changed = store.settings();
        changed.timeLimit = 60s;
        store.set(changed);
        const SettingsStore again;
        QCOMPARE(again.settings().timeLimit, std::chrono::seconds(60));
        QCOMPARE(again.problems(), QStringList());
    }

    void oneBadFolderOfSeveral_losesOnlyItself()
    {
        m_folder->write("[runs]\nfurtherResultsFolders=/data/a, runs, /data/b\n");
        const SettingsStore store;
        QCOMPARE(store.settings().furtherResults,
                 (QStringList{QStringLiteral("/data/a"), QStringLiteral("/data/b")}));
        QCOMPARE(store.problems().size(), 1);
    }

    void settingsOfOtherParts_stayWhenRunsAreSet()
    {
        openSettings()->setValue(QStringLiteral("window/other"), 7);
        SettingsStore().set(everythingChanged());
        QCOMPARE(openSettings()->value(QStringLiteral("window/other")).toInt(), 7);
    }

    void valueChangedByAnotherWindow_isNotOverwrittenByAnUnrelatedChange()
    {
        SettingsStore mine;
        SettingsStore others;
        StudioSettings theirs = others.settings();
        theirs.upstreamRoot = QStringLiteral("/data/theirs");
        others.set(theirs);
        StudioSettings changed = mine.settings();
        changed.notify = false;
        mine.set(changed);
        QCOMPARE(SettingsStore().settings().upstreamRoot, QStringLiteral("/data/theirs"));
    }

    void fileThatCannotBeUsed_isKeptByteForByte_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no settings at all") << QByteArray("half a line\nand another one\n");
        QTest::newRow("section cut off") << QByteArray("[runs]\nnotify=false\n[wind");
        QTest::newRow("line without a value") << QByteArray("[runs]\nnotify=false\ntimeLi\n");
        QTest::newRow("zeros after a power cut") << QByteArray(512, '\0');
        QTest::newRow("not UTF-8") << QByteArray("[runs]\ncheckout=/data/\xff\xfe\xfa\n");
        QTest::newRow("newer version") << QByteArray("[General]\nformat=2\n[runs]\nnotify=false\n");
        QTest::newRow("format in words") << QByteArray("[General]\nformat=new\n");
    }
    void fileThatCannotBeUsed_isKeptByteForByte()
    {
        QFETCH(const QByteArray, bytes);
        m_folder->write(bytes);
        {
            SettingsStore store;
            QCOMPARE(store.problems(), QStringList(settingsFileProblem()));
            QVERIFY(!settingsFileProblem().isEmpty());
            QVERIFY(store.problems().front().contains(settingsFileName()));
            QCOMPARE(store.settings(), defaults());
            store.set(everythingChanged());
            QCOMPARE(store.settings(), everythingChanged());
            openSettings()->setValue(QStringLiteral("window/geometry"), 5);
        }
        QCOMPARE(m_folder->bytes(), bytes);
        // For this session they hold, also for parts of the window made later.
        QCOMPARE(SettingsStore().settings(), everythingChanged());
        QCOMPARE(openSettings()->value(QStringLiteral("window/geometry")).toInt(), 5);
        QCOMPARE(m_folder->bytes(), bytes);
    }

    void fileDamagedWhileTheProgramRuns_isKeptToo()
    {
        SettingsStore store;
        store.set(everythingChanged());
        QCOMPARE(settingsFileProblem(), QString());
        const QByteArray damaged = m_folder->bytes() + "\ntorn line";
        m_folder->write(damaged);
        StudioSettings changed = everythingChanged();
        changed.notify = true;
        store.set(changed);
        QVERIFY(!settingsFileProblem().isEmpty());
        QCOMPARE(m_folder->bytes(), damaged);
    }

    void folderThatCannotBeWritten_keepsTheSettingsInMemoryAndSaysSo()
    {
        // A file stands where the folder would be made.
        QFile inTheWay(QFileInfo(settingsFileName()).path());
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        SettingsStore store;
        QSignalSpy notSaved(&store, &SettingsStore::notSaved);
        store.set(everythingChanged());
        QCOMPARE(store.settings(), everythingChanged());
        QCOMPARE(notSaved.size(), 1);
        QVERIFY(store.problems().contains(notSaved.front().front().toString()));
    }

    void fileOfAnEarlierVersion_hasAutomaticAndColdRuns()
    {
        m_folder->write("[runs]\nengine=upstream\ntimeLimitSeconds=90\n");
        const SettingsStore store;
        QCOMPARE(store.problems(), QStringList());
        QCOMPARE(store.settings().timeLimit, std::chrono::seconds(90));
        QCOMPARE(store.settings().targetPolicy(), backend::TargetPolicy());
        QVERIFY(store.settings().offerWarmStart);
    }

    void queue_getsHowTheMachineIsUsed()
    {
        const backend::TargetPolicy policy = everythingChanged().targetPolicy();
        QCOMPARE(policy.runsAtOnce, 12);
        QVERIFY(policy.warmStart);
    }

    void runsAndPreflight_getWhatWasSet()
    {
        const StudioSettings settings = everythingChanged();
        const backend::RunSettings run = settings.runSettings();
        QCOMPARE(run.engine, backend::Engine::Phantom);
        QCOMPARE(run.upstreamRoot, settings.upstreamRoot.toStdString());
        QCOMPARE(run.visibleGpus, std::string("0,GPU-1a2b"));
        QCOMPARE(run.resultsFolder, std::filesystem::path("/data/results"));
        QVERIFY(!run.acceptCost);

        qputenv("CUDA_VISIBLE_DEVICES", "7");
        const backend::GenerateOptions options = settings.options();
        const backend::GenerateOptions untouched = defaults().options();
        qunsetenv("CUDA_VISIBLE_DEVICES");
        const std::string variable = "CUDA_VISIBLE_DEVICES";
        QCOMPARE(backend::environmentValue(options.environment, variable), "0,GPU-1a2b");
        QCOMPARE(std::count_if(options.environment.begin(), options.environment.end(),
                               [&](const auto &pair) { return pair.first == variable; }),
                 1);
        QCOMPARE(backend::environmentValue(untouched.environment, variable), "7");
        QCOMPARE(options.python, std::optional<std::string>("python3.11"));
        QCOMPARE(untouched.python, std::nullopt);
        QCOMPARE(untouched.upstreamRoot, std::nullopt);
        QCOMPARE(options.timeLimit, std::chrono::milliseconds(90s));
    }

    void libraryFolders_areTheResultsFirstAndEachOnce()
    {
        StudioSettings settings = defaults();
        settings.resultsFolder = QStringLiteral("/data/results");
        settings.furtherResults = {QStringLiteral("/data/old"), QStringLiteral("/data/results/"),
                                   QStringLiteral("/data/old")};
        const std::vector<std::filesystem::path> expected = {"/data/results", "/data/old"};
        QCOMPARE(settings.libraryFolders(), expected);
    }

private:
    std::unique_ptr<SettingsFolder> m_folder;
};

QTEST_MAIN(tst_StudioSettings)
#include "tst_StudioSettings.moc"
