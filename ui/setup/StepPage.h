// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/SetupPlan.h"

#include <QScrollArea>

#include <vector>

class QLabel;
class QVBoxLayout;

namespace mrb::ui {

class PathNote;
class PlanView;
class Section;
class SetupChoices;
class WrappedText;

/// One step: what it is for, what was found, what can be chosen and what starting would do. It
/// scrolls. GUI thread.
class StepPage final : public QScrollArea
{
    Q_OBJECT

public:
    explicit StepPage(backend::SetupStep step, QWidget *parent = nullptr);

    void showReport(const backend::SetupReport &report);
    SetupChoices &choices() { return *m_choices; }
    const PlanView &plan() const { return *m_plan; }
    /// What stands between this and a start, and what is worth knowing.
    QStringList findings() const;
    /// Below the findings, for what one step alone has.
    void add(QWidget *widget);

private:
    void showFindings(const backend::StepPlan &plan);

    backend::SetupStep m_step;
    QLabel *m_title;
    QLabel *m_explanation;
    PathNote *m_fact;
    QVBoxLayout *m_findingRows;
    std::vector<PathNote *> m_findings;
    QVBoxLayout *m_further;
    SetupChoices *m_choices;
    Section *m_choiceSection;
    Section *m_planSection;
    PlanView *m_plan;
    Section *m_offlineSection;
    WrappedText *m_offline;
};

} // namespace mrb::ui
