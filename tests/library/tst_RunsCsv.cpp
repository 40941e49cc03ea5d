// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/library/LibraryFixtures.h"

#include <QTest>

using namespace mrb::backend;
using namespace mrb::test;

namespace {

/// What Python's csv module, which has nothing of ours, reads: cell `column` of the only row.
QString cellAsReadByPython(const std::string &csv, const char *column)
{
    QProcess python;
    python.start(QStringLiteral(MRB_TEST_PYTHON),
                 {QStringLiteral("-c"),
                  QStringLiteral("import csv, io, sys\n"
                                 "text = sys.stdin.buffer.read().decode('utf-8')\n"
                                 "rows = list(csv.reader(io.StringIO(text, newline='')))\n"
                                 "assert [len(r) for r in rows] == [37, 37], rows\n"
                                 "cell = dict(zip(*rows))[sys.argv[1]]\n"
                                 "sys.stdout.buffer.write(cell.encode('utf-8'))\n"),
                  QString::fromLatin1(column)});
    python.write(csv.data(), static_cast<qint64>(csv.size()));
    python.closeWriteChannel();
    python.waitForFinished();
    if (python.exitCode() != 0)
        return QString::fromUtf8(python.readAllStandardError());
    return QString::fromUtf8(python.readAllStandardOutput());
}

} // namespace

class TestRunsCsv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyText_arrivesAsText_data()
    {
        QTest::addColumn<QString>("note");
        QTest::addColumn<QString>("cell");
        QTest::newRow("plain") << "fine"
                               << "fine";
        QTest::newRow("comma and quotes") << R"(a, "b", c)"
                                          << R"(a, "b", c)";
        QTest::newRow("lines") << "a\nb\r\nc"
                               << "a\nb\r\nc";
        QTest::newRow("other scripts")
            << QStringLiteral("größer 脑") << QStringLiteral("größer 脑");
        QTest::newRow("formula") << "=1+1"
                                 << "'=1+1";
        QTest::newRow("plus") << "+1"
                              << "'+1";
        QTest::newRow("minus") << "-1"
                               << "'-1";
        QTest::newRow("at") << "@SUM(A1)"
                            << "'@SUM(A1)";
        QTest::newRow("tab") << "\t=1"
                             << "'\t=1";
        QTest::newRow("line and formula") << "\n=1"
                                          << "'\n=1";
        QTest::newRow("quoted formula") << R"(=HYPERLINK("x","y"))"
                                        << R"('=HYPERLINK("x","y"))";
        QTest::newRow("formula inside") << "a=1"
                                        << "a=1";
    }

    void anyText_arrivesAsText()
    {
        QFETCH(QString, note);
        RunSummary run;
        run.review.note = note;
        QTEST(cellAsReadByPython(runsAsCsv({run}), "note"), "cell");
    }

    void numbers_areNumbersAndUnknownOnesEmpty()
    {
        RunSummary run;
        run.folder = "/runs/one";
        run.seed = 42;
        run.dim = {256, 256, 128};
        run.spacing = {0.94, 0.94, 1.36};
        run.steps = 30;
        run.guidance = 0;
        run.verdict = EntryVerdict::GateFailed;
        run.exitCode = 4;
        run.measured = {.cpuSeconds = 20.5,
                        .rssMbPeak = {},
                        .gpuSeconds = 0,
                        .gpuMemoryMbPeak = 12898,
                        .gpuBasis = QStringLiteral("processes")};
        run.volumes = {{.path = "/runs/one/a.nii.gz"}, {.path = "/runs/one/b.nii.gz"}};
        const std::string csv = runsAsCsv({run});
        const std::pair<const char *, const char *> cells[] = {{"seed", "42"},
                                                               {"size_z", "128"},
                                                               {"spacing_z_mm", "1.36"},
                                                               {"guidance", "0"},
                                                               {"verdict", "gate_failed"},
                                                               {"exit_code", "4"},
                                                               {"cpu_seconds", "20.5"},
                                                               {"rss_mb_peak", ""},
                                                               {"gpu_seconds", "0"},
                                                               {"gpu_memory_mb_peak", "12898"},
                                                               {"gpu_basis", "processes"},
                                                               {"seconds", ""},
                                                               {"started_at", ""},
                                                               {"volumes", "a.nii.gz; b.nii.gz"}};
        for (const auto &[column, cell] : cells)
            QCOMPARE(cellAsReadByPython(csv, column), QString::fromLatin1(cell));
        QCOMPARE(cellAsReadByPython(runsAsCsv({RunSummary()}), "exit_code"), QString());
    }

    void howARunWasStarted_isThere()
    {
        RunSummary run;
        run.seconds = 5.5;
        run.importSeconds = 0.25;
        QCOMPARE(cellAsReadByPython(runsAsCsv({run}), "launch"), QStringLiteral("cold"));
        QCOMPARE(cellAsReadByPython(runsAsCsv({run}), "most_at_once"), QStringLiteral("1"));
        run.warm = true;
        run.mostAtOnce = 8;
        run.retryOf = RetryOf{.runId = "=before", .reason = "gpu_out_of_memory"};
        const std::string csv = runsAsCsv({run});
        QCOMPARE(cellAsReadByPython(csv, "launch"), QStringLiteral("warm"));
        QCOMPARE(cellAsReadByPython(csv, "import_seconds"), QStringLiteral("0.25"));
        QCOMPARE(cellAsReadByPython(csv, "most_at_once"), QStringLiteral("8"));
        QCOMPARE(cellAsReadByPython(csv, "retry_of"), QStringLiteral("'=before"));
        // Of a run that never came so far nothing is claimed.
        for (const char *column : {"launch", "import_seconds", "most_at_once", "retry_of"})
            QCOMPARE(cellAsReadByPython(runsAsCsv({RunSummary()}), column), QString());
    }

    void noRuns_giveTheHeaderAlone()
    {
        const std::string csv = runsAsCsv({});
        QVERIFY(csv.starts_with("folder,run_id,"));
        QCOMPARE(csv.find("\r\n"), csv.size() - 2);
    }
};

QTEST_GUILESS_MAIN(TestRunsCsv)
#include "tst_RunsCsv.moc"
