// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/request/RequestFixtures.h"

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

RequestResolution resolve(const Json &overrides, const RequestChoices &choices = {},
                          const Json &modelConfig = fixtures::modelConfig(),
                          const Json &mapping = fixtures::modalityMapping())
{
    return resolveRequest(overrides, choices, modelConfig, mapping, fixtures::manifest());
}

const Json &block(const Json &modelConfig)
{
    return modelConfig.at("diffusion_unet_inference");
}

} // namespace

class TestModelRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultsAreTheCheckoutsWithTheManifestsSeedAndModality();
    void acceptsTheEdgesOfEveryDomain_data();
    void acceptsTheEdgesOfEveryDomain();
    void refusesWithCodeAndField_data();
    void refusesWithCodeAndField();
    void reportsAllProblemsTogether();
    void saysWhichMultiplesAreNear();
    void theSeedPrecedence();
    void theModalityPrecedence();
    void acceptsExactlyTheManifestsModalities();
    void theLastGpusSeedMustFitToo_data();
    void theLastGpusSeedMustFitToo();
    void mergingKeepsValuesAndTypesAndOrder();
    void thePrefixStaysOutOfTheModelConfig();
    void aBadCheckoutFileIsNamedNotTheUser_data();
    void aBadCheckoutFileIsNamedNotTheUser();
    void anOverrideReplacesABadValueOfTheCheckout();
    void aBadMappingIsNamed_data();
    void aBadMappingIsNamed();
    void mergesUpstreamsOwnFiles();
};

void TestModelRequest::defaultsAreTheCheckoutsWithTheManifestsSeedAndModality()
{
    Json config = fixtures::modelConfig();
    config["diffusion_unet_inference"]["random_seed"] = 99; // never used
    const auto resolution = resolve(Json::object(), {}, config);
    QVERIFY(resolution.request);
    const ModelRequest &request = *resolution.request;
    QCOMPARE(request.overrides.dump(), "{}"s);
    QCOMPARE(request.modalityName, "mri_t1"s);
    QCOMPARE(request.modalityCode, 9);
    QCOMPARE(request.seed, 1234);
    QVERIFY((request.dim == std::array<std::int64_t, 3>{256, 256, 128}));
    QVERIFY((request.spacing == std::array{0.94, 0.94, 1.36}));
    QCOMPARE(request.steps, 30);
    QCOMPARE(request.guidance, 2.0);
    QCOMPARE(request.guidanceAsWritten.dump(), "2"s);
    QCOMPARE(request.spacingAsWritten.dump(), "[0.94,0.94,1.36]"s);
    QCOMPARE(request.outputPrefix, "mr_brain_mri_t1"s);
    QCOMPARE(request.numGpus, 1);
    QCOMPARE(block(request.modelConfig).at("random_seed").dump(), "1234"s);
}

void TestModelRequest::acceptsTheEdgesOfEveryDomain_data()
{
    QTest::addColumn<std::string>("overrides");
    for (const char *overrides :
         {R"({"dim": [64, 64, 64]})", R"({"dim": [512, 512, 256]})", R"({"dim": [96, 480, 224]})",
          R"({"spacing": [0.0001, 655.19, 5]})", R"({"spacing": [1, 2, 3]})",
          R"({"top_region_index": [-1, 0.5, 1e300, 0]})",
          R"({"bottom_region_index": [0, 0, 0, 0]})", R"({"num_inference_steps": 1})",
          R"({"num_inference_steps": 1000})", R"({"random_seed": 0})",
          R"({"random_seed": 4294967295})", R"({"cfg_guidance_scale": 0})",
          R"({"cfg_guidance_scale": 0.0})", R"({"cfg_guidance_scale": 1e6})",
          R"({"modality": "mri"})", R"({"output_prefix": "a"})"}) {
        QTest::newRow(overrides) << std::string(overrides);
    }
}

void TestModelRequest::acceptsTheEdgesOfEveryDomain()
{
    QFETCH(std::string, overrides);
    const auto resolution = resolve(Json::parse(overrides));
    QCOMPARE(fixtures::codesOf(resolution.errors), std::string());
    QVERIFY(resolution.request);
}

void TestModelRequest::refusesWithCodeAndField_data()
{
    QTest::addColumn<std::string>("overrides");
    QTest::addColumn<std::string>("codes");
    const auto row = [](const char *overrides, const char *codes) {
        QTest::newRow(overrides) << std::string(overrides) << std::string(codes);
    };
    row(R"({"dim": [32, 64, 64]})", "out_of_range:dim");
    row(R"({"dim": [0, 64, 64]})", "out_of_range:dim");
    row(R"({"dim": [-64, 64, 64]})", "out_of_range:dim");
    row(R"({"dim": [544, 64, 64]})", "out_of_range:dim");
    row(R"({"dim": [64, 544, 64]})", "out_of_range:dim");
    row(R"({"dim": [64, 64, 288]})", "out_of_range:dim");
    row(R"({"dim": [64, 64, 512]})", "out_of_range:dim");
    row(R"({"dim": [80, 64, 64]})", "not_a_multiple:dim");
    row(R"({"dim": [64, 255, 64]})", "not_a_multiple:dim");
    row(R"({"dim": [64, 64, 144]})", "not_a_multiple:dim");
    row(R"({"dim": [80, 63, 257]})", "not_a_multiple:dim out_of_range:dim out_of_range:dim");
    row(R"({"dim": [9223372036854775807, 64, 64]})", "out_of_range:dim");
    row(R"({"dim": [18446744073709551615, 64, 64]})", "out_of_range:dim");
    row(R"({"dim": [256.0, 64, 64]})", "wrong_type:dim");
    row(R"({"dim": [true, 64, 64]})", "wrong_type:dim");
    row(R"({"spacing": [0, 1, 1]})", "out_of_range:spacing");
    row(R"({"spacing": [1, -0.5, 1]})", "out_of_range:spacing");
    row(R"({"spacing": [1, 1, 655.2]})", "out_of_range:spacing");
    row(R"({"spacing": [1, 1, 1e300]})", "out_of_range:spacing");
    row(R"({"spacing": [1, 1]})", "wrong_type:spacing");
    row(R"({"top_region_index": [0, 1, 0]})", "wrong_type:top_region_index");
    row(R"({"top_region_index": [0, 1, 0, true]})", "wrong_type:top_region_index");
    row(R"({"bottom_region_index": [0, 1, 0, 0, 0]})", "wrong_type:bottom_region_index");
    row(R"({"num_inference_steps": 0})", "out_of_range:num_inference_steps");
    row(R"({"num_inference_steps": -1})", "out_of_range:num_inference_steps");
    row(R"({"num_inference_steps": 1001})", "out_of_range:num_inference_steps");
    row(R"({"num_inference_steps": 30.0})", "wrong_type:num_inference_steps");
    row(R"({"random_seed": -1})", "out_of_range:random_seed");
    row(R"({"random_seed": 4294967296})", "out_of_range:random_seed");
    row(R"({"random_seed": 18446744073709551615})", "out_of_range:random_seed");
    row(R"({"random_seed": true})", "wrong_type:random_seed");
    row(R"({"cfg_guidance_scale": -0.001})", "out_of_range:cfg_guidance_scale");
    row(R"({"cfg_guidance_scale": null})", "wrong_type:cfg_guidance_scale");
    row(R"({"modality": "ct"})", "modality_unsupported:modality");
    row(R"({"modality": "mri_pd"})", "modality_unsupported:modality");
    row(R"({"modality": "MRI_T1"})", "modality_unsupported:modality");
    row(R"({"modality": ""})", "modality_unsupported:modality");
    row(R"({"modality": 9})", "wrong_type:modality");
    row(R"({"output_prefix": ""})", "output_prefix_invalid:output_prefix");
    row(R"({"output_prefix": ".a"})", "output_prefix_invalid:output_prefix");
    row(R"({"output_prefix": "a#b"})", "output_prefix_invalid:output_prefix");
    row(R"({"output_prefix": "../a"})", "output_prefix_invalid:output_prefix");
    row(R"({"output_prefix": 5})", "output_prefix_invalid:output_prefix");
    row(R"({"dims": 5})", "unknown_key:dims");
}

void TestModelRequest::refusesWithCodeAndField()
{
    QFETCH(std::string, overrides);
    QFETCH(std::string, codes);
    const auto resolution = resolve(Json::parse(overrides));
    QCOMPARE(fixtures::codesOf(resolution.errors), codes);
    QVERIFY(!resolution.request);
    QVERIFY(fixtures::allExplainThemselves(resolution.errors));
}

void TestModelRequest::reportsAllProblemsTogether()
{
    const auto resolution =
        resolve(Json::parse(R"({"modality": "ct", "dim": [65, 64, 64], "spacing": [0, 1, 1],
                                "num_inference_steps": 0, "cfg_guidance_scale": -1,
                                "output_prefix": "a b", "top_region_index": 1})"),
                {.modality = {}, .seed = -1, .numGpus = 0});
    QCOMPARE(fixtures::codesOf(resolution.errors),
             "modality_unsupported:modality output_prefix_invalid:output_prefix not_a_multiple:dim "
             "out_of_range:spacing out_of_range:num_inference_steps "
             "out_of_range:cfg_guidance_scale out_of_range:random_seed "
             "wrong_type:top_region_index out_of_range:num_gpus"s);
}

void TestModelRequest::saysWhichMultiplesAreNear()
{
    const auto resolution = resolve(Json::parse(R"({"dim": [256, 100, 128]})"));
    QCOMPARE(resolution.errors.size(), 1U);
    QVERIFY(resolution.errors[0].message.contains(QStringLiteral("y")));
    QVERIFY(resolution.errors[0].hint.contains(QStringLiteral("96")));
    QVERIFY(resolution.errors[0].hint.contains(QStringLiteral("128")));
}

void TestModelRequest::theSeedPrecedence()
{
    const Json written{{"random_seed", 7}};
    QCOMPARE(resolve(Json::object()).request->seed, 1234);
    QCOMPARE(resolve(written).request->seed, 7);
    const auto chosen = resolve(written, {.modality = {}, .seed = 42, .numGpus = 1});
    QCOMPARE(chosen.request->seed, 42);
    QCOMPARE(block(chosen.request->modelConfig).at("random_seed").dump(), "42"s);
    QCOMPARE(chosen.request->overrides.dump(), R"({"random_seed":7})"s);
}

void TestModelRequest::theModalityPrecedence()
{
    const Json written{{"modality", "mri_swi"}, {"random_seed", 1}};
    QCOMPARE(resolve(written).request->modalityName, "mri_swi"s);
    const auto chosen = resolve(written, {.modality = "mri_flair", .seed = {}, .numGpus = 1});
    QCOMPARE(chosen.request->modalityName, "mri_flair"s);
    QCOMPARE(chosen.request->modalityCode, 11);
    QCOMPARE(block(chosen.request->modelConfig).at("modality").dump(), "11"s);
    QCOMPARE(chosen.request->outputPrefix, "mr_brain_mri_flair"s);
    QCOMPARE(chosen.request->overrides.dump(), R"({"random_seed":1})"s);
    QCOMPARE(
        fixtures::codesOf(resolve(written, {.modality = "ct", .seed = {}, .numGpus = 1}).errors),
        "modality_unsupported:modality"s);
}

void TestModelRequest::acceptsExactlyTheManifestsModalities()
{
    for (const Modality &modality : fixtures::manifest().modalities) {
        const auto resolution = resolve(Json{{"modality", modality.name}});
        QVERIFY2(resolution.request, modality.name.c_str());
        QCOMPARE(resolution.request->modalityCode, modality.code);
    }
    // The code is the checkout's, not the manifest's.
    Json mapping = fixtures::modalityMapping();
    mapping["mri_t2"] = 77;
    QCOMPARE(resolve(Json{{"modality", "mri_t2"}}, {}, fixtures::modelConfig(), mapping)
                 .request->modalityCode,
             77);
}

void TestModelRequest::theLastGpusSeedMustFitToo_data()
{
    QTest::addColumn<qint64>("seed");
    QTest::addColumn<int>("gpus");
    QTest::addColumn<std::string>("codes");
    QTest::newRow("one") << qint64{4294967295} << 1 << ""s;
    QTest::newRow("two, too far") << qint64{4294967295} << 2 << "out_of_range:random_seed"s;
    QTest::newRow("two, just fits") << qint64{4294967294} << 2 << ""s;
    QTest::newRow("eight, too far") << qint64{4294967289} << 8 << "out_of_range:random_seed"s;
    QTest::newRow("no GPU") << qint64{1} << 0 << "out_of_range:num_gpus"s;
    QTest::newRow("minus one GPU") << qint64{1} << -1 << "out_of_range:num_gpus"s;
    QTest::newRow("seed alone") << qint64{4294967296} << 2 << "out_of_range:random_seed"s;
    QTest::newRow("smallest") << std::numeric_limits<qint64>::min() << 1
                              << "out_of_range:random_seed"s;
}

void TestModelRequest::theLastGpusSeedMustFitToo()
{
    QFETCH(qint64, seed);
    QFETCH(int, gpus);
    QFETCH(std::string, codes);
    QCOMPARE(fixtures::codesOf(
                 resolve(Json::object(), {.modality = {}, .seed = seed, .numGpus = gpus}).errors),
             codes);
}

void TestModelRequest::mergingKeepsValuesAndTypesAndOrder()
{
    const Json config = Json::parse(
        R"({"train": {"lr": 1e-05, "rate": 0.00001, "b": true},
            "diffusion_unet_inference": {"extra": [1, 2.0], "dim": [256, 256, 128],
            "spacing": [1, 1.0, 0.94], "top_region_index": [0, 1, 0, 0],
            "bottom_region_index": [0, 0, 1, 0], "num_inference_steps": 30, "modality": 8,
            "cfg_guidance_scale": 2.0}, "last": null})");
    const auto resolution = resolve(Json{{"num_inference_steps", 20}}, {}, config);
    QVERIFY(resolution.request);
    QCOMPARE(resolution.request->modelConfig.dump(),
             R"({"train":{"lr":1e-05,"rate":1e-05,"b":true},)"
             R"("diffusion_unet_inference":{"extra":[1,2.0],"dim":[256,256,128],)"
             R"("spacing":[1,1.0,0.94],"top_region_index":[0,1,0,0],)"
             R"("bottom_region_index":[0,0,1,0],"num_inference_steps":20,"modality":9,)"
             R"("cfg_guidance_scale":2.0,"random_seed":1234},"last":null})"s);
    QCOMPARE(resolution.request->guidanceAsWritten.dump(), "2.0"s);
    QCOMPARE(resolution.request->spacingAsWritten.dump(), "[1,1.0,0.94]"s);
}

void TestModelRequest::thePrefixStaysOutOfTheModelConfig()
{
    const auto resolution = resolve(Json{{"output_prefix", "mine"}});
    QCOMPARE(resolution.request->outputPrefix, "mine"s);
    QVERIFY(!block(resolution.request->modelConfig).contains("output_prefix"));
    QCOMPARE(resolution.request->overrides.dump(), R"({"output_prefix":"mine"})"s);
}

void TestModelRequest::aBadCheckoutFileIsNamedNotTheUser_data()
{
    QTest::addColumn<std::string>("config");
    const auto without = [](const char *key) {
        Json config = fixtures::modelConfig();
        config["diffusion_unet_inference"].erase(key);
        return config.dump();
    };
    const auto with = [](const char *key, const char *value) {
        Json config = fixtures::modelConfig();
        config["diffusion_unet_inference"][key] = Json::parse(value);
        return config.dump();
    };
    QTest::newRow("list") << "[]"s;
    QTest::newRow("null") << "null"s;
    QTest::newRow("no block") << "{}"s;
    QTest::newRow("block is a list") << R"({"diffusion_unet_inference": []})"s;
    QTest::newRow("no dim") << without("dim");
    QTest::newRow("no steps") << without("num_inference_steps");
    QTest::newRow("no guidance") << without("cfg_guidance_scale");
    QTest::newRow("dim is a text") << with("dim", "\"256\"");
    QTest::newRow("dim too large") << with("dim", "[1024, 256, 128]");
    QTest::newRow("spacing has two") << with("spacing", "[1, 1]");
    QTest::newRow("steps too many") << with("num_inference_steps", "2000");
}

void TestModelRequest::aBadCheckoutFileIsNamedNotTheUser()
{
    QFETCH(std::string, config);
    const auto resolution = resolve(Json::object(), {}, Json::parse(config));
    QCOMPARE(fixtures::codesOf(resolution.errors),
             "upstream_config_malformed:" + fixtures::manifest().upstream.modelConfig);
    QVERIFY(fixtures::allExplainThemselves(resolution.errors));
}

void TestModelRequest::anOverrideReplacesABadValueOfTheCheckout()
{
    Json config = fixtures::modelConfig();
    config["diffusion_unet_inference"]["dim"] = "broken";
    QVERIFY(resolve(Json{{"dim", {64, 64, 64}}}, {}, config).request);
}

void TestModelRequest::aBadMappingIsNamed_data()
{
    QTest::addColumn<std::string>("mapping");
    QTest::newRow("list") << "[]"s;
    QTest::newRow("no such name") << R"({"mri": 8})"s;
    QTest::newRow("text") << R"({"mri_t1": "9"})"s;
    QTest::newRow("double") << R"({"mri_t1": 9.0})"s;
    QTest::newRow("boolean") << R"({"mri_t1": true})"s;
    QTest::newRow("negative") << R"({"mri_t1": -1})"s;
    QTest::newRow("huge") << R"({"mri_t1": 18446744073709551615})"s;
    QTest::newRow("null") << R"({"mri_t1": null})"s;
}

void TestModelRequest::aBadMappingIsNamed()
{
    QFETCH(std::string, mapping);
    QCOMPARE(fixtures::codesOf(
                 resolve(Json::object(), {}, fixtures::modelConfig(), Json::parse(mapping)).errors),
             "upstream_config_malformed:configs/modality_mapping.json"s);
}

void TestModelRequest::mergesUpstreamsOwnFiles()
{
    const auto file =
        fixtures::original("upstream-configs/config_maisi_diff_model_rflow-mr-brain.json");
    if (!std::filesystem::exists(file))
        QSKIP("upstream's originals are not beside the source");
    const auto config = readJsonFile(file);
    const auto mapping = readJsonFile(fixtures::original("upstream-configs/modality_mapping.json"));
    QVERIFY(config && mapping);
    // Seed and modality have their defaults: the merge changes nothing at all.
    const auto resolution = resolve(Json::object(), {}, *config, *mapping);
    QVERIFY(resolution.request);
    QCOMPARE(resolution.request->modelConfig.dump(), config->dump());
    QCOMPARE(fixtures::codesOf(adviseOn(*resolution.request, *config, fixtures::manifest())),
             std::string());
    for (const Modality &modality : fixtures::manifest().modalities)
        QCOMPARE(mapping->at(modality.name).get<std::int64_t>(), modality.code);
}

QTEST_GUILESS_MAIN(TestModelRequest)
#include "tst_ModelRequest.moc"
