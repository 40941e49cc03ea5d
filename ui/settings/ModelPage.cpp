// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/ModelPage.h"

#include "ui/common/FieldNote.h"
#include "ui/settings/PathField.h"
#include "ui/settings/SettingsRules.h"
#include "ui/settings/StudioSettings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace mrb::ui {

namespace {

/// Data of the entry that opens the field below the list; no list of GPUs looks like it.
constexpr QLatin1StringView kByHand("?");

/// A choice and what it means, indented below it.
QWidget *explained(QAbstractButton *button, const QString &explanation)
{
    auto *widget = new QWidget;
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins({});
    layout->setSpacing(2);
    layout->addWidget(button);
    auto *text = new QVBoxLayout;
    text->setContentsMargins(24, 0, 0, 6);
    text->addWidget(makeExplanation(explanation));
    layout->addLayout(text);
    button->setAccessibleDescription(explanation);
    return widget;
}

} // namespace

ModelPage::ModelPage(QWidget *parent) : SettingsPage(parent)
{
    makeEngineGroup();
    makeProgramGroup();
    makeAdvancedGroup();
    finish();
}

void ModelPage::makeEngineGroup()
{
    m_model = new QRadioButton(tr("&NV-Generate-CTMR, the model"));
    m_phantom = new QRadioButton(tr("&Demo phantom, a drawing"));
    QFormLayout *form = addGroup(tr("What makes the volumes"));
    form->addRow(
        explained(m_model, tr("Needs a checkout, its weights, Python and an NVIDIA GPU.")));
    form->addRow(explained(
        m_phantom, tr("A small script draws a head from simple shapes within seconds, without a "
                      "GPU. It shows how the program works. Its volumes are marked as a demo "
                      "everywhere and say nothing about the model.")));
    connect(m_model, &QRadioButton::toggled, this, &SettingsPage::edited);
}

void ModelPage::makeProgramGroup()
{
    QFormLayout *form = addGroup(tr("Where it runs"));
    m_checkout = new PathField(PathField::Kind::Folder, tr("Checkout"));
    m_checkout->setPlaceholderText(tr("Searched in the usual places"));
    m_checkout->setToolTip(
        tr("Folder of NV-Generate-CTMR, the one with configs and scripts in it"));
    form->addRow(tr("&Checkout"), m_checkout);
    m_python = new PathField(PathField::Kind::Program, tr("Python"));
    m_python->setPlaceholderText(tr("That of the checkout's .venv, or python3"));
    m_python->setToolTip(tr("Interpreter with the packages that the model needs"));
    form->addRow(tr("&Python"), m_python);
    m_gpu = new QComboBox;
    m_gpu->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_gpu->setMinimumContentsLength(12);
    m_gpu->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_gpuList = new QLineEdit;
    m_gpuList->setAccessibleName(tr("GPUs by hand"));
    m_gpuList->setPlaceholderText(tr("0 or 0,1 or GPU-1a2b3c4d"));
    m_gpuNote = new FieldNote;
    auto *column = new QVBoxLayout;
    column->addWidget(m_gpu);
    column->addWidget(m_gpuList);
    column->addWidget(m_gpuNote);
    auto *label = new QLabel(tr("&GPU"));
    label->setBuddy(m_gpu);
    form->addRow(label, column);
    fillGpus();
    connect(m_checkout, &PathField::edited, this, &SettingsPage::edited);
    connect(m_python, &PathField::edited, this, &SettingsPage::edited);
    connect(m_gpu, &QComboBox::currentIndexChanged, this, &ModelPage::onGpusEdited);
    connect(m_gpuList, &QLineEdit::textChanged, this, &ModelPage::onGpusEdited);
    onGpusEdited();
}

void ModelPage::makeAdvancedGroup()
{
    QFormLayout *form = addGroup(tr("Advanced"));
    m_allowCheckout = new QCheckBox(tr("Accept &other commits of the checkout"));
    m_allowWeights = new QCheckBox(tr("Accept other &weights"));
    m_allowNote = new FieldNote;
    form->addRow(m_allowCheckout);
    form->addRow(m_allowWeights);
    form->addRow(m_allowNote);
    m_manifest = new PathField(PathField::Kind::File, tr("Skill manifest"));
    m_manifest->setPlaceholderText(tr("The built-in one"));
    m_manifest->setToolTip(tr("File that names the expected commit, the weights and the gates"));
    form->addRow(tr("&Skill manifest"), m_manifest);
    connect(m_allowCheckout, &QCheckBox::toggled, this, &ModelPage::onAcceptsEdited);
    connect(m_allowWeights, &QCheckBox::toggled, this, &ModelPage::onAcceptsEdited);
    connect(m_manifest, &PathField::edited, this, &SettingsPage::edited);
}

void ModelPage::showSettings(const StudioSettings &settings)
{
    (settings.engine == backend::Engine::Phantom ? m_phantom : m_model)->setChecked(true);
    m_checkout->setPath(settings.upstreamRoot);
    m_python->setPath(settings.python);
    chooseGpus(settings.visibleGpus);
    m_allowCheckout->setChecked(settings.allowCheckout);
    m_allowWeights->setChecked(settings.allowWeights);
    m_manifest->setPath(settings.manifest);
}

void ModelPage::writeTo(StudioSettings &settings) const
{
    settings.engine = m_phantom->isChecked() ? backend::Engine::Phantom : backend::Engine::Upstream;
    settings.upstreamRoot = m_checkout->path();
    settings.python = m_python->path();
    settings.visibleGpus = gpus();
    settings.allowCheckout = m_allowCheckout->isChecked();
    settings.allowWeights = m_allowWeights->isChecked();
    settings.manifest = m_manifest->path();
}

QWidget *ModelPage::firstProblem() const
{
    for (const PathField *field : {m_checkout, m_python}) {
        if (!field->problem().isEmpty())
            return field->edit();
    }
    if (!gpusProblem(gpus()).isEmpty())
        return m_gpuList;
    return m_manifest->problem().isEmpty() ? nullptr : m_manifest->edit();
}

void ModelPage::setGpus(const std::vector<GpuChoice> &gpus, const QString &problem)
{
    const QString chosen = this->gpus();
    const bool isTyping = m_gpuList->hasFocus();
    m_gpus = gpus;
    m_gpuProblem = problem;
    chooseGpus(chosen);
    if (isTyping) // the answer of a worker must not take the field away
        m_gpu->setCurrentIndex(m_gpu->count() - 1);
}

QString ModelPage::gpus() const
{
    const QString chosen = m_gpu->currentData().toString();
    return chosen == kByHand ? m_gpuList->text().trimmed() : chosen;
}

void ModelPage::fillGpus()
{
    const QSignalBlocker quiet(m_gpu);
    m_gpu->clear();
    m_gpu->addItem(tr("The first that the system offers"), QString());
    for (const GpuChoice &gpu : m_gpus)
        m_gpu->addItem(gpu.label, gpu.value);
    m_gpu->addItem(tr("Listed by hand"), QString(kByHand));
}

void ModelPage::chooseGpus(const QString &value)
{
    fillGpus();
    const int row = m_gpu->findData(value);
    if (row >= 0) {
        m_gpu->setCurrentIndex(row);
    } else {
        m_gpuList->setText(value);
        m_gpu->setCurrentIndex(m_gpu->count() - 1);
    }
    onGpusEdited();
}

void ModelPage::onGpusEdited()
{
    const bool byHand = m_gpu->currentData().toString() == kByHand;
    m_gpuList->setVisible(byHand);
    const QString problem = gpusProblem(gpus());
    if (!problem.isEmpty())
        m_gpuNote->say(Tone::Bad, problem);
    else
        m_gpuNote->say(Tone::Notice, m_gpuProblem);
    m_gpuList->setAccessibleDescription(m_gpuNote->text());
    Q_EMIT edited();
}

void ModelPage::onAcceptsEdited()
{
    const bool accepts = m_allowCheckout->isChecked() || m_allowWeights->isChecked();
    m_allowNote->say(Tone::Notice,
                     accepts ? tr("Code or weights that nobody has checked will run with your "
                                  "rights, and results cannot be compared with those of the "
                                  "expected ones. Every result records this.")
                             : QString());
    Q_EMIT edited();
}

} // namespace mrb::ui
