// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/StagedConfigs.h"
#include "tests/request/RequestFixtures.h"

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

Json environment()
{
    return Json{{"model_dir", "./models"},
                {"model_filename", "diff_unet_3d_rflow-mr-brain_v1.pt"},
                {"output_dir", "./output"},
                {"output_prefix", "unet_3d"},
                {"trained_autoencoder_path", "models/autoencoder_v1.pt"},
                {"depth", 1.0}};
}

} // namespace

class TestStagedConfigs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyOutputFolderAndPrefixChange();
    void anEnvironmentThatIsNoObjectIsNamed();
    void theOriginalEnvironmentLoadsThePinnedWeights();
    void weightsElsewhereAreReported_data();
    void weightsElsewhereAreReported();
    void judgesOutputFolders_data();
    void judgesOutputFolders();
};

void TestStagedConfigs::onlyOutputFolderAndPrefixChange()
{
    const auto staged = stagedEnvironment(environment(), fixtures::manifest().upstream,
                                          "/data/\u00e4 b", "mr_brain_mri_t1");
    QVERIFY(staged);
    QCOMPARE(staged->dump(),
             R"({"model_dir":"./models","model_filename":"diff_unet_3d_rflow-mr-brain_v1.pt",)"
             "\"output_dir\":\"/data/\u00e4 b\",\"output_prefix\":\"mr_brain_mri_t1\","
             R"("trained_autoencoder_path":"models/autoencoder_v1.pt","depth":1.0})"s);
    const auto added = stagedEnvironment(Json{{"a", 1}}, fixtures::manifest().upstream, "/o", "p");
    QVERIFY(added);
    QCOMPARE(added->dump(), R"({"a":1,"output_dir":"/o","output_prefix":"p"})"s);
}

void TestStagedConfigs::anEnvironmentThatIsNoObjectIsNamed()
{
    for (const char *text : {"[]", "null", "5", "\"x\""}) {
        const auto staged =
            stagedEnvironment(Json::parse(text), fixtures::manifest().upstream, "/o", "p");
        QVERIFY(!staged);
        QVERIFY(staged.error().code == backend::error_codes::kUpstreamConfig);
        QVERIFY(staged.error().message.contains(
            QString::fromStdString(fixtures::manifest().upstream.environmentConfig)));
        QCOMPARE(checkWeightPaths(Json::parse(text), fixtures::manifest()).size(), 1U);
    }
}

void TestStagedConfigs::theOriginalEnvironmentLoadsThePinnedWeights()
{
    QVERIFY(checkWeightPaths(environment(), fixtures::manifest()).empty());
    const auto file =
        fixtures::original("upstream-configs/environment_maisi_diff_model_rflow-mr-brain.json");
    if (!std::filesystem::exists(file))
        QSKIP("upstream's originals are not beside the source");
    const auto config = readJsonFile(file);
    QVERIFY(config);
    QVERIFY(checkWeightPaths(*config, fixtures::manifest()).empty());
}

void TestStagedConfigs::weightsElsewhereAreReported_data()
{
    QTest::addColumn<std::string>("key");
    QTest::addColumn<std::string>("value");
    QTest::addColumn<std::string>("codes");
    QTest::newRow("other folder") << "model_dir"s
                                  << "\"/tmp\""s
                                  << "weight_paths_differ:model_filename"s;
    QTest::newRow("other file") << "model_filename"s
                                << "\"other.pt\""s
                                << "weight_paths_differ:model_filename"s;
    QTest::newRow("leaves the checkout") << "model_dir"s
                                         << "\"../models\""s
                                         << "weight_paths_differ:model_filename"s;
    QTest::newRow("other autoencoder") << "trained_autoencoder_path"s
                                       << "\"models/x.pt\""s
                                       << "weight_paths_differ:trained_autoencoder_path"s;
    QTest::newRow("same, written differently") << "trained_autoencoder_path"s
                                               << "\"./models//x/../autoencoder_v1.pt\""s
                                               << ""s;
    QTest::newRow("not a text") << "model_dir"s
                                << "7"s
                                << "upstream_config_malformed:" +
                                       fixtures::manifest().upstream.environmentConfig;
}

void TestStagedConfigs::weightsElsewhereAreReported()
{
    QFETCH(std::string, key);
    QFETCH(std::string, value);
    QFETCH(std::string, codes);
    Json config = environment();
    config[key] = Json::parse(value);
    QCOMPARE(fixtures::codesOf(checkWeightPaths(config, fixtures::manifest())), codes);
}

void TestStagedConfigs::judgesOutputFolders_data()
{
    QTest::addColumn<std::string>("folder");
    QTest::addColumn<bool>("usable");
    const auto row = [](const std::string &folder, bool usable) {
        QTest::newRow(QByteArray::fromStdString(folder).toPercentEncoding().constData())
            << folder << usable;
    };
    row("/data/run", true);
    row("/", true);
    row("/data/with space/\u00e9t\u00e9", true);
    row("/data/a%b@c$d", true);
    row("/data/.hidden", true);
    row("/data/run#1", false);
    row("/#/run", false);
    row("/data/%run", false);
    row("/@data/run", false);
    row("/data/$HOME/x", false);
    row("/data/\xff", false);
    row("/data/new\nline", false);
    row("relative/run", false);
    row("", false);
}

void TestStagedConfigs::judgesOutputFolders()
{
    QFETCH(std::string, folder);
    QFETCH(bool, usable);
    const auto error = checkOutputFolderName(folder);
    QCOMPARE(!error.has_value(), usable);
    if (error)
        QVERIFY(error->code == backend::error_codes::kOutputFolderName && !error->hint.isEmpty());
}

QTEST_GUILESS_MAIN(TestStagedConfigs)
#include "tst_StagedConfigs.moc"
