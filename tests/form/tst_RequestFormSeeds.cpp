// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/RequestForm.h"
#include "backend/request/ModelRequest.h"
#include "tests/form/FormFixtures.h"

#include <QSignalSpy>
#include <QtTest>

#include <algorithm>
#include <ranges>
#include <set>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

using Seeds = std::vector<std::int64_t>;

namespace {

constexpr std::int64_t kLargest = 4294967295;

QString shown(const RequestForm &form)
{
    return form.field("random_seed").texts.front();
}

void type(RequestForm &form, std::int64_t seed)
{
    form.setText("random_seed", 0, QString::number(seed));
}

} // namespace

class TestRequestFormSeeds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void seedsInARow_goOnAsTheModeSays_data()
    {
        QTest::addColumn<SeedMode>("mode");
        QTest::addColumn<QString>("next");
        QTest::newRow("fixed") << SeedMode::Fixed << QStringLiteral("7");
        QTest::newRow("increment") << SeedMode::Increment << QStringLiteral("10");
    }
    void seedsInARow_goOnAsTheModeSays()
    {
        QFETCH(const SeedMode, mode);
        QFETCH(const QString, next);
        RequestForm form(mirroredContext());
        form.setSeedMode(mode);
        type(form, 7);
        form.setCount(3);
        QCOMPARE(form.seeds(), (Seeds{7, 8, 9}));
        form.ordered();
        QCOMPARE(shown(form), next);
    }

    void lastSeedBeyondTheLargest_isAnErrorAtTheSeed()
    {
        RequestForm form(mirroredContext());
        type(form, kLargest - 1);
        form.setCount(2);
        QCOMPARE(form.seeds(), (Seeds{kLargest - 1, kLargest}));
        form.setCount(3);
        QCOMPARE(fixtures::codesOf(form.errors()), QStringLiteral("out_of_range:random_seed"));
        QVERIFY(form.field("random_seed").error.contains(QString::number(kLargest + 1)));
        QVERIFY(form.seeds().empty());
        form.setSeedMode(SeedMode::Random); // draws others
        QVERIFY(form.errors().empty());
        type(form, kLargest); // which are not in a row
        QVERIFY(form.errors().empty());
        QCOMPARE(form.seeds().size(), std::size_t{3});
    }

    void afterTheLargestSeed_theSmallestFollows()
    {
        RequestForm form(mirroredContext());
        form.setSeedMode(SeedMode::Increment);
        type(form, kLargest);
        form.ordered();
        QCOMPARE(shown(form), QStringLiteral("0"));
    }

    void wrongSeed_givesNoSeeds_andOrderingLeavesIt()
    {
        RequestForm form(mirroredContext());
        form.setSeedMode(SeedMode::Increment);
        form.setText("random_seed", 0, QStringLiteral("1x"));
        QVERIFY(form.seeds().empty());
        form.ordered();
        QCOMPARE(shown(form), QStringLiteral("1x"));
    }

    void randomSeeds_areShownBeforeTheyAreUsed_andDifferent()
    {
        RequestForm form(mirroredContext());
        form.setCount(1000);
        form.setSeedMode(SeedMode::Random);
        const Seeds seeds = form.seeds();
        QCOMPARE(seeds.size(), std::size_t{1000});
        QCOMPARE(std::set<std::int64_t>(seeds.begin(), seeds.end()).size(), seeds.size());
        QVERIFY(std::ranges::all_of(
            seeds, [](std::int64_t seed) { return seed >= 0 && seed <= kLargest; }));
        // All of the 32 bits: the chance of none above the half is that of 1000 heads in a row.
        QVERIFY(std::ranges::any_of(seeds, [](std::int64_t seed) { return seed > kLargest / 2; }));
        QCOMPARE(shown(form), QString::number(seeds.front()));
        QCOMPARE(form.seeds(), seeds); // asking again draws nothing
        form.setText("dim", 0, QStringLiteral("320"));
        form.setModality("mri_t2");
        QCOMPARE(form.seeds(), seeds);
    }

    void randomSeeds_areDrawnAnewAfterAnOrder()
    {
        RequestForm form(mirroredContext());
        form.setSeedMode(SeedMode::Random);
        form.setCount(5);
        const Seeds before = form.seeds();
        QSignalSpy changed(&form, &RequestForm::changed);
        form.ordered();
        QCOMPARE(changed.count(), 1);
        const Seeds after = form.seeds();
        QCOMPARE(after.size(), before.size());
        for (const std::int64_t seed : after)
            QVERIFY(std::ranges::find(before, seed) == before.end());
        form.drawSeed();
        QVERIFY(form.seeds() != after);
        QVERIFY(shown(form) != QString::number(after.front()));
    }

    void anotherCount_keepsTheSeedsThatAreThere()
    {
        RequestForm form(mirroredContext());
        form.setSeedMode(SeedMode::Random);
        form.setCount(3);
        const Seeds three = form.seeds();
        form.setCount(4);
        QCOMPARE(form.seeds().size(), std::size_t{4});
        QVERIFY(std::ranges::equal(three, form.seeds() | std::views::take(3)));
        form.setCount(1);
        QCOMPARE(form.seeds(), (Seeds{three.front()}));
    }

    void typedSeed_replacesTheFirstOfTheRandomOnes()
    {
        RequestForm form(mirroredContext());
        form.setSeedMode(SeedMode::Random);
        form.setCount(3);
        const Seeds drawn = form.seeds();
        form.setText("random_seed", 0, QString());
        QVERIFY(form.seeds().empty());
        const std::int64_t typed = drawn[1] == 5 || drawn[2] == 5 ? 6 : 5;
        type(form, typed);
        QCOMPARE(form.seeds(), (Seeds{typed, drawn[1], drawn[2]}));
        type(form, drawn[2]); // would stand there twice
        const Seeds seeds = form.seeds();
        QCOMPARE(seeds.size(), std::size_t{3});
        QCOMPARE(seeds[0], drawn[2]);
        QCOMPARE(std::set<std::int64_t>(seeds.begin(), seeds.end()).size(), std::size_t{3});
    }

    void leavingRandom_keepsTheSeedShown()
    {
        RequestForm form(mirroredContext());
        form.setSeedMode(SeedMode::Random);
        const QString seed = shown(form);
        form.setSeedMode(SeedMode::Fixed);
        QCOMPARE(shown(form), seed);
        form.ordered();
        QCOMPARE(shown(form), seed);
    }

    void drawing_worksInEveryMode()
    {
        RequestForm form(mirroredContext());
        form.drawSeed();
        const QString seed = shown(form);
        QVERIFY(seed != QStringLiteral("1234"));
        form.ordered();
        QCOMPARE(shown(form), seed);
        QVERIFY(form.document().find("\"random_seed\": " + seed.toStdString()) !=
                std::string::npos);
    }

    void documentForASeed_differsInTheSeedAlone()
    {
        RequestForm form(mirroredContext());
        form.setModality("mri_t2");
        QCOMPARE(fixtures::compact(form.documentFor(42)),
                 R"({"modality":"mri_t2","random_seed":42})"s);
        QCOMPARE(form.documentFor(1234), form.document());
    }

    void count_staysBetween1And1000()
    {
        RequestForm form(mirroredContext());
        QSignalSpy changed(&form, &RequestForm::changed);
        form.setCount(0);
        QCOMPARE(form.count(), 1);
        QCOMPARE(changed.count(), 0);
        form.setCount(5000);
        QCOMPARE(form.count(), 1000);
        QCOMPARE(form.seeds().size(), std::size_t{1000});
        QCOMPARE(changed.count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestRequestFormSeeds)
#include "tst_RequestFormSeeds.moc"
