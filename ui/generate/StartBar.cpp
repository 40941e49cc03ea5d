// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/StartBar.h"

#include "ui/generate/Remark.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace mrb::ui {

namespace {

QLabel *makeLine(QWidget *parent, const QString &name)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    label->setObjectName(name);
    return label;
}

struct Obstacle
{
    QString brief; ///< what is not there and the next step: a few lines of a narrow dock
    QString full;
};

/// What keeps a run from starting. A report that refuses without saying why still gets a line.
Obstacle firstObstacle(const backend::PreflightReport &report)
{
    // A message names paths and may go on for ten lines; the checklist has all of it.
    constexpr qsizetype kBrief = 80;
    for (const backend::PreflightItem &item : report.items) {
        if (item.state != backend::CheckState::Failed)
            continue;
        if (item.problems.empty())
            return {item.fact, item.fact};
        const Error &problem = item.problems.front();
        if (problem.message.size() <= kBrief || problem.hint.isEmpty())
            return {errorText(problem), errorText(problem)};
        return {StartBar::tr("%1: not ready. %2").arg(item.title, problem.hint),
                errorText(problem)};
    }
    const QString unknown = StartBar::tr("The checks before a start have not passed.");
    return {unknown, unknown};
}

} // namespace

StartBar::StartBar(QWidget *parent)
    : QWidget(parent),
      m_time(makeLine(this, QStringLiteral("time"))),
      m_gpu(new Remark(this)),
      m_disk(makeLine(this, QStringLiteral("disk"))),
      m_demo(new Remark(this)),
      m_problem(new Remark(this)),
      m_blocked(new Remark(this)),
      m_generate(new QPushButton(generateText(1), this)),
      m_sweep(new QPushButton(tr("S&weep\u2026"), this))
{
    m_gpu->setName(QStringLiteral("gpu"));
    m_demo->setName(QStringLiteral("demo"));
    m_problem->setName(QStringLiteral("formProblem"));
    m_blocked->setName(QStringLiteral("blocked"));
    m_generate->setObjectName(QStringLiteral("generate"));
    m_generate->setAutoDefault(false);
    QFont bold = m_generate->font();
    bold.setBold(true);
    m_generate->setFont(bold);
    m_generate->setMinimumHeight(fontMetrics().height() * 2);
    m_sweep->setAutoDefault(false);
    m_sweep->setMinimumHeight(m_generate->minimumHeight());
    m_sweep->setToolTip(tr("Order several runs that differ in modality, seed, guidance, steps, "
                           "size or spacing"));

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_generate, 1);
    buttons->addWidget(m_sweep);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 8);
    layout->setSpacing(2);
    for (QWidget *line :
         std::initializer_list<QWidget *>{m_time, m_gpu, m_disk, m_demo, m_problem, m_blocked})
        layout->addWidget(line);
    layout->addSpacing(4);
    layout->addLayout(buttons);

    connect(m_generate, &QPushButton::clicked, this, &StartBar::generateChosen);
    connect(m_sweep, &QPushButton::clicked, this, &StartBar::sweepChosen);
    showPreflight();
}

void StartBar::setPhantom(bool phantom)
{
    m_demo->say(Tone::Notice, phantom ? tr("Demo phantom \u2013 not the model") : QString());
}

void StartBar::setPreflight(const backend::PreflightReport &report)
{
    m_preflight = report;
    showPreflight();
}

void StartBar::setCost(const std::optional<OrderCost> &cost, std::size_t runs,
                       const CostSurroundings &surroundings)
{
    m_generate->setText(generateText(runs));
    m_disk->setVisible(cost.has_value());
    if (!cost) {
        m_time->setText(tr("Correct the marked fields to see what this costs."));
        m_gpu->clear();
        return;
    }
    m_time->setText(timeText(*cost));
    m_disk->setText(diskText(*cost));
    const bool isTight = surroundings.gpuFreeGb > 0 && cost->gpuMemoryGb > surroundings.gpuFreeGb;
    m_gpu->say(isTight ? Tone::Notice : Tone::Neutral, gpuText(*cost, surroundings));
}

void StartBar::setProblem(const QString &problem)
{
    m_problem->say(Tone::Bad, problem);
}

bool StartBar::refusesFor(ErrorCode code) const
{
    if (!isBlocked())
        return false;
    return std::ranges::any_of(m_preflight->items, [code](const backend::PreflightItem &item) {
        return std::ranges::any_of(item.problems,
                                   [code](const Error &problem) { return problem.code == code; });
    });
}

void StartBar::showPreflight()
{
    const Obstacle obstacle = isBlocked() ? firstObstacle(*m_preflight) : Obstacle();
    m_blocked->say(Tone::Bad, obstacle.brief);
    m_blocked->setDetails(obstacle.full);
    m_generate->setEnabled(!isBlocked());
    m_sweep->setEnabled(!isBlocked());
    m_generate->setToolTip(isBlocked() ? asToolTip(obstacle.full)
                                       : tr("Adds these runs to the queue"));
    m_generate->setAccessibleDescription(obstacle.full);
}

} // namespace mrb::ui
