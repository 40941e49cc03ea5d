// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/request/RequestFixtures.h"

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

Errors advice(const Json &overrides, const Json &config = fixtures::modelConfig(),
              const Json &mapping = fixtures::modalityMapping())
{
    const auto resolution = resolveRequest(overrides, {}, config, mapping, fixtures::manifest());
    if (!resolution.request)
        qFatal("%s", qPrintable(resolution.errors.front().message));
    return adviseOn(*resolution.request, config, fixtures::manifest());
}

} // namespace

class TestRequestAdvice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void warnsWithCodeAndField_data();
    void warnsWithCodeAndField();
    void theFieldOfViewAdviceHasTheNumbers();
    void aSpacingThatFollowsTheAdviceIsQuiet();
    void theSparseWarningNamesTheScans();
    void aChangedCheckoutIsNamed();
    void aConfigWithoutABlockIsNoReasonToFail();
};

void TestRequestAdvice::warnsWithCodeAndField_data()
{
    QTest::addColumn<std::string>("overrides");
    QTest::addColumn<std::string>("codes");
    const auto row = [](const char *overrides, const char *codes) {
        QTest::newRow(overrides) << std::string(overrides) << std::string(codes);
    };
    row("{}", "");
    row(R"({"modality": "mri_t1_skull_stripped"})", "");
    row(R"({"modality": "mri"})", "");
    // sagittal: slices stacked along x
    row(R"({"dim": [128, 256, 256], "spacing": [1.36, 0.98, 0.98]})", "");
    // coronal
    row(R"({"dim": [256, 128, 256], "spacing": [0.94, 1.56, 0.94]})", "");
    row(R"({"dim": [64, 64, 64], "spacing": [1, 1, 1]})", "fov_unusual:spacing");
    row(R"({"spacing": [0.3, 0.94, 1.36]})", "fov_unusual:spacing spacing_unusual:spacing");
    row(R"({"dim": [64, 64, 64], "spacing": [0.4, 5, 5]})", "fov_unusual:spacing");
    row(R"({"dim": [64, 64, 64], "spacing": [5.01, 3.75, 2.72]})",
        "fov_unusual:spacing spacing_unusual:spacing");
    row(R"({"cfg_guidance_scale": 0})", "guidance_unusual:cfg_guidance_scale");
    row(R"({"cfg_guidance_scale": 0.0})", "guidance_unusual:cfg_guidance_scale");
    row(R"({"cfg_guidance_scale": 0.1})", "");
    row(R"({"cfg_guidance_scale": 15})", "");
    row(R"({"cfg_guidance_scale": 15.1})", "guidance_unusual:cfg_guidance_scale");
    row(R"({"num_inference_steps": 29})", "steps_unusual:num_inference_steps");
    row(R"({"num_inference_steps": 31})", "steps_unusual:num_inference_steps");
    row(R"({"modality": "mri_swi"})", "fov_unusual:spacing");
    row(R"({"modality": "mri_swi", "spacing": [0.9, 0.9, 1.13]})", "");
    row(R"({"modality": "mri_swi", "dim": [128, 256, 256], "spacing": [1.09, 0.9, 0.9]})",
        "modality_sparse:modality");
    row(R"({"modality": "mri_swi_skull_stripped", "dim": [256, 128, 256],
            "spacing": [0.9, 1.21, 0.9]})",
        "modality_sparse:modality");
    row(R"({"modality": "mri_mra", "spacing": [0.86, 0.86, 1.23]})", "modality_sparse:modality");
    row(R"({"modality": "mri_mra_skull_stripped", "dim": [128, 256, 256],
            "spacing": [1.23, 0.98, 0.98]})",
        "modality_sparse:modality");
    row(R"({"modality": "mri_mra", "dim": [256, 128, 256], "spacing": [0.94, 1.4, 0.94]})",
        "modality_sparse:modality");
    row(R"({"dim": [512, 512, 256], "spacing": [5.5, 5.5, 5.5], "cfg_guidance_scale": 20,
            "num_inference_steps": 10, "modality": "mri_mra"})",
        "fov_unusual:spacing modality_sparse:modality spacing_unusual:spacing "
        "guidance_unusual:cfg_guidance_scale steps_unusual:num_inference_steps");
}

void TestRequestAdvice::warnsWithCodeAndField()
{
    QFETCH(std::string, overrides);
    QFETCH(std::string, codes);
    const Errors found = advice(Json::parse(overrides));
    QCOMPARE(fixtures::codesOf(found), codes);
    QVERIFY(fixtures::allExplainThemselves(found));
}

void TestRequestAdvice::theFieldOfViewAdviceHasTheNumbers()
{
    const Errors found = advice(Json{{"dim", {128, 256, 256}}, {"spacing", {1, 1, 1}}});
    QCOMPARE(fixtures::codesOf(found), "fov_unusual:spacing"s);
    QVERIFY2(found[0].message.contains(QStringLiteral("128 \u00d7 256 \u00d7 256 mm")),
             qPrintable(found[0].message));
    QVERIFY(found[0].message.contains(QStringLiteral("T1, sagittal")));
    QVERIFY(found[0].message.contains(QStringLiteral("176 \u00d7 250 \u00d7 250 mm")));
}

void TestRequestAdvice::aSpacingThatFollowsTheAdviceIsQuiet()
{
    const Errors found = advice(Json{{"dim", {128, 256, 256}}, {"spacing", {1, 1, 1}}});
    QVERIFY2(found[0].hint.contains(QStringLiteral("1.38 \u00d7 0.98 \u00d7 0.98 mm")),
             qPrintable(found[0].hint));
    QVERIFY(advice(Json{{"dim", {128, 256, 256}}, {"spacing", {1.38, 0.98, 0.98}}}).empty());
}

void TestRequestAdvice::theSparseWarningNamesTheScans()
{
    const Errors found = advice(
        Json{{"modality", "mri_swi"}, {"dim", {128, 256, 256}}, {"spacing", {1.09, 0.9, 0.9}}});
    QCOMPARE(found.size(), 1U);
    QVERIFY2(found[0].message.contains(QStringLiteral("Only 4 ")), qPrintable(found[0].message));
    QVERIFY(found[0].message.contains(QStringLiteral("SWI, sagittal")));
}

void TestRequestAdvice::aChangedCheckoutIsNamed()
{
    Json config = fixtures::modelConfig();
    config["diffusion_unet_inference"]["cfg_guidance_scale"] = 10;
    config["diffusion_unet_inference"]["num_inference_steps"] = 30;
    Json mapping = fixtures::modalityMapping();
    mapping["mri_t1"] = 41;
    const Errors found = advice(Json{{"cfg_guidance_scale", 2}}, config, mapping);
    QCOMPARE(fixtures::codesOf(found),
             "upstream_default_changed:cfg_guidance_scale upstream_default_changed:mri_t1"s);
    QVERIFY(found[0].message.contains(QStringLiteral("cfg_guidance_scale = 10")));
    QVERIFY(found[1].message.contains(QStringLiteral("41")));
}

void TestRequestAdvice::aConfigWithoutABlockIsNoReasonToFail()
{
    const auto resolution = resolveRequest(Json::object(), {}, fixtures::modelConfig(),
                                           fixtures::modalityMapping(), fixtures::manifest());
    QVERIFY(adviseOn(*resolution.request, Json(), fixtures::manifest()).empty());
    QVERIFY(adviseOn(*resolution.request, Json::object(), fixtures::manifest()).empty());
}

QTEST_GUILESS_MAIN(TestRequestAdvice)
#include "tst_RequestAdvice.moc"
