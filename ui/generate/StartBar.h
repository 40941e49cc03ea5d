// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/preflight/PreflightWatch.h"
#include "ui/generate/CostText.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;

namespace mrb::ui {

class Remark;

/// The foot of the form: what an order costs, what stands in its way, and the buttons.
class StartBar : public QWidget
{
    Q_OBJECT

public:
    explicit StartBar(QWidget *parent = nullptr);

    void setPhantom(bool phantom);
    void setPreflight(const backend::PreflightReport &report);
    /// Nothing: the form has errors.
    void setCost(const std::optional<OrderCost> &cost, std::size_t runs,
                 const CostSurroundings &surroundings);
    /// What is wrong with the form that belongs to no field of it.
    void setProblem(const QString &problem);

    bool hasLooked() const { return m_preflight.has_value(); }
    /// Whether that is among what keeps a run from starting.
    bool refusesFor(ErrorCode code) const;
    bool isBlocked() const { return m_preflight && !m_preflight->mayStart; }

Q_SIGNALS:
    void generateChosen();
    void sweepChosen();

private:
    void showPreflight();

    std::optional<backend::PreflightReport> m_preflight;
    QLabel *m_time;
    Remark *m_gpu;
    QLabel *m_disk;
    Remark *m_demo;
    Remark *m_problem;
    Remark *m_blocked;
    QPushButton *m_generate;
    QPushButton *m_sweep;
};

} // namespace mrb::ui
