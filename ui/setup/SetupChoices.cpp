// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/SetupChoices.h"

#include "backend/base/Text.h"
#include "ui/common/ElidedLabel.h"
#include "ui/settings/PathField.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>

#include <array>

namespace mrb::ui {

using backend::SetupOptions;
using backend::SetupStep;

namespace {

std::string typed(const QLineEdit *edit)
{
    return edit->text().trimmed().toStdString();
}

void fill(QLineEdit *edit, const std::string &text)
{
    edit->setText(QString::fromStdString(text));
    edit->setCursorPosition(0);
}

} // namespace

SetupChoices::SetupChoices(SetupStep step, QWidget *parent) : QWidget(parent)
{
    switch (step) {
    case SetupStep::Checkout:
        makeCheckout();
        break;
    case SetupStep::Packages:
        makePackages();
        break;
    case SetupStep::Weights:
        makeWeights();
        break;
    case SetupStep::Check:
        break;
    }
}

void SetupChoices::addPath(QFormLayout &form, PathField *field, const QString &label)
{
    auto *text = new QLabel(label);
    text->setBuddy(field->edit());
    form.addRow(text, field);
    connect(field, &PathField::edited, this, &SetupChoices::edited);
}

QLineEdit *SetupChoices::addText(QFormLayout &form, const QString &label,
                                 const QString &placeholder, const QString &help)
{
    auto *edit = new QLineEdit;
    edit->setPlaceholderText(placeholder);
    edit->setClearButtonEnabled(true);
    edit->setToolTip(help);
    edit->setAccessibleDescription(help);
    form.addRow(label, edit);
    edit->setAccessibleName(QString(label).remove(u'&'));
    connect(edit, &QLineEdit::textChanged, this, &SetupChoices::edited);
    return edit;
}

namespace {

QFormLayout *makeForm(QWidget *parent)
{
    auto *form = new QFormLayout(parent);
    form->setContentsMargins({});
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    return form;
}

} // namespace

void SetupChoices::makeCheckout()
{
    QFormLayout *form = makeForm(this);
    m_root = new PathField(PathField::Kind::Place, tr("Folder of the checkout"));
    addPath(*form, m_root, tr("&Folder"));
    m_repository =
        addText(*form, tr("Clone f&rom"), tr("Where the model is published"),
                tr("Another address, or a folder with a clone that was brought along. The commit "
                   "must be the same; it is checked afterwards."));
}

void SetupChoices::makePackages()
{
    QFormLayout *form = makeForm(this);
    m_python = new PathField(PathField::Kind::Program, tr("Python to build on"));
    m_python->setPlaceholderText(tr("The best that is found"));
    addPath(*form, m_python, tr("&Python"));
    m_venv = new PathField(PathField::Kind::Place, tr("Folder of the environment"));
    addPath(*form, m_venv, tr("&Environment"));
    m_intoPython = new QCheckBox(tr("&Install into this Python itself"));
    m_intoPython->setToolTip(tr("For a conda environment, say. Packages that are there may be "
                                "replaced by other versions."));
    form->addRow(QString(), m_intoPython);
    m_index = addText(*form, tr("Package inde&x"), tr("As pip is configured"),
                      tr("Address of a package index in place of the configured one."));
    m_torchIndex = addText(*form, tr("Wheels of &torch"), tr("From the same index as all others"),
                           tr("Address of an index with wheels of torch for another CUDA. "
                              "PyTorch's “Get started” page names "
                              "the addresses."));
    m_cudaHint = new ElidedLabel;
    m_cudaHint->hide();
    form->addRow(QString(), m_cudaHint);
    m_wheels = new PathField(PathField::Kind::Folder, tr("Folder with wheels"));
    m_wheels->setPlaceholderText(tr("None: packages are downloaded"));
    addPath(*form, m_wheels, tr("Folder with &wheels"));
    connect(m_intoPython, &QCheckBox::toggled, this, [this] {
        refresh();
        Q_EMIT edited();
    });
    connect(m_python, &PathField::edited, this, &SetupChoices::refresh);
    connect(m_wheels, &PathField::edited, this, &SetupChoices::refresh);
    refresh();
}

void SetupChoices::makeWeights()
{
    QFormLayout *form = makeForm(this);
    m_weights = new PathField(PathField::Kind::Folder, tr("Folder with downloaded weights"));
    m_weights->setPlaceholderText(tr("None: weights are downloaded"));
    addPath(*form, m_weights, tr("&Downloaded weights"));
}

/// What would be ignored cannot be edited.
void SetupChoices::refresh()
{
    m_venv->setEnabled(!m_intoPython->isChecked());
    // Unchecking stays possible when the path is taken away.
    m_intoPython->setEnabled(m_intoPython->isChecked() || !m_python->path().isEmpty());
    const bool isOffline = !m_wheels->path().isEmpty();
    m_index->setEnabled(!isOffline);
    m_torchIndex->setEnabled(!isOffline);
}

void SetupChoices::showOptions(const SetupOptions &options)
{
    const QSignalBlocker quiet(this);
    const auto path = [](PathField *field, const std::string &text) {
        if (field)
            field->setPath(QString::fromStdString(text));
    };
    path(m_root, options.root);
    path(m_python, options.python);
    path(m_venv, options.venv);
    path(m_wheels, options.wheelFolder);
    path(m_weights, options.weightsFolder);
    if (m_repository)
        fill(m_repository, options.repository);
    if (!m_intoPython)
        return;
    m_intoPython->setChecked(options.intoPython);
    fill(m_index, options.indexUrl);
    fill(m_torchIndex, options.torchIndexUrl);
    refresh();
}

void SetupChoices::showDefaults(const backend::SetupReport &report)
{
    const QString root = toQString(report.root);
    if (m_root)
        m_root->setPlaceholderText(root);
    if (m_venv)
        m_venv->setPlaceholderText(tr("%1/.venv").arg(root));
}

void SetupChoices::showCudaHint(const QString &text)
{
    if (!m_cudaHint)
        return;
    m_cudaHint->setFullText(text);
    m_cudaHint->setVisible(!text.isEmpty());
}

void SetupChoices::writeTo(SetupOptions &options) const
{
    const auto path = [](const PathField *field, std::string &into) {
        if (field)
            into = field->path().toStdString();
    };
    path(m_root, options.root);
    path(m_python, options.python);
    path(m_venv, options.venv);
    path(m_wheels, options.wheelFolder);
    path(m_weights, options.weightsFolder);
    if (m_repository)
        options.repository = typed(m_repository);
    if (!m_intoPython)
        return;
    options.intoPython = m_intoPython->isChecked();
    options.indexUrl = typed(m_index);
    options.torchIndexUrl = typed(m_torchIndex);
}

bool SetupChoices::hasProblem() const
{
    const std::array fields{m_root, m_python, m_venv, m_wheels, m_weights};
    return std::any_of(fields.begin(), fields.end(),
                       [](const PathField *field) { return field && !field->problem().isEmpty(); });
}

} // namespace mrb::ui
