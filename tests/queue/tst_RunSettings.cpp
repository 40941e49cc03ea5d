// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/queue/QueueJson.h"
#include "tests/queue/QueueFixtures.h"

using namespace mrb;
using namespace mrb::backend;

namespace {

QueueEntry entryX()
{
    QueueEntry entry;
    entry.id = QStringLiteral("x");
    return entry;
}

} // namespace

class TestRunSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void options_carryEveryDecision()
    {
        RunSettings settings;
        settings.engine = Engine::Phantom;
        settings.upstreamRoot = "/a/root";
        settings.python = "/a/python";
        settings.manifest = "/a/manifest.yaml";
        settings.timeLimit = std::chrono::seconds(77);
        settings.allowCheckout = settings.allowWeights = settings.acceptCost = true;
        const GenerateOptions options = optionsFor(settings, "/r/request.json", "/r");
        QCOMPARE(options.request, std::string("/r/request.json"));
        QVERIFY(options.outputFolder == "/r");
        QCOMPARE(options.engine, Engine::Phantom);
        QVERIFY(options.upstreamRoot == "/a/root" && options.python == "/a/python" &&
                options.manifest == "/a/manifest.yaml");
        QCOMPARE(options.timeLimit, std::chrono::milliseconds(77'000));
        QVERIFY(options.allowCheckout && options.allowWeights && options.acceptCost);
        // The document says both.
        QVERIFY(!options.modality && !options.seed);
    }

    void options_leaveOpenWhatIsEmpty()
    {
        const GenerateOptions options = optionsFor({}, "/r/request.json", "/r");
        QVERIFY(!options.upstreamRoot && !options.python && !options.manifest);
        QVERIFY(!options.allowCheckout && !options.allowWeights && !options.acceptCost);
    }

    void chosenGpus_replaceThoseOfThisProcess()
    {
        qputenv("CUDA_VISIBLE_DEVICES", "7");
        qputenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        RunSettings settings;
        const auto valuesOf = [&settings](std::string_view name) {
            std::vector<std::string> values;
            for (const auto &[key, value] : optionsFor(settings, {}, {}).environment)
                if (key == name)
                    values.push_back(value);
            return values;
        };
        QCOMPARE(valuesOf("CUDA_VISIBLE_DEVICES"), std::vector<std::string>{"7"});
        settings.visibleGpus = "0,2";
        QCOMPARE(valuesOf("CUDA_VISIBLE_DEVICES"), std::vector<std::string>{"0,2"});
        QCOMPARE(valuesOf("CUDA_DEVICE_ORDER"), std::vector<std::string>{"PCI_BUS_ID"});
    }

    void label_saysWhatTellsRunsApart_data()
    {
        QTest::addColumn<QByteArray>("overrides");
        QTest::addColumn<QString>("label");
        QTest::newRow("everything")
            << QByteArray(R"({"num_inference_steps": 30, "dim": [256, 256, 128],
                              "modality": "mri_flair", "random_seed": 42})")
            << QStringLiteral("FLAIR · seed 42 · 256×256×128 · 30 steps");
        QTest::newRow("guidance") << QByteArray(R"({"random_seed": 3, "cfg_guidance_scale": 2.5})")
                                  << QStringLiteral("seed 3 · guidance 2.5");
        QTest::newRow("only what is there")
            << QByteArray(R"({"random_seed": 0})") << QStringLiteral("seed 0");
        QTest::newRow("nothing") << QByteArray("{}") << QStringLiteral("Default settings");
        QTest::newRow("unreadable") << QByteArray("{") << QStringLiteral("Default settings");
        QTest::newRow("wrong kinds") << QByteArray(R"({"modality": 5, "dim": "x",
                                                       "random_seed": 3})")
                                     << QStringLiteral("seed 3");
    }
    void label_saysWhatTellsRunsApart()
    {
        QFETCH(QByteArray, overrides);
        QFETCH(QString, label);
        RunSettings settings;
        settings.overrides = overrides.toStdString();
        QCOMPARE(runLabel(settings), label);
    }

    void json_givesTheSameEntryBack()
    {
        QueueEntry entry;
        entry.id = QStringLiteral("an id");
        entry.settings.overrides = "{\n  \"random_seed\": 5\n}\n";
        entry.settings.engine = Engine::Phantom;
        entry.settings.upstreamRoot = "/ein/Ordner/mit Ümlaut";
        entry.settings.python = "/p";
        entry.settings.manifest = "/m";
        entry.settings.visibleGpus = "1";
        entry.settings.timeLimit = std::chrono::seconds(5);
        entry.settings.allowCheckout = true;
        entry.settings.allowWeights = true;
        entry.settings.acceptCost = true;
        entry.settings.resultsFolder = "/results";
        entry.settings.expectedSeconds = 1.25;
        entry.settings.group = QStringLiteral("sweep");
        entry.state = EntryState::Ended;
        entry.addedAt = QDateTime::currentDateTimeUtc();
        entry.startedAt = entry.addedAt.addMSecs(1);
        entry.endedAt = entry.addedAt.addMSecs(2001);
        entry.runFolder = "/results/one";
        entry.exitCode = 4;
        entry.overallStatus = QStringLiteral("failed");
        entry.verdict = EntryVerdict::GateFailed;
        entry.problems = {{backend::error_codes::kRecordedProblem, QStringLiteral("what"),
                           QStringLiteral("now"), QStringLiteral("where")}};
        const auto read = entryFromJson(*parseJsonStrictly(writeJson(toJson(entry)), {}));
        QVERIFY(read);
        QVERIFY(*read == entry);
        const auto fresh = entryFromJson(toJson(entryX()));
        QVERIFY(fresh);
        QVERIFY(*fresh == entryX());
    }

    void json_isRefusedWhenAnythingIsMissingOrWrong_data()
    {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("unknown state") << QByteArray("/state") << QByteArray(R"("dancing")");
        QTest::newRow("unknown verdict") << QByteArray("/verdict") << QByteArray(R"("fine")");
        QTest::newRow("unknown engine") << QByteArray("/settings/engine") << QByteArray(R"("v8")");
        QTest::newRow("no time") << QByteArray("/added_at") << QByteArray(R"("yesterday")");
        QTest::newRow("no id") << QByteArray("/id") << QByteArray(R"("")");
        QTest::newRow("settings are a list") << QByteArray("/settings") << QByteArray("[]");
        QTest::newRow("exit code is text") << QByteArray("/exit_code") << QByteArray(R"("0")");
        QTest::newRow("a problem without words") << QByteArray("/problems") << QByteArray("[{}]");
    }
    void json_isRefusedWhenAnythingIsMissingOrWrong()
    {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        Json json = toJson(entryX());
        QVERIFY(entryFromJson(json));
        json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
        const auto read = entryFromJson(json);
        QVERIFY(!read);
        QCOMPARE(read.error().code, backend::error_codes::kQueueEntry);
    }

    void verdict_followsFromExitCodeAndStatus_data()
    {
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("status");
        QTest::addColumn<EntryVerdict>("verdict");
        const auto row = [](const char *status, int exitCode, EntryVerdict verdict) {
            QTest::addRow("%s %d", status, exitCode)
                << exitCode << QString::fromLatin1(status) << verdict;
        };
        row("passed", 0, EntryVerdict::Passed);
        row("passed_custom_manifest", 0, EntryVerdict::Passed);
        row("demo", 0, EntryVerdict::Demo);
        row("failed", 4, EntryVerdict::GateFailed);
        row("failed", 3, EntryVerdict::Failed);
        row("failed", 5, EntryVerdict::Failed);
        row("timed_out", 124, EntryVerdict::Failed);
        row("cancelled", 130, EntryVerdict::Cancelled);
        row("", 2, EntryVerdict::Refused);
        row("what", 99, EntryVerdict::Failed);
    }
    void verdict_followsFromExitCodeAndStatus()
    {
        QFETCH(int, exitCode);
        QFETCH(QString, status);
        QFETCH(EntryVerdict, verdict);
        QCOMPARE(verdictOf(exitCode, status), verdict);
    }
};

QTEST_GUILESS_MAIN(TestRunSettings)
#include "tst_RunSettings.moc"
