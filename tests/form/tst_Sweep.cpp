// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/Sweep.h"
#include "backend/request/CostEstimate.h"
#include "backend/request/OverrideDocument.h"
#include "tests/form/FormFixtures.h"

#include <QtTest>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

using Seeds = std::vector<std::int64_t>;

namespace {

SweepAxis axis(const char *key, const char *valuesByBar)
{
    return {key, QString::fromUtf8(valuesByBar).split(u'|')};
}

SweepAxis numbers(const char *key, int count)
{
    SweepAxis axis{key, {}};
    for (int i = 0; i < count; ++i)
        axis.values << QString::number(i);
    return axis;
}

} // namespace

class TestSweep : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCombination_theLastAxisFastest()
    {
        const SweepPlan plan =
            planSweep(R"({"num_inference_steps": 40, "cfg_guidance_scale": 9})",
                      {axis("modality", "mri_t1|mri_flair_skull_stripped"),
                       axis("random_seed", "7|8"), axis("cfg_guidance_scale", "2|4.5")},
                      mirroredContext());
        QVERIFY(plan.errors.empty());
        QStringList labels;
        for (const SweepRun &run : plan.runs)
            labels << run.label;
        const auto label = [](const char *text) { return QString::fromUtf8(text); };
        QCOMPARE(labels, (QStringList{
                             label("T1 · seed 7 · guidance 2"), label("T1 · seed 7 · guidance 4.5"),
                             label("T1 · seed 8 · guidance 2"), label("T1 · seed 8 · guidance 4.5"),
                             label("FLAIR, skull-stripped · seed 7 · guidance 2"),
                             label("FLAIR, skull-stripped · seed 7 · guidance 4.5"),
                             label("FLAIR, skull-stripped · seed 8 · guidance 2"),
                             label("FLAIR, skull-stripped · seed 8 · guidance 4.5")}));
        QCOMPARE(fixtures::compact(plan.runs[5].document),
                 R"({"modality":"mri_flair_skull_stripped","num_inference_steps":40,)"
                 R"("cfg_guidance_scale":4.5,"random_seed":7})"s);
    }

    void lists_areTypedWithBlanks_andTheirCostIsTheirOwn()
    {
        const SweepPlan plan =
            planSweep("{}", {axis("dim", "256 256 128|512  512 256 ")}, mirroredContext());
        QVERIFY(plan.errors.empty());
        QCOMPARE(plan.runs[1].label, QString::fromUtf8("size 512 × 512 × 256 voxels"));
        QCOMPARE(plan.runs[0].estimatedSeconds, estimateCost({256, 256, 128}, 30, {}).wallSeconds);
        QCOMPARE(plan.runs[1].estimatedSeconds, estimateCost({512, 512, 256}, 30, {}).wallSeconds);
        // A document is complete: it says modality and seed even where nobody chose them.
        QCOMPARE(fixtures::compact(plan.runs[1].document),
                 R"({"modality":"mri_t1","dim":[512,512,256],"random_seed":1234})"s);
    }

    void valuesOfADocument_giveWhatTypedOnesGive()
    {
        const SweepAxis json{.key = "spacing",
                             .values = {},
                             .jsonValues = {Json::array({1, 1.5, 2}), Json::array({1, 1, 1})}};
        const SweepPlan plan =
            planSweep("{}", {json, axis("random_seed", "7|8")}, mirroredContext());
        const SweepPlan typed =
            planSweep("{}", {axis("spacing", "1 1.5 2|1 1 1"), axis("random_seed", "7|8")},
                      mirroredContext());
        QVERIFY(plan.errors.empty());
        QCOMPARE(plan.runs.size(), std::size_t{4});
        for (std::size_t i = 0; i < plan.runs.size(); ++i) {
            QCOMPARE(plan.runs[i].document, typed.runs[i].document);
            QCOMPARE(plan.runs[i].label, typed.runs[i].label);
        }
    }

    void details_leaveOutModalityAndSeed()
    {
        const SweepPlan plan = planSweep("{}",
                                         {axis("modality", "mri_t1"), axis("random_seed", "7"),
                                          axis("cfg_guidance_scale", "4.5")},
                                         mirroredContext());
        QCOMPARE(plan.runs.front().details, QStringLiteral("guidance 4.5"));
    }

    void wrongValuesOfADocument_areToldOneByOne()
    {
        const SweepAxis json{
            .key = "num_inference_steps", .values = {}, .jsonValues = {30, 2.5, "30", true, 0, 30}};
        const SweepPlan plan = planSweep("{}", {json}, mirroredContext());
        QVERIFY(plan.runs.empty());
        QStringList told;
        for (const Error &error : plan.errors) {
            QCOMPARE(error.field, QStringLiteral("num_inference_steps"));
            told << error.message.section(u'\u201c', 1).section(u'\u201d', 0, 0);
        }
        QCOMPARE(told, QStringLiteral("2.5|\"30\"|true|0|30").split(u'|'));
    }

    void nothingVaried_isOneRun()
    {
        const SweepPlan plan = planSweep("{}", {}, mirroredContext());
        QVERIFY(plan.errors.empty());
        QCOMPARE(plan.runs.size(), std::size_t{1});
    }

    void badPlan_isRefusedAsAWhole_data()
    {
        QTest::addColumn<std::string>("base");
        QTest::addColumn<std::vector<SweepAxis>>("axes");
        QTest::addColumn<QString>("codes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const char *base, std::vector<SweepAxis> axes,
                            const char *codes, const char *says) {
            QTest::newRow(name) << std::string(base) << std::move(axes) << QString::fromUtf8(codes)
                                << QString::fromUtf8(says);
        };
        row("no number", "{}", {axis("cfg_guidance_scale", "2|x")},
            "sweep_value:cfg_guidance_scale", "\u201cx\u201d");
        row("out of range", "{}", {axis("num_inference_steps", "30|0|2000")},
            "sweep_value:num_inference_steps sweep_value:num_inference_steps", "\u201c0\u201d");
        row("no multiple", "{}", {axis("dim", "256 256 128|100 256 128")}, "sweep_value:dim",
            "100 256 128");
        row("too short a list", "{}", {axis("spacing", "1 1")}, "sweep_value:spacing", "1 1");
        row("empty value", "{}", {axis("cfg_guidance_scale", "2|")},
            "sweep_value:cfg_guidance_scale", "empty");
        row("unknown modality", "{}", {axis("modality", "mri_t1|T2")}, "sweep_value:modality",
            "\u201cT2\u201d");
        row("the same twice", "{}", {axis("cfg_guidance_scale", "2|4|2.0")},
            "sweep_value:cfg_guidance_scale", "2.0");
        row("two axes", "{}", {axis("random_seed", "-1"), axis("output_prefix", "a b")},
            "sweep_value:random_seed sweep_value:output_prefix", "-1");
        row("unknown field", "{}", {axis("size", "1")}, "sweep_value:size", "size");
        row("field twice", "{}", {axis("random_seed", "1"), axis("random_seed", "2")},
            "sweep_value:random_seed", "twice");
        row("no values", "{}", {SweepAxis{"random_seed", {}}}, "sweep_value:random_seed",
            "no values");
        row("base no document", "{", {axis("random_seed", "1")}, "json_syntax:", "settings");
        row("base out of range", R"({"dim": [1, 64, 64]})", {axis("random_seed", "1|2")},
            "out_of_range:dim", "dim");
        row("2001 runs", "{}", {numbers("random_seed", 2001)}, "sweep_too_large:random_seed",
            "2000");
        row("too many together", "{}",
            {numbers("random_seed", 1000), axis("cfg_guidance_scale", "1|2|3")},
            "sweep_too_large:cfg_guidance_scale", "2000");
    }
    void badPlan_isRefusedAsAWhole()
    {
        QFETCH(const std::string, base);
        QFETCH(const std::vector<SweepAxis>, axes);
        QFETCH(const QString, codes);
        QFETCH(const QString, says);
        const SweepPlan plan = planSweep(base, axes, mirroredContext());
        QVERIFY(plan.runs.empty());
        QCOMPARE(fixtures::codesOf(plan.errors), codes);
        QVERIFY2(plan.errors.front().message.contains(says),
                 qPrintable(plan.errors.front().message));
        for (const Error &error : plan.errors)
            QVERIFY(!error.hint.isEmpty());
    }

    void wrongBaseValue_doesNotMatterWhenItIsVaried()
    {
        const SweepPlan plan = planSweep(R"({"num_inference_steps": 0})",
                                         {axis("num_inference_steps", "30")}, mirroredContext());
        QVERIFY(plan.errors.empty());
        QCOMPARE(plan.runs.size(), std::size_t{1});
    }

    void largestSweep_isPlanned()
    {
        const SweepPlan plan =
            planSweep("{}", {numbers("random_seed", 1000), axis("cfg_guidance_scale", "2|3")},
                      mirroredContext());
        QVERIFY(plan.errors.empty());
        QCOMPARE(plan.runs.size(), kMostSweepRuns);
        for (const SweepRun &run : plan.runs)
            QVERIFY(parseOverrides(run.document, {}).errors.empty());
    }

    void seedList_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Seeds>("seeds");
        QTest::newRow("one") << QStringLiteral("7") << Seeds{7};
        QTest::newRow("list and range") << QStringLiteral("1, 2, 5-8") << Seeds{1, 2, 5, 6, 7, 8};
        QTest::newRow("blanks") << QStringLiteral(" 3 1\n 2 ,") << Seeds{3, 1, 2};
        QTest::newRow("blanks in a range") << QStringLiteral("5 - 6") << Seeds{5, 6};
        QTest::newRow("dots") << QStringLiteral("1..3, 7 .. 8") << Seeds{1, 2, 3, 7, 8};
        QTest::newRow("range of one") << QStringLiteral("5-5") << Seeds{5};
        QTest::newRow("largest") << QStringLiteral("4294967294-4294967295")
                                 << Seeds{4294967294, 4294967295};
    }
    void seedList()
    {
        QFETCH(const QString, text);
        QFETCH(const Seeds, seeds);
        const Result<Seeds> parsed = parseSeedList(text);
        QVERIFY(parsed);
        QCOMPARE(*parsed, seeds);
    }

    void badSeedList_isRefused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *text, const char *code, const char *says) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(code)
                                << QString::fromUtf8(says);
        };
        row("", "sweep_value", "no seed");
        row(" , ", "sweep_value", "no seed");
        row("1, abc", "sweep_value", "abc");
        row("1.5", "sweep_value", "1.5");
        row("-5", "sweep_value", "-5");
        row("1-2-3", "sweep_value", "1-2-3");
        row("3-", "sweep_value", "3-");
        row("8-5", "sweep_value", "8-5");
        row("8..5", "sweep_value", "8-5");
        row("1..", "sweep_value", "1-");
        row("4294967296", "sweep_value", "4294967296");
        row("99999999999999999999999", "sweep_value", "larger");
        row("0-2000", "sweep_too_large", "2000");
        row("0-1999 5000", "sweep_too_large", "2000");
        row("0-4294967295", "sweep_too_large", "2000");
    }
    void badSeedList_isRefused()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, code);
        QFETCH(const QString, says);
        const Result<Seeds> parsed = parseSeedList(text);
        QVERIFY(!parsed);
        QCOMPARE(fixtures::codesOf({parsed.error()}), code + QStringLiteral(":random_seed"));
        QVERIFY2(parsed.error().message.contains(says), qPrintable(parsed.error().message));
        QVERIFY(!parsed.error().hint.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSweep)
#include "tst_Sweep.moc"
