// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "ui/evidence/Comparison.h"
#include "ui/evidence/EvidenceJob.h"

#include <QDialog>

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>

class QCheckBox;
class QGridLayout;
class QLabel;
class QPushButton;

namespace mrb::ui {

class ComparisonTree;
class FieldNote;

/// Two runs beside each other: their volumes voxel by voxel, then what their records say. Not
/// modal. Where the comparing takes time it happens in a worker, which ends with the dialog.
class ComparisonDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param title of the window, until a comparison has one of its own
    explicit ComparisonDialog(const QString &title, QWidget *parent = nullptr);
    ~ComparisonDialog() override;

    using Work = std::function<Result<Comparison>(std::stop_token)>;
    void compare(Work work);
    void setComparison(const Comparison &comparison);

    /// Nothing until it is there.
    const std::optional<Comparison> &comparison() const { return m_comparison; }
    ComparisonTree &tree() { return *m_tree; }
    QString verdict() const;
    void copyText() const;
    void saveJson(const std::filesystem::path &file);

Q_SIGNALS:
    void compared();
    void failed(const mrb::Error &error);
    /// Both volumes, at the voxel where they differ most.
    void showRequested(const mrb::backend::VolumeComparison &volumes);

private:
    QWidget *makeButtons();
    void fillVolumes();
    void askForJsonFile();

    std::optional<Comparison> m_comparison;
    EvidenceJob<Result<Comparison>> m_job;

    FieldNote *m_verdict;
    QLabel *m_explanation;
    QGridLayout *m_volumes;
    QCheckBox *m_onlyDifferences;
    ComparisonTree *m_tree;
    FieldNote *m_saved;
    QPushButton *m_copy = nullptr, *m_save = nullptr;
};

} // namespace mrb::ui
