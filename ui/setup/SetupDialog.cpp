// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/SetupDialog.h"

#include "backend/base/Text.h"
#include "ui/common/FieldNote.h"
#include "ui/common/InBackground.h"
#include "ui/setup/CheckPart.h"
#include "ui/setup/PathNote.h"
#include "ui/setup/RunBox.h"
#include "ui/setup/SetupChoices.h"
#include "ui/setup/SetupDesk.h"
#include "ui/setup/SetupWords.h"
#include "ui/setup/StepList.h"
#include "ui/setup/StepPage.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLayout>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace mrb::ui {

using backend::SetupConclusion;
using backend::SetupStep;
using backend::StepPlan;
using backend::StepState;

SetupDialog::SetupDialog(SetupDesk &desk, QWidget *parent)
    : QDialog(parent),
      m_desk(desk),
      m_verdict(new FieldNote(FieldNote::Size::Verdict)),
      m_list(new StepList),
      m_stack(new QStackedWidget),
      m_check(new CheckPart),
      m_run(new RunBox(desk)),
      m_conclusion(new PathNote),
      m_told(new PathNote),
      m_offer(new QWidget),
      m_offerText(new PathNote),
      m_use(new QPushButton(tr("&Use for runs"))),
      m_consent(makeExplanation({})),
      m_start(new QPushButton)
{
    setWindowTitle(tr("Set up the model"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    for (const SetupStep step : backend::kSetupSteps) {
        auto *page = new StepPage(step);
        m_pages[static_cast<std::size_t>(step)] = page;
        m_stack->addWidget(page);
        page->choices().showOptions(desk.options());
        connect(&page->choices(), &SetupChoices::edited, this, [this, page] { onEdited(*page); });
    }
    page(SetupStep::Check).add(m_check);
    auto *columns = new QHBoxLayout;
    columns->addWidget(m_list);
    columns->addWidget(makeRight(), 1);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_verdict);
    layout->addLayout(columns, 1);
    layout->addLayout(makeButtons());
    connect(m_list, &StepList::chosen, this, &SetupDialog::showStep);
    connect(m_check, &CheckPart::smallVolumeRequested, this, &SetupDialog::smallVolumeRequested);
    connect(m_check, &CheckPart::volumeTold, this,
            [this] { page(SetupStep::Check).ensureWidgetVisible(&m_check->volumeNote()); });
    connect(m_check, &CheckPart::settingsRequested, this, &SetupDialog::settingsRequested);
    connectDesk();
    // Room for a log below a page; whole on a screen of 1280 x 800.
    const QSize wanted(fontMetrics().averageCharWidth() * 190, fontMetrics().height() * 52);
    resize(wanted.boundedTo(screen()->availableSize() * 0.92));
    setMinimumSize(fontMetrics().averageCharWidth() * 136, fontMetrics().height() * 34);
    // Enter in a field must not press anything.
    for (QPushButton *button : findChildren<QPushButton *>())
        button->setAutoDefault(false);
    m_list->setFocus();
    if (m_desk.step())
        showStep(*m_desk.step());
    if (m_desk.report())
        onReported();
    else
        m_verdict->say(Tone::Busy, tr("Looking at this machine…"));
    if (m_desk.conclusion())
        onEnded();
    showActions();
}

QWidget *SetupDialog::makeRight()
{
    m_splitter = new QSplitter(Qt::Vertical);
    m_splitter->addWidget(m_stack);
    m_splitter->addWidget(m_run);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setChildrenCollapsible(false);
    m_start->setObjectName(QStringLiteral("setup.start"));
    QFont bold = m_start->font();
    bold.setBold(true);
    m_start->setFont(bold);
    m_start->setMinimumHeight(m_start->fontMetrics().height() * 2);
    connect(m_start, &QPushButton::clicked, this, [this] {
        if (!m_desk.isRunning())
            m_desk.start(shownStep());
    });
    auto *action = new QHBoxLayout;
    action->addWidget(m_consent, 1);
    action->addWidget(m_start);
    auto *right = new QWidget;
    auto *layout = new QVBoxLayout(right);
    layout->setContentsMargins(8, 0, 0, 0);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_told);
    layout->addWidget(makeOffer());
    layout->addWidget(m_conclusion);
    layout->addLayout(action);
    return right;
}

QWidget *SetupDialog::makeOffer()
{
    m_use->setToolTip(tr("Writes it into the settings: the checkout, the Python, the model as what "
                         "generates"));
    auto *layout = new QHBoxLayout(m_offer);
    layout->setContentsMargins({});
    layout->addWidget(m_offerText, 1);
    layout->addWidget(m_use);
    connect(m_use, &QPushButton::clicked, this, &SetupDialog::useRequested);
    m_offer->hide();
    return m_offer;
}

/// No QDialogButtonBox: Qt 6.4 leaves its own buttons out of the tabulator's chain.
QLayout *SetupDialog::makeButtons()
{
    m_again = new QPushButton(tr("&Look again"));
    m_again->setToolTip(tr("Look at the machine once more, with these choices"));
    auto *settings = new QPushButton(tr("Settin&gs…"));
    settings->setToolTip(tr("Which checkout, Python and GPU runs use"));
    auto *close = new QPushButton(tr("Cl&ose"));
    auto *layout = new QHBoxLayout;
    layout->addWidget(m_again);
    layout->addWidget(settings);
    layout->addStretch(1);
    layout->addWidget(close);
    connect(m_again, &QPushButton::clicked, &m_desk, &SetupDesk::look);
    connect(settings, &QPushButton::clicked, this, &SetupDialog::settingsRequested);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    return layout;
}

void SetupDialog::connectDesk()
{
    connect(&m_desk, &SetupDesk::lookStarted, this, &SetupDialog::showActions);
    connect(&m_desk, &SetupDesk::reported, this, &SetupDialog::onReported);
    connect(&m_desk, &SetupDesk::stepStarted, this, &SetupDialog::onStarted);
    connect(&m_desk, &SetupDesk::stepEnded, this, &SetupDialog::onEnded);
    connect(&m_desk, &SetupDesk::progressed, this, &SetupDialog::showRows);
}

void SetupDialog::setRunOptions(const backend::GenerateOptions &options)
{
    m_check->setRunOptions(options);
    if (m_desk.report())
        m_check->look(*m_desk.report());
}

void SetupDialog::showChoices()
{
    for (StepPage *each : m_pages)
        each->choices().showOptions(m_desk.options());
}

void SetupDialog::onEdited(StepPage &edited)
{
    m_told->say(Tone::Neutral, {});
    if (edited.choices().hasProblem()) {
        showActions();
        return;
    }
    backend::SetupOptions options = m_desk.options();
    edited.choices().writeTo(options);
    if (!m_desk.isRunning())
        m_conclusion->say(Tone::Neutral, {});
    m_desk.choose(options);
}

void SetupDialog::showStep(SetupStep step)
{
    if (m_list->current() != step) {
        m_list->setCurrent(step); // comes back
        return;
    }
    m_stack->setCurrentWidget(&page(step));
    showActions();
}

SetupStep SetupDialog::shownStep() const
{
    return m_list->current();
}

void SetupDialog::onReported()
{
    const backend::SetupReport &report = *m_desk.report();
    m_verdict->say(verdictTone(report), verdictText(report));
    if (!report.error) {
        for (StepPage *each : m_pages)
            each->showReport(report);
        // The interpreter of the settings may have been tried, and given up.
        if (!m_wasReported)
            showChoices();
        m_check->look(report);
        showRows();
        goOn();
    }
    if (!std::exchange(m_wasReported, true))
        askForCuda();
    showActions();
}

void SetupDialog::askForCuda()
{
    inBackground(
        this,
        [environment = m_desk.options().environment] { return backend::probeGpus(environment); },
        [this](const backend::GpuProbe &probe) {
            page(SetupStep::Packages).choices().showCudaHint(cudaHintText(probe));
        });
}

/// To the first step that is not done: when the dialog opens, and when the shown step has become
/// done by its own run.
void SetupDialog::goOn()
{
    const bool isFirst = !m_wasReported && !m_desk.step();
    if (!isFirst && m_leave != shownStep())
        return;
    m_leave.reset();
    const auto &steps = m_desk.report()->steps;
    const auto next = std::find_if(steps.begin(), steps.end(), [](const StepPlan &plan) {
        return plan.state != StepState::Done;
    });
    showStep(next == steps.end() ? SetupStep::Check : next->step);
}

void SetupDialog::onStarted()
{
    m_conclusion->say(Tone::Neutral, {});
    m_told->say(Tone::Neutral, {});
    m_leave.reset();
    showRows();
    showActions();
}

void SetupDialog::onEnded()
{
    const SetupConclusion &conclusion = *m_desk.conclusion();
    QStringList lines{conclusionText(conclusion)};
    // That it was cancelled is said already.
    if (conclusion.kind != SetupConclusion::Kind::Cancelled) {
        for (const Error &problem : conclusion.problems)
            lines += withNextStep(problem);
    }
    for (const Error &warning : conclusion.warnings)
        lines += withNextStep(warning);
    if (!conclusion.logFile.empty() && conclusion.kind != SetupConclusion::Kind::Done)
        lines +=
            tr("All that was printed is in %1").arg(toQString(conclusion.logFile.parent_path()));
    m_conclusion->say(toneOf(conclusion), lines.join(u'\n'));
    if (conclusion.kind == SetupConclusion::Kind::Done)
        m_leave = conclusion.step;
    showRows();
    showActions();
}

void SetupDialog::showRows()
{
    if (!m_desk.report() || m_desk.report()->error)
        return;
    for (const StepPlan &plan : m_desk.report()->steps)
        showRow(plan);
}

void SetupDialog::showRow(const StepPlan &plan)
{
    if (m_desk.isRunning() && m_desk.step() == plan.step)
        m_list->setStep(plan.step, Tone::Busy, tr("Running"),
                        progressText(m_desk.progress(), m_desk.purpose()));
    else
        m_list->setStep(plan.step, toneOf(plan.state), wordsOf(plan.state), plan.fact);
}

void SetupDialog::showActions()
{
    const SetupStep step = shownStep();
    m_run->setVisible(m_desk.step() == step);
    m_again->setEnabled(!m_desk.isLooking() && !m_desk.isRunning());
    for (StepPage *each : m_pages)
        each->choices().setEnabled(!m_desk.isRunning());
    const bool hasPlan = m_desk.report() && !m_desk.report()->error;
    if (!hasPlan) {
        m_start->setText(shortTitle(step));
        m_start->setEnabled(false);
        m_consent->setText(m_desk.isLooking() ? tr("Looking at this machine…") : QString());
        return;
    }
    const StepPlan &plan = m_desk.report()->at(step);
    m_start->setText(startText(plan, m_desk.options()));
    const bool isUsable = !page(step).choices().hasProblem();
    m_start->setEnabled(plan.mayStart && isUsable && !m_desk.isRunning() && !m_desk.isLooking());
    if (m_desk.isRunning())
        m_consent->setText(
            m_desk.step() == step
                ? tr("Under way. The window can be closed meanwhile.")
                : tr("One step at a time: %1 is under way.").arg(shortTitle(*m_desk.step())));
    else if (m_desk.isLooking())
        m_consent->setText(tr("Looking at what is there…"));
    else
        m_consent->setText(isUsable ? consentText(plan, m_desk.options())
                                    : tr("Cannot be started: a choice above cannot be used."));
}

void SetupDialog::tell(const QString &text)
{
    m_told->say(Tone::Neutral, text);
}

void SetupDialog::offerUse(const QString &text)
{
    m_offerText->say(Tone::Notice, text);
    m_offer->setVisible(!text.isEmpty());
}

QString SetupDialog::verdict() const
{
    return m_verdict->text();
}

QString SetupDialog::conclusion() const
{
    return m_conclusion->text();
}

QString SetupDialog::consent() const
{
    return m_consent->text();
}

void SetupDialog::reject()
{
    if (m_desk.isRunning() && !m_mayClose)
        askToClose();
    else
        QDialog::reject();
}

void SetupDialog::closeEvent(QCloseEvent *event)
{
    if (!m_desk.isRunning() || m_mayClose) {
        QDialog::closeEvent(event);
        return;
    }
    event->ignore();
    askToClose();
}

void SetupDialog::askToClose()
{
    auto *box = new QMessageBox(QMessageBox::Question, windowTitle(), tr("A step is under way."),
                                QMessageBox::NoButton, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("It can go on in the background; the window says how it ended."));
    const auto *goOn = box->addButton(tr("&Go on in the background"), QMessageBox::AcceptRole);
    const auto *cancel = box->addButton(tr("Ca&ncel the step"), QMessageBox::DestructiveRole);
    auto *stay = box->addButton(tr("&Stay here"), QMessageBox::RejectRole);
    box->setDefaultButton(stay);
    box->setEscapeButton(stay);
    connect(box, &QMessageBox::finished, this, [this, box, goOn, cancel] {
        const QAbstractButton *answer = box->clickedButton();
        if (answer == cancel)
            m_desk.cancel();
        if (answer != cancel && answer != goOn)
            return;
        m_mayClose = true;
        QDialog::reject();
    });
    // Answered by the step itself when that ends first.
    connect(&m_desk, &SetupDesk::stepEnded, box, &QDialog::reject);
    box->open();
}

} // namespace mrb::ui
