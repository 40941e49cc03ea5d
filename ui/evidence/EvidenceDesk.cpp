// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/EvidenceDesk.h"

#include "backend/base/Text.h"
#include "backend/evidence/RecordDiff.h"
#include "ui/evidence/Comparison.h"
#include "ui/evidence/ComparisonDialog.h"
#include "ui/evidence/ExportDialog.h"
#include "ui/evidence/SaveDocument.h"
#include "ui/evidence/VerifyDialog.h"

#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

constexpr ErrorCode kNoProgram = "no_program";
constexpr ErrorCode kReportBusy = "report_busy";

bool openWithDesktop(const QString &path)
{
    return QDesktopServices::openUrl(QUrl::fromLocalFile(path));
}

} // namespace

EvidenceDesk::EvidenceDesk(QWidget &window, backend::RunQueue &queue)
    : m_window(window), m_watch(queue)
{
    connect(&m_watch, &ReproductionWatch::failed, this, &EvidenceDesk::failed);
}

EvidenceDesk::~EvidenceDesk()
{
    // Their workers end with them, and would otherwise outlive what they tell.
    for (const QPointer<ExportDialog> &dialog : m_exports)
        delete dialog;
}

void EvidenceDesk::present(QWidget *dialog)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

ExportDialog *EvidenceDesk::exportRuns(std::vector<ExportCandidate> runs,
                                       const ExportDefaults &defaults)
{
    auto *dialog = new ExportDialog(std::move(runs), defaults, m_reports.make, &m_window);
    std::erase(m_exports, nullptr);
    m_exports.emplace_back(dialog);
    connect(dialog, &ExportDialog::exportFinished, this, &EvidenceDesk::exported);
    connect(dialog, &ExportDialog::exportEnded, this, [this] {
        if (!isExporting())
            Q_EMIT idle();
    });
    connect(dialog, &ExportDialog::verifyRequested, this,
            [this](const std::filesystem::path &target) { verify(target); });
    connect(dialog, &ExportDialog::revealRequested, this, &EvidenceDesk::reveal);
    present(dialog);
    return dialog;
}

bool EvidenceDesk::isExporting() const
{
    return std::any_of(m_exports.begin(), m_exports.end(),
                       [](const auto &dialog) { return dialog && dialog->isExporting(); });
}

void EvidenceDesk::stopExports()
{
    for (const QPointer<ExportDialog> &dialog : std::vector(m_exports)) {
        if (dialog)
            dialog->stopAndClose();
    }
}

VerifyDialog *EvidenceDesk::verify(const std::filesystem::path &evidence)
{
    auto *dialog = new VerifyDialog(&m_window);
    present(dialog);
    if (!evidence.empty())
        dialog->verify(evidence);
    return dialog;
}

ComparisonDialog *EvidenceDesk::compare(const QString &title, const std::filesystem::path &first,
                                        const std::filesystem::path &second, View view)
{
    auto *dialog = new ComparisonDialog(title, &m_window);
    connect(dialog, &ComparisonDialog::showRequested, this, &EvidenceDesk::showRequested);
    present(dialog);
    dialog->compare(
        [first, second, view = std::move(view)](const std::stop_token &stop) -> Result<Comparison> {
            const auto diff = backend::diffRecords(first, second, stop);
            if (!diff)
                return diff.error();
            return view(*diff);
        });
    return dialog;
}

ComparisonDialog *EvidenceDesk::compareRecords(const std::filesystem::path &first,
                                               const std::filesystem::path &second)
{
    return compare(tr("Compare records"), first, second,
                   [](const backend::RecordDiff &diff) { return comparisonOf(diff); });
}

ComparisonDialog *EvidenceDesk::showReproduction(const backend::Reproduction &reproduction,
                                                 const QString &title)
{
    return compare(title, reproduction.original, reproduction.again,
                   [reproduction, title](const backend::RecordDiff &diff) {
                       return comparisonOf(reproduction, diff, title);
                   });
}

void EvidenceDesk::saveReport(const std::filesystem::path &runFolder, const QString &folder)
{
    const QString html = tr("Web pages (*.html)");
    const QString pdf = tr("PDF documents (*.pdf)");
    auto *dialog = new QFileDialog(&m_window, tr("Save report"), folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({html, pdf});
    dialog->selectFile(toQString(runFolder.filename()) + QStringLiteral("-report"));
    // Added before the dialog asks whether to overwrite.
    dialog->setDefaultSuffix(QStringLiteral("html"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, pdf](const QString &chosen) {
        dialog->setDefaultSuffix(chosen == pdf ? QStringLiteral("pdf") : QStringLiteral("html"));
    });
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, runFolder](const QString &file) { saveReportTo(runFolder, toPath(file)); });
    dialog->open();
}

void EvidenceDesk::saveReportTo(const std::filesystem::path &runFolder,
                                const std::filesystem::path &target)
{
    beginReport(
        tr("Writing the report…"),
        [runFolder, target, save = m_reports.save](std::stop_token stop) {
            return save(runFolder, target, std::move(stop));
        },
        [this, target] { Q_EMIT succeeded(tr("Saved %1.").arg(toQString(target))); });
}

void EvidenceDesk::openReport(const std::filesystem::path &runFolder)
{
    const QString file = toQString(runFolder / "report" / "report.html");
    beginReport(
        tr("Preparing the report…"),
        [runFolder, make = m_reports.make](std::stop_token stop) {
            return make(runFolder, std::move(stop));
        },
        [this, file] {
            if (openWithDesktop(file))
                Q_EMIT succeeded(tr("Opened %1.").arg(file));
            else
                Q_EMIT failed({kNoProgram, tr("No program was found that shows %1.").arg(file),
                               tr("Open the file in your browser.")});
        });
}

void EvidenceDesk::beginReport(const QString &doing, std::function<Result<>(std::stop_token)> work,
                               std::function<void()> then)
{
    if (m_reportJob.isRunning()) {
        Q_EMIT failed({kReportBusy, tr("A report is being written already."),
                       tr("Wait until it is there, then try again.")});
        return;
    }
    Q_EMIT succeeded(doing);
    m_reportJob.start([work = std::move(work)](const std::stop_token &stop,
                                               const TellNews &) { return work(stop); },
                      [](const JobNews &) {},
                      [this, then = std::move(then)](const Result<> &done) {
                          if (done)
                              then();
                          else
                              Q_EMIT failed(done.error());
                      });
}

void EvidenceDesk::reveal(const std::filesystem::path &target)
{
    const QFileInfo info(toQString(target));
    const QString folder = info.isDir() ? info.filePath() : info.path();
    if (!openWithDesktop(folder))
        Q_EMIT failed({kNoProgram, tr("No program was found that shows %1.").arg(folder),
                       tr("Open the folder in your file manager.")});
}

bool looksLikeBundle(const std::filesystem::path &path)
{
    const QString name = QFile::decodeName(path.c_str());
    const QString index = QString::fromLatin1(backend::bundle_file::kIndex);
    if (QFileInfo(name).isDir())
        return QFileInfo::exists(QDir(name).filePath(index));
    constexpr qint64 kBeginning = 64 * 1024; // the index is among the first files
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray begin = file.read(kBeginning);
    return begin.startsWith("PK\x03\x04") && begin.contains(index.toLatin1());
}

} // namespace mrb::ui
