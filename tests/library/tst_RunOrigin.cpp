// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Sha256.h"
#include "backend/library/RunLibrary.h"
#include "tests/library/LibraryFixtures.h"

using namespace mrb::backend;
using namespace mrb::test;
using mrb::Json;

class TestRunOrigin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = pathOf(*m_temporary) / "run";
        m_volume = m_folder / "a.nii.gz";
        write(m_volume, "the bytes");
        m_result = result();
        m_result["output"]["samples"] = {{{"image_path", "/before/a.nii.gz"},
                                          {"image_bytes", 9},
                                          {"random_seed", 43},
                                          {"image_sha256", *mrb::sha256OfFile(m_volume)}}};
        writeResult();
    }

    void aVolumeOfAPhantomRun_isThePhantoms()
    {
        const fs::path folder = pathOf(*m_temporary) / "phantom";
        QVERIFY(makePhantomRun(folder));
        const VolumeOrigin origin = originOf(volumeIn(folder));
        QCOMPARE(origin.provenance, Provenance::Phantom);
        QCOMPARE(origin.runFolder, folder);
        QVERIFY(!origin.note);
    }

    void bytesThatAnUpstreamRunLists_areAModelRuns_data()
    {
        QTest::addColumn<QString>("place");
        QTest::newRow("as written") << "run/a.nii.gz";
        QTest::newRow("renamed") << "run/best.nii.gz";
        QTest::newRow("in a folder of the run") << "run/sub/a.nii.gz";
        QTest::newRow("through a link") << "link.nii.gz";
    }

    void bytesThatAnUpstreamRunLists_areAModelRuns()
    {
        QFETCH(QString, place);
        const fs::path file = pathOf(*m_temporary) / place.toStdString();
        fs::create_directories(file.parent_path());
        if (place == QStringLiteral("link.nii.gz"))
            fs::create_symlink(m_volume, file);
        else if (file != m_volume)
            fs::rename(m_volume, file);
        const VolumeOrigin origin = originOf(file);
        QCOMPARE(origin.provenance, Provenance::ModelRun);
        QCOMPARE(origin.runFolder, m_folder);
        QCOMPARE(origin.seed.value_or(-1), 43); // not the run's: that of the volume
        QVERIFY(!origin.note);
    }

    void aResultOfTheReference_countsToo()
    {
        m_result.erase("engine");
        m_result["invocation"] = {{"official_entrypoint", "python -m scripts.diff_model_infer"}};
        writeResult();
        QCOMPARE(originOf(m_volume).provenance, Provenance::ModelRun);
    }

    void anEngineThatNobodyKnows_isUnknown()
    {
        m_result["engine"] = "dreams";
        writeResult();
        QCOMPARE(originOf(m_volume).provenance, Provenance::Unknown);
    }

    void aPhantomsJournal_isStrongerThanItsResult()
    {
        Json json = journal();
        json["engine"] = "phantom";
        write(m_folder / "run.json", mrb::writeJson(json));
        QCOMPARE(originOf(m_volume).provenance, Provenance::Phantom);
    }

    void aFileThatTheRunDoesNotVouchFor_isUnknownAndSaysSo_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("bytes");
        QTest::newRow("changed, same size") << "a.nii.gz"
                                            << "the bytez";
        QTest::newRow("changed, other size") << "a.nii.gz"
                                             << "the bytes and more";
        QTest::newRow("put beside it") << "foreign.nii.gz"
                                       << "something";
        QTest::newRow("empty") << "a.nii.gz"
                               << "";
    }

    void aFileThatTheRunDoesNotVouchFor_isUnknownAndSaysSo()
    {
        QFETCH(QString, name);
        QFETCH(QString, bytes);
        write(m_folder / name.toStdString(), bytes.toStdString());
        const VolumeOrigin origin = originOf(m_folder / name.toStdString());
        QCOMPARE(origin.provenance, Provenance::Unknown);
        QCOMPARE(origin.runFolder, m_folder);
        QVERIFY(origin.note);
        QCOMPARE(origin.note->code, error_codes::kNotAsRecorded);
        QVERIFY(origin.note->message.contains(name));
    }

    void withoutAReadableResult_nothingIsVouchedFor()
    {
        write(m_folder / "run.json", mrb::writeJson(journal()));
        write(m_folder / "result.json", "{");
        const VolumeOrigin origin = originOf(m_volume);
        QCOMPARE(origin.provenance, Provenance::Unknown);
        QCOMPARE(origin.runFolder, m_folder);
        QVERIFY(origin.note);
    }

    void aFileFarFromAnyRun_isUnknownWithoutANote()
    {
        const fs::path outside = pathOf(*m_temporary) / "outside.nii.gz";
        const fs::path deep = m_folder / "a" / "b" / "deep.nii.gz";
        for (const fs::path &file : {outside, deep}) {
            write(file, "the bytes");
            const VolumeOrigin origin = originOf(file);
            QCOMPARE(origin.provenance, Provenance::Unknown);
            QVERIFY(origin.runFolder.empty());
            QVERIFY(!origin.note);
        }
        QVERIFY(originOf(pathOf(*m_temporary) / "missing.nii.gz").runFolder.empty());
    }

    void aStopThatWasAskedFor_leavesItOpen()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(originOf(m_volume, stop.get_token()).provenance, Provenance::Unknown);
    }

    void theRunThatAPathMeans_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("isRun");
        QTest::newRow("its folder") << "run" << true;
        QTest::newRow("with a slash") << "run/" << true;
        QTest::newRow("its result") << "run/result.json" << true;
        QTest::newRow("a volume") << "run/a.nii.gz" << true;
        QTest::newRow("its log") << "run/logs/stderr.log" << true;
        QTest::newRow("the folder above") << "." << false;
        QTest::newRow("a file beside it") << "other.nii.gz" << false;
        QTest::newRow("nothing") << "run/missing.nii.gz" << false;
    }

    void theRunThatAPathMeans()
    {
        QFETCH(QString, path);
        QFETCH(bool, isRun);
        write(m_folder / "logs" / "stderr.log", "text");
        write(pathOf(*m_temporary) / "other.nii.gz", "text");
        const auto folder = runFolderOf(pathOf(*m_temporary) / path.toStdString());
        QCOMPARE(folder.has_value(), isRun);
        if (folder)
            QCOMPARE(*folder, m_folder);
    }

private:
    void writeResult() { write(m_folder / "result.json", mrb::writeJson(m_result)); }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder, m_volume;
    Json m_result;
};

QTEST_GUILESS_MAIN(TestRunOrigin)
#include "tst_RunOrigin.moc"
