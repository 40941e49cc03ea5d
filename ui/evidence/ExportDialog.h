// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/Bundle.h"
#include "ui/evidence/EvidenceJob.h"
#include "ui/evidence/ExportPlan.h"

#include <QDialog>

#include <filesystem>
#include <optional>
#include <vector>

class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTreeWidget;

namespace mrb::ui {

class DigestField;
class ElidedLabel;
class ExportChoices;
class FieldNote;

/// Exports a bundle: what goes in, then how far it is, then where it is and its digest. Not modal;
/// the work runs in a worker. Closing it meanwhile asks first, and what was begun then goes without
/// a trace.
class ExportDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param makeReport called in a worker
    ExportDialog(std::vector<ExportCandidate> runs, ExportDefaults defaults,
                 backend::ReportMaker makeReport, QWidget *parent = nullptr);
    ~ExportDialog() override;

    ExportChoices &choices() { return *m_choices; }
    bool isExporting() const { return m_job.isRunning(); }
    /// As the button; asks before it replaces a file.
    void startExport();
    /// Without asking; closes once nothing is left.
    void stopAndClose();
    /// Of the export that worked last.
    const std::optional<backend::BundleExport> &exported() const { return m_exported; }
    /// What is said above the choices: why it failed, or that it was stopped.
    QString problem() const;

    void reject() override;

Q_SIGNALS:
    void exportFinished(const std::filesystem::path &target);
    /// Failed or stopped.
    void exportEnded();
    void verifyRequested(const std::filesystem::path &target);
    void revealRequested(const std::filesystem::path &target);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    enum class Page { Choices, Progress, Done };

    QWidget *makeChoicesPage(std::vector<ExportCandidate> runs);
    QWidget *makeProgressPage();
    QWidget *makeDonePage();
    QDialogButtonBox *makeButtons();
    void enter(Page page);
    void run(bool overwrite);
    void showNews(const JobNews &news);
    void take(const Result<backend::BundleExport> &result);
    void showDone();
    void stop();
    void askToStop();

    ExportDefaults m_defaults;
    backend::ReportMaker m_makeReport;
    EvidenceJob<Result<backend::BundleExport>> m_job;
    std::optional<backend::BundleExport> m_exported;
    bool m_closing = false;

    QStackedWidget *m_pages;
    FieldNote *m_problem;
    ExportChoices *m_choices = nullptr;
    FieldNote *m_doing;
    ElidedLabel *m_step;
    QProgressBar *m_bar;
    QLabel *m_amount;
    FieldNote *m_verdict;
    FieldNote *m_warnings;
    ElidedLabel *m_where;
    QLabel *m_size;
    QFormLayout *m_facts = nullptr;
    DigestField *m_digest;
    QTreeWidget *m_contents; ///< runs as they are called in the bundle
    QPushButton *m_export = nullptr, *m_reveal = nullptr, *m_verify = nullptr, *m_close = nullptr;
};

} // namespace mrb::ui
