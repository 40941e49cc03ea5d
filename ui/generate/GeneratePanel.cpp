// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/GeneratePanel.h"

#include "backend/contract/Keys.h"
#include "ui/common/Section.h"
#include "ui/generate/CostDialog.h"
#include "ui/generate/DocumentEditor.h"
#include "ui/generate/FieldRow.h"
#include "ui/generate/FormFiles.h"
#include "ui/generate/FovPicture.h"
#include "ui/generate/ModalityBox.h"
#include "ui/generate/OrderPart.h"
#include "ui/generate/PlaneButtons.h"
#include "ui/generate/Remark.h"
#include "ui/generate/StartBar.h"
#include "ui/generate/SweepDialog.h"

#include <QCheckBox>
#include <QPointer>
#include <QScrollArea>
#include <QTimer>
#include <QUuid>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <functional>

namespace mrb::ui {

namespace {

namespace keys = contract::model_config;

constexpr std::chrono::milliseconds kSettle{400};

const contract::FieldSpec &fieldOf(std::string_view key)
{
    const contract::FieldSpec *field = contract::findField(key);
    Q_ASSERT(field);
    return *field;
}

} // namespace

struct GeneratePanel::Parts
{
    Parts(GeneratePanel &owner, backend::RequestForm &formOf, const backend::Presets &presets);

    void layOut();
    QWidget *makeGeometry();
    FieldRow *addField(const contract::FieldSpec &field, QWidget *editor = nullptr);
    void alignLabels();
    void show();
    void showContextProblem();
    /// Computes it anew where it may be another.
    void showCost();
    /// What it is computed from has changed.
    void renewCost();
    /// Whether there is something to order; shows what is wrong otherwise.
    bool isReady();
    void showFirstError();
    QString modalityText() const;
    /// @param goOn moves the seed on once the order is given
    void submit(GenerateOrder order, const OrderCost &cost, std::function<void()> goOn);
    void generate();
    void openSweep();

    GeneratePanel &panel;
    backend::RequestForm &form;
    FormFiles *files;
    QScrollArea *scroll;
    QVBoxLayout *sections = nullptr;
    StartBar *start = nullptr;
    Remark *contextProblem = nullptr;
    ModalityBox *modality = nullptr;
    PlaneButtons *planes = nullptr;
    QCheckBox *lock = nullptr;
    FovPicture *picture = nullptr;
    OrderPart *order = nullptr;
    DocumentEditor *editor = nullptr;
    Section *advancedSection = nullptr;
    Section *documentSection = nullptr;
    std::vector<FieldRow *> rows;
    CostSurroundings surroundings;
    std::optional<OrderCost> cost; ///< of what the form says; nothing while it is wrong
    std::optional<backend::CostEstimate> costed; ///< what `cost` is of
    bool costIsStale = true;
    QTimer settle;
    QPointer<QDialog> dialog; ///< the one that is open
};

GeneratePanel::Parts::Parts(GeneratePanel &owner, backend::RequestForm &formOf,
                            const backend::Presets &presets)
    : panel(owner),
      form(formOf),
      files(new FormFiles(formOf, presets, &owner)),
      scroll(new QScrollArea(&owner))
{
    // The order in which these are made is the order of the Tab key.
    auto *content = new QWidget;
    sections = new QVBoxLayout(content);
    sections->setContentsMargins(8, 4, 8, 8);
    sections->setSpacing(8);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layOut();
    start = new StartBar(&owner);

    auto *layout = new QVBoxLayout(&owner);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(files);
    layout->addWidget(scroll, 1);
    layout->addWidget(start);

    settle.setSingleShot(true);
    settle.setInterval(kSettle);
    QObject::connect(&settle, &QTimer::timeout, &panel, &GeneratePanel::formSettled);
    QObject::connect(&form, &backend::RequestForm::changed, &panel, [this] {
        show();
        settle.start();
    });
    QObject::connect(files, &FormFiles::replaced, &panel, [this] { editor->revert(); });
    QObject::connect(start, &StartBar::generateChosen, &panel, &GeneratePanel::generate);
    QObject::connect(start, &StartBar::sweepChosen, &panel, &GeneratePanel::openSweep);
}

FieldRow *GeneratePanel::Parts::addField(const contract::FieldSpec &field, QWidget *editorOf)
{
    rows.push_back(new FieldRow(form, field, editorOf, scroll->widget()));
    return rows.back();
}

void GeneratePanel::Parts::layOut()
{
    QWidget *content = scroll->widget();
    contextProblem = new Remark(content);
    contextProblem->setName(QStringLiteral("contextProblem"));
    sections->addWidget(contextProblem);
    modality = new ModalityBox(content);
    sections->addWidget(addField(fieldOf(keys::kModality), modality));
    sections->addWidget(makeGeometry());

    auto *sampling = new Section(GeneratePanel::tr("Sampling"), content);
    sampling->add(addField(fieldOf(keys::kNumInferenceSteps)));
    sampling->add(addField(fieldOf(keys::kGuidanceScale)));
    sections->addWidget(sampling);

    auto *runs = new Section(GeneratePanel::tr("Seeds and runs"), content);
    order = new OrderPart(form, content);
    rows.push_back(order->seedRow());
    runs->add(order);
    sections->addWidget(runs);

    // What has no place of its own, so that a field added to the table appears.
    advancedSection = new Section(GeneratePanel::tr("Advanced"), content);
    for (const contract::FieldSpec &field : contract::fieldTable()) {
        const bool hasRow = std::any_of(rows.begin(), rows.end(), [&field](const FieldRow *row) {
            return row->field().key == field.key;
        });
        if (!hasRow)
            advancedSection->add(addField(field));
    }
    advancedSection->setOpen(false);
    sections->addWidget(advancedSection);

    documentSection = new Section(GeneratePanel::tr("Override document (JSON)"), content);
    editor = new DocumentEditor(form, content);
    documentSection->add(editor);
    sections->addWidget(documentSection);
    sections->addStretch(1);
    alignLabels();

    QObject::connect(modality, &ModalityBox::modalityChosen, &form,
                     &backend::RequestForm::setModality);
    QObject::connect(planes, &PlaneButtons::planeChosen, &form, &backend::RequestForm::applyPlane);
    QObject::connect(lock, &QCheckBox::toggled, &form, &backend::RequestForm::setFovLocked);
}

QWidget *GeneratePanel::Parts::makeGeometry()
{
    QWidget *content = scroll->widget();
    auto *section = new Section(GeneratePanel::tr("Field of view"), content);
    planes = new PlaneButtons(content);
    section->add(planes);
    section->add(addField(fieldOf(keys::kDim)));
    section->add(addField(fieldOf(keys::kSpacing)));
    lock = new QCheckBox(GeneratePanel::tr("&Lock field of view"), content);
    lock->setAccessibleName(GeneratePanel::tr("Lock field of view"));
    lock->setToolTip(GeneratePanel::tr("While it is locked, another size changes the spacing, so "
                                       "that the field of view stays."));
    section->add(lock);
    picture = new FovPicture(content);
    section->add(picture);
    return section;
}

void GeneratePanel::Parts::alignLabels()
{
    int width = order->labelWidth();
    for (const FieldRow *row : rows)
        width = std::max(width, row->labelWidth());
    order->setLabelWidth(width);
    for (FieldRow *row : rows)
        row->setLabelWidth(width);
}

void GeneratePanel::Parts::show()
{
    const std::vector<backend::FieldState> states = form.fields();
    for (FieldRow *row : rows) {
        const auto state = std::find_if(states.begin(), states.end(), [row](const auto &candidate) {
            return candidate.spec->key == row->field().key;
        });
        if (state != states.end())
            row->setState(*state);
    }
    const backend::FormContext &context = form.context();
    showContextProblem();
    modality->setManifest(context.manifest);
    modality->setModality(form.modality());
    const std::optional<backend::FovState> fov = form.fov();
    planes->setState(form.planes(), fov);
    picture->setFov(fov);
    lock->setChecked(form.isFovLocked());
    order->showOrder();
    editor->showDocument();

    QStringList homeless; // errors of no field: the checkout's files
    for (const Error &error : form.errors()) {
        if (!contract::findField(error.field.toStdString()))
            homeless += errorText(error);
    }
    homeless.removeIf([&states](const QString &text) {
        return std::any_of(states.begin(), states.end(),
                           [&text](const auto &state) { return state.error.contains(text); });
    });
    start->setProblem(homeless.join(u'\n'));
    showCost();
}

/// Why the fields begin with defaults that are not the checkout's. Where a start is refused for
/// the same reason, that is said above the button; so the checks are waited for.
void GeneratePanel::Parts::showContextProblem()
{
    const std::optional<Error> &problem = form.context().problem;
    const bool said = problem && start->hasLooked() && !start->refusesFor(problem->code);
    contextProblem->say(Tone::Notice, said ? form.context().source : QString());
    contextProblem->setDetails(problem ? errorText(*problem) : QString());
}

void GeneratePanel::Parts::showCost()
{
    const auto estimate = form.cost();
    const auto runs = static_cast<std::size_t>(form.count());
    // Most keys that are typed change nothing of it, and it looks through all past runs.
    if (costIsStale || estimate != costed || (cost && cost->seconds.size() != runs)) {
        cost.reset();
        if (estimate)
            cost = costOfOrder(std::vector(runs, *estimate), surroundings);
    }
    costed = estimate;
    costIsStale = false;
    start->setCost(cost, runs, surroundings);
}

void GeneratePanel::Parts::renewCost()
{
    costIsStale = true;
    showCost();
}

bool GeneratePanel::Parts::isReady()
{
    if (!editor->applyNow()) {
        // What stands there is not what would run.
        documentSection->setOpen(true);
        scroll->ensureWidgetVisible(editor);
        editor->focusText();
        return false;
    }
    if (!form.errors().empty()) {
        showFirstError();
        return false;
    }
    return !start->isBlocked();
}

void GeneratePanel::Parts::showFirstError()
{
    const auto wrong =
        std::find_if(rows.begin(), rows.end(), [](const FieldRow *row) { return row->isWrong(); });
    if (wrong == rows.end())
        return; // it stands above the button
    for (QWidget *above = *wrong; above && above != scroll; above = above->parentWidget()) {
        if (auto *section = qobject_cast<Section *>(above))
            section->setOpen(true);
    }
    (*wrong)->focusFirst();
    scroll->ensureWidgetVisible(*wrong);
}

QString GeneratePanel::Parts::modalityText() const
{
    const backend::Modality *known =
        backend::findModality(form.context().manifest, form.modality());
    return QString::fromStdString(known ? known->label : form.modality());
}

void GeneratePanel::Parts::generate()
{
    if (dialog || !isReady() || !cost)
        return;
    GenerateOrder asked;
    for (const std::int64_t seed : form.seeds()) {
        asked.documents.push_back(form.documentFor(seed));
        asked.labels += GeneratePanel::tr("%1 \u00b7 seed %2").arg(modalityText()).arg(seed);
    }
    asked.expectedSeconds = cost->seconds;
    asked.expectedGpuMemory = cost->gpuMemory;
    if (asked.documents.size() > 1)
        asked.group = QUuid::createUuid().toString(QUuid::WithoutBraces);
    submit(std::move(asked), *cost, [this] { form.ordered(); });
}

void GeneratePanel::Parts::openSweep()
{
    if (dialog || !isReady())
        return;
    auto *sweep = new SweepDialog(form, surroundings, &panel);
    sweep->setAttribute(Qt::WA_DeleteOnClose);
    dialog = sweep;
    QObject::connect(sweep, &QDialog::accepted, &panel, [this, sweep] {
        dialog.clear(); // the cost may be asked about next
        const bool usedSeed = sweep->usesSeedOfForm();
        submit(sweep->order(), sweep->cost(), [this, usedSeed] {
            // A sweep uses one seed of the form, or none, whatever the number of runs says there.
            const std::vector<std::int64_t> seeds = form.seeds();
            if (!usedSeed || seeds.empty())
                return;
            if (form.seedMode() == backend::SeedMode::Random)
                form.drawSeed();
            else if (form.seedMode() == backend::SeedMode::Increment)
                form.setText(keys::kRandomSeed, 0, QString::number(seeds.front() + 1));
        });
    });
    sweep->open();
}

void GeneratePanel::Parts::submit(GenerateOrder asked, const OrderCost &costs,
                                  std::function<void()> goOn)
{
    const auto give = [this, goOn = std::move(goOn)](const GenerateOrder &given) {
        goOn();
        Q_EMIT panel.generateRequested(given);
    };
    if (asked.documents.empty())
        return;
    if (!costs.asksConsent) {
        give(asked);
        return;
    }
    auto *question = new CostDialog(costs, surroundings, &panel);
    question->setAttribute(Qt::WA_DeleteOnClose);
    dialog = question;
    asked.costAccepted = true;
    QObject::connect(question, &QDialog::accepted, &panel,
                     [give, asked = std::move(asked)] { give(asked); });
    question->open();
}

GeneratePanel::GeneratePanel(backend::RequestForm &form, const backend::Presets &presets,
                             QWidget *parent)
    : QWidget(parent), m_parts(std::make_unique<Parts>(*this, form, presets))
{
    m_parts->show();
}

GeneratePanel::~GeneratePanel()
{
    // The editor applies what was typed when it loses the focus, also to the end of the window.
    m_parts->form.disconnect(this);
}

void GeneratePanel::setPhantom(bool phantom)
{
    m_parts->surroundings.phantom = phantom;
    m_parts->start->setPhantom(phantom);
    m_parts->renewCost();
}

void GeneratePanel::setUse(int mostAtOnce, bool warm)
{
    m_parts->surroundings.mostAtOnce = mostAtOnce;
    m_parts->surroundings.warm = warm;
    m_parts->renewCost();
}

void GeneratePanel::setPastRuns(const std::vector<backend::RunSummary> &runs)
{
    m_parts->surroundings.pastRuns = std::make_shared<const std::vector<backend::RunSummary>>(runs);
    m_parts->renewCost();
}

void GeneratePanel::setPreflight(const backend::PreflightReport &report)
{
    m_parts->surroundings.gpuName = report.gpuName;
    m_parts->surroundings.gpuFreeGb = report.gpuFreeGb;
    m_parts->start->setPreflight(report);
    m_parts->showContextProblem();
    m_parts->renewCost();
}

void GeneratePanel::addSection(const QString &title, QWidget *section)
{
    auto *folding = new Section(title, m_parts->scroll->widget());
    folding->add(section);
    m_parts->sections->insertWidget(m_parts->sections->count() - 1, folding);
}

void GeneratePanel::focusForm()
{
    m_parts->modality->setFocus(Qt::OtherFocusReason);
    m_parts->scroll->ensureWidgetVisible(m_parts->modality);
}

void GeneratePanel::generate()
{
    m_parts->generate();
}

void GeneratePanel::openSweep()
{
    m_parts->openSweep();
}

void GeneratePanel::openOverrides(const QString &file)
{
    m_parts->files->open(file);
}

void GeneratePanel::saveOverrides(const QString &file)
{
    m_parts->files->save(file);
}

} // namespace mrb::ui
