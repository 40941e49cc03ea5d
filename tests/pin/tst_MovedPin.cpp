// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// Linked with the invented manifest as the built-in one; see CMakeLists.txt.
#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/contract/Keys.h"
#include "backend/environment/PythonRequirements.h"
#include "backend/environment/UpstreamRoot.h"
#include "backend/form/RequestForm.h"
#include "backend/process/UpstreamCommand.h"
#include "backend/queue/ModalityLabel.h"
#include "backend/request/BuiltInManifestText.h"
#include "backend/request/Manifest.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/StagedConfigs.h"

#include <QTest>

#include <algorithm>
#include <span>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

namespace keys = contract::model_config;

const Manifest &manifest()
{
    static const Result<Manifest> builtIn = builtInManifest();
    if (!builtIn)
        qFatal("%s", qPrintable(builtIn.error().message));
    return *builtIn;
}

QStringList codesOf(const Errors &errors)
{
    QStringList codes;
    for (const Error &error : errors)
        codes << QString::fromLatin1(error.code.id());
    return codes;
}

QString messagesOf(const Errors &errors)
{
    QString text;
    for (const Error &error : errors)
        text += error.message + u' ' + error.hint + u'\n';
    return text;
}

} // namespace

class TestMovedPin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void embeddedText_isTheOtherFileByteByByte()
    {
        const Result<std::string> text = readSmallFile(MRB_MOVED_MANIFEST, kMaxManifestBytes);
        QVERIFY(text);
        QVERIFY(builtInManifestText() == *text);
        QVERIFY(manifest().builtIn);
        QCOMPARE(manifest().sha256, Sha256::ofBytes(std::as_bytes(std::span(*text))));
        QCOMPARE(manifest().weights.size(), std::size_t{3});
    }

    void checkout_isLookedForUnderTheOtherCommitAndFile()
    {
        const RootSearch search = findUpstreamRoot(
            {.chosen = {}, .variable = {}, .home = "/nobody", .project = "/nothing"},
            manifest().upstream);
        QCOMPARE(search.checkedRoots.back().filename(), "NV-Generate-CTMR-5ec0d5e"s);
        QVERIFY(search.error->hint.contains(u"https://example.org/models/brain-generator"));
    }

    void command_startsTheOtherModule()
    {
        const ManifestUpstream &upstream = manifest().upstream;
        QCOMPARE(upstream.entryScript(), "generator/second/sample.py"s);
        const UpstreamCommand command = upstreamCommand({.python = "/py",
                                                         .module = upstream.entryModule(),
                                                         .networkConfig = upstream.networkConfig,
                                                         .stagedEnvironment = "/e.json",
                                                         .stagedModel = "/m.json"});
        QCOMPARE(command.argv().join(u' '),
                 QStringLiteral("/py -m generator.second.sample -t ./settings/network_second.json "
                                "-e /e.json -c /m.json"));
    }

    void packages_areTheOtherOnes()
    {
        const auto packages = requiredPackages(manifest().requirements);
        QCOMPARE(packages.size(), std::size_t{2});
        QCOMPARE(packages[1].module, "einops"s);
    }

    void weights_areCheckedAgainstTheOtherList()
    {
        Json environment{{"model_dir", "./weights"},
                         {"model_filename", "unet_second.pt"},
                         {"trained_autoencoder_path", "weights/decoder_second.pt"}};
        QVERIFY(checkWeightPaths(environment, manifest()).empty());
        environment["model_filename"] = "diff_unet_3d_rflow-mr-brain_v1.pt";
        const Errors errors = checkWeightPaths(environment, manifest());
        QCOMPARE(codesOf(errors), QStringList{QStringLiteral("weight_paths_differ")});
        QVERIFY(errors[0].message.contains(u"settings/places_second.json"));
    }

    void requests_knowTheOtherModalitiesAndDefaults()
    {
        const FormContext context = mirroredContext();
        QVERIFY2(context.source.contains(u"5ec0d5e"), qPrintable(context.source));
        const auto resolve = [&context](const Json &overrides) {
            return resolveRequest(overrides, {}, context.modelConfig, context.modalityMapping,
                                  context.manifest);
        };
        const RequestResolution standard = resolve(Json::object());
        QVERIFY(standard.request);
        QCOMPARE(standard.request->modalityName, "mri_pd"s);
        QCOMPARE(standard.request->modalityCode, 112);
        QCOMPARE(standard.request->seed, 77);
        QVERIFY((standard.request->dim == std::array<std::int64_t, 3>{128, 128, 64}));
        // Only the axial plane of the new contrast is sparse, and 12 steps are usual now.
        const Errors advice = adviseOn(*standard.request, context.modelConfig, context.manifest);
        QCOMPARE(codesOf(advice), QStringList{QStringLiteral("modality_sparse")});
        const RequestResolution older = resolve({{"num_inference_steps", 30}});
        QVERIFY(messagesOf(adviseOn(*older.request, context.modelConfig, context.manifest))
                    .contains(u"12 steps, not 30"));
        const RequestResolution dropped = resolve({{"modality", "mri_flair"}});
        QCOMPARE(codesOf(dropped.errors), QStringList{QStringLiteral("modality_unsupported")});
        QVERIFY(dropped.errors[0].hint.contains(u"mri_t1, mri_pd"));
    }

    void checkoutThatDiffers_isNamedByTheOtherFileNames()
    {
        FormContext context = mirroredContext();
        context.modelConfig[std::string(keys::kInference)]["cfg_guidance_scale"] = 2;
        context.modalityMapping["mri_pd"] = 12;
        const RequestResolution resolution = resolveRequest(
            Json::object(), {}, context.modelConfig, context.modalityMapping, context.manifest);
        QVERIFY(resolution.request);
        const QString text =
            messagesOf(adviseOn(*resolution.request, context.modelConfig, context.manifest));
        QVERIFY2(text.contains(u"settings/sampling_second.json"), qPrintable(text));
        QVERIFY2(text.contains(u"settings/contrasts_second.json"), qPrintable(text));
    }

    void form_showsTheOtherFieldsOfView()
    {
        RequestForm form(mirroredContext());
        QCOMPARE(form.modality(), "mri_pd"s);
        QCOMPARE(form.field(keys::kDim).defaultTexts.join(u' '), QStringLiteral("128 128 64"));
        const auto planes = form.planes();
        QCOMPARE(planes.size(), std::size_t{3});
        QVERIFY(planes[0].sparse);
        QVERIFY2(planes[1].text.contains(QStringLiteral("160 \u00d7 192 \u00d7 190")),
                 qPrintable(planes[1].text));
        QVERIFY(form.applyPlane(Plane::Coronal));
        const auto fov = form.fov();
        QVERIFY(fov && fov->nearestPlane == Plane::Coronal);
        QCOMPARE(fov->scans, 15);
        QVERIFY(form.warnings().empty());
    }

    void labels_areTheOtherOnes()
    {
        QCOMPARE(modalityLabel(QStringLiteral("mri_pd")), QStringLiteral("Proton density"));
        QCOMPARE(modalityLabel(QStringLiteral("mri_t2")), QStringLiteral("mri_t2"));
    }
};

QTEST_GUILESS_MAIN(TestMovedPin)
#include "tst_MovedPin.moc"
