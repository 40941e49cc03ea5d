// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/Manifest.h"
#include "backend/request/OverrideDocument.h"
#include "tests/library/LibraryFixtures.h"

using namespace mrb::backend;
using namespace mrb::test;
using mrb::Json;

class TestSettingsOfRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = pathOf(*m_temporary) / "run";
    }

    void theSettingsOfARun_makeTheSameVolumeAgain()
    {
        QVERIFY(makePhantomRun(m_folder, "mri_swi", 31));
        const auto settings = settingsOfRun(m_folder);
        QVERIFY(settings);
        const OverrideParse parsed = parseOverrides(*settings, QString());
        QVERIFY(parsed.errors.empty());
        QCOMPARE(textOf(parsed.overrides.at("modality")), textOf("mri_swi"));
        QCOMPARE(textOf(parsed.overrides.at("random_seed")), textOf(31));

        const fs::path request = pathOf(*m_temporary) / "again.json";
        write(request, *settings);
        QProcess program;
        program.start(qEnvironmentVariable("MRB_MRBRAIN"),
                      {QStringLiteral("generate"), QString::fromStdString(request.string()),
                       QStringLiteral("--engine"), QStringLiteral("phantom"), QStringLiteral("-o"),
                       QString::fromStdString((pathOf(*m_temporary) / "again").string())});
        QVERIFY(program.waitForFinished(120'000));
        QCOMPARE(program.exitCode(), 0);
        const auto first = readRunSummary(m_folder);
        const auto second = readRunSummary(pathOf(*m_temporary) / "again");
        QVERIFY(first && second);
        QCOMPARE(second->volumes.front().sha256, first->volumes.front().sha256);
    }

    void valuesThatCameFromTheCheckout_areNamed()
    {
        Json json = result();
        json["input"]["dim_requested"] = {128, 128, 128}; // not what is shipped
        json["input"]["model_config_override"] = {{"output_prefix", "mine"}};
        write(m_folder / "result.json", mrb::writeJson(json));
        const auto settings = settingsOfRun(m_folder);
        QVERIFY(settings);
        // Keys in the order of the field table, numbers of the type they were written in.
        QCOMPARE(QString::fromStdString(
                     mrb::compactJson(parseOverrides(*settings, QString()).overrides)),
                 QStringLiteral(R"({"modality":"mri_flair","dim":[128,128,128],)"
                                R"("spacing":[0.94,0.94,1.36],"num_inference_steps":30,)"
                                R"("cfg_guidance_scale":2,"random_seed":42,)"
                                R"("output_prefix":"mine"})"));
    }

    void aRunOnSeveralGpus_isMadeAgainVolumeByVolume()
    {
        const auto seedOf = [](const std::string &settings) {
            return textOf(parseOverrides(settings, QString()).overrides.at("random_seed"));
        };
        Json json = result();
        json["run"]["num_gpus"] = 3;
        write(m_folder / "result.json", mrb::writeJson(json));
        QCOMPARE(seedOf(*settingsOfRun(m_folder)), textOf(42));
        QCOMPARE(seedOf(*settingsOfRun(m_folder, 44)), textOf(44));
        const auto volumes = settingsOfVolumes(m_folder);
        QVERIFY(volumes);
        QCOMPARE(volumes->size(), std::size_t{3});
        for (int rank = 0; rank < 3; ++rank)
            QCOMPARE(seedOf((*volumes)[std::size_t(rank)]), textOf(42 + rank));

        // The last seed that there is: no document may alias another's.
        json["input"]["random_seed"] = 4294967294;
        write(m_folder / "result.json", mrb::writeJson(json));
        QCOMPARE(settingsOfVolumes(m_folder).error().code, error_codes::kRunSettingsUnusable);

        // Cut off before there was a result: the journal knows.
        fs::remove(m_folder / "result.json");
        Json cut = journal("2026-03-01T10:00:00.000Z", "running");
        cut["num_gpus"] = 2;
        write(m_folder / "run.json", mrb::writeJson(cut));
        write(m_folder / "_staged_configs" / "model.json",
              R"({"diffusion_unet_inference": {"dim": [64, 96, 128], "spacing": [1, 1, 1.5],
                  "num_inference_steps": 20, "cfg_guidance_scale": 1.5}})");
        QCOMPARE(settingsOfVolumes(m_folder)->size(), std::size_t{2});
    }

    void anInterruptedRun_givesWhatWasStaged()
    {
        Json json = journal("2026-03-01T10:00:00.000Z", "running");
        json["overrides"] = {{"cfg_guidance_scale", 1.5}};
        write(m_folder / "run.json", mrb::writeJson(json));
        auto settings = settingsOfRun(m_folder);
        QVERIFY(!settings);
        QCOMPARE(settings.error().field, QStringLiteral("dim, spacing, num_inference_steps"));

        write(m_folder / "_staged_configs" / "model.json",
              R"({"diffusion_unet_inference": {"dim": [64, 96, 128], "spacing": [1, 1, 1.5],
                  "num_inference_steps": 20, "cfg_guidance_scale": 1.5}})");
        settings = settingsOfRun(m_folder);
        QVERIFY(settings);
        const Json overrides = parseOverrides(*settings, QString()).overrides;
        QCOMPARE(textOf(overrides.at("dim")), textOf(Json({64, 96, 128})));
        QCOMPARE(textOf(overrides.at("cfg_guidance_scale")), textOf(1.5));
        QCOMPARE(textOf(overrides.at("random_seed")), textOf(42));
    }

    void recordsThatCannotBeRun_nameWhatIsWrong_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value"); // JSON; empty: the key is missing
        QTest::addColumn<QString>("field");
        QTest::newRow("size") << "dim_requested"
                              << "[100, 64, 64]"
                              << "dim";
        QTest::newRow("kind") << "spacing_requested"
                              << R"("small")"
                              << "spacing";
        QTest::newRow("modality") << "modality_name"
                                  << R"("ct")"
                                  << "modality";
        QTest::newRow("seed") << "random_seed"
                              << "-1"
                              << "random_seed";
        QTest::newRow("unknown key") << "model_config_override"
                                     << R"({"sampler": 3})"
                                     << "sampler";
        QTest::newRow("no steps") << "num_inference_steps_requested"
                                  << ""
                                  << "num_inference_steps";
        QTest::newRow("no seed") << "random_seed"
                                 << ""
                                 << "random_seed";
    }

    void recordsThatCannotBeRun_nameWhatIsWrong()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, field);
        Json json = result();
        json["input"].erase(key.toStdString());
        if (!value.isEmpty())
            json["input"][key.toStdString()] = Json::parse(value.toStdString());
        write(m_folder / "result.json", mrb::writeJson(json));
        const auto settings = settingsOfRun(m_folder);
        QVERIFY(!settings);
        QCOMPARE(settings.error().code, error_codes::kRunSettingsUnusable);
        QCOMPARE(settings.error().field, field);
        QVERIFY(settings.error().message.contains(field));
    }

    void aModalityOfAnotherRelease_isEvidenceAndNoRequest()
    {
        Json json = result();
        json["input"]["modality_name"] = "mri_of_another_release";
        write(m_folder / "result.json", mrb::writeJson(json));
        QCOMPARE(settingsOfRun(m_folder).error().field, QStringLiteral("modality"));
        const auto settings = settingsOfRecord(m_folder);
        QVERIFY(settings);
        QCOMPARE(textOf(parseOverrides(*settings, QString()).overrides.at("modality")),
                 textOf("mri_of_another_release"));
        Manifest other = *builtInManifest();
        other.modalities[0].name = "mri_of_another_release";
        QCOMPARE(*settingsOfRun(m_folder, {}, &other), *settings);
        for (const char *name : {"a b", "../x", "mri_t1\n"}) {
            json["input"]["modality_name"] = name;
            write(m_folder / "result.json", mrb::writeJson(json));
            QCOMPARE(settingsOfRecord(m_folder).error().field, QStringLiteral("modality"));
        }
        json["input"]["modality_name"] = "mri_of_another_release";
        json["input"]["dim_requested"] = {100, 64, 64}; // what no release takes stays wrong
        write(m_folder / "result.json", mrb::writeJson(json));
        QCOMPARE(settingsOfRecord(m_folder).error().field, QStringLiteral("dim"));
    }

    void withoutAReadableRecord_thereAreNoSettings()
    {
        fs::create_directories(m_folder);
        QCOMPARE(settingsOfRun(m_folder).error().code, error_codes::kNoRunHere);
        write(m_folder / "result.json", "{");
        QCOMPARE(settingsOfRun(m_folder).error().code, error_codes::kRunDamaged);
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_GUILESS_MAIN(TestSettingsOfRun)
#include "tst_SettingsOfRun.moc"
