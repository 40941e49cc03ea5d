// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "PythonScript.h"
#include "backend/volume/SaveVolume.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VolumeFile.h"
#include "tests/base/OrdinaryUser.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/resource.h>
#include <sys/stat.h>

#include <cmath>
#include <vector>

using namespace mrb::volume;
namespace codes = mrb::volume::error_codes;

namespace {

bool near(double actual, double expected)
{
    return std::abs(actual - expected) <= 2e-7 * std::max(std::abs(expected), 1e-3);
}

QString codeOf(const mrb::Error &error)
{
    return QString::fromLatin1(error.code.id().data());
}

/// 64 MiB of voxels that hardly compress, so that reading them takes many pieces.
Volume largeVolume()
{
    Volume volume;
    volume.geometry.dims = {256, 256, 512};
    auto bytes = std::make_shared<std::vector<std::byte>>(std::size_t{64} << 20U);
    std::uint32_t state = 1;
    for (std::byte &byte : *bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<std::byte>(state >> 28U);
    }
    volume.voxels = std::move(bytes);
    return volume;
}

long peakMemoryKiB()
{
    struct rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kOwnAllocator = true;
#else
constexpr bool kOwnAllocator = false;
#endif

} // namespace

class tst_VolumeFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(runPython(u"make_bad_volumes.py"_qs, m_folder.path()));
        QFile in(m_folder.filePath(u"expected.json"_qs));
        QVERIFY(in.open(QIODevice::ReadOnly));
        m_expected = QJsonDocument::fromJson(in.readAll()).array();
        QVERIFY(m_expected.size() > 120);
        ::chmod(qPrintable(m_folder.path()), 0755); // for the test that is another user
    }

    void readableFile_showsItsVoxelsWhereTheyAre_data() { rows(false); }
    void readableFile_showsItsVoxelsWhereTheyAre()
    {
        QFETCH(QJsonObject, expected);
        const auto read = readVolumeFile(fileOf(expected));
        if (!read)
            QFAIL(qPrintable(read.error().message));
        const Volume &volume = read->volume;
        for (qsizetype i = 0; i < 3; ++i) {
            const auto axis = static_cast<std::size_t>(i);
            QCOMPARE(volume.geometry.dims[axis], expected[u"dims"][i].toInteger());
            QVERIFY(near(volume.geometry.spacingMm[axis], expected[u"spacing"][i].toDouble()));
        }
        for (qsizetype i = 0; i < 16; ++i)
            QVERIFY2(near(volume.geometry.affineRas[static_cast<std::size_t>(i)],
                          expected[u"affine"][i].toDouble()),
                     qPrintable(QString::number(i)));
        QCOMPARE(QString::fromLatin1(scalarName(volume.storedType).data()),
                 expected[u"type"].toString());
        QCOMPARE(volume.slope, expected[u"slope"].toDouble());
        QCOMPARE(volume.intercept, expected[u"inter"].toDouble());
        const QByteArray voxels(reinterpret_cast<const char *>(volume.voxels->data()),
                                static_cast<qsizetype>(volume.voxels->size()));
        QCOMPARE(voxels.toHex(), expected[u"voxels"].toString().toLatin1());
        QStringList notes;
        for (const mrb::Error &note : read->notes) {
            notes << codeOf(note);
            isOneSentence(note, expected[u"file"].toString());
        }
        QCOMPARE(notes.join(u' '), joined(expected[u"notes"].toArray()));
    }

    void badFile_isRefusedInOneSentence_data() { rows(true); }
    void badFile_isRefusedInOneSentence()
    {
        QFETCH(QJsonObject, expected);
        const auto read = readVolumeFile(fileOf(expected));
        QVERIFY(!read);
        QCOMPARE(codeOf(read.error()), expected[u"code"].toString());
        isOneSentence(read.error(), expected[u"file"].toString());
    }

    void fileWithoutPermission_isRefused()
    {
        const OrdinaryUser ordinaryUser;
        const auto read = readVolumeFile(m_folder.filePath(u"unreadable.nii"_qs).toStdString());
        QVERIFY(!read);
        QCOMPARE(read.error().code, mrb::error_codes::kCannotRead);
        isOneSentence(read.error(), u"unreadable.nii"_qs);
    }

    void missingFile_isRefused()
    {
        const auto read = readVolumeFile(m_folder.filePath(u"missing.nrrd"_qs).toStdString());
        QVERIFY(!read);
        QCOMPARE(read.error().code, mrb::error_codes::kCannotRead);
        isOneSentence(read.error(), u"missing.nrrd"_qs);
    }

    void formatDescriptionAndSpaceCode_areTold()
    {
        Volume volume;
        volume.voxels = std::make_shared<std::vector<std::byte>>(2);
        for (const auto &[name, format, code] :
             {std::tuple{u"told.nii.gz"_qs, u"NIfTI-1"_qs, 4}, {u"told.nrrd"_qs, u"NRRD"_qs, 0}}) {
            const std::filesystem::path file = m_folder.filePath(name).toStdString();
            QVERIFY(saveVolume(volume, file, {.description = u"a phantom"_qs, .spaceCode = 4}));
            const auto read = readVolumeFile(file);
            QVERIFY(read);
            QCOMPARE(read->file, file);
            QCOMPARE(read->format, format);
            QCOMPARE(read->description, u"a phantom"_qs);
            QCOMPARE(read->spaceCode, code);
            QVERIFY(read->notes.empty());
        }
    }

    void largeFile_isReadWithoutASecondBuffer()
    {
        if (kOwnAllocator)
            QSKIP("the sanitizer's memory is counted as well");
        const std::filesystem::path file = saveLarge();
        const long before = peakMemoryKiB();
        // The volume saved is gone, but the peak was with it: only a second buffer goes beyond.
        const auto read = readVolumeFile(file);
        QVERIFY(read);
        QCOMPARE(read->volume.voxels->size(), std::size_t{64} << 20U);
        QVERIFY2(peakMemoryKiB() - before < 25 * 1024,
                 qPrintable(QString::number(peakMemoryKiB() - before)));
    }

    void progress_growsToTheEndInAFewSteps()
    {
        std::vector<double> told;
        const auto read =
            readVolumeFile(saveLarge(), {}, [&told](double fraction) { told.push_back(fraction); });
        QVERIFY(read);
        QVERIFY(told.size() > 10 && told.size() <= 50);
        QVERIFY(std::is_sorted(told.begin(), told.end()));
        QVERIFY(told.front() > 0.0);
        QCOMPARE(told.back(), 1.0);
    }

    void stopRequest_endsReadingHalfWay()
    {
        std::stop_source stop;
        double last = 0.0;
        const auto read = readVolumeFile(saveLarge(), stop.get_token(), [&](double fraction) {
            last = fraction;
            if (fraction > 0.2)
                stop.request_stop();
        });
        QVERIFY(!read);
        QCOMPARE(read.error().code, codes::kCancelled);
        QVERIFY(last < 0.9); // what is buffered may still come, no more
        isOneSentence(read.error(), u"large.nii.gz"_qs);
    }

    void stopRequest_isHeededForOtherFormats()
    {
        std::stop_source stop;
        stop.request_stop();
        for (const QString &name : {u"sound.nrrd"_qs, u"sound.mha"_qs, u"sound_zlib.mha"_qs}) {
            const auto read =
                readVolumeFile(m_folder.filePath(name).toStdString(), stop.get_token());
            QVERIFY(!read);
            QCOMPARE(read.error().code, codes::kCancelled);
        }
    }

    void lackOfMemory_isAnError()
    {
        if (kOwnAllocator)
            QSKIP("the sanitizer needs all address space");
        const std::filesystem::path file = saveLarge();
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_AS, &before), 0);
        QFile status(u"/proc/self/statm"_qs);
        QVERIFY(status.open(QIODevice::ReadOnly));
        const rlim_t used = status.readAll().split(' ').front().toULongLong() * 4096;
        const rlimit limit{used + (rlim_t{40} << 20U), before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_AS, &limit), 0);
        const auto read = readVolumeFile(file);
        QCOMPARE(::setrlimit(RLIMIT_AS, &before), 0);
        QVERIFY(!read);
        QCOMPARE(read.error().code, codes::kOutOfMemory);
        isOneSentence(read.error(), u"large.nii.gz"_qs);
    }

private:
    void rows(bool refused)
    {
        QTest::addColumn<QJsonObject>("expected");
        for (const QJsonValue &row : m_expected) {
            if (row.toObject().contains(u"code") == refused)
                QTest::newRow(qPrintable(row[u"file"].toString())) << row.toObject();
        }
    }

    std::filesystem::path fileOf(const QJsonObject &expected) const
    {
        return m_folder.filePath(expected[u"file"].toString()).toStdString();
    }

    std::filesystem::path saveLarge() const
    {
        const std::filesystem::path file = m_folder.filePath(u"large.nii.gz"_qs).toStdString();
        if (!std::filesystem::exists(file) && !saveVolume(largeVolume(), file))
            qFatal("cannot write a test file");
        return file;
    }

    static QString joined(const QJsonArray &texts)
    {
        QStringList all;
        for (const QJsonValue &text : texts)
            all << text.toString();
        return all.join(u' ');
    }

    static void isOneSentence(const mrb::Error &error, const QString &file)
    {
        const QString &message = error.message;
        QVERIFY2(message.contains(file), qPrintable(message));
        QVERIFY2(!message.contains(u'\n') && !message.contains(u". ") && !message.endsWith(u'.') &&
                     !message.contains(u"0x") && message.size() < 400,
                 qPrintable(message));
        QVERIFY(!error.hint.isEmpty());
    }

    QTemporaryDir m_folder;
    QJsonArray m_expected;
};

QTEST_GUILESS_MAIN(tst_VolumeFile)
#include "tst_VolumeFile.moc"
