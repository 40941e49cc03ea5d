// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LineSplitter.h"
#include "backend/process/UpstreamProgress.h"
#include "tests/process/LogTexts.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace mrb::backend;
using namespace mrb::test;

class tst_ProgressOfRanks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mixedBarsOfManyRanks_data();
    void mixedBarsOfManyRanks();
    void barEndsBeforeWhatAnotherRankWrote_data();
    void barEndsBeforeWhatAnotherRankWrote();
};

void tst_ProgressOfRanks::mixedBarsOfManyRanks_data()
{
    QTest::addColumn<int>("ranks");
    QTest::addColumn<int>("total");
    QTest::addColumn<int>("tiles");  // 0: no decoder's bar
    QTest::addColumn<int>("ahead");  // steps that rank 0 is before the others
    QTest::addColumn<int>("diesAt"); // the last rank says nothing from this step on; -1: it lives
    QTest::addColumn<Phase>("end");
    const auto row = [](const char *name, int ranks, int total, int tiles, int ahead, int diesAt,
                        Phase end) {
        QTest::newRow(name) << ranks << total << tiles << ahead << diesAt << end;
    };
    row("two in step", 2, 30, 0, 0, -1, Phase::Decoding);
    row("two in step, tiles", 2, 30, 4, 0, -1, Phase::Saving);
    row("two, as many steps as tiles", 2, 4, 4, 1, -1, Phase::Saving);
    row("two, one far ahead", 2, 30, 4, 25, -1, Phase::Saving);
    row("eight in step", 8, 30, 0, 0, -1, Phase::Decoding);
    row("eight, one done before the others begin", 8, 30, 2, 40, -1, Phase::Saving);
    row("two, one dies in the middle", 2, 30, 0, 3, 11, Phase::Diffusion);
    row("eight, one dies at once", 8, 30, 0, 0, 0, Phase::Diffusion);
}

// Every rank draws its bars in its own time; what comes is mixed and cut anywhere, by a generator
// of which the seed is the row's.
void tst_ProgressOfRanks::mixedBarsOfManyRanks()
{
    QFETCH(int, ranks);
    QFETCH(int, total);
    QFETCH(int, tiles);
    QFETCH(int, ahead);
    QFETCH(int, diesAt);
    QFETCH(Phase, end);
    std::mt19937 random(20260101U + static_cast<unsigned>(ranks * total + ahead));
    for (int round = 0; round < 40; ++round) {
        UpstreamProgress progress(total, ranks);
        LineSplitter splitter(Channel::Stderr);
        std::vector<int> steps(static_cast<std::size_t>(ranks), -1); // both bars, one after another
        const int both = total + 1 + (tiles > 0 ? tiles + 1 : 0);
        Progress before;
        double seconds = 1;
        const auto feed = [&](QByteArrayView text) {
            while (!text.isEmpty()) {
                const auto cut = static_cast<qsizetype>(1 + random() % 90);
                const QByteArrayView part = text.first(std::min(cut, text.size()));
                text = text.sliced(part.size());
                for (const LogLine &line : splitter.feed(part, seconds))
                    progress.feed(line);
                const Progress now = progress.at(seconds);
                QVERIFY(now.phase >= before.phase);
                QVERIFY(now.phase > before.phase || now.step >= before.step);
                if (now.phase == Phase::Diffusion)
                    QCOMPARE(now.total, total);
                if (now.phase == Phase::Decoding)
                    QVERIFY(now.total == 0 || now.total == tiles);
                QCOMPARE(now.ranks, ranks);
                before = now;
            }
        };
        feed(logged("Using cuda:0 of " + QByteArray::number(ranks) + " with random seed: 7") +
             logged("noise: cuda:0"));
        // As tqdm does: at most every 0.1 s, whatever number of steps that is, and at the end.
        std::vector<double> drawn(steps.size(), -1.0);
        while (true) {
            std::vector<std::size_t> live;
            for (std::size_t rank = 0; rank < steps.size(); ++rank) {
                const bool dead = diesAt >= 0 && rank + 1 == steps.size() && steps[rank] >= diesAt;
                const bool waits = rank > 0 && steps[0] < std::min(ahead, both - 1);
                if (!dead && !waits && steps[rank] + 1 < both)
                    live.push_back(rank);
            }
            if (live.empty())
                break;
            const std::size_t rank = live[random() % live.size()];
            const bool second = steps[rank] >= total;
            const int first = second ? total + 1 : 0;
            const int last = second ? both - 1 : total;
            steps[rank] = steps[rank] < first
                              ? first
                              : std::min(steps[rank] + 1 + static_cast<int>(random() % 4), last);
            if (steps[rank] != first)
                seconds = std::max(seconds, drawn[rank] + 0.1);
            drawn[rank] = seconds += 0.001 * static_cast<double>(random() % 50);
            const int of = last - first;
            const int at = steps[rank] - first;
            feed(bar(at, of) + (at == of ? bar(of, of) + '\n' : QByteArray()));
            // Who drew what is a guess, but not when the slowest is through.
            if (before.phase > Phase::Diffusion && total != tiles)
                QVERIFY(*std::ranges::min_element(steps) >= total);
        }
        QCOMPARE(phaseName(before.phase), phaseName(end));
        QStringList names;
        for (const PhaseTime &phase : progress.phases())
            names << phase.name;
        QCOMPARE(QStringList(names.begin(), names.begin() + 3),
                 (QStringList{u"imports"_qs, u"models"_qs, u"diffusion"_qs}));
    }
}

void tst_ProgressOfRanks::barEndsBeforeWhatAnotherRankWrote_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("rest");
    const QString drawn = QString::fromUtf8(bar(12, 30).sliced(1));
    QTest::newRow("only a bar") << drawn << QString();
    QTest::newRow("wiped") << drawn + u"    "_qs << QString();
    QTest::newRow("none") << u"Saved it."_qs << u"Saved it."_qs;
    QTest::newRow("log line") << drawn + u"[2030-01-02][ INFO](x) - y"_qs
                              << u"[2030-01-02][ INFO](x) - y"_qs;
    QTest::newRow("two bars") << drawn + drawn + u"Traceback"_qs << u"Traceback"_qs;
    QTest::newRow("bar cut short") << drawn.left(10) << drawn.left(10);
    QTest::newRow("text before") << u"tile: "_qs + drawn + u"RuntimeError: x"_qs
                                 << u"RuntimeError: x"_qs;
    QTest::newRow("per cent") << u"50%|half"_qs << u"50%|half"_qs;
}

void tst_ProgressOfRanks::barEndsBeforeWhatAnotherRankWrote()
{
    QFETCH(QString, line);
    QTEST(line.mid(endOfBar(line)), "rest");
}

QTEST_APPLESS_MAIN(tst_ProgressOfRanks)
#include "tst_ProgressOfRanks.moc"
