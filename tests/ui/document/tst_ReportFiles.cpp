// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportRecord.h"
#include "tests/report/ReportFixtures.h"
#include "ui/document/ReportFiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <set>
#include <thread>

using namespace mrb;
using namespace mrb::ui;

namespace fs = std::filesystem;

namespace {

std::set<std::string> namesIn(const fs::path &folder)
{
    std::set<std::string> names;
    std::error_code none;
    for (const auto &entry : fs::directory_iterator(folder, none))
        names.insert(entry.path().filename().string());
    return names;
}

const std::set<std::string> kAll = {"made.json",   "mosaic.png", "planes.png",
                                    "report.html", "report.pdf", "thumbnail.png"};

} // namespace

class tst_ReportFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isMadeInAWorker();
    void stopLeavesNoReport();
    void waitsForAnotherMakerUntilStopped();
    void twoMakersMakeItOnce();
    void saveKnowsTwoFormats();
    void savedFileIsTheStoredOne();
    void noRunIsAnError();

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_run;
};

void tst_ReportFiles::init()
{
    if (mrbrainProgram().isEmpty())
        QSKIP("MRB_MRBRAIN does not name the program; ctest does");
    m_temporary = std::make_unique<QTemporaryDir>();
    m_run = phantomRun(*m_temporary);
    QVERIFY(!m_run.empty());
}

void tst_ReportFiles::isMadeInAWorker()
{
    QVERIFY(!backend::reportIsCurrent(m_run));
    std::optional<Result<ReportFiles>> made;
    std::jthread([&] { made = makeReportDocument(m_run); }).join();
    QVERIFY(*made && (*made)->made);
    QCOMPARE((*made)->folder, m_run / "report");
    QCOMPARE(namesIn(m_run / "report"), kAll);
    QVERIFY(backend::reportIsCurrent(m_run));
}

void tst_ReportFiles::stopLeavesNoReport()
{
    std::stop_source stop;
    stop.request_stop();
    const Result<ReportFiles> made = makeReportDocument(m_run, stop.get_token());
    QVERIFY(!made);
    QCOMPARE(made.error().code, ui::error_codes::kReportCancelled);
    QVERIFY(namesIn(m_run / "report").empty());
}

void tst_ReportFiles::waitsForAnotherMakerUntilStopped()
{
    fs::create_directory(m_run / "report");
    const int held = ::open((m_run / "report").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    QVERIFY(held >= 0 && ::flock(held, LOCK_EX | LOCK_NB) == 0);
    std::stop_source stop;
    std::optional<Result<ReportFiles>> made;
    std::jthread maker([&] { made = makeReportDocument(m_run, stop.get_token()); });
    stop.request_stop();
    maker.join();
    QVERIFY(!*made);
    QCOMPARE(made->error().code, ui::error_codes::kReportCancelled);
    ::close(held);
    QVERIFY(makeReportDocument(m_run));
}

void tst_ReportFiles::twoMakersMakeItOnce()
{
    std::array<std::optional<Result<ReportFiles>>, 2> made;
    {
        std::jthread one([&] { made[0] = makeReportDocument(m_run); });
        std::jthread other([&] { made[1] = makeReportDocument(m_run); });
    }
    QVERIFY(*made[0] && *made[1]);
    QVERIFY((*made[0])->made != (*made[1])->made);
    for (std::size_t i = 0; i < (*made[0])->files.size(); ++i)
        QCOMPARE((*made[0])->files[i].sha256, (*made[1])->files[i].sha256);
    QVERIFY(backend::reportIsCurrent(m_run));
}

void tst_ReportFiles::saveKnowsTwoFormats()
{
    const Result<> saved = saveReport(m_run, m_run / "report.docx");
    QVERIFY(!saved);
    QCOMPARE(saved.error().code, ui::error_codes::kReportFormat);
    QVERIFY(!fs::exists(m_run / "report"));
    QVERIFY(checkReportTarget("x.HTML") && checkReportTarget("x.htm") &&
            checkReportTarget("x.pdf"));
}

void tst_ReportFiles::savedFileIsTheStoredOne()
{
    const fs::path target = m_run.parent_path() / "of the run.pdf";
    QVERIFY(saveReport(m_run, target));
    QFile copy(QString::fromStdString(target.string()));
    QFile stored(QString::fromStdString((m_run / "report" / "report.pdf").string()));
    QVERIFY(copy.open(QIODevice::ReadOnly) && stored.open(QIODevice::ReadOnly));
    const QByteArray bytes = copy.readAll();
    QVERIFY(bytes.startsWith("%PDF-"));
    QCOMPARE(bytes, stored.readAll());
}

void tst_ReportFiles::noRunIsAnError()
{
    const fs::path empty = m_run.parent_path() / "empty";
    fs::create_directory(empty);
    const Result<ReportFiles> made = makeReportDocument(empty);
    QVERIFY(!made);
    QCOMPARE(made.error().code.id(), std::string_view("no_run_here"));
    QVERIFY(namesIn(empty).empty());
}

QTEST_MAIN(tst_ReportFiles)
#include "tst_ReportFiles.moc"
