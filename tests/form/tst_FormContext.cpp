// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/environment/UpstreamRoot.h"
#include "backend/form/FormContext.h"
#include "backend/request/ModelRequest.h"
#include "tests/environment/TestFiles.h"
#include "tests/form/FormFixtures.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

const ManifestUpstream kUpstream = mirroredContext().manifest.upstream;
const std::string kModelFile = kUpstream.modelConfig;
const std::string kMappingFile = kUpstream.modalityMapping;

} // namespace

class TestFormContext : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }

    /// A checkout whose guidance is 3 and whose codes are not the pinned ones.
    fs::path makeCheckout() const
    {
        const fs::path root = base() / "checkout";
        FormContext other = fixtures::contextWith(contract::model_config::kGuidanceScale, Json(3));
        other.modalityMapping["mri_t1"] = 99;
        test::writeFile(root / kUpstream.networkConfig, "{}");
        test::writeFile(root / kModelFile, writeJson(other.modelConfig));
        test::writeFile(root / kMappingFile, writeJson(other.modalityMapping));
        return root;
    }

    GenerateOptions options() const
    {
        GenerateOptions options;
        options.environment = {{"HOME", (base() / "home").string()}};
        options.workingFolder = base();
        return options;
    }

    static bool isMirrored(const FormContext &context)
    {
        const FormContext mirrored = mirroredContext();
        return !context.fromCheckout && context.modelConfig == mirrored.modelConfig &&
               context.modalityMapping == mirrored.modalityMapping &&
               context.source.startsWith(mirrored.source);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void mirroredDefaults_areThoseOfThePinnedCheckout()
    {
        const fs::path originals = fs::path(MRB_SOURCE_DIR) / "../shared/contract/upstream-configs";
        const Result<Json> model = readJsonFile(originals / fs::path(kModelFile).filename());
        const Result<Json> mapping = readJsonFile(originals / fs::path(kMappingFile).filename());
        if (!model || !mapping)
            QSKIP("the originals are not beside the source");
        const FormContext context = mirroredContext();
        QVERIFY(!context.problem);
        QCOMPARE(context.source, QStringLiteral("Defaults of the pinned commit da438fe"));
        const std::string block(contract::model_config::kInference);
        // Equal but for the order of the keys.
        QCOMPARE(nlohmann::json(context.modelConfig.at(block)), nlohmann::json(model->at(block)));
        QVERIFY(!context.modalityMapping.empty());
        for (const auto &[name, code] : context.modalityMapping.items())
            QCOMPARE(mapping->at(name), code);
    }

    void checkout_givesItsOwnDefaultsAndCodes_data()
    {
        QTest::addColumn<bool>("byVariable");
        QTest::newRow("named in the settings") << false;
        QTest::newRow("named by NV_GENERATE_ROOT") << true;
    }
    void checkout_givesItsOwnDefaultsAndCodes()
    {
        QFETCH(const bool, byVariable);
        const fs::path root = makeCheckout();
        GenerateOptions options = this->options();
        if (byVariable)
            options.environment.emplace_back("NV_GENERATE_ROOT", root.string());
        else
            options.upstreamRoot = "checkout"; // counts from the working folder
        const FormContext context = loadFormContext(options);
        QVERIFY(context.fromCheckout);
        QVERIFY(!context.problem);
        QVERIFY(context.source.contains(toQString(root)));
        const Json &block = context.modelConfig.at(std::string(contract::model_config::kInference));
        QCOMPARE(block.at(std::string(contract::model_config::kGuidanceScale)), Json(3));
        QCOMPARE(context.modalityMapping.at("mri_t1"), Json(99));
    }

    void phantom_givesItsOwnDefaults()
    {
        GenerateOptions options = this->options();
        options.engine = Engine::Phantom;
        const FormContext context = loadFormContext(options);
        QVERIFY2(context.fromCheckout,
                 context.problem ? qPrintable(context.problem->message) : "no problem told");
        QVERIFY(!context.source.contains(u"checkout"));
        const RequestResolution resolution = resolveRequest(
            Json::object(), {}, context.modelConfig, context.modalityMapping, context.manifest);
        QVERIFY(resolution.request);
    }

    void noCheckout_givesTheMirroredDefaultsAndSaysSo()
    {
        const FormContext context = loadFormContext(options());
        QVERIFY(isMirrored(context));
        QCOMPARE(context.problem->code, backend::error_codes::kRootUnset);
        QCOMPARE(context.source, QStringLiteral("Defaults of the pinned commit da438fe: no "
                                                "checkout was found"));
    }

    void chosenFolderThatIsNoCheckout_givesTheMirroredDefaultsAndSaysSo()
    {
        GenerateOptions options = this->options();
        options.upstreamRoot = "nowhere";
        const FormContext context = loadFormContext(options);
        QVERIFY(isMirrored(context));
        QCOMPARE(context.problem->code, backend::error_codes::kRootLayoutInvalid);
        QVERIFY(context.source.endsWith(QStringLiteral("the chosen folder is no checkout")));
    }

    void brokenFile_givesAllOfTheMirroredDefaultsAndNamesTheFile_data()
    {
        QTest::addColumn<std::string>("file");
        QTest::addColumn<std::string>("content");
        QTest::newRow("config cut off") << kModelFile << "{\"diffusion_unet_inference\": {"s;
        QTest::newRow("config a list") << kModelFile << "[]"s;
        QTest::newRow("config without the block") << kModelFile << "{\"dim\": [1, 2, 3]}"s;
        QTest::newRow("block a list") << kModelFile << "{\"diffusion_unet_inference\": []}"s;
        QTest::newRow("config with a key twice")
            << kModelFile << "{\"diffusion_unet_inference\": {\"a\": 1, \"a\": 2}}"s;
        QTest::newRow("config missing") << kModelFile << ""s;
        QTest::newRow("mapping cut off") << kMappingFile << "{\"mri\": "s;
        QTest::newRow("mapping a number") << kMappingFile << "8"s;
        QTest::newRow("mapping missing") << kMappingFile << ""s;
    }
    void brokenFile_givesAllOfTheMirroredDefaultsAndNamesTheFile()
    {
        QFETCH(const std::string, file);
        QFETCH(const std::string, content);
        const fs::path root = makeCheckout();
        if (content.empty())
            fs::remove(root / file);
        else
            test::writeFile(root / file, content);
        GenerateOptions options = this->options();
        options.upstreamRoot = root.string();
        const FormContext context = loadFormContext(options);
        QVERIFY(isMirrored(context));
        QCOMPARE(context.problem->code, backend::error_codes::kUpstreamConfig);
        QCOMPARE(context.problem->field, QString::fromStdString(file));
        QVERIFY(fixtures::allExplainThemselves({*context.problem}));
    }

    void chosenManifest_decidesWhichModalitiesThereAre()
    {
        std::string text = test::readFile(fs::path(MRB_SOURCE_DIR) / "skill_manifest.yaml");
        const std::string seed = "random_seed: 1234\n  modality";
        text.replace(text.find(seed), seed.size(), "random_seed: 77\n  modality");
        test::writeFile(base() / "other.yaml", text);
        GenerateOptions options = this->options();
        options.manifest = "other.yaml";
        const FormContext context = loadFormContext(options);
        QCOMPARE(context.manifest.defaults.seed, 77);
        QVERIFY(!context.manifest.builtIn);
        QVERIFY(isMirrored(context)); // there is no checkout here
    }

    void manifestThatCannotBeRead_isTheProblemEvenWithACheckout()
    {
        makeCheckout();
        GenerateOptions options = this->options();
        options.upstreamRoot = "checkout";
        options.manifest = test::writeFile(base() / "broken.yaml", "id: [").string();
        const FormContext context = loadFormContext(options);
        QVERIFY(isMirrored(context));
        QVERIFY(context.manifest.builtIn);
        QCOMPARE(context.problem->code, backend::error_codes::kManifestSyntax);
    }
};

QTEST_GUILESS_MAIN(TestFormContext)
#include "tst_FormContext.moc"
