// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/Verify.h"
#include "ui/common/Tones.h"
#include "ui/evidence/EvidenceJob.h"

#include <QDialog>

#include <filesystem>
#include <optional>

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace mrb::ui {

class CheckTree;
class DigestField;
class ElidedLabel;
class FieldNote;

/// Reads a run or a bundle again and says what differs. Not modal; the reading happens in a worker
/// and ends when the dialog is closed. A bundle can be dropped on it.
class VerifyDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit VerifyDialog(QWidget *parent = nullptr);
    ~VerifyDialog() override;

    /// Begins at once; what is being verified is given up.
    void verify(const std::filesystem::path &evidence);
    /// A run's folder or a bundle that was unpacked.
    void chooseFolder();
    void chooseFile();

    bool isVerifying() const { return m_job.isRunning(); }
    /// Of the last one that could be read.
    const std::optional<backend::VerifyReport> &report() const { return m_report; }
    CheckTree &checks() { return *m_checks; }
    QString verdict() const;
    void setNotedDigest(const QString &digest);
    void copyText() const;
    void saveJson(const std::filesystem::path &file);

Q_SIGNALS:
    void verified();
    void failed(const mrb::Error &error);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    QWidget *makeSource();
    QWidget *makeProgress();
    QWidget *makeFilter();
    QWidget *makeDigests();
    QWidget *makeButtons();
    void start();
    void showNews(const JobNews &news);
    void take(const Result<backend::VerifyReport> &result);
    void showNothing(Tone tone, const QString &text);
    void showReport();
    void checkDigest();
    void askForJsonFile();

    std::filesystem::path m_evidence;
    std::optional<backend::VerifyReport> m_report;
    std::optional<std::filesystem::path> m_next; ///< once the one that was stopped has ended
    EvidenceJob<Result<backend::VerifyReport>> m_job;

    ElidedLabel *m_source;
    FieldNote *m_verdict;
    QWidget *m_progress = nullptr;
    QProgressBar *m_bar;
    QLabel *m_amount;
    QCheckBox *m_onlyFailures;
    QWidget *m_filter = nullptr;
    CheckTree *m_checks;
    QLabel *m_reason;
    FieldNote *m_notes;
    QWidget *m_digests = nullptr;
    QLabel *m_archiveName;
    QLabel *m_sumsName;
    DigestField *m_archiveDigest, *m_sumsDigest;
    QLineEdit *m_noted;
    FieldNote *m_notedNote;
    FieldNote *m_saved;
    QPushButton *m_copy = nullptr, *m_save = nullptr, *m_again = nullptr;
};

} // namespace mrb::ui
