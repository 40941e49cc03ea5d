// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/ProgressEstimate.h"

#include <QTest>

using namespace mrb::backend;

namespace {

Progress at(Phase phase, double phaseElapsed, int step = 0, int total = 0,
            std::optional<double> eta = std::nullopt)
{
    return {phase, step, total, eta, phaseElapsed, phaseElapsed};
}

} // namespace

class TestProgressEstimate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fraction_growsThroughAllPhasesAndNeverGoesBack()
    {
        ProgressEstimate estimate((RunSettings()));
        std::vector<double> seen{estimate.now().fraction};
        const auto tell = [&](const Progress &progress) {
            estimate.update(progress);
            QVERIFY(estimate.now().fraction >= seen.back());
            QVERIFY(estimate.now().fraction < 1);
            seen.push_back(estimate.now().fraction);
        };
        for (double second = 0; second < 40; ++second) // longer than expected
            tell(at(Phase::Imports, second));
        const double imported = seen.back();
        tell(at(Phase::Models, 0));
        QVERIFY(seen.back() > imported);
        for (int step = 0; step <= 30; ++step)
            tell(at(Phase::Diffusion, step * 0.1, step, 30));
        const double drawn = seen.back();
        tell(at(Phase::Diffusion, 3, 5, 30)); // a rank that lags behind
        QCOMPARE(seen.back(), drawn);
        tell(at(Phase::Decoding, 0, 0, 8));
        tell(at(Phase::Decoding, 1, 8, 8));
        tell(at(Phase::Saving, 0));
        tell(at(Phase::Done, 0));
        estimate.beginMeasuring();
        QVERIFY(estimate.now().fraction >= seen.back());
        QVERIFY(estimate.now().fraction < 1);
    }

    void shares_areUpstreamsMeasuredOnes()
    {
        // 16 s of imports out of some 22 for the default request.
        ProgressEstimate estimate((RunSettings()));
        estimate.update(at(Phase::Models, 0));
        QVERIFY(estimate.now().fraction > 0.65 && estimate.now().fraction < 0.8);
    }

    void largerRequest_spendsMoreOnDiffusion()
    {
        RunSettings settings;
        settings.overrides = R"({"dim": [512, 512, 256], "num_inference_steps": 100})";
        ProgressEstimate estimate(settings);
        estimate.update(at(Phase::Diffusion, 0, 0, 100));
        QVERIFY(estimate.now().fraction < 0.3);
        estimate.update(at(Phase::Decoding, 0));
        QVERIFY(estimate.now().fraction > 0.7);
    }

    void phantom_isDrawingMostOfTheTime()
    {
        RunSettings settings;
        settings.engine = Engine::Phantom;
        ProgressEstimate estimate(settings);
        estimate.update(at(Phase::Diffusion, 0, 0, 30));
        QVERIFY(estimate.now().fraction < 0.15);
    }

    void withoutExpectedTime_thereIsNoEstimateBeforeTheFirstStep()
    {
        ProgressEstimate estimate((RunSettings()));
        QVERIFY(!estimate.now().etaSeconds);
        estimate.update(at(Phase::Imports, 4));
        QVERIFY(!estimate.now().etaSeconds);
        estimate.update(at(Phase::Diffusion, 0, 0, 30));
        QVERIFY(!estimate.now().etaSeconds);
        estimate.update(at(Phase::Diffusion, 10, 10, 30, 20.0));
        // 20 s of steps, then decoding and saving at the same pace.
        QVERIFY(estimate.now().etaSeconds);
        QVERIFY(*estimate.now().etaSeconds > 20 && *estimate.now().etaSeconds < 60);
        estimate.beginMeasuring();
        QVERIFY(estimate.now().etaSeconds);
        QVERIFY(*estimate.now().etaSeconds < 10);
    }

    void expectedTime_isTheEstimateUntilMoreIsKnown_data()
    {
        QTest::addColumn<double>("expected");
        QTest::newRow("slower than the reference") << 90.0;
        QTest::newRow("faster than loading there") << 8.0;
    }
    void expectedTime_isTheEstimateUntilMoreIsKnown()
    {
        QFETCH(double, expected);
        RunSettings settings;
        settings.expectedSeconds = expected;
        ProgressEstimate estimate(settings);
        QCOMPARE(estimate.now().etaSeconds, std::optional(expected));
        estimate.update(at(Phase::Imports, 0));
        QVERIFY(std::abs(*estimate.now().etaSeconds - expected) < 0.01 * expected);
        const double before = *estimate.now().etaSeconds;
        estimate.update(at(Phase::Imports, 1));
        QVERIFY(std::abs(before - 1 - *estimate.now().etaSeconds) < 1e-9);
    }

    void words_nameThePhase_data()
    {
        QTest::addColumn<int>("phase");
        QTest::addColumn<int>("total");
        QTest::addColumn<QString>("words");
        const auto row = [](Phase phase, int total, const char *words) {
            QTest::newRow(words) << static_cast<int>(phase) << total << QString::fromLatin1(words);
        };
        row(Phase::Imports, 0, "Loading Python packages");
        row(Phase::Models, 0, "Loading the model");
        row(Phase::Diffusion, 30, "Diffusion, step 12 of 30");
        row(Phase::Decoding, 0, "Decoding");
        row(Phase::Decoding, 18, "Decoding, part 12 of 18");
        row(Phase::Saving, 0, "Saving");
    }
    void words_nameThePhase()
    {
        QFETCH(int, phase);
        QFETCH(int, total);
        QFETCH(QString, words);
        ProgressEstimate estimate((RunSettings()));
        QCOMPARE(estimate.now().what, QStringLiteral("Preparing"));
        estimate.update(at(static_cast<Phase>(phase), 1, total > 0 ? 12 : 0, total));
        QCOMPARE(estimate.now().what, words);
        estimate.beginMeasuring();
        QCOMPARE(estimate.now().what, QStringLiteral("Measuring the volume"));
    }
};

QTEST_APPLESS_MAIN(TestProgressEstimate)
#include "tst_ProgressEstimate.moc"
