// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/OverrideDocument.h"
#include "tests/request/RequestFixtures.h"

#include <QFile>
#include <QTemporaryDir>

#include <sys/stat.h>

#include <random>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

const QString kName = QStringLiteral("request.json");

// A random value of the field's kind, sound or not as a request.
Json randomValue(const contract::FieldSpec &field, std::mt19937 &random)
{
    const auto integer = [&random] {
        return static_cast<std::int64_t>(random()) * (random() % 2 == 0 ? 1 : -2000000000);
    };
    const auto number = [&]() -> Json {
        if (random() % 3 == 0)
            return integer();
        std::uniform_real_distribution<double> mantissa(-10, 10);
        return mantissa(random) * std::pow(10.0, static_cast<double>(random() % 600) - 300.0);
    };
    const auto text = [&random] {
        static const std::array<std::string, 6> kPieces{"a",      "\"", "\\",
                                                        "\u00e4", "\n", "\U0001F600"};
        std::string all;
        for (std::size_t i = random() % 8; i > 0; --i)
            all += kPieces[random() % kPieces.size()];
        return all;
    };
    switch (field.kind) {
    case contract::FieldKind::Integer:
        return integer();
    case contract::FieldKind::Number:
        return number();
    case contract::FieldKind::IntegerTriple:
        return Json::array({integer(), integer(), integer()});
    case contract::FieldKind::NumberTriple:
        return Json::array({number(), number(), number()});
    case contract::FieldKind::NumberQuadruple:
        return Json::array({number(), number(), number(), number()});
    case contract::FieldKind::ModalityName:
    case contract::FieldKind::FileNamePrefix:
        return text();
    }
    return {};
}

} // namespace

class TestOverrideDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void understands_data();
    void understands();
    void refusesWithCodeAndField_data();
    void refusesWithCodeAndField();
    void reportsAllProblemsTogether();
    void namesUnknownKeysAndTheAllowedOnes();
    void keepsTheMessageShortForManyUnknownKeys();
    void parsingWhatWasWrittenGivesTheSame();
    void writesKeysInTheOrderOfTheTable();
    void aWrittenUnknownKeyIsRefusedWhenRead();
    void readsFiles();
    void refusesFilesThatAreNotDocuments();
};

void TestOverrideDocument::understands_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("overrides");
    QTest::newRow("nothing") << "{}"s
                             << "{}"s;
    QTest::newRow("comments") << R"({"_comment": "x", "_": null, "_a": {"dim": 1}})"s
                              << "{}"s;
    QTest::newRow("every field")
        << R"({"output_prefix": "a", "bottom_region_index": [0, 0, 1, 0.5],
               "top_region_index": [0, 1, 0, 0], "random_seed": 7, "cfg_guidance_scale": 2.5,
               "num_inference_steps": 30, "spacing": [1, 0.94, 1e-05], "dim": [256, 256, 128],
               "modality": "mri_t2"})"s
        << R"({"modality":"mri_t2","dim":[256,256,128],"spacing":[1,0.94,1e-05],)"
           R"("num_inference_steps":30,"cfg_guidance_scale":2.5,"random_seed":7,)"
           R"("top_region_index":[0,1,0,0],"bottom_region_index":[0,0,1,0.5],)"
           R"("output_prefix":"a"})"s;
    QTest::newRow("nested block is flattened")
        << R"({"diffusion_unet_inference": {"dim": [64, 64, 64]}, "random_seed": 1})"s
        << R"({"dim":[64,64,64],"random_seed":1})"s;
    QTest::newRow("nested wins, whatever comes first")
        << R"({"random_seed": 1, "diffusion_unet_inference": {"random_seed": 2}})"s
        << R"({"random_seed":2})"s;
    QTest::newRow("nested wins, written first")
        << R"({"diffusion_unet_inference": {"random_seed": 2}, "random_seed": 1})"s
        << R"({"random_seed":2})"s;
    QTest::newRow("ranges are judged after merging") << R"({"dim": [-5, 0, 9999]})"s
                                                     << R"({"dim":[-5,0,9999]})"s;
    QTest::newRow("2 stays an integer, 2.0 stays a double")
        << R"({"cfg_guidance_scale": 2.0, "spacing": [1, 1.0, 2]})"s
        << R"({"spacing":[1,1.0,2],"cfg_guidance_scale":2.0})"s;
}

void TestOverrideDocument::understands()
{
    QFETCH(std::string, text);
    QFETCH(std::string, overrides);
    const OverrideParse parse = parseOverrides(text, kName);
    QCOMPARE(fixtures::codesOf(parse.errors), std::string());
    QCOMPARE(parse.overrides.dump(), overrides);
}

void TestOverrideDocument::refusesWithCodeAndField_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("codes");
    const auto row = [](const char *name, const std::string &text, const std::string &codes) {
        QTest::newRow(name) << text << codes;
    };
    row("list", "[]", "json_not_an_object:");
    row("text", "\"default\"", "json_not_an_object:");
    row("null", "null", "json_not_an_object:");
    row("not JSON", "dim: 3", "json_syntax:");
    row("duplicate key", R"({"dim": [64, 64, 64], "dim": [96, 96, 96]})", "json_duplicate_key:dim");
    row("duplicate nested", R"({"diffusion_unet_inference": {"dim": 1, "dim": 2}})",
        "json_duplicate_key:dim");
    row("duplicate in a comment", R"({"_note": {"a": 1, "a": 2}})", "json_duplicate_key:a");
    row("NaN", R"({"spacing": [NaN, 1, 1]})", "json_not_finite:spacing");
    row("seed of 65 bits", R"({"random_seed": 18446744073709551616})", "json_integer_too_large:");
    row("unknown", R"({"dims": [64, 64, 64]})", "unknown_key:dims");
    row("case matters", R"({"Dim": [64, 64, 64]})", "unknown_key:Dim");
    row("comment in the nested block", R"({"diffusion_unet_inference": {"_note": 1}})",
        "unknown_key:diffusion_unet_inference._note");
    row("nested in the nested block",
        R"({"diffusion_unet_inference": {"diffusion_unet_inference": {}}})",
        "unknown_key:diffusion_unet_inference.diffusion_unet_inference");
    row("block is a number", R"({"diffusion_unet_inference": 5})",
        "wrong_type:diffusion_unet_inference");
    row("block is null", R"({"diffusion_unet_inference": null})",
        "wrong_type:diffusion_unet_inference");
    row("dim is a number", R"({"dim": 256})", "wrong_type:dim");
    row("dim of two", R"({"dim": [256, 256]})", "wrong_type:dim");
    row("dim of four", R"({"dim": [256, 256, 128, 1]})", "wrong_type:dim");
    row("dim of doubles", R"({"dim": [256.0, 256, 128]})", "wrong_type:dim");
    row("dim of booleans", R"({"dim": [true, 256, 128]})", "wrong_type:dim");
    row("dim of texts", R"({"dim": ["256", 256, 128]})", "wrong_type:dim");
    row("dim of lists", R"({"dim": [[256], 256, 128]})", "wrong_type:dim");
    row("dim as object", R"({"dim": {"x": 256}})", "wrong_type:dim");
    row("dim null", R"({"dim": null})", "wrong_type:dim");
    row("spacing of booleans", R"({"spacing": [1, true, 1]})", "wrong_type:spacing");
    row("spacing with null", R"({"spacing": [1, null, 1]})", "wrong_type:spacing");
    row("spacing empty", R"({"spacing": []})", "wrong_type:spacing");
    row("region of three", R"({"top_region_index": [0, 1, 0]})", "wrong_type:top_region_index");
    row("region of texts", R"({"bottom_region_index": [0, 1, 0, "0"]})",
        "wrong_type:bottom_region_index");
    row("steps as double", R"({"num_inference_steps": 30.0})", "wrong_type:num_inference_steps");
    row("steps as boolean", R"({"num_inference_steps": true})", "wrong_type:num_inference_steps");
    row("steps as text", R"({"num_inference_steps": "30"})", "wrong_type:num_inference_steps");
    row("seed as double", R"({"random_seed": 1e3})", "wrong_type:random_seed");
    row("seed as boolean", R"({"random_seed": false})", "wrong_type:random_seed");
    row("seed null", R"({"random_seed": null})", "wrong_type:random_seed");
    row("guidance as boolean", R"({"cfg_guidance_scale": true})", "wrong_type:cfg_guidance_scale");
    row("guidance as text", R"({"cfg_guidance_scale": "2"})", "wrong_type:cfg_guidance_scale");
    row("modality as code", R"({"modality": 9})", "wrong_type:modality");
    row("modality as list", R"({"modality": ["mri_t1"]})", "wrong_type:modality");
    row("prefix as number", R"({"output_prefix": 1})", "wrong_type:output_prefix");
}

void TestOverrideDocument::refusesWithCodeAndField()
{
    QFETCH(std::string, text);
    QFETCH(std::string, codes);
    const OverrideParse parse = parseOverrides(text, kName);
    QCOMPARE(fixtures::codesOf(parse.errors), codes);
    QVERIFY(parse.errors.front().message.contains(kName));
    QVERIFY(!parse.errors.front().hint.isEmpty());
}

void TestOverrideDocument::reportsAllProblemsTogether()
{
    const OverrideParse parse = parseOverrides(
        R"({"x": 1, "dim": [1.5, 2, 3], "spacing": null, "random_seed": "a", "_n": 1, "y": 2,
            "num_inference_steps": 20, "diffusion_unet_inference": {"z": 1, "modality": 3}})",
        kName);
    QCOMPARE(fixtures::codesOf(parse.errors),
             "unknown_key:x, y, diffusion_unet_inference.z wrong_type:modality wrong_type:dim "
             "wrong_type:spacing wrong_type:random_seed"s);
    QCOMPARE(parse.overrides.dump(), R"({"num_inference_steps":20})"s);
}

void TestOverrideDocument::namesUnknownKeysAndTheAllowedOnes()
{
    const OverrideParse parse = parseOverrides(R"({"seed": 1, "steps": 2})", kName);
    QCOMPARE(parse.errors.size(), 1U);
    QVERIFY(parse.errors[0].message.contains(QStringLiteral("seed, steps")));
    for (const contract::FieldSpec &field : contract::fieldTable())
        QVERIFY(parse.errors[0].hint.contains(QString::fromUtf8(field.key)));
}

void TestOverrideDocument::keepsTheMessageShortForManyUnknownKeys()
{
    Json document = Json::object();
    for (int i = 0; i < 5000; ++i)
        document["k" + std::to_string(i) + std::string(50, 'x')] = 0;
    const OverrideParse parse = parseOverrides(document.dump(), kName);
    QCOMPARE(parse.errors.size(), 1U);
    QVERIFY(parse.errors[0].message.size() < 1000);
    QVERIFY(parse.errors[0].message.contains(QStringLiteral("4990")));
}

void TestOverrideDocument::parsingWhatWasWrittenGivesTheSame()
{
    std::mt19937 random(20261122); // any fixed seed
    for (int round = 0; round < 2000; ++round) {
        Json document = Json::object();
        Json nested = Json::object();
        std::vector<const contract::FieldSpec *> fields;
        for (const contract::FieldSpec &field : contract::fieldTable())
            fields.push_back(&field);
        std::shuffle(fields.begin(), fields.end(), random);
        for (const contract::FieldSpec *field : fields) {
            if (random() % 2 == 0)
                (random() % 3 == 0 ? nested : document)[std::string(field->key)] =
                    randomValue(*field, random);
        }
        if (!nested.empty())
            document["diffusion_unet_inference"] = nested;
        if (random() % 2 == 0)
            document["_comment"] = "round " + std::to_string(round);

        const OverrideParse first = parseOverrides(document.dump(), kName);
        QCOMPARE(fixtures::codesOf(first.errors), std::string());
        const std::string written = writeOverrides(first.overrides);
        const OverrideParse second = parseOverrides(written, kName);
        QCOMPARE(fixtures::codesOf(second.errors), std::string());
        QCOMPARE(second.overrides.dump(), first.overrides.dump());
        QCOMPARE(writeOverrides(second.overrides), written);
    }
}

void TestOverrideDocument::writesKeysInTheOrderOfTheTable()
{
    QCOMPARE(writeOverrides(Json{{"random_seed", 1}, {"modality", "mri"}}),
             "{\n  \"modality\": \"mri\",\n  \"random_seed\": 1\n}\n"s);
    QCOMPARE(writeOverrides(Json::object()), "{}\n"s);
}

void TestOverrideDocument::aWrittenUnknownKeyIsRefusedWhenRead()
{
    const OverrideParse parse = parseOverrides(writeOverrides(Json{{"dims", 1}}), kName);
    QCOMPARE(fixtures::codesOf(parse.errors), "unknown_key:dims"s);
}

void TestOverrideDocument::readsFiles()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("request.json")));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("{\"random_seed\": 5}") > 0);
    file.close();
    const OverrideParse parse = readOverrides(file.fileName().toStdString());
    QVERIFY(parse.errors.empty());
    QCOMPARE(parse.overrides.dump(), R"({"random_seed":5})"s);
}

void TestOverrideDocument::refusesFilesThatAreNotDocuments()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    QFile huge(folder.filePath(QStringLiteral("huge")));
    QVERIFY(huge.open(QIODevice::WriteOnly) && huge.write("{}") == 2);
    QVERIFY(huge.resize(qint64{4} << 30)); // sparse
    QCOMPARE(::mkfifo((root / "pipe").c_str(), 0600), 0);
    QCOMPARE(fixtures::codesOf(readOverrides(root / "missing").errors),
             "cannot_read:" + (root / "missing").string());
    QCOMPARE(fixtures::codesOf(readOverrides(root).errors), "cannot_read:" + root.string());
    QCOMPARE(fixtures::codesOf(readOverrides(root / "pipe").errors),
             "cannot_read:" + (root / "pipe").string());
    QCOMPARE(fixtures::codesOf(readOverrides(root / "huge").errors),
             "file_too_large:" + (root / "huge").string());
    QCOMPARE(
        fixtures::codesOf(parseOverrides("{}" + std::string(kMaxJsonBytes, ' '), kName).errors),
        "file_too_large:"s);
}

QTEST_GUILESS_MAIN(TestOverrideDocument)
#include "tst_OverrideDocument.moc"
