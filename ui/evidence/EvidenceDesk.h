// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/Bundle.h"
#include "backend/evidence/Reproduction.h"
#include "ui/evidence/Comparison.h"
#include "ui/evidence/EvidenceJob.h"
#include "ui/evidence/ExportPlan.h"
#include "ui/evidence/ReproductionWatch.h"

#include <QObject>
#include <QPointer>

#include <filesystem>
#include <functional>
#include <stop_token>
#include <utility>
#include <vector>

class QWidget;

namespace mrb::ui {

class ComparisonDialog;
class ExportDialog;
class VerifyDialog;

/// Everything of the window that has to do with evidence: its dialogs, the runs that repeat others,
/// and reports as files. Dialogs are not modal and delete themselves. GUI thread; what takes time
/// runs in workers, which end with this.
class EvidenceDesk final : public QObject
{
    Q_OBJECT

public:
    /// How reports become files; both are called in workers.
    struct Reports
    {
        backend::ReportMaker make; ///< RUN_DIR/report
        std::function<Result<>(const std::filesystem::path &runFolder,
                               const std::filesystem::path &target, std::stop_token stop)>
            save;
    };

    /// @param window the parent of all dialogs; borrowed
    /// @param queue borrowed
    EvidenceDesk(QWidget &window, backend::RunQueue &queue);
    ~EvidenceDesk() override;

    void setReports(Reports reports) { m_reports = std::move(reports); }
    ReproductionWatch &watch() { return m_watch; }

    ExportDialog *exportRuns(std::vector<ExportCandidate> runs, const ExportDefaults &defaults);
    /// An empty path lets the user choose one.
    VerifyDialog *verify(const std::filesystem::path &evidence);
    ComparisonDialog *compareRecords(const std::filesystem::path &first,
                                     const std::filesystem::path &second);
    ComparisonDialog *showReproduction(const backend::Reproduction &reproduction,
                                       const QString &title);
    /// Asks for the file.
    void saveReport(const std::filesystem::path &runFolder, const QString &folder);
    void saveReportTo(const std::filesystem::path &runFolder, const std::filesystem::path &target);
    /// In the desktop's browser.
    void openReport(const std::filesystem::path &runFolder);

    bool isWritingReport() const { return m_reportJob.isRunning(); }
    /// A bundle is being written. Closing the program would end it.
    bool isExporting() const;
    /// idle() follows when something was being written.
    void stopExports();

Q_SIGNALS:
    /// A sentence for the status bar.
    void succeeded(const QString &message);
    void failed(const mrb::Error &error);
    /// Both volumes are to be shown, at the voxel where they differ most.
    void showRequested(const mrb::backend::VolumeComparison &volumes);
    /// A bundle was written here.
    void exported(const std::filesystem::path &target);
    /// Nothing is being exported any more.
    void idle();

private:
    using View = std::function<Comparison(const backend::RecordDiff &)>;
    ComparisonDialog *compare(const QString &title, const std::filesystem::path &first,
                              const std::filesystem::path &second, View view);
    void reveal(const std::filesystem::path &target);
    void present(QWidget *dialog);
    void beginReport(const QString &doing, std::function<Result<>(std::stop_token)> work,
                     std::function<void()> then);

    QWidget &m_window;
    Reports m_reports;
    ReproductionWatch m_watch;
    EvidenceJob<Result<>> m_reportJob;
    std::vector<QPointer<ExportDialog>> m_exports;
};

/// Whether the path looks like a bundle: an archive that begins like one, or a folder with its
/// index. Blocks shortly; any thread. Only verifying says what it is worth.
bool looksLikeBundle(const std::filesystem::path &path);

} // namespace mrb::ui
