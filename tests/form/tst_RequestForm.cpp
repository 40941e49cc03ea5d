// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/RequestForm.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/OverrideDocument.h"
#include "tests/form/FormFixtures.h"

#include <QSignalSpy>
#include <QtTest>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

const std::string kStart = R"({"modality":"mri_t1","random_seed":1234})";

std::string documentOf(const RequestForm &form)
{
    return fixtures::compact(form.document());
}

QStringList texts(const RequestForm &form, const char *key)
{
    return form.field(key).texts;
}

} // namespace

class TestRequestForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void freshForm_showsTheDefaultsAndAsksForThem()
    {
        const RequestForm form(mirroredContext());
        QCOMPARE(form.fields().size(), contract::fieldTable().size());
        for (const FieldState &field : form.fields()) {
            QCOMPARE(field.texts, field.defaultTexts);
            QVERIFY(!field.texts.contains(QString()));
            QVERIFY(!field.overridden);
            QVERIFY(field.error.isEmpty());
            QVERIFY(field.warnings.isEmpty());
        }
        QCOMPARE(texts(form, "dim").join(u' '), QStringLiteral("256 256 128"));
        QCOMPARE(texts(form, "spacing").join(u' '), QStringLiteral("0.94 0.94 1.36"));
        QCOMPARE(texts(form, "output_prefix"), QStringList{QStringLiteral("mr_brain_mri_t1")});
        QCOMPARE(documentOf(form), kStart);
        QVERIFY(form.errors().empty());
        QVERIFY(form.warnings().empty());
        QCOMPARE(*form.cost(), estimateCost({256, 256, 128}, 30, "rflow-mr-brain"));
    }

    void typedValue_standsInTheDocumentAsItWasWritten_data()
    {
        QTest::addColumn<std::string>("key");
        QTest::addColumn<QString>("text");
        QTest::addColumn<std::string>("member");
        const auto row = [](const char *key, const char *text, const char *member) {
            QTest::addRow("%s = %s", key, text)
                << std::string(key) << QString::fromUtf8(text) << std::string(member);
        };
        row("modality", "mri_flair", R"("modality":"mri_flair")");
        row("dim", "320", R"("dim":[320,256,128])");
        row("spacing", "1", R"("spacing":[1,0.94,1.36])");
        row("spacing", "1.0", R"("spacing":[1.0,0.94,1.36])");
        row("spacing", " 0.9 ", R"("spacing":[0.9,0.94,1.36])");
        row("num_inference_steps", "50", R"("num_inference_steps":50)");
        row("cfg_guidance_scale", "4", R"("cfg_guidance_scale":4)");
        row("cfg_guidance_scale", "4.5", R"("cfg_guidance_scale":4.5)");
        row("random_seed", "4294967295", R"("random_seed":4294967295)");
        row("top_region_index", "0.5", R"("top_region_index":[0.5,1,0,0])");
        row("output_prefix", "study-7_a", R"("output_prefix":"study-7_a")");
    }
    void typedValue_standsInTheDocumentAsItWasWritten()
    {
        QFETCH(const std::string, key);
        QFETCH(const QString, text);
        QFETCH(const std::string, member);
        RequestForm form(mirroredContext());
        QSignalSpy changed(&form, &RequestForm::changed);
        form.setText(key, 0, text);
        QCOMPARE(changed.count(), 1);
        QVERIFY2(documentOf(form).find(member) != std::string::npos, documentOf(form).c_str());
        QCOMPARE(form.field(key).texts.front(), text);
        QVERIFY(form.field(key).overridden);
        QVERIFY(form.errors().empty());
        form.setText(key, 0, text);
        QCOMPARE(changed.count(), 1); // nothing changed
        form.reset(key);
        QCOMPARE(changed.count(), 2);
        QCOMPARE(documentOf(form), kStart);
        QCOMPARE(form.field(key).texts, form.field(key).defaultTexts);
    }

    void typingTheDefault_takesTheFieldOutOfTheDocument_data()
    {
        QTest::addColumn<std::string>("key");
        QTest::addColumn<QString>("other");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *key, const char *other, const char *text) {
            QTest::addRow("%s = %s", key, text)
                << std::string(key) << QString::fromUtf8(other) << QString::fromUtf8(text);
        };
        row("dim", "320", "256");
        row("spacing", "1", "0.940"); // the same value, written otherwise
        row("cfg_guidance_scale", "4", "2.0");
        row("num_inference_steps", "40", "30");
        row("output_prefix", "a", "mr_brain_mri_t1");
        row("output_prefix", "a", "");
    }
    void typingTheDefault_takesTheFieldOutOfTheDocument()
    {
        QFETCH(const std::string, key);
        QFETCH(const QString, other);
        QFETCH(const QString, text);
        RequestForm form(mirroredContext());
        form.setText(key, 0, other);
        QVERIFY(documentOf(form) != kStart);
        form.setText(key, 0, text);
        QCOMPARE(documentOf(form), kStart);
        QCOMPARE(form.field(key).texts.front(), text); // and stays as it was typed
        QVERIFY(!form.field(key).overridden);
        QVERIFY(form.errors().empty());
    }

    void wrongText_isAnErrorAtItsFieldAndNotInTheDocument_data()
    {
        QTest::addColumn<std::string>("key");
        QTest::addColumn<int>("element");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *key, int element, const char *text, const char *code,
                            const char *says) {
            QTest::addRow("%s[%d] = %s", key, element, text)
                << std::string(key) << element << QString::fromUtf8(text) << QString::fromUtf8(code)
                << QString::fromUtf8(says);
        };
        row("dim", 1, "", "wrong_type", "along y");
        row("dim", 2, "abc", "wrong_type", "along z");
        row("dim", 0, "256.0", "wrong_type", "integer");
        row("dim", 0, "25 6", "wrong_type", "25 6");
        row("dim", 0, "256, 256", "wrong_type", "256, 256");
        row("dim", 0, "true", "wrong_type", "true");
        row("dim", 0, "99999999999999999999", "wrong_type", "large");
        row("dim", 0, "9223372036854775808", "out_of_range", "512");
        row("dim", 0, "32", "out_of_range", "along x");
        row("dim", 2, "512", "out_of_range", "256");
        row("dim", 0, "250", "not_a_multiple", "224 and 256");
        row("spacing", 0, "0,94", "wrong_type", "0.94");
        row("spacing", 2, "-1", "out_of_range", "along z");
        row("spacing", 2, "NaN", "wrong_type", "NaN");
        row("spacing", 2, "1e999", "wrong_type", "1e999");
        row("spacing", 2, "655.2", "out_of_range", "below 655.2");
        row("num_inference_steps", 0, "1001", "out_of_range", "1000");
        row("num_inference_steps", 0, "0x1e", "wrong_type", "digits");
        row("cfg_guidance_scale", 0, "-0.1", "out_of_range", "at least 0");
        row("cfg_guidance_scale", 0, "[2]", "wrong_type", "number");
        row("random_seed", 0, "-1", "out_of_range", "at least 0");
        row("random_seed", 0, "4294967296", "out_of_range", "4294967295");
        row("random_seed", 0, "1e3", "wrong_type", "integer");
        row("top_region_index", 3, "x", "wrong_type", "value 4");
        row("output_prefix", 0, "a b", "output_prefix_invalid", "letters");
        row("output_prefix", 0, ".a", "output_prefix_invalid", "dot");
        row("modality", 0, "ct", "modality_unsupported", "mri_t1");
        row("modality", 0, "", "modality_unsupported", "mri_t1");
    }
    void wrongText_isAnErrorAtItsFieldAndNotInTheDocument()
    {
        QFETCH(const std::string, key);
        QFETCH(const int, element);
        QFETCH(const QString, text);
        QFETCH(const QString, code);
        QFETCH(const QString, says);
        RequestForm form(mirroredContext());
        form.setText("cfg_guidance_scale", 0, QStringLiteral("4")); // another one that is sound
        form.setText(key, element, text);
        QCOMPARE(fixtures::codesOf(form.errors()), code + u':' + QString::fromStdString(key));
        QVERIFY(fixtures::allExplainThemselves(form.errors()));
        for (const FieldState &field : form.fields())
            QCOMPARE(field.error.isEmpty(), field.spec->key != key);
        QVERIFY2(form.field(key).error.contains(says), qPrintable(form.field(key).error));
        QCOMPARE(form.field(key).texts[element], text); // kept as typed
        QVERIFY(form.field(key).overridden);            // so that it can be reset
        QVERIFY(!form.cost());
        const OverrideParse document = parseOverrides(form.document(), QString());
        QVERIFY(document.errors.empty());
        QVERIFY(!document.overrides.contains(key));
        QCOMPARE(document.overrides.contains("cfg_guidance_scale"), key != "cfg_guidance_scale");
        form.reset(key);
        QVERIFY(form.errors().empty());
    }

    void allErrors_areToldTogetherInTheOrderOfTheFields()
    {
        RequestForm form(mirroredContext());
        form.setText("random_seed", 0, QStringLiteral("x"));
        form.setText("dim", 0, QStringLiteral("33"));
        form.setText("dim", 1, QStringLiteral("1024"));
        QCOMPARE(fixtures::codesOf(form.errors()),
                 QStringLiteral("out_of_range:dim out_of_range:dim wrong_type:random_seed"));
        QCOMPARE(form.field("dim").error.count(u'\n'), 1);
        form.resetAll();
        QVERIFY(form.errors().empty());
        QCOMPARE(documentOf(form), kStart);
    }

    void defaultPrefix_followsTheModality()
    {
        RequestForm form(mirroredContext());
        form.setModality("mri_flair_skull_stripped");
        QCOMPARE(form.modality(), "mri_flair_skull_stripped"s);
        QCOMPARE(texts(form, "output_prefix"),
                 QStringList{QStringLiteral("mr_brain_mri_flair_skull_stripped")});
        QCOMPARE(documentOf(form),
                 R"({"modality":"mri_flair_skull_stripped","random_seed":1234})"s);
    }

    void warnings_standAtTheirField_data()
    {
        QTest::addColumn<std::string>("key");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *key, const char *text, const char *code) {
            QTest::addRow("%s = %s", key, text)
                << std::string(key) << QString::fromUtf8(text) << QString::fromUtf8(code);
        };
        row("num_inference_steps", "10", "steps_unusual");
        row("cfg_guidance_scale", "0", "guidance_unusual");
        row("modality", "mri_mra", "modality_sparse");
        row("spacing", "1.2", "fov_unusual");
    }
    void warnings_standAtTheirField()
    {
        QFETCH(const std::string, key);
        QFETCH(const QString, text);
        QFETCH(const QString, code);
        RequestForm form(mirroredContext());
        form.setText(key, 0, text);
        QVERIFY(form.errors().empty());
        QVERIFY2(fixtures::codesOf(form.warnings()).contains(code),
                 qPrintable(fixtures::codesOf(form.warnings())));
        QVERIFY(!form.field(key).warnings.isEmpty());
    }

    void adviceOnOtherFields_outlivesASizeThatIsBeingTyped()
    {
        RequestForm form(mirroredContext());
        form.setText("num_inference_steps", 0, QStringLiteral("10"));
        form.setText("spacing", 0, QStringLiteral("2"));
        QCOMPARE(form.warnings().size(), std::size_t{2});
        form.setText("dim", 0, QStringLiteral("25"));
        QCOMPARE(fixtures::codesOf(form.warnings()),
                 QStringLiteral("steps_unusual:num_inference_steps"));
    }

    void anotherCheckout_changesTheDefaultsAndKeepsWhatWasTyped()
    {
        RequestForm form(mirroredContext());
        form.setText("num_inference_steps", 0, QStringLiteral("40"));
        form.setText("dim", 0, QStringLiteral("wrong"));
        form.setText("cfg_guidance_scale", 0, QStringLiteral("2.0")); // no more than the default
        QSignalSpy changed(&form, &RequestForm::changed);
        form.setContext(fixtures::contextWith("cfg_guidance_scale", Json(5)));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(texts(form, "cfg_guidance_scale"), QStringList{QStringLiteral("5")});
        QCOMPARE(texts(form, "num_inference_steps"), QStringList{QStringLiteral("40")});
        QCOMPARE(texts(form, "dim").front(), QStringLiteral("wrong"));
        QCOMPARE(documentOf(form),
                 R"({"modality":"mri_t1","num_inference_steps":40,"random_seed":1234})"s);
        form.setText("cfg_guidance_scale", 0, QStringLiteral("2"));
        QVERIFY(documentOf(form).find(R"("cfg_guidance_scale":2)") != std::string::npos);
        form.setContext(fixtures::contextWith("num_inference_steps", Json(40)));
        QVERIFY(!form.field("num_inference_steps").overridden);
    }

    void changedDefaultOfTheCheckout_isToldAtItsField()
    {
        const RequestForm form(fixtures::contextWith("cfg_guidance_scale", Json(5)));
        QCOMPARE(fixtures::codesOf(form.warnings()),
                 QStringLiteral("upstream_default_changed:cfg_guidance_scale"));
        QCOMPARE(form.field("cfg_guidance_scale").warnings.size(), 1);
    }

    void brokenDefaultOfTheCheckout_isReportedAndCanBeOverridden()
    {
        RequestForm form(fixtures::contextWith("num_inference_steps", Json("thirty")));
        QCOMPARE(form.errors().size(), std::size_t{1});
        QCOMPARE(form.errors().front().code, backend::error_codes::kUpstreamConfig);
        QCOMPARE(texts(form, "num_inference_steps"), QStringList{QString()});
        QVERIFY(!form.cost());
        form.setText("num_inference_steps", 0, QStringLiteral("30"));
        QVERIFY(form.errors().empty());
        QVERIFY(documentOf(form).find(R"("num_inference_steps":30)") != std::string::npos);
    }

    void modalityTheCheckoutDoesNotKnow_isAnErrorAtTheModality()
    {
        FormContext context = mirroredContext();
        context.modalityMapping.erase("mri_swi");
        RequestForm form(context);
        form.setModality("mri_swi");
        QCOMPARE(form.errors().front().code, backend::error_codes::kUpstreamConfig);
        QVERIFY(form.field("modality").error.contains(u"mri_swi"));
        form.setModality("mri_t2");
        QVERIFY(form.errors().empty());
    }
};

QTEST_GUILESS_MAIN(TestRequestForm)
#include "tst_RequestForm.moc"
