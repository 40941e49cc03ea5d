// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Json.h"
#include "backend/process/LineSplitter.h"
#include "backend/process/UpstreamProgress.h"
#include "tests/process/LogTexts.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace mrb::backend;
using namespace mrb::test;

class tst_UpstreamProgress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stateAfterTheLog_data();
    void stateAfterTheLog();
    void neverGoesBack_data();
    void neverGoesBack();
    void ranksThatTakeTurnsAreKeptApart();
    void phasesHaveTheirTimes();
    void factsAreCollected();
    void etaFollowsTheRate();
    void foreignTextIsIgnored_data();
    void foreignTextIsIgnored();
    void realLogOfOneGpu_data();
    void realLogOfOneGpu();
    void realLogOfTwoGpus();
    void realFailures_data();
    void realFailures();
};

namespace {

const QString kContract = QStringLiteral(MRB_SOURCE_DIR "/../shared/contract/logs");

// A whole bar from 0; its last refresh comes twice, the second time with a newline.
QByteArray wholeBar(int total)
{
    QByteArray text;
    for (int step = 0; step <= total; ++step)
        text += bar(step, total);
    return text + bar(total, total) + '\n';
}

const QByteArray kModels = logged("Using cuda:0 of 1 with random seed: 7");
const QByteArray kBefore =
    "some import warning\n" + kModels + logged("[config] random_seed -> 7.") +
    logged("checkpoints models/a.pt loaded.") + logged("scale_factor -> 0.83.");
const QByteArray kNoise = kBefore + logged("num_downsample_level -> 4, divisor -> 4.") +
                          logged("noise: cuda:0, torch.float32, <class 'torch.Tensor'>");
const QByteArray kSaved = logged("Saved /out/v1.2.nii.gz.");
const QByteArray kTwoRanks =
    logged("Using cuda:0 of 2 with random seed: 7") + logged("noise: cuda:0");

std::vector<LogLine> lines(QByteArrayView bytes, qsizetype chunk, double begin = 0)
{
    LineSplitter splitter(Channel::Stderr);
    std::vector<LogLine> result;
    double seconds = begin;
    for (qsizetype at = 0; at < bytes.size(); at += chunk) {
        seconds += 1e-6; // all of it within one refresh
        const auto part =
            splitter.feed(bytes.sliced(at, std::min(chunk, bytes.size() - at)), seconds);
        result.insert(result.end(), part.begin(), part.end());
    }
    const auto rest = splitter.finish(seconds);
    result.insert(result.end(), rest.begin(), rest.end());
    return result;
}

void feedAll(UpstreamProgress &progress, const QByteArray &bytes, qsizetype chunk = 1000)
{
    for (const LogLine &line : lines(bytes, chunk))
        progress.feed(line);
}

QStringList phaseNames(const UpstreamProgress &progress)
{
    QStringList names;
    for (const PhaseTime &phase : progress.phases())
        names << phase.name;
    return names;
}

QByteArray contentOf(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

void tst_UpstreamProgress::stateAfterTheLog_data()
{
    QTest::addColumn<QByteArray>("log");
    QTest::addColumn<int>("expectedSteps");
    QTest::addColumn<int>("ranks");
    QTest::addColumn<Phase>("phase");
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("total");
    const auto row = [](const char *name, const QByteArray &log, int steps, int ranks, Phase phase,
                        int step, int total) {
        QTest::newRow(name) << log << steps << ranks << phase << step << total;
    };
    row("silence", "", 30, 1, Phase::Imports, 0, 0);
    row("imports that print", "Matplotlib is building the font cache\n", 30, 1, Phase::Imports, 0,
        0);
    row("models", kModels, 30, 1, Phase::Models, 0, 0);
    row("noise begins diffusion", kNoise, 30, 1, Phase::Diffusion, 0, 30);
    row("steps not known before the bar", kNoise, 0, 1, Phase::Diffusion, 0, 0);
    row("bar at 0", kNoise + bar(0, 30), 30, 1, Phase::Diffusion, 0, 30);
    row("bar at 12", kNoise + bar(0, 30) + bar(12, 30), 30, 1, Phase::Diffusion, 12, 30);
    row("the log's total wins", kNoise + bar(3, 50), 30, 1, Phase::Diffusion, 3, 50);
    row("complete: decoding without a bar", kNoise + wholeBar(30), 30, 1, Phase::Decoding, 0, 0);
    row("decoder's bar", kNoise + wholeBar(30) + bar(0, 4) + bar(1, 4), 30, 1, Phase::Decoding, 1,
        4);
    row("four steps, four tiles: diffusion", kNoise + bar(0, 4) + bar(3, 4), 4, 1, Phase::Diffusion,
        3, 4);
    row("four steps, four tiles: decoding", kNoise + wholeBar(4) + bar(0, 4) + bar(3, 4), 4, 1,
        Phase::Decoding, 3, 4);
    row("four steps, four tiles: both complete", kNoise + wholeBar(4) + wholeBar(4), 4, 1,
        Phase::Saving, 0, 0);
    row("one step, two tiles", kNoise + wholeBar(1) + bar(0, 2) + bar(1, 2), 1, 1, Phase::Decoding,
        1, 2);
    row("tiles done: saving", kNoise + wholeBar(30) + wholeBar(2), 30, 1, Phase::Saving, 0, 0);
    row("warning glued to a bar",
        kNoise + wholeBar(30) + bar(0, 4) + "/opt/x.py:224: UserWarning: y\n  z\n" + bar(2, 4), 30,
        1, Phase::Decoding, 2, 4);
    row("log line glued to a bar", kNoise + bar(0, 30) + kSaved, 30, 1, Phase::Done, 0, 0);
    row("saved without a decoder's bar", kNoise + wholeBar(30) + kSaved, 30, 1, Phase::Done, 0, 0);
    row("two ranks: the slower counts",
        kTwoRanks + bar(0, 30) + bar(0, 30) + bar(5, 30) + bar(4, 30) + bar(20, 30), 30, 2,
        Phase::Diffusion, 4, 30);
    row("two ranks, one complete",
        kTwoRanks + bar(0, 30) + bar(0, 30) + bar(10, 30) + bar(9, 30) + bar(30, 30) + bar(30, 30) +
            '\n',
        30, 2, Phase::Diffusion, 9, 30);
    row("two ranks complete",
        kTwoRanks + bar(0, 30) + wholeBar(30) + bar(7, 30) + bar(30, 30) + '\n', 30, 2,
        Phase::Decoding, 0, 0);
    row("ranks from the log", kTwoRanks + bar(0, 30) + bar(0, 30) + bar(5, 30), 30, 1,
        Phase::Diffusion, 0, 30);
    row("one rank decodes, one diffuses",
        kTwoRanks + bar(0, 30) + wholeBar(30) + bar(0, 4) + bar(2, 4) + bar(13, 30), 30, 2,
        Phase::Diffusion, 13, 30);
    row("two ranks decode",
        kTwoRanks + bar(0, 30) + wholeBar(30) + bar(0, 4) + bar(30, 30) + '\n' + bar(2, 4) +
            bar(0, 4) + bar(1, 4),
        30, 2, Phase::Decoding, 1, 4);
    row("rank 0 saved, others may not have", kTwoRanks + bar(0, 30) + wholeBar(30) + kSaved, 30, 2,
        Phase::Saving, 0, 0);
    row("the other rank's bar comes before the noise line", kModels + bar(2, 30), 30, 1,
        Phase::Diffusion, 2, 30);
}

void tst_UpstreamProgress::stateAfterTheLog()
{
    QFETCH(QByteArray, log);
    QFETCH(int, expectedSteps);
    QFETCH(int, ranks);
    QFETCH(Phase, phase);
    QFETCH(int, step);
    QFETCH(int, total);
    for (const qsizetype chunk : {qsizetype{1} << 20, qsizetype{33}, qsizetype{7}}) {
        UpstreamProgress progress(expectedSteps, ranks);
        feedAll(progress, log, chunk);
        const Progress state = progress.at(100);
        QCOMPARE(phaseName(state.phase), phaseName(phase));
        QCOMPARE(state.step, step);
        QCOMPARE(state.total, total);
    }
}

void tst_UpstreamProgress::neverGoesBack_data()
{
    QTest::addColumn<QByteArray>("log");
    const QByteArray together = kTwoRanks + bar(0, 4) + bar(0, 4) + bar(1, 4) + bar(1, 4) +
                                bar(2, 4) + bar(3, 4) + bar(2, 4) + bar(4, 4) + bar(4, 4) + '\n' +
                                bar(3, 4) + bar(0, 4) + bar(4, 4) + bar(1, 4) + bar(4, 4) + '\n' +
                                bar(0, 4) + bar(2, 4) + bar(1, 4) + bar(4, 4) + bar(4, 4) + '\n' +
                                bar(4, 4) + bar(4, 4) + '\n' + kSaved;
    QTest::newRow("two ranks, four steps and four tiles") << together;
    QTest::newRow("one after the other")
        << kTwoRanks + wholeBar(30) + wholeBar(30) + wholeBar(4) + wholeBar(4) + kSaved;
    QTest::newRow("bars after the end") << kNoise + wholeBar(30) + kSaved + wholeBar(30) + kModels;
}

void tst_UpstreamProgress::neverGoesBack()
{
    QFETCH(QByteArray, log);
    for (const qsizetype chunk : {1, 10, 100, 10000}) {
        UpstreamProgress progress(0, 1);
        Progress before;
        for (const LogLine &line : lines(log, chunk)) {
            const bool changed = progress.feed(line);
            const Progress now = progress.at(line.seconds);
            QVERIFY(now.phase >= before.phase);
            QVERIFY(now.phase > before.phase || now.step >= before.step);
            QCOMPARE(changed, now.phase != before.phase || now.step != before.step);
            before = now;
        }
        QVERIFY(before.phase >= Phase::Saving);
    }
}

void tst_UpstreamProgress::ranksThatTakeTurnsAreKeptApart()
{
    // Several steps fit between two refreshes: each line tops the other rank's last one.
    UpstreamProgress progress(30, 2);
    feedAll(progress, kTwoRanks + bar(0, 30) + bar(0, 30));
    for (int turn = 1; turn <= 9; ++turn) {
        for (const int rank : {0, 1}) {
            const QByteArray text = bar(3 * turn + rank, 30).sliced(1);
            progress.feed(
                {Channel::Stderr, QString::fromUtf8(text), true, turn * 0.12 + rank * 0.05});
        }
        QCOMPARE(progress.at(2).step, 3 * turn);
    }
    // The other rank is late: its silence must not pass for progress.
    UpstreamProgress late(30, 2);
    feedAll(late, kTwoRanks + bar(0, 30) + bar(0, 30));
    for (int step = 1; step < 30; ++step)
        late.feed({Channel::Stderr, QString::fromUtf8(bar(step, 30).sliced(1)), true, 1.0 + step});
    QCOMPARE(late.at(40).step, 0);
}

void tst_UpstreamProgress::phasesHaveTheirTimes()
{
    UpstreamProgress progress(2, 1);
    const auto feed = [&progress](double seconds, const QByteArray &text) {
        LineSplitter splitter(Channel::Stderr);
        for (const LogLine &line : splitter.feed(text, seconds))
            progress.feed(line);
    };
    feed(16, kModels);
    feed(18, logged("noise: x"));
    feed(18.5, bar(0, 2));
    feed(20, bar(2, 2));
    feed(24, kSaved);
    progress.finish(25.5);
    const std::vector<PhaseTime> expected{{u"imports"_qs, 16.0},
                                          {u"models"_qs, 2.0},
                                          {u"diffusion"_qs, 2.0},
                                          {u"decoding"_qs, 4.0},
                                          {u"shutdown"_qs, 1.5}};
    QVERIFY(progress.phases() == expected);
    QCOMPARE(progress.at(25.5).elapsedSeconds, 25.5);
    QCOMPARE(progress.at(25.5).phaseElapsedSeconds, 1.5);

    UpstreamProgress failed(2, 1);
    failed.finish(3);
    QVERIFY(failed.phases() == (std::vector<PhaseTime>{{u"imports"_qs, 3.0}}));
}

void tst_UpstreamProgress::factsAreCollected()
{
    UpstreamProgress progress;
    feedAll(progress, kNoise);
    QCOMPARE(progress.scaleFactor(), u"0.83"_qs);
    QVERIFY(!progress.castWarning());
    QVERIFY(progress.savedPaths().empty());
    feedAll(progress,
            "/x/diff_model_infer.py:213: RuntimeWarning: invalid value encountered in cast\n"
            "  return np.int16(data)\n");
    QVERIFY(progress.castWarning());
    feedAll(progress, logged("Saved /out dir/a (1) - b.nii.gz.") + kSaved);
    QVERIFY(progress.savedPaths() ==
            (std::vector<QString>{u"/out dir/a (1) - b.nii.gz"_qs, u"/out/v1.2.nii.gz"_qs}));
}

void tst_UpstreamProgress::etaFollowsTheRate()
{
    UpstreamProgress progress(10, 1);
    const auto feed = [&progress](double seconds, const QByteArray &text) {
        LineSplitter splitter(Channel::Stderr);
        for (const LogLine &line : splitter.feed(text, seconds))
            progress.feed(line);
    };
    feed(5, logged("noise: x"));
    feed(10, bar(0, 10));
    QVERIFY(!progress.at(11).etaSeconds);
    feed(15, bar(1, 10)); // slow: 10 s since the phase began
    QCOMPARE(*progress.at(15).etaSeconds, 90.0);
    feed(17, bar(3, 10)); // 1 s a step from here
    QCOMPARE(*progress.at(17).etaSeconds, 7.0);
    QCOMPARE(*progress.at(19).etaSeconds, 5.0);
    QCOMPARE(*progress.at(60).etaSeconds, 0.0);
    feed(61, bar(10, 10));
    QVERIFY(!progress.at(61).etaSeconds); // decoding without a count
}

void tst_UpstreamProgress::foreignTextIsIgnored_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("bar of a download while importing")
        << QByteArray("\r 10%|#   | 3/30 [00:01<00:02]");
    QTest::newRow("bar with units") << QByteArray("\r 10%|#   | 3.0M/30.0M [00:01<00:02]\n");
    QTest::newRow("bar without total") << QByteArray("\r3it [00:01,  2.00it/s]\n");
    QTest::newRow("more than all") << QByteArray("\r 10%|#   | 31/30 [00:01<00:02]\n");
    QTest::newRow("of nothing") << QByteArray("\r 10%|#   | 0/0 [00:01<00:02]\n");
    QTest::newRow("absurd") << QByteArray("\r 1%|#| 99999999999/99999999999 [00:01<00:02]\n");
    QTest::newRow("words") << QByteArray("Saved everything.\nnoise: loud\nUsing cuda:0 of 2\n");
    QTest::newRow("another logger")
        << QByteArray("[2030-01-02 03:04:05.678][ INFO](other) - Saved /x.nii.gz.\n");
}

void tst_UpstreamProgress::foreignTextIsIgnored()
{
    QFETCH(QByteArray, text);
    UpstreamProgress progress(30, 1);
    feedAll(progress, text);
    QCOMPARE(phaseNames(progress), QStringList{u"imports"_qs});
    QVERIFY(progress.savedPaths().empty());
}

void tst_UpstreamProgress::realLogOfOneGpu_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("phases");
    QTest::addColumn<double>("decoding");
    QTest::newRow("256x256x128, no decoder's bar")
        << u"/h100_256x256x128.jsonl"_qs
        << QStringList{u"imports"_qs, u"models"_qs, u"diffusion"_qs, u"decoding"_qs, u"shutdown"_qs}
        << 21.434 - 20.137;
    QTest::newRow("512x512x256, four tiles")
        << u"/h100_512x512x256.jsonl"_qs
        << QStringList{u"imports"_qs,  u"models"_qs, u"diffusion"_qs,
                       u"decoding"_qs, u"saving"_qs, u"shutdown"_qs}
        << 27.585 - 23.429;
}

void tst_UpstreamProgress::realLogOfOneGpu()
{
    QFETCH(QString, file);
    QFETCH(QStringList, phases);
    QFETCH(double, decoding);
    if (!QFile::exists(kContract + file))
        QSKIP("the contract's logs are not beside this checkout");
    UpstreamProgress progress(30, 1);
    LineSplitter splitter(Channel::Stderr);
    QList<int> steps;
    Progress before;
    for (const QByteArray &text : contentOf(kContract + file).split('\n')) {
        if (text.isEmpty())
            continue;
        const mrb::Json chunk = mrb::Json::parse(text.toStdString());
        const std::string bytes = chunk[2];
        for (const LogLine &line : splitter.feed(bytes, chunk[0])) {
            progress.feed(line);
            const Progress now = progress.at(line.seconds);
            QVERIFY(now.phase > before.phase || now.step >= before.step);
            if (now.phase == Phase::Diffusion && now.step != before.step)
                steps << now.step;
            before = now;
        }
    }
    QCOMPARE(phaseNames(progress), phases);
    QVERIFY(steps.size() >= 7); // each refresh was seen when it came
    QVERIFY(qAbs(progress.phases()[3].seconds - decoding) < 1e-6);
    QCOMPARE(progress.scaleFactor(), u"1.0"_qs);
    QCOMPARE(progress.savedPaths().size(), std::size_t{1});
    QVERIFY(progress.savedPaths()[0].startsWith(u"/data/runs/demo/mr_brain_mri_t1_seed1234_size") &&
            progress.savedPaths()[0].endsWith(u"_rank0_modality9.nii.gz"));
}

void tst_UpstreamProgress::realLogOfTwoGpus()
{
    const QByteArray log = contentOf(kContract + u"/two_gpus_torchrun.log"_qs);
    if (log.isEmpty())
        QSKIP("the contract's logs are not beside this checkout");
    for (const qsizetype chunk : {1, 50, 100'000}) {
        UpstreamProgress progress(30, 2);
        Progress before;
        Phase atFirstEnd = Phase::Imports;
        bool firstEnded = false;
        for (const LogLine &line : lines(log, chunk)) {
            progress.feed(line);
            const Progress now = progress.at(line.seconds);
            QVERIFY(now.phase > before.phase || now.step >= before.step);
            if (!firstEnded && line.text.contains(u"73%")) {
                atFirstEnd = now.phase;
                firstEnded = true;
            }
            before = now;
        }
        QCOMPARE(phaseName(atFirstEnd), u"diffusion"_qs); // the other rank was at 22
        QCOMPARE(phaseNames(progress), (QStringList{u"imports"_qs, u"models"_qs, u"diffusion"_qs,
                                                    u"decoding"_qs, u"saving"_qs}));
        QCOMPARE(progress.savedPaths().size(), std::size_t{1});
    }
}

void tst_UpstreamProgress::realFailures_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("lastPhase");
    const auto row = [](const char *file, const char *phase) {
        QTest::newRow(file) << QString::fromLatin1(file) << QString::fromLatin1(phase);
    };
    row("no_monai", "imports");
    row("no_cuda", "imports");
    row("two_gpus_without_torchrun", "imports");
    row("missing_weights", "models");
    row("truncated_checkpoint", "models");
    row("wrong_autoencoder", "models");
    row("html_instead_of_weights", "models");
    row("checkpoint_without_scale_factor", "models");
    row("bad_dim", "diffusion");
    row("steps_2000", "diffusion");
    row("out_of_memory", "decoding");
    row("disk_full", "decoding");
    row("unwritable", "decoding");
    row("guidance_zero", "shutdown");
    row("seed_negative", "shutdown");
}

void tst_UpstreamProgress::realFailures()
{
    QFETCH(QString, file);
    QFETCH(QString, lastPhase);
    const QByteArray log = contentOf(kContract + u"/failures/"_qs + file + u".log"_qs);
    if (log.isEmpty())
        QSKIP("the contract's logs are not beside this checkout");
    UpstreamProgress progress(30, 1);
    feedAll(progress, log);
    QCOMPARE(phaseNames(progress).last(), lastPhase);
    QCOMPARE(progress.savedPaths().size(), std::size_t(lastPhase == u"shutdown"_qs ? 1 : 0));
}

QTEST_APPLESS_MAIN(tst_UpstreamProgress)
#include "tst_UpstreamProgress.moc"
