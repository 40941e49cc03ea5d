// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/contract/VolumeFileName.h"
#include "backend/run/VolumeNames.h"

#include <QDir>
#include <QtTest>

using namespace mrb::backend;
using namespace mrb::contract;

namespace {

ModelRequest request()
{
    ModelRequest made;
    made.modalityCode = 9;
    made.seed = 1234;
    made.dim = {256, 256, 128};
    made.spacing = {0.94, 1.005, 1.5}; // 1.005 is a little less than that in binary
    made.outputPrefix = "mr_brain_mri_t1";
    return made;
}

QString nameOf(int rank, const QString &seed = {}, const QString &rest = {})
{
    return QStringLiteral("mr_brain_mri_t1_seed%1_%2_20261122114242_rank%3_modality9.nii.gz")
        .arg(seed.isEmpty() ? QString::number(1234 + rank) : seed,
             rest.isEmpty() ? QStringLiteral("size256x256x128_spacing0.94x1.00x1.50") : rest)
        .arg(rank);
}

QStringList codesOf(const VolumeNameFindings &findings)
{
    QStringList codes;
    for (const mrb::Error &warning : findings.warnings)
        codes << QString::fromUtf8(warning.code.id());
    if (findings.missing)
        codes << QStringLiteral("! ") + QString::fromUtf8(findings.missing->code.id());
    return codes;
}

VolumeNameFindings judged(int gpus, const QStringList &names)
{
    std::vector<std::filesystem::path> paths;
    for (const QString &name : names)
        paths.emplace_back("/runs/one/" + name.toStdString());
    return judgeVolumeNames(request(), gpus, paths);
}

} // namespace

class TestVolumeNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPartOfAName_isRead()
    {
        const auto name = parseVolumeFileName("my.brain_seed5-1_seed4294967295_size512x96x64_"
                                              "spacing10.00x0.40x1.36_20261122114242_rank11_"
                                              "modality33.nii.gz");
        QVERIFY(name.has_value());
        const VolumeFileName expected{.prefix = "my.brain_seed5-1",
                                      .seed = 4294967295,
                                      .dim = {512, 96, 64},
                                      .spacing = {"10.00", "0.40", "1.36"},
                                      .time = "20261122114242",
                                      .rank = 11,
                                      .modality = 33};
        QVERIFY(*name == expected);
    }

    void namesOfOthers_areNotRead_data()
    {
        QTest::addColumn<QString>("name");
        const QString good = nameOf(0);
        QVERIFY(parseVolumeFileName(good.toStdString()));
        const auto row = [&good](const char *title, const char *before, const char *after) {
            QString name = good;
            QVERIFY(name.contains(QLatin1StringView(before)));
            QTest::newRow(title) << name.replace(QLatin1StringView(before),
                                                 QLatin1StringView(after));
        };
        QTest::newRow("empty") << QString();
        QTest::newRow("another program's") << QStringLiteral("brain.nii.gz");
        QTest::newRow("newline at the end") << good + u'\n';
        QTest::newRow("copy") << good + QStringLiteral(".bak");
        QTest::newRow("folder") << QStringLiteral("a/") + good;
        QTest::newRow("no prefix") << good.mid(good.indexOf(u"_seed"));
        row("not compressed", ".nii.gz", ".nii");
        row("leading zero", "seed1234", "seed01234");
        row("sign", "rank0", "rank-0");
        row("negative seed", "seed1234", "seed-5");
        row("too many digits", "seed1234", "seed12345678901234567890");
        row("one decimal", "0.94x", "0.9x");
        row("whole spacing", "0.94x", "1x");
        row("two sizes", "256x256x128", "256x128");
        row("no voxels", "256x256x128", "256x0x128");
        row("short time", "20261122114242", "2026112211424");
        row("other digits", "rank0", "rank\u0663");
        row("no rank", "_rank0", "");
    }
    void namesOfOthers_areNotRead()
    {
        QFETCH(QString, name);
        QVERIFY(!parseVolumeFileName(name.toStdString()));
    }

    void spacingIsWrittenAsPythonDoes()
    {
        QCOMPARE(spacingInFileName(1.005), std::string("1.00"));
        QCOMPARE(spacingInFileName(0.125), std::string("0.12")); // a tie goes to even
        QCOMPARE(spacingInFileName(655.0), std::string("655.00"));
    }

    void namesOfTheRealGenerator_areRead()
    {
        const QDir folder(QStringLiteral(MRB_SOURCE_DIR "/../shared/contract/real-run"));
        const QStringList files = folder.entryList({QStringLiteral("*.nii.gz")});
        if (files.isEmpty())
            QSKIP("the contract's real run is not beside this checkout");
        for (const QString &file : files)
            QVERIFY2(parseVolumeFileName(file.toStdString()), qPrintable(file));
    }

    void namesAreComparedWithTheRequest_data()
    {
        QTest::addColumn<int>("gpus");
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QStringList>("codes");
        const auto row = [](const char *title, int gpus, const QStringList &names,
                            const QStringList &codes) {
            QTest::newRow(title) << gpus << names << codes;
        };
        const QStringList differs{QStringLiteral("volume_name_disagrees")};
        const QString fewer = QStringLiteral("! fewer_volumes_than_gpus");
        row("one GPU", 1, {nameOf(0)}, {});
        row("one GPU, no volume: a gate tells", 1, {}, {});
        row("two GPUs", 2, {nameOf(0), nameOf(1)}, {});
        row("in any order", 2, {nameOf(1), nameOf(0)}, {});
        row("seed of rank 0 everywhere", 2, {nameOf(0), nameOf(1, QStringLiteral("1234"))},
            differs);
        row("rank of one GPU too high", 1, {nameOf(1)}, differs);
        row("size", 1, {nameOf(0, {}, QStringLiteral("size256x128x256_spacing0.94x1.00x1.50"))},
            differs);
        row("spacing", 1, {nameOf(0, {}, QStringLiteral("size256x256x128_spacing0.95x1.00x1.50"))},
            differs);
        row("modality", 1,
            {nameOf(0).replace(QStringLiteral("modality9"), QStringLiteral("modality10"))},
            differs);
        row("prefix", 1, {nameOf(0).replace(QStringLiteral("mri_t1"), QStringLiteral("mri_t2"))},
            differs);
        row("somebody else's", 1, {QStringLiteral("brain.nii.gz")},
            {QStringLiteral("volume_name_unknown")});
        row("two of a GPU", 1, {nameOf(0), nameOf(0)},
            {QStringLiteral("volume_rank_repeated"), QStringLiteral("more_volumes_than_gpus")});
        row("one missing", 2, {nameOf(0)}, {fewer});
        row("none", 3, {}, {fewer});
        row("as many, but one rank twice", 2, {nameOf(0), nameOf(0)},
            {QStringLiteral("volume_rank_repeated"), fewer});
        row("a stranger does not count for a rank", 3,
            {nameOf(0), nameOf(1), QStringLiteral("x.nii")},
            {QStringLiteral("volume_name_unknown")});
    }
    void namesAreComparedWithTheRequest()
    {
        QFETCH(int, gpus);
        QFETCH(QStringList, names);
        QTEST(codesOf(judged(gpus, names)), "codes");
    }

    void everythingThatDiffers_isToldAtOnce_withTheFile()
    {
        const QString name =
            nameOf(1, QStringLiteral("9"), QStringLiteral("size64x64x64_spacing1.00x1.00x1.00"));
        const VolumeNameFindings findings = judged(2, {nameOf(0), name});
        QCOMPARE(findings.warnings.size(), std::size_t{1});
        const mrb::Error &warning = findings.warnings.front();
        QCOMPARE(warning.field, name);
        for (const char *part : {"seed 9 instead of 1235", "size 64×64×64 instead of 256×256×128",
                                 "spacing 1.00×1.00×1.00 instead of 0.94×1.00×1.50"})
            QVERIFY2(warning.message.contains(QString::fromUtf8(part)),
                     qPrintable(warning.message));
    }

    void ranksWithoutAVolume_areNamed()
    {
        const VolumeNameFindings findings = judged(4, {nameOf(0), nameOf(2)});
        QVERIFY(findings.missing);
        QVERIFY2(findings.missing->message.contains(QStringLiteral("rank 1, 3")),
                 qPrintable(findings.missing->message));
    }
};

QTEST_GUILESS_MAIN(TestVolumeNames)
#include "tst_VolumeNames.moc"
