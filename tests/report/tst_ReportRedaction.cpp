// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportText.h"
#include "tests/report/ReportFixtures.h"

using namespace mrb;
using namespace mrb::backend;

namespace {

const QString kSecret = QStringLiteral("/home/ada");

QString withoutHome(const QString &text)
{
    return QString(text).replace(kSecret, QStringLiteral("<home>"));
}

/// A failed run whose documents and log are full of paths.
Json failedResult()
{
    Json result = goodResult();
    result["overall_status"] = "failed";
    result["invocation"] = {{"exit_code", 1},
                            {"outcome", "/home/ada/python ended with 1"},
                            {"upstream_root", "/home/ada/checkout"}};
    result["warnings"] = {{{"code", "x"}, {"message", "See /home/ada/a"}, {"hint", "/home/ada/b"}}};
    result["output"]["directory"] = "/home/ada/run";
    result["output"]["samples"][0]["image_path"] = "/home/ada/run/volume.nii.gz";
    return result;
}

} // namespace

class tst_ReportRedaction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void nothingIsHiddenUnasked();
    void everyTextIsRedacted();
    void causeFromTheLogIsRedacted();
    void volumesAreFoundAllTheSame();
    void foldersAreAsTheyAreShown();
    void damagedResultDoesNotTellWhereItIs();
    void whatARunIsDoesNotDependOnIt();

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    std::filesystem::path m_folder;
};

void tst_ReportRedaction::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_folder = m_temporary->path().toStdString();
    std::filesystem::create_directories(m_folder / "logs");
    writeFile(m_folder / "result.json", writeJson(failedResult()));
}

void tst_ReportRedaction::nothingIsHiddenUnasked()
{
    const Result<RunReport> report = reportOfRun(m_folder);
    QVERIFY(report);
    const QString text = reportText(*report);
    for (const char *path :
         {"/home/ada/python", "/home/ada/checkout", "/home/ada/a", "/home/ada/b", "/home/ada/run"})
        QVERIFY2(text.contains(QLatin1StringView(path)), path);
}

void tst_ReportRedaction::everyTextIsRedacted()
{
    const Result<RunReport> report = reportOfRun(m_folder, withoutHome);
    QVERIFY(report);
    const QString text = reportText(*report);
    QVERIFY(!text.contains(kSecret));
    for (const char *path :
         {"<home>/python", "<home>/checkout", "<home>/a", "<home>/b", "<home>/run"})
        QVERIFY2(text.contains(QLatin1StringView(path)), path);
}

void tst_ReportRedaction::causeFromTheLogIsRedacted()
{
    writeFile(m_folder / "logs" / "stderr.log",
              "Traceback (most recent call last):\nOSError: [Errno 28] No space left on device: "
              "'/home/ada/run/x'\n");
    const Result<RunReport> open = reportOfRun(m_folder);
    QVERIFY(open->cause && open->cause->evidence.contains(kSecret));
    const Result<RunReport> report = reportOfRun(m_folder, withoutHome);
    QVERIFY(report->cause);
    QCOMPARE(report->cause->code, open->cause->code);
    QVERIFY(report->cause->evidence.contains(u"<home>/run/x"));
}

void tst_ReportRedaction::volumesAreFoundAllTheSame()
{
    writeFile(m_folder / "volume.nii.gz", "x");
    const Result<RunReport> report =
        reportOfRun(m_folder, [](const QString &) { return QStringLiteral("hidden"); });
    QVERIFY(report);
    QVERIFY(std::ranges::none_of(report->warnings, [](const ReportRow &warning) {
        return warning.name.contains(u"is not there any more");
    }));
}

void tst_ReportRedaction::foldersAreAsTheyAreShown()
{
    writeFile(m_folder / "volume.nii.gz", "x");
    const QString folder = QString::fromStdString(m_folder.string());
    const Result<RunReport> report = reportOfRun(m_folder, [&folder](const QString &text) {
        return QString(text).replace(folder, QStringLiteral("<run>"));
    });
    QCOMPARE(report->runFolder, std::filesystem::path("<run>"));
    QCOMPARE(report->volume, std::filesystem::path("<run>/volume.nii.gz"));
}

void tst_ReportRedaction::damagedResultDoesNotTellWhereItIs()
{
    writeFile(m_folder / "result.json", "{");
    writeFile(m_folder / "run.json", R"({"state": "ended", "engine": "upstream"})");
    const QString folder = QString::fromStdString(m_folder.string());
    const Result<RunReport> open = reportOfRun(m_folder);
    QVERIFY(reportText(*open).contains(folder));
    const Result<RunReport> report = reportOfRun(m_folder, [&folder](const QString &text) {
        return QString(text).replace(folder, QStringLiteral("<run>"));
    });
    QCOMPARE(report->verdict, QStringLiteral("Result not readable"));
    QVERIFY(!reportText(*report).contains(folder));
    QVERIFY(reportText(*report).contains(u"<run>/result.json"));
}

void tst_ReportRedaction::whatARunIsDoesNotDependOnIt()
{
    // Somebody may be called as an engine is.
    const Result<RunReport> report = reportOfRun(m_folder, [](const QString &text) {
        return QString(text).replace(QStringLiteral("upstream"), QStringLiteral("<user>"));
    });
    QVERIFY(report->provenance == Provenance::ModelRun);
}

QTEST_GUILESS_MAIN(tst_ReportRedaction)
#include "tst_ReportRedaction.moc"
