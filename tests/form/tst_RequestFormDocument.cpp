// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/RequestForm.h"
#include "backend/request/ModelRequest.h"
#include "tests/form/FormFixtures.h"

#include <QSignalSpy>
#include <QtTest>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

const QString kName = QStringLiteral("request.json");
const std::string kFull = R"({"modality": "mri_flair", "dim": [128, 256, 256],
    "spacing": [1.38, 0.977, 1], "num_inference_steps": 40, "cfg_guidance_scale": 2.5,
    "random_seed": 9, "top_region_index": [0, 0.5, 0, 0], "bottom_region_index": [1, 0, 0, 0],
    "output_prefix": "abc"})";

/// Everything a form says.
std::vector<QStringList> stateOf(const RequestForm &form)
{
    std::vector<QStringList> state;
    for (const FieldState &field : form.fields()) {
        state.push_back(field.texts);
        state.push_back({field.error});
        state.push_back(field.warnings);
    }
    state.push_back({QString::fromStdString(form.document())});
    return state;
}

} // namespace

class TestRequestFormDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void document_fillsEveryField()
    {
        RequestForm form(mirroredContext());
        QSignalSpy changed(&form, &RequestForm::changed);
        QVERIFY(form.setDocument(kFull, kName).empty());
        QCOMPARE(changed.count(), 1);
        QCOMPARE(form.field("spacing").texts.join(u' '), QStringLiteral("1.38 0.977 1"));
        QCOMPARE(form.modality(), "mri_flair"s);
        for (const FieldState &field : form.fields())
            QVERIFY(field.overridden);
        QCOMPARE(fixtures::compact(form.document()), fixtures::compact(kFull));
    }

    void fieldsThatTheDocumentDoesNotName_goBackToTheDefault()
    {
        RequestForm form(mirroredContext());
        QVERIFY(form.setDocument(kFull, kName).empty());
        QVERIFY(form.setDocument(R"({"_comment": "x", "cfg_guidance_scale": 7})", kName).empty());
        QCOMPARE(fixtures::compact(form.document()),
                 R"({"modality":"mri_t1","cfg_guidance_scale":7,"random_seed":1234})"s);
    }

    void nestedDocument_isUnderstood()
    {
        RequestForm form(mirroredContext());
        QVERIFY(
            form.setDocument(R"({"diffusion_unet_inference": {"num_inference_steps": 12}})", kName)
                .empty());
        QCOMPARE(form.field("num_inference_steps").texts, QStringList{QStringLiteral("12")});
    }

    void defaultsInADocument_areNotOverrides()
    {
        RequestForm form(mirroredContext());
        QVERIFY(form.setDocument(R"({"dim": [256, 256, 128], "cfg_guidance_scale": 2.0})", kName)
                    .empty());
        QVERIFY(!form.field("dim").overridden);
        QCOMPARE(fixtures::compact(form.document()),
                 R"({"modality":"mri_t1","random_seed":1234})"s);
    }

    void ownDocument_changesNothing_data()
    {
        QTest::addColumn<std::string>("document");
        QTest::addColumn<QString>("steps");
        QTest::newRow("fresh") << "{}"s << QStringLiteral("30");
        QTest::newRow("full") << kFull << QStringLiteral("41");
        QTest::newRow("with a wrong text") << kFull << QStringLiteral("4x");
    }
    void ownDocument_changesNothing()
    {
        QFETCH(const std::string, document);
        QFETCH(const QString, steps);
        RequestForm form(mirroredContext());
        QVERIFY(form.setDocument(document, kName).empty());
        form.setText("num_inference_steps", 0, steps);
        form.setText("cfg_guidance_scale", 0, QStringLiteral("2.50"));
        const auto before = stateOf(form);
        QSignalSpy changed(&form, &RequestForm::changed);
        QVERIFY(form.setDocument(form.document(), kName).empty());
        QCOMPARE(changed.count(), 0);
        QVERIFY(stateOf(form) == before);
    }

    void documentOfOneForm_makesAnotherSayTheSame()
    {
        RequestForm first(mirroredContext());
        first.setModality("mri_swi");
        first.setText("spacing", 1, QStringLiteral("1.0"));
        first.setText("random_seed", 0, QStringLiteral("77"));
        RequestForm second(mirroredContext());
        QVERIFY(second.setDocument(first.document(), kName).empty());
        QVERIFY(stateOf(second) == stateOf(first));
    }

    void badDocument_isReportedAndChangesNothing_data()
    {
        QTest::addColumn<std::string>("document");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, const char *document, const char *codes) {
            QTest::newRow(name) << std::string(document) << QString::fromUtf8(codes);
        };
        row("cut off", R"({"dim": [)", "json_syntax:");
        row("list", "[]", "json_not_an_object:");
        row("key twice", R"({"dim": [64, 64, 64], "dim": [64, 64, 64]})", "json_duplicate_key:dim");
        row("unknown key", R"({"size": 3})", "unknown_key:size");
        row("wrong kind", R"({"dim": 3})", "wrong_type:dim");
        row("true is no number", R"({"random_seed": true})", "wrong_type:random_seed");
        row("out of range", R"({"dim": [64, 64, 512]})", "out_of_range:dim");
        row("no multiple", R"({"dim": [65, 64, 64]})", "not_a_multiple:dim");
        row("seed too large", R"({"random_seed": 4294967296})", "out_of_range:random_seed");
        row("modality", R"({"modality": "mri_pd"})", "modality_unsupported:modality");
        row("prefix", R"({"output_prefix": "a/b"})", "output_prefix_invalid:output_prefix");
        row("two", R"({"random_seed": -1, "num_inference_steps": 0})",
            "out_of_range:num_inference_steps out_of_range:random_seed");
    }
    void badDocument_isReportedAndChangesNothing()
    {
        QFETCH(const std::string, document);
        QFETCH(const QString, code);
        RequestForm form(mirroredContext());
        QVERIFY(form.setDocument(kFull, kName).empty());
        form.setText("dim", 0, QStringLiteral("wrong"));
        const auto before = stateOf(form);
        QSignalSpy changed(&form, &RequestForm::changed);
        QCOMPARE(fixtures::codesOf(form.setDocument(document, kName)), code);
        QCOMPARE(changed.count(), 0);
        QVERIFY(stateOf(form) == before);
    }

    void problemOfTheCheckout_isNoReasonToRefuseADocument()
    {
        FormContext context = mirroredContext();
        context.modalityMapping.erase("mri_flair");
        RequestForm form(context);
        QVERIFY(form.setDocument(kFull, kName).empty());
        QCOMPARE(form.modality(), "mri_flair"s);
        QVERIFY(!form.field("modality").error.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestRequestFormDocument)
#include "tst_RequestFormDocument.moc"
