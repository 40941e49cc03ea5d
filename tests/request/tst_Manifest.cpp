// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Sha256.h"
#include "tests/request/RequestFixtures.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

const std::filesystem::path kSource = std::filesystem::path(MRB_SOURCE_DIR) / "skill_manifest.yaml";

std::string sourceText()
{
    return readSmallFile(kSource, kMaxManifestBytes).value();
}

Result<Manifest> readText(const std::string &text)
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("manifest.yaml")));
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(text)) < 0)
        qFatal("no temporary file");
    file.close();
    return readManifest(file.fileName().toStdString());
}

std::string contractText()
{
    const auto text = readSmallFile(fixtures::original("CONTRACT.md"), std::size_t{1} << 20);
    return text ? *text : std::string();
}

} // namespace

class TestManifest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBuiltInCopyIsTheFile();
    void anotherManifestIsRecorded();
    void holdsThePins();
    void tellsTheEntryPointApart();
    void holdsTheModalities();
    void holdsTheTrainingFov();
    void holdsTheGates();
    void gateValuesKeepTheirTypes();
    void holdsTheEnvelopes();
    void everyPinIsInTheContract();
    void everyModalityIsUpstreams();
    void refusesAnEditedManifest_data();
    void refusesAnEditedManifest();
    void everyTopLevelFieldIsRequired();
    void acceptsFieldsNobodyReads();
    void oddGatesAreReadAndCanOnlyFail();
    void refusesWhatIsNotAManifest();
};

void TestManifest::theBuiltInCopyIsTheFile()
{
    const Manifest &builtIn = fixtures::manifest();
    const std::string text = sourceText();
    QCOMPARE(builtIn.sha256, Sha256::ofBytes(std::as_bytes(std::span(text))));
    QVERIFY(builtIn.builtIn);
    QVERIFY(builtIn.source.empty());
}

void TestManifest::anotherManifestIsRecorded()
{
    const auto other = readManifest(kSource);
    QVERIFY(other);
    QVERIFY(!other->builtIn);
    QCOMPARE(other->source.string(), kSource.string());
    QCOMPARE(other->sha256, fixtures::manifest().sha256);
    const auto commented = readText(sourceText() + "# a comment\n");
    QVERIFY(commented);
    QVERIFY(commented->sha256 != fixtures::manifest().sha256);
    QVERIFY(commented->gates == fixtures::manifest().gates);
}

void TestManifest::holdsThePins()
{
    const Manifest &manifest = fixtures::manifest();
    QCOMPARE(manifest.id, "medagent.nv_generate_mr_brain"s);
    QCOMPARE(manifest.version, "0.1.0"s);
    QCOMPARE(manifest.skill, "nv_generate_mr_brain"s);
    QCOMPARE(manifest.license,
             "Wrapper Apache-2.0; NV-Generate-MR-Brain weights use NVIDIA Open Model License."s);
    QCOMPARE(manifest.upstream.entrypoint, "python -m scripts.diff_model_infer"s);
    QCOMPARE(manifest.model.version, "rflow-mr-brain"s);
    QCOMPARE(manifest.weights.size(), 2U);
    QCOMPARE(manifest.defaults.seed, 1234);
    QCOMPARE(manifest.defaults.modality, "mri_t1"s);
    QCOMPARE(manifest.requirements.gpuMemoryGb, 16.0);
    QVERIFY(manifest.disclaimer.find("ngineering") != std::string::npos);
    // The paired verifier (CONTRACT section 9) looks for these words.
    QVERIFY(manifest.disclaimer.find("not clinically meaningful") != std::string::npos);
    QCOMPARE(manifest.prohibitedUses.size(), 5U);
    QVERIFY(!manifest.summary.empty() && !manifest.sideEffects.empty() &&
            !manifest.permissions.empty() && !manifest.limitations.empty());
    QCOMPARE(manifest.inputs.front().name, "model_config_override"s);
    QCOMPARE(manifest.outputs.front().name, "synthetic_mr_brain_volumes"s);
    QCOMPARE(manifest.reproducibility.mode, "preflight"s);
    QCOMPARE(manifest.reproducibility.runs, 2);
    std::vector<int> codes;
    for (const ManifestExitCode &row : manifest.exitCodes)
        codes.push_back(row.code);
    QVERIFY((codes == std::vector{0, 2, 3, 4, 5, 124, 130}));
}

void TestManifest::tellsTheEntryPointApart()
{
    const ManifestUpstream &upstream = fixtures::manifest().upstream;
    QCOMPARE(upstream.entryModule(), "scripts.diff_model_infer"s);
    QCOMPARE(upstream.entryScript(), "scripts/diff_model_infer.py"s);
    QVERIFY(upstream.commit.starts_with(upstream.shortCommit()));
    QCOMPARE(upstream.shortCommit().size(), 7U);
}

void TestManifest::holdsTheModalities()
{
    const Manifest &manifest = fixtures::manifest();
    QCOMPARE(manifest.modalities.size(), 11U);
    for (const Modality &modality : manifest.modalities) {
        const bool stripped = modality.name.ends_with("_skull_stripped");
        QCOMPARE(modality.group == ModalityGroup::SkullStripped, stripped);
        QCOMPARE(modality.contrast.empty(), modality.name == "mri"s);
        QCOMPARE(!modality.note.empty(),
                 modality.contrast == "MRA"s || modality.contrast == "SWI"s);
    }
    QCOMPARE(findModality(manifest, "mri_mra_skull_stripped")->code, 33);
    QVERIFY(findModality(manifest, "mri_pd") == nullptr);
}

void TestManifest::holdsTheTrainingFov()
{
    const Manifest &manifest = fixtures::manifest();
    QCOMPARE(manifest.trainingFov.size(), 5U);
    std::int64_t scans = 0;
    for (const ContrastFov &contrast : manifest.trainingFov) {
        QCOMPARE(contrast.planes.size(), 3U);
        for (const PlaneMedian &plane : contrast.planes) {
            scans += plane.scans;
            QCOMPARE(plane.sparse, contrast.contrast == "MRA" ||
                                       (contrast.contrast == "SWI" && plane.plane != Plane::Axial));
        }
    }
    QCOMPARE(scans, 98769 + 142290 + 80970 + 379 + 1091 + 250 + 59105 + 118946 + 58654 + 95805 + 4 +
                        9 + 77 + 195 + 21);
    const ContrastFov *flair = findContrast(manifest, "FLAIR");
    QVERIFY(flair);
    QVERIFY((flair->planes[1].fovMm == std::array{176.0, 250.0, 250.0}));
    QVERIFY(findContrast(manifest, "PD") == nullptr);
}

void TestManifest::holdsTheGates()
{
    QStringList gates;
    for (const Gate &gate : fixtures::manifest().gates)
        gates << QString::fromStdString(gate.path + ' ' + gate.op + ' ' + gate.expected.dump());
    QCOMPARE(gates.join(u'\n'),
             QStringLiteral("skill eq \"nv_generate_mr_brain\"\n"
                            "invocation.official_entrypoint eq "
                            "\"python -m scripts.diff_model_infer\"\n"
                            "invocation.exit_code eq 0\n"
                            "invocation.upstream_identity.trusted eq true\n"
                            "invocation.model_inventory.all_present eq true\n"
                            "invocation.model_inventory.all_sha256_match eq true\n"
                            "output.num_samples gte 1\n"
                            "output.all_images_readable eq true\n"
                            "output.all_shapes_match_requested eq true\n"
                            "output.all_spacing_match_requested eq true\n"
                            "output.all_images_finite eq true\n"
                            "output.all_images_nonconstant eq true\n"
                            "output.all_images_nonnegative eq true"));
}

void TestManifest::gateValuesKeepTheirTypes()
{
    std::string text = sourceText();
    const std::string before = "{path: output.all_images_readable, eq: true}";
    const std::size_t at = text.find(before);
    QVERIFY(at != std::string::npos);
    const std::vector<std::pair<std::string, std::string>> values{
        {"true", "true"},   {"\"true\"", "\"true\""}, {"1", "1"},       {"1.0", "1.0"},
        {"\"1\"", "\"1\""}, {"yes", "\"yes\""},       {"null", "null"}, {"[1, a]", "[1,\"a\"]"}};
    for (const auto &[written, json] : values) {
        std::string edited = text;
        edited.replace(at, before.size(), "{path: p, eq: " + written + "}");
        const auto manifest = readText(edited);
        QVERIFY(manifest);
        QCOMPARE(manifest->gates[7].expected.dump(), json);
    }
}

void TestManifest::holdsTheEnvelopes()
{
    const Manifest &manifest = fixtures::manifest();
    QCOMPARE(manifest.expectedRuntime.path, "runtime.subprocess_seconds"s);
    QCOMPARE(manifest.expectedRuntime.minimumSeconds, 1.0);
    QCOMPARE(manifest.expectedRuntime.maximumSeconds, 1800.0);
    QStringList limits;
    for (const EnvelopeLimit &limit : manifest.expectedCost) {
        limits << QString::fromStdString(limit.name) +
                      (limit.minimum ? QStringLiteral(">=%1").arg(*limit.minimum) : QString()) +
                      (limit.maximum ? QStringLiteral("<=%1").arg(*limit.maximum) : QString());
    }
    QCOMPARE(limits.join(u' '),
             QStringLiteral("wall_seconds<=1800 cpu_seconds<=3600 rss_mb_peak>=500<=32000 "
                            "gpu_seconds<=1800 gpu_memory_mb_peak<=48000"));
}

void TestManifest::everyPinIsInTheContract()
{
    const std::string contract = contractText();
    if (contract.empty())
        QSKIP("the contract is not beside the source");
    const Manifest &manifest = fixtures::manifest();
    std::vector<std::string> pins{manifest.upstream.commit,
                                  manifest.upstream.modelConfig,
                                  manifest.upstream.networkConfig,
                                  manifest.upstream.modalityMapping,
                                  manifest.upstream.environmentConfig,
                                  manifest.upstream.entrypoint,
                                  manifest.license,
                                  manifest.id,
                                  manifest.model.version};
    for (const ManifestWeight &weight : manifest.weights)
        pins.insert(pins.end(), {weight.path, weight.sha256, weight.repository, weight.revision});
    for (const std::string &pin : pins)
        QVERIFY2(contract.find(pin) != std::string::npos, pin.c_str());
    for (const Modality &modality : manifest.modalities) {
        const std::string row = "| `" + modality.name + "` | " + std::to_string(modality.code);
        QVERIFY2(contract.find(row) != std::string::npos, row.c_str());
    }
    const QLocale english(QLocale::English);
    for (const ContrastFov &contrast : manifest.trainingFov) {
        QString row = QStringLiteral("| ") + QString::fromStdString(contrast.contrast);
        for (const PlaneMedian &plane : contrast.planes) {
            row += QStringLiteral(" | %1 \u00d7 %2 \u00d7 %3 (%4)")
                       .arg(plane.fovMm[0])
                       .arg(plane.fovMm[1])
                       .arg(plane.fovMm[2])
                       .arg(english.toString(static_cast<qlonglong>(plane.scans)));
        }
        QVERIFY2(contract.find(row.toStdString()) != std::string::npos, qPrintable(row));
    }
}

void TestManifest::everyModalityIsUpstreams()
{
    const auto file = fixtures::original("upstream-configs/modality_mapping.json");
    if (!std::filesystem::exists(file))
        QSKIP("upstream's originals are not beside the source");
    const auto mapping = readJsonFile(file);
    QVERIFY(mapping);
    for (const Modality &modality : fixtures::manifest().modalities)
        QCOMPARE(mapping->at(modality.name).get<std::int64_t>(), modality.code);
}

void TestManifest::refusesAnEditedManifest_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("replacement");
    QTest::addColumn<QString>("field");
    const auto row = [](const char *pattern, const char *replacement, const char *field) {
        QTest::newRow(field) << QString::fromUtf8(pattern) << QString::fromUtf8(replacement)
                             << QString::fromUtf8(field);
    };
    row("\nid: .*\n", "\nid: 5\n", "id");
    row("\nversion: .*\n", "\nversion: 1.0\n", "version");
    row("commit: \"da", "commit: \"DA", "upstream.commit");
    row("entrypoint: .*\n", "entrypoint:\n", "upstream.entrypoint");
    row("model_config: configs", "model_config: /etc", "upstream.files.model_config");
    row("network_config: configs/", "network_config: ../", "upstream.files.network_config");
    row("    environment_config: .*\n", "", "upstream.files.environment_config");
    row("sha256: \"1f", "sha256: \"", "weights[0].sha256");
    row("path: models/diff", "path: ../diff", "weights[1].path");
    row("revision: \"ef9", "revision: \"xyz", "weights[1].revision");
    row("gpu_memory_gb: 16", "gpu_memory_gb: much", "requirements.gpu_memory_gb");
    row("packages: \\[torch", "packages: [7", "requirements.packages[0]");
    row("name: mri_t1, code: 9", "name: mri_t1, code: -9", "modalities[1].code");
    row("name: mri_t2, code: 10", "name: mri_t2, code: 10.0", "modalities[2].code");
    row("name: mri_t2,", "name: mri_t1,", "modalities[2].name");
    row("label: FLAIR, group: whole_brain", "label: FLAIR, group: half", "modalities[3].group");
    row("group: whole_brain\n    contrast: MRA", "group: whole_brain\n    contrast: PD",
        "modalities[4].contrast");
    row("\\[240, 240, 174\\]", "[240, 240]", "training_fov[0].planes[0].fov_mm");
    row("\\[176, 250, 250\\], scans: 142290", "[176, 0, 250], scans: 142290",
        "training_fov[0].planes[1].fov_mm");
    row("plane: coronal, fov_mm: \\[240, 200", "plane: axial, fov_mm: [240, 200",
        "training_fov[0].planes[2].plane");
    row("scans: 379", "scans: many", "training_fov[1].planes[0].scans");
    row("scans: 379, sparse: false", "scans: 379, sparse: no", "training_fov[1].planes[0].sparse");
    row("contrast: T2\n    planes:", "contrast: T1\n    planes:", "training_fov[1].contrast");
    row("      - .plane: coronal, fov_mm: .200[^\n]*\n", "", "training_fov[1].planes");
    row("random_seed: 1234\n  modality", "random_seed: 4294967296\n  modality",
        "defaults.random_seed");
    row("dim: .256, 256, 128.", "dim: [256, 256]", "upstream.defaults.dim");
    row("    modality: 9", "    modality: mri_t1", "upstream.defaults.modality");
    row("    output_prefix: unet_3d\n", "", "upstream.defaults.output_prefix");
    row("entrypoint: python -m scripts.", "entrypoint: python scripts/", "upstream.entrypoint");
    row("entrypoint: python -m scripts.", "entrypoint: python -m -c.", "upstream.entrypoint");
    row("python_minimum: \"3.10\"", "python_minimum: \"new\"", "requirements.python_minimum");
    row("  modality: mri_t1\n", "  modality: ct\n", "defaults.modality");
    row("path: skill, eq", "eq", "validation.sanity_checks[0].path");
    row("path: output.num_samples", "path: 5", "validation.sanity_checks[6].path");
    row("min: 1\n", "min: 5000\n", "expected_runtime_seconds.min");
    row("max: 3600", "max: -1", "expected_cost.cpu_seconds.max");
    row("cpu_seconds: .max: 3600.", "cpu_seconds: {}", "expected_cost.cpu_seconds");
    row("gpu_seconds: .max: 1800.", "gpu_seconds: 5", "expected_cost.gpu_seconds");
    row("runs: 2", "runs: 0", "reproducibility.runs");
    row("code: 124", "code: 999", "exit_codes[5].code");
    row("  - clinical deployment\n", "  - {a: 1}\n", "prohibited_uses[0]");
    row("sanity_checks:(\n    - [^\n]*)+", "sanity_checks: []", "validation.sanity_checks");
}

void TestManifest::refusesAnEditedManifest()
{
    QFETCH(QString, pattern);
    QFETCH(QString, replacement);
    QFETCH(QString, field);
    QString text = QString::fromStdString(sourceText());
    const QRegularExpression expression(pattern);
    const QRegularExpressionMatch match = expression.match(text);
    QVERIFY2(match.hasMatch(), qPrintable(pattern));
    text.replace(match.capturedStart(), match.capturedLength(), replacement);
    const auto manifest = readText(text.toStdString());
    QVERIFY(!manifest);
    QVERIFY(manifest.error().code == backend::error_codes::kManifestField);
    QCOMPARE(manifest.error().field, field);
    QVERIFY(manifest.error().message.contains(field));
    static const QRegularExpression kLine(QStringLiteral("manifest\\.yaml, line [1-9][0-9]*: "));
    QVERIFY2(manifest.error().message.contains(kLine), qPrintable(manifest.error().message));
}

void TestManifest::everyTopLevelFieldIsRequired()
{
    static const QRegularExpression kTopLevel(QStringLiteral("^([a-z_]+):"),
                                              QRegularExpression::MultilineOption);
    const QString text = QString::fromStdString(sourceText());
    int fields = 0;
    for (auto match = kTopLevel.globalMatch(text); match.hasNext(); ++fields) {
        const QRegularExpressionMatch key = match.next();
        QString renamed = text;
        renamed.replace(key.capturedStart(1), key.capturedLength(1), QStringLiteral("renamed"));
        const auto manifest = readText(renamed.toStdString());
        QVERIFY2(!manifest, qPrintable(key.captured(1)));
        QVERIFY2(manifest.error().field.startsWith(key.captured(1)),
                 qPrintable(manifest.error().message));
    }
    QVERIFY(fields >= 20);
}

void TestManifest::acceptsFieldsNobodyReads()
{
    QVERIFY(readText(sourceText() + "owner: {team: imaging}\n"));
}

void TestManifest::oddGatesAreReadAndCanOnlyFail()
{
    std::string text = sourceText();
    const std::string before = "- {path: skill, eq: nv_generate_mr_brain}";
    text.replace(text.find(before), before.size(),
                 "- {path: skill, resembles: nv}\n"
                 "    - {path: skill, eq: nv_generate_mr_brain, exists: true}\n"
                 "    - {path: skill}");
    const auto manifest = readText(text);
    QVERIFY(manifest);
    const auto results = evaluateGates(manifest->gates, Json{{"skill", "nv_generate_mr_brain"}});
    QCOMPARE(results.size(), 15U);
    for (std::size_t i = 0; i < 3; ++i)
        QVERIFY(!results[i].passed && !results[i].reason.isEmpty());
}

void TestManifest::refusesWhatIsNotAManifest()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    QVERIFY(readManifest(root / "missing").error().code == mrb::error_codes::kCannotRead);
    QVERIFY(readManifest(root).error().code == mrb::error_codes::kCannotRead);
    QVERIFY(readText(std::string(kMaxManifestBytes + 1, ' ')).error().code ==
            mrb::error_codes::kFileTooLarge);
    QVERIFY(readText("a: 1\na: 2\n").error().code == backend::error_codes::kManifestSyntax);
    for (const char *text : {"", "text", "[]", "5", "{}", "id: {}", "null"}) {
        const auto manifest = readText(text);
        QVERIFY2(!manifest, text);
        QVERIFY(manifest.error().code == backend::error_codes::kManifestField);
    }
}

QTEST_GUILESS_MAIN(TestManifest)
#include "tst_Manifest.moc"
