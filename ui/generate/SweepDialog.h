// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/batch/SweepFile.h"
#include "backend/form/RequestForm.h"
#include "backend/form/Sweep.h"
#include "ui/generate/CostText.h"
#include "ui/generate/GenerateOrder.h"

#include <QDialog>
#include <QTimer>

#include <optional>
#include <string>
#include <vector>

class QGridLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace mrb::ui {

class Remark;

/// A sweep with what it costs. A value.
struct SweepPreview
{
    backend::SweepPlan plan;
    OrderCost cost;
};

/// Plans and costs a sweep. Blocks for thousands of runs; any thread.
SweepPreview previewSweep(const std::string &baseDocument,
                          const std::vector<backend::SweepAxis> &axes,
                          const backend::FormContext &context,
                          const CostSurroundings &surroundings);

/// Which fields vary over the form's settings, and how many runs that makes. Shows it while one
/// types; planned in a worker.
class SweepDialog : public QDialog
{
    Q_OBJECT

public:
    SweepDialog(const backend::RequestForm &form, CostSurroundings surroundings,
                QWidget *parent = nullptr);

    /// The runs of the last plan; a group of their own. Only while the dialog could be accepted.
    GenerateOrder order() const;
    const OrderCost &cost() const { return m_preview->cost; }
    /// Whether the runs have the seed that the form shows.
    bool usesSeedOfForm() const;

    /// Fills the dialog from a sweep file, whose settings then take the place of the form's. Read
    /// in a worker; what is wrong with it is shown and changes nothing.
    void openFile(const QString &file);
    /// Writes what is shown in the format of `mrbrain batch`, in a worker.
    void saveFile(const QString &file);

private:
    /// A line for a field: where its values are typed, and what is wrong with them.
    struct Row
    {
        const contract::FieldSpec *field = nullptr;
        QString example = {};
        QLineEdit *values = nullptr;
        Remark *error = nullptr;
    };

    void layOut(QWidget *fields);
    void addModalities(QGridLayout *grid);
    void addRow(QGridLayout *grid, std::string_view key, const QString &example);
    /// What the fields that do not vary have.
    void showBase(const backend::RequestForm &base);
    void chooseFile(bool toSave);
    void take(const backend::TypedSweep &sweep, const QString &name);
    /// Why an axis cannot be shown here; empty when it can.
    Errors unshown(const backend::SweepAxis &axis) const;
    /// What is typed, and which rows cannot be read.
    std::vector<backend::SweepAxis> axes(Errors &errors) const;
    /// What is shown is not what is typed any more.
    void planSoon();
    void plan();
    void showPlan();
    void showErrors(const Errors &errors);

    const backend::FormContext m_context;
    std::string m_base;
    bool m_isBaseOfForm = true;
    const CostSurroundings m_surroundings;
    std::vector<backend::SweepAxis> m_axes;
    std::optional<SweepPreview> m_preview; ///< of m_axes; nothing while it is being planned
    int m_generation = 0;
    QTimer m_pause;
    QListWidget *m_modalities;
    Remark *m_modalityError;
    std::vector<Row> m_rows;
    QLabel *m_count;
    QLabel *m_cost;
    QLabel *m_labels;
    Remark *m_problem;
    Remark *m_source; ///< what became of a file
    QPushButton *m_add;
    QPushButton *m_save;
};

} // namespace mrb::ui
