// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/evidence/Reproduction.h"
#include "tests/run/RunFixtures.h"

#include <QTemporaryDir>

#include <cmath>

using namespace mrb::backend;
using namespace mrb::test;
using mrb::Json;
namespace fs = std::filesystem;

/// Pairs that nibabel wrote, with what NumPy says of them.
class TestVolumeComparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QProcess python;
        python.start(
            QStringLiteral(MRB_TEST_PYTHON),
            {QStringLiteral(MRB_SOURCE_DIR "/tests/evidence/write_pairs.py"), m_temporary.path()});
        QVERIFY(python.waitForFinished(120'000));
        QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
        const auto expected = mrb::readJsonFile(path("expected.json"));
        QVERIFY(expected);
        m_expected = *expected;
        QVERIFY(m_expected.size() > 30);
    }

    void agreesWithNumPy_data()
    {
        QTest::addColumn<int>("row");
        for (std::size_t row = 0; row < m_expected.size(); ++row)
            QTest::newRow(m_expected[row]["name"].get<std::string>().c_str())
                << static_cast<int>(row);
    }

    void agreesWithNumPy()
    {
        QFETCH(int, row);
        const Json &expected = m_expected[static_cast<std::size_t>(row)];
        const fs::path first = path(expected["first"].get<std::string>());
        const fs::path second = path(expected["second"].get<std::string>());
        const auto compared = compareVolumeFiles(first, second);
        QVERIFY(compared);
        const QByteArray reason = compared->reason.toUtf8();
        QCOMPARE(std::string(verdictId(compared->verdict)), expected["verdict"].get<std::string>());
        QCOMPARE(compared->sameBytes, expected["same_bytes"].get<bool>());
        QCOMPARE(compared->firstSha256, *mrb::sha256OfFile(first));
        QCOMPARE(compared->secondSha256, *mrb::sha256OfFile(second));
        QCOMPARE(compared->voxels, expected.value("voxels", std::uint64_t{0}));
        QCOMPARE(compared->differingVoxels, expected.value("differing", std::uint64_t{0}));
        QCOMPARE(compared->unmeasurableVoxels, expected.value("unmeasurable", std::uint64_t{0}));
        QCOMPARE(compared->maxAbsolute.has_value(), expected.contains("max"));
        if (compared->maxAbsolute) {
            QCOMPARE(*compared->maxAbsolute, expected["max"].get<double>());
            const double mean = expected["mean"].get<double>();
            QVERIFY2(std::abs(*compared->meanAbsolute - mean) <= 1e-12 * mean, reason.constData());
        }
        QCOMPARE(compared->maximumAt.has_value(), expected.contains("at"));
        if (compared->maximumAt) {
            const auto at = expected["at"].get<std::array<std::int64_t, 3>>();
            QVERIFY2(*compared->maximumAt == at, reason.constData());
        }
        QCOMPARE(compared->maximumAtRasMm.has_value(), expected.contains("ras"));
        if (compared->maximumAtRasMm)
            for (std::size_t axis = 0; axis < 3; ++axis)
                QVERIFY(std::abs((*compared->maximumAtRasMm)[axis] -
                                 expected["ras"][axis].get<double>()) < 1e-9);
        QVERIFY(!compared->reason.isEmpty());
        QVERIFY2(!compared->reason.contains(m_temporary.path()), reason.constData());
    }

    void theOrder_changesNothingButTheSides()
    {
        const auto there = compareVolumeFiles(path("one voxel by two_a.nii.gz"),
                                              path("one voxel by two_b.nii.gz"));
        const auto back = compareVolumeFiles(path("one voxel by two_b.nii.gz"),
                                             path("one voxel by two_a.nii.gz"));
        QVERIFY(there && back);
        QCOMPARE(back->maxAbsolute, there->maxAbsolute);
        QCOMPARE(back->differingVoxels, there->differingVoxels);
        QCOMPARE(back->firstSha256, there->secondSha256);
    }

    void theTolerance_isTheCallers_data()
    {
        QTest::addColumn<double>("maximum");
        QTest::addColumn<double>("mean");
        QTest::addColumn<bool>("isWithin");
        QTest::newRow("exactly reached") << 2.0 << 0.0003 << true;
        QTest::newRow("maximum exceeded") << 1.999 << 1.0 << false;
        QTest::newRow("mean exceeded") << 5.0 << 0.0002 << false;
        QTest::newRow("none") << 0.0 << 0.0 << false;
    }

    void theTolerance_isTheCallers()
    {
        QFETCH(double, maximum);
        QFETCH(double, mean);
        QFETCH(bool, isWithin);
        const auto compared =
            compareVolumeFiles(path("one voxel by two_a.nii.gz"), path("one voxel by two_b.nii.gz"),
                               {.maxAbsolute = maximum, .meanAbsolute = mean});
        QVERIFY(compared);
        QCOMPARE(compared->verdict,
                 isWithin ? ReproductionVerdict::WithinTolerance : ReproductionVerdict::Different);
    }

    /// No tolerance makes a voxel that is NaN in one of them the same.
    void noTolerance_coversNaN()
    {
        const auto compared =
            compareVolumeFiles(path("NaN and a number_a.nii.gz"), path("NaN and a number_b.nii.gz"),
                               {.maxAbsolute = 1e300, .meanAbsolute = 1e300});
        QVERIFY(compared);
        QCOMPARE(compared->verdict, ReproductionVerdict::Different);
        QVERIFY(compared->reason.contains(QStringLiteral("NaN")));
    }

    void aDamagedFile_isNotComparable_data()
    {
        QTest::addColumn<QString>("damage");
        for (const char *damage :
             {"cut in the middle", "empty", "no volume", "gone", "a folder", "one flipped bit"})
            QTest::newRow(damage) << QString::fromUtf8(damage);
    }

    void aDamagedFile_isNotComparable()
    {
        QFETCH(QString, damage);
        std::string bytes = contentOf(path("same_a.nii.gz"));
        const fs::path file = path("damaged.nii.gz");
        fs::remove_all(file);
        if (damage == u"cut in the middle")
            bytes.resize(bytes.size() / 2);
        else if (damage == u"empty")
            bytes.clear();
        else if (damage == u"no volume")
            bytes = "<html>not found</html>";
        else if (damage == u"one flipped bit")
            bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
        if (damage == u"a folder")
            fs::create_directory(file);
        else if (damage != u"gone")
            write(file, bytes);
        for (const auto &[first, second] :
             {std::pair(path("same_a.nii.gz"), file), std::pair(file, path("same_a.nii.gz"))}) {
            const auto compared = compareVolumeFiles(first, second);
            QVERIFY(compared);
            QCOMPARE(compared->verdict, ReproductionVerdict::NotComparable);
            QVERIFY(!compared->sameBytes);
            QVERIFY(!compared->maxAbsolute);
            QVERIFY(compared->reason.contains(QStringLiteral("damaged.nii.gz")));
            QVERIFY(!compared->reason.contains(m_temporary.path()));
        }
    }

    void twoCopiesOfADamagedFile_areNoSameVolume()
    {
        std::string bytes = contentOf(path("same_a.nii.gz"));
        bytes.resize(bytes.size() - 20);
        write(path("cut1.nii.gz"), bytes);
        write(path("cut2.nii.gz"), bytes);
        const auto compared = compareVolumeFiles(path("cut1.nii.gz"), path("cut2.nii.gz"));
        QVERIFY(compared);
        QVERIFY(compared->sameBytes);
        QCOMPARE(compared->verdict, ReproductionVerdict::NotComparable);
    }

    void aStopRequest_isTheOnlyError()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto compared =
            compareVolumeFiles(path("same_a.nii.gz"), path("same_b.nii.gz"), {}, stop.get_token());
        QVERIFY(!compared);
        QCOMPARE(compared.error().code, error_codes::kComparisonCancelled);
    }

private:
    fs::path path(const std::string &name) const
    {
        return fs::path(m_temporary.path().toStdString()) / name;
    }

    QTemporaryDir m_temporary;
    Json m_expected;
};

QTEST_GUILESS_MAIN(TestVolumeComparison)
#include "tst_VolumeComparison.moc"
