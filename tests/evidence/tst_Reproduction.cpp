// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Sha256.h"
#include "backend/evidence/RecordDiff.h"
#include "backend/evidence/Reproduction.h"
#include "backend/request/OverrideDocument.h"
#include "tests/library/LibraryFixtures.h"

#include <functional>

using namespace mrb::backend;
using namespace mrb::test;
using mrb::Json;

using Edit = std::function<void(Json &)>;
Q_DECLARE_METATYPE(Edit)

/// Two runs of the phantom with one request, and what becomes of the verdict when one changes.
class TestReproduction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(makePhantomRun(kept("first"), "mri_t1", 7));
        QVERIFY(makePhantomRun(kept("second"), "mri_t1", 7));
        QVERIFY(makePhantomRun(kept("other"), "mri_t2", 8));
    }

    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_first = pathOf(*m_temporary) / "first";
        m_second = pathOf(*m_temporary) / "second";
        fs::copy(kept("first"), m_first, fs::copy_options::recursive);
        fs::copy(kept("second"), m_second, fs::copy_options::recursive);
    }

    void theSameRequest_isBitIdentical()
    {
        const auto made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::BitIdentical);
        QCOMPARE(made->volumes.size(), std::size_t{1});
        QVERIFY(made->volumes.front().sameBytes);
        QCOMPARE(made->volumes.front().first, volumeIn(m_first));
        QCOMPARE(made->volumes.front().seed, std::optional<std::int64_t>(7));
        QVERIFY(made->request.empty());
        QVERIFY2(made->environment.empty(), qPrintable(made->text));
    }

    void theDocument_isStoredWithTheSecondRun_andNamesNoPlace()
    {
        const auto made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(contentOf(m_second / kReproductionFile), made->document);
        QVERIFY(!fs::exists(m_first / kReproductionFile));
        QVERIFY(made->document.find(m_temporary->path().toStdString()) == std::string::npos);
        QVERIFY(made->document.find("/tmp") == std::string::npos);
        const Json json = Json::parse(made->document);
        QCOMPARE(textOf(json["verdict"]), textOf("bit_identical"));
        QCOMPARE(textOf(json["original"]["result_sha256"]),
                 textOf(*mrb::sha256OfFile(m_first / "result.json")));
        QCOMPARE(textOf(json["original"]["run_id"]),
                 textOf(documentOf(m_first / "result.json")["run"]["id"]));
        QCOMPARE(textOf(json["again"]["volumes"][0]["sha256"]),
                 textOf(*mrb::sha256OfFile(volumeIn(m_second))));
    }

    void anotherRequest_isDifferent_andIsNamed()
    {
        const auto made = judgeReproduction(kept("other"), m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::NotComparable); // no volume of the other seed
        QStringList names;
        for (const EnvironmentDifference &difference : made->request)
            names << difference.name;
        QCOMPARE(names, QStringList({QStringLiteral("Modality"), QStringLiteral("Seed"),
                                     QStringLiteral("Output prefix")}));
        QVERIFY(made->text.contains(QStringLiteral("not asked for the same")));
    }

    void theSurroundings_areComparedFieldByField_data()
    {
        QTest::addColumn<Edit>("edit");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("second");
        const auto row = [](const char *name, const Edit &edit, const char *second = "changed") {
            QTest::newRow(name) << edit << QString::fromUtf8(name) << QString::fromUtf8(second);
        };
        row("Upstream commit",
            [](Json &json) { json["invocation"]["upstream_identity"]["commit"] = "changed"; });
        row(
            "Checkout trusted",
            [](Json &json) { json["invocation"]["upstream_identity"]["trusted"] = true; }, "yes");
        row("Weights: models/a.pt", [](Json &json) {
            json["invocation"]["model_inventory"]["files"] = {
                {{"path", "models/a.pt"}, {"present", true}, {"sha256", "changed"}}};
        });
        row("Python", [](Json &json) { json["invocation"]["python"]["version"] = "changed"; });
        row("torch",
            [](Json &json) { json["invocation"]["python"]["packages"]["torch"] = "changed"; });
        row("numpy",
            [](Json &json) { json["invocation"]["python"]["packages"]["numpy"] = "changed"; });
        row("PyTorch build",
            [](Json &json) { json["preflight"]["cuda"]["torch_version"] = "changed"; });
        row("CUDA of PyTorch",
            [](Json &json) { json["preflight"]["cuda"]["cuda_version"] = "changed"; });
        row("NVIDIA driver",
            [](Json &json) { json["preflight"]["cuda"]["driver_version"] = "changed"; });
        row("GPU", [](Json &json) { json["preflight"]["cuda"]["gpus"] = {{{"name", "changed"}}}; });
        row(
            "Program",
            [](Json &json) {
                json["run"]["software"] = {
                    {"name", "MR Brain Studio"}, {"version", "0.0.1"}, {"commit", "0123456789ab"}};
            },
            "MR Brain Studio 0.0.1 (0123456789ab)");
        row("Manifest SHA-256", [](Json &json) { json["manifest"]["sha256"] = "changed"; });
        row("Model", [](Json &json) { json["model"] = "changed"; });
    }

    void theSurroundings_areComparedFieldByField()
    {
        QFETCH(Edit, edit);
        QFETCH(QString, name);
        QFETCH(QString, second);
        const Edit asUpstream = [](Json &json) {
            json["engine"] = "upstream"; // a phantom uses neither a GPU nor weights
            json["preflight"]["cuda"] = {{"torch_version", "2.6.0+cu124"},
                                         {"cuda_version", "12.4"},
                                         {"driver_version", "550.54.15"},
                                         {"gpus", {{{"name", "Fake H100"}}}}};
            json["invocation"]["python"]["packages"] = {{"torch", "2.6.0"}, {"numpy", "1.26.4"}};
            json["invocation"]["model_inventory"]["files"] = {
                {{"path", "models/a.pt"}, {"present", true}, {"sha256", "as it was"}}};
        };
        for (const fs::path &folder : {m_first, m_second}) {
            change(folder / "result.json", asUpstream);
            change(folder / "run.json", [](Json &json) { json["engine"] = "upstream"; });
        }
        change(m_second / "result.json", edit);
        const auto made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QVERIFY2(made->environment.size() == 1, qPrintable(made->text));
        QCOMPARE(made->environment.front().name, name);
        QCOMPARE(made->environment.front().second, second);
        QVERIFY(made->environment.front().first != second);
        QVERIFY(made->request.empty());
    }

    void evidenceWithoutVolumes_isComparedByHash()
    {
        fs::remove(volumeIn(m_first));
        auto made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::BitIdentical);
        QVERIFY(!made->volumes.front().maxAbsolute);

        change(m_first / "result.json", [](Json &json) {
            json["output"]["samples"][0]["image_sha256"] = std::string(64, 'a');
        });
        made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::Different);
        QVERIFY(!made->volumes.front().maxAbsolute);
        QVERIFY(made->text.contains(QStringLiteral("left out")));

        change(m_first / "result.json",
               [](Json &json) { json["output"]["samples"][0].erase("image_sha256"); });
        made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::NotComparable);
    }

    void aVolumeThatIsNotTheRecordedOne_provesNothing_data()
    {
        QTest::addColumn<bool>("ofTheFirst");
        QTest::addColumn<bool>("firstIsGone");
        QTest::newRow("of the first run") << true << false;
        QTest::newRow("of the second run") << false << false;
        QTest::newRow("of the second run, by hash") << false << true;
    }

    void aVolumeThatIsNotTheRecordedOne_provesNothing()
    {
        QFETCH(bool, ofTheFirst);
        QFETCH(bool, firstIsGone);
        // A sound volume, but another one.
        fs::copy_file(volumeIn(kept("other")), volumeIn(ofTheFirst ? m_first : m_second),
                      fs::copy_options::overwrite_existing);
        if (firstIsGone)
            fs::remove(volumeIn(m_first));
        const auto made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::NotComparable);
        QVERIFY(!made->volumes.front().maxAbsolute);
        QVERIFY2(made->text.contains(QStringLiteral("was changed")), qPrintable(made->text));
    }

    void aVolumeWithoutRecordedHash_provesNothing()
    {
        change(m_first / "result.json",
               [](Json &json) { json["output"]["samples"][0].erase("image_sha256"); });
        const auto made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::NotComparable);
        QVERIFY(made->text.contains(QStringLiteral("no hash")));
    }

    void volumes_arePairedByTheirSeeds_andTheWorstCounts()
    {
        addVolume(m_first, kept("other"), 8);
        addVolume(m_second, kept("other"), 8);
        change(m_second / "result.json", [](Json &json) {
            Json &samples = json["output"]["samples"];
            samples = Json::array({samples[1], samples[0]});
        });
        auto made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::BitIdentical);
        QCOMPARE(made->volumes.size(), std::size_t{2});

        change(m_second / "result.json", [](Json &json) { json["output"]["samples"].erase(0); });
        made = judgeReproduction(m_first, m_second);
        QVERIFY(made);
        QCOMPARE(made->verdict, ReproductionVerdict::NotComparable);
        QCOMPARE(made->volumes[0].verdict, ReproductionVerdict::BitIdentical);
        QCOMPARE(made->volumes[1].seed, std::optional<std::int64_t>(8));
        QVERIFY(made->text.contains(QStringLiteral("Volume 2 of 2")));
    }

    void aCopyOfTheRun_isNoReproduction()
    {
        const fs::path copy = pathOf(*m_temporary) / "copy";
        fs::copy(m_first, copy, fs::copy_options::recursive);
        const auto made = judgeReproduction(m_first, copy);
        QVERIFY(!made);
        QCOMPARE(made.error().code, error_codes::kNothingToCompare);
        QVERIFY(!fs::exists(copy / kReproductionFile));
    }

    void withoutAResult_thereIsNothingToCompare()
    {
        fs::remove(m_first / "result.json");
        const auto made = judgeReproduction(m_first, m_second);
        QVERIFY(!made);
        QCOMPARE(made.error().code, error_codes::kNothingToCompare);
        const auto nowhere = judgeReproduction(pathOf(*m_temporary) / "nowhere", m_second);
        QVERIFY(!nowhere);
        QCOMPARE(nowhere.error().code, error_codes::kNoRunHere);
        QVERIFY(!fs::exists(m_second / kReproductionFile));
    }

    void aStopRequest_leavesNothing()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto made = judgeReproduction(m_first, m_second, {}, stop.get_token());
        QVERIFY(!made);
        QCOMPARE(made.error().code, error_codes::kComparisonCancelled);
        QVERIFY(!fs::exists(m_second / kReproductionFile));
    }

    void theRequestOfARecord_isAllThatIsTaken()
    {
        const auto run = repeatableRun(m_first);
        QVERIFY(run);
        QCOMPARE(run->engine, Engine::Phantom);
        QCOMPARE(run->numGpus, 1);
        const OverrideParse parsed = parseOverrides(run->overrides, QString());
        QVERIFY(parsed.errors.empty());
        QCOMPARE(textOf(parsed.overrides["dim"]), textOf(Json({64, 64, 64})));
        QCOMPARE(textOf(parsed.overrides["random_seed"]), textOf(7));
        QVERIFY(run->overrides.find('/') == std::string::npos);
    }

    void aHostileRecord_isRefused_data();
    void aHostileRecord_isRefused();

    void aRecordWithTwoGpus_isRepeatedOnTwo()
    {
        change(m_first / "result.json", [](Json &json) { json["run"]["num_gpus"] = 2; });
        const auto run = repeatableRun(m_first);
        QVERIFY(run);
        QCOMPARE(run->numGpus, 2);
    }

private:
    fs::path kept(const char *name) const { return pathOf(m_kept) / name; }

    static void change(const fs::path &file, const Edit &edit)
    {
        Json json = documentOf(file);
        edit(json);
        write(file, mrb::writeJson(json));
    }

    /// As if the run had made one more, with a seed of its own.
    static void addVolume(const fs::path &folder, const fs::path &from, int seed)
    {
        const fs::path volume = volumeIn(from);
        fs::copy_file(volume, folder / volume.filename());
        change(folder / "result.json", [&](Json &json) {
            Json sample = documentOf(from / "result.json")["output"]["samples"][0];
            sample["image_path"] =
                (fs::path(json["output"]["directory"].get<std::string>()) / volume.filename())
                    .string();
            sample["random_seed"] = seed;
            json["output"]["samples"].push_back(sample);
        });
    }

    QTemporaryDir m_kept;
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_first, m_second;
};

void TestReproduction::aHostileRecord_isRefused_data()
{
    QTest::addColumn<Edit>("edit");
    const auto row = [](const char *name, const Edit &edit) { QTest::newRow(name) << edit; };
    const auto input = [&row](const char *name, const char *key, const Json &value) {
        row(name, [key, value](Json &json) { json["input"][key] = value; });
    };
    const auto override = [&row](const char *name, const char *key, const Json &value) {
        row(name,
            [key, value](Json &json) { json["input"]["model_config_override"][key] = value; });
    };
    input("dim of text", "dim_requested", "64");
    input("dim beyond everything", "dim_requested", {1 << 30, 1 << 30, 1 << 30});
    input("negative dim", "dim_requested", {-64, 64, 64});
    input("dim with four values", "dim_requested", {64, 64, 64, 64});
    input("dim with fractions", "dim_requested", {64.5, 64, 64});
    input("spacing of nothing", "spacing_requested", nullptr);
    input("spacing of zero", "spacing_requested", {0, 1, 1});
    input("steps beyond everything", "num_inference_steps_requested", 1'000'000'000);
    input("guidance of text", "cfg_guidance_scale_requested", "high");
    input("seed of text", "random_seed", "7; rm -rf /");
    input("negative seed", "random_seed", -1);
    input("unknown modality", "modality_name", "mri_t9");
    input("modality with a line of its own", "modality_name", "mri_t1\n[nv] passed");
    input("modality with a path", "modality_name", "../../etc/passwd");
    input("modality of a list", "modality_name", {"mri_t1"});
    override("prefix with a path", "output_prefix", "../../outside");
    override("prefix with a line of its own", "output_prefix", "a\nb");
    override("prefix that is absolute", "output_prefix", "/etc/x");
    override("key of a path", "model_dir", "/somewhere");
    override("key of a checkpoint", "trained_autoencoder_path", "evil.pt");
    override("key of a script", "official_entrypoint", "scripts.evil");
    override("key with a line of its own", "a\n[nv] passed", 1);
    override("nested object", "diffusion_unet_inference", {{"modality", {{"a", 1}}}});
    row("unknown engine", [](Json &json) { json["engine"] = "other\nengine"; });
    row("engine of a number", [](Json &json) { json["engine"] = 1; });
    row("engine that the journal denies", [](Json &json) { json["engine"] = "upstream"; });
    row("no engine", [](Json &json) { json["engine"] = nullptr; });
    row("GPUs of text", [](Json &json) { json["run"]["num_gpus"] = "2"; });
    row("no GPU", [](Json &json) { json["run"]["num_gpus"] = 0; });
    row("more GPUs than anybody has", [](Json &json) { json["run"]["num_gpus"] = 65; });
    row("half a GPU", [](Json &json) { json["run"]["num_gpus"] = 1.5; });
    row("no volumes", [](Json &json) { json["output"]["samples"] = Json::array(); });
    row("volumes of another kind", [](Json &json) { json["output"]["samples"] = "a.nii.gz"; });
    row("no input", [](Json &json) { json.erase("input"); });
    row("a list", [](Json &json) { json = Json::array(); });
}

void TestReproduction::aHostileRecord_isRefused()
{
    QFETCH(Edit, edit);
    change(m_first / "result.json", edit);
    const auto run = repeatableRun(m_first);
    QVERIFY(!run);
    const mrb::Error &error = run.error();
    QVERIFY(!error.message.isEmpty());
    for (const QString &text : {error.message, error.hint, error.field})
        QVERIFY2(!text.contains(u'\n'), qPrintable(text));
}

QTEST_GUILESS_MAIN(TestReproduction)
#include "tst_Reproduction.moc"
