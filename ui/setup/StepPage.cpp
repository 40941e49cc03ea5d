// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/StepPage.h"

#include "ui/common/FieldNote.h"
#include "ui/common/Section.h"
#include "ui/runs/WrappedText.h"
#include "ui/setup/PathNote.h"
#include "ui/setup/PlanView.h"
#include "ui/setup/SetupChoices.h"
#include "ui/setup/SetupWords.h"

#include <QFrame>
#include <QLabel>
#include <QVBoxLayout>

namespace mrb::ui {

using backend::SetupStep;
using backend::StepPlan;
using backend::StepState;

namespace {

/// Has no height of its own: that of wrapped texts follows from the width the page gets.
class Page final : public QWidget
{
public:
    QSize minimumSizeHint() const override { return {QWidget::minimumSizeHint().width(), 0}; }
};

} // namespace

StepPage::StepPage(SetupStep step, QWidget *parent)
    : QScrollArea(parent),
      m_step(step),
      m_title(new QLabel(shortTitle(step))),
      m_explanation(makeExplanation({})),
      m_fact(new PathNote),
      m_findingRows(new QVBoxLayout),
      m_further(new QVBoxLayout),
      m_choices(new SetupChoices(step)),
      m_choiceSection(new Section(tr("Choices"))),
      m_planSection(new Section(tr("What will happen"))),
      m_plan(new PlanView),
      m_offlineSection(new Section(tr("Without a network"))),
      m_offline(new WrappedText)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(shortTitle(step));
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setBold(true);
    m_title->setFont(large);
    m_title->setTextFormat(Qt::PlainText);
    m_findingRows->setSpacing(6);
    m_choiceSection->add(m_choices);
    m_planSection->add(m_plan);
    m_offline->setAccessibleName(tr("Without a network"));
    m_offlineSection->add(m_offline);
    m_offlineSection->setOpen(false);

    auto *page = new Page;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 8, 0);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(m_explanation);
    layout->addWidget(m_fact);
    layout->addLayout(m_findingRows);
    layout->addLayout(m_further);
    if (step == SetupStep::Weights)
        layout->addWidget(makeExplanation(
            tr("By fetching them you accept the NVIDIA Open Model License. For research and "
               "engineering only: what the model makes is synthetic and never for clinical use.")));
    layout->addWidget(m_choiceSection);
    layout->addWidget(m_planSection);
    layout->addWidget(m_offlineSection);
    layout->addStretch(1);
    setWidget(page);
    m_choiceSection->setVisible(step != SetupStep::Check);
    m_planSection->hide();
    m_offlineSection->hide();
}

void StepPage::add(QWidget *widget)
{
    m_further->addWidget(widget);
}

void StepPage::showReport(const backend::SetupReport &report)
{
    const StepPlan &plan = report.at(m_step);
    m_title->setText(plan.title);
    m_explanation->setText(plan.explanation);
    m_fact->say(toneOf(plan.state), plan.fact.isEmpty() ? wordsOf(plan.state) : plan.fact);
    showFindings(plan);
    m_choices->showDefaults(report);
    m_plan->setPlan(plan);
    m_planSection->setVisible(!m_plan->isEmpty());
    QStringList lines;
    for (const QString &line : plan.offline)
        lines += QStringLiteral("•  ") + inWindow(line);
    m_offline->setText(lines.join(u'\n'));
    m_offlineSection->setVisible(!lines.isEmpty() && plan.state != StepState::Done);
}

void StepPage::showFindings(const StepPlan &plan)
{
    qDeleteAll(m_findings);
    m_findings.clear();
    const auto add = [this](Tone tone, const Errors &errors) {
        for (const Error &error : errors) {
            auto *note = new PathNote;
            m_findingRows->addWidget(note);
            setTabOrder(m_findings.empty() ? m_fact : m_findings.back(), note);
            note->say(tone, withNextStep(error));
            m_findings.push_back(note);
        }
    };
    // That an earlier step comes first is no fault.
    add(plan.state == StepState::Blocked ? Tone::Neutral : Tone::Bad, plan.problems);
    add(Tone::Notice, plan.warnings);
}

QStringList StepPage::findings() const
{
    QStringList texts;
    for (const PathNote *note : m_findings)
        texts += note->text();
    return texts;
}

} // namespace mrb::ui
