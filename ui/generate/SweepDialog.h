// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

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
    /// Whether the seed is one of the fields that vary.
    bool variesSeed() const;

private:
    /// A line for a field: where its values are typed, and what is wrong with them.
    struct Row
    {
        const contract::FieldSpec *field = nullptr;
        QLineEdit *values = nullptr;
        Remark *error = nullptr;
    };

    void addModalities(QGridLayout *grid);
    /// @param now the value in the form
    void addRow(QGridLayout *grid, std::string_view key, const QString &now,
                const QString &example);
    /// What is typed, and which rows cannot be read.
    std::vector<backend::SweepAxis> axes(Errors &errors) const;
    /// What is shown is not what is typed any more.
    void planSoon();
    void plan();
    void showPlan();
    void showErrors(const Errors &errors);

    const backend::FormContext m_context;
    const std::string m_base;
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
    QPushButton *m_add;
};

} // namespace mrb::ui
