// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/SweepDialog.h"

#include "backend/base/AtomicFile.h"
#include "backend/contract/Keys.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/OverrideDocument.h"
#include "ui/common/InBackground.h"
#include "ui/generate/ModalityBox.h"
#include "ui/generate/Remark.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QUuid>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

namespace mrb::ui {

namespace {

namespace keys = contract::model_config;

constexpr std::chrono::milliseconds kPause{150};
constexpr int kShownLabels = 6;
constexpr int kShownModalities = 6; ///< without scrolling

QString keyText(std::string_view key)
{
    return QString::fromUtf8(key);
}

/// Scalars at commas and spaces, lists at semicolons: their elements stand apart by spaces.
QStringList splitValues(const contract::FieldSpec &field, const QString &text)
{
    static const QRegularExpression kBetweenScalars(QStringLiteral("[,;\\s]+"));
    static const QRegularExpression kBetweenElements(QStringLiteral("[,x\u00d7\\s]+"));
    if (contract::elementCount(field.kind) == 0)
        return text.split(kBetweenScalars, Qt::SkipEmptyParts);
    QStringList lists;
    for (QString list : text.split(u';', Qt::SkipEmptyParts)) {
        list = list.replace(kBetweenElements, QStringLiteral(" ")).trimmed();
        if (!list.isEmpty())
            lists += list;
    }
    return lists;
}

std::filesystem::path pathOf(const QString &file)
{
    return QFile::encodeName(file).toStdString();
}

QLabel *makeText(QWidget *parent, const QString &name)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setObjectName(name);
    return label;
}

} // namespace

SweepPreview previewSweep(const std::string &baseDocument,
                          const std::vector<backend::SweepAxis> &axes,
                          const backend::FormContext &context, const CostSurroundings &surroundings)
{
    SweepPreview preview{.plan = backend::planSweep(baseDocument, axes, context), .cost = {}};
    std::vector<backend::CostEstimate> estimates;
    for (const backend::SweepRun &run : preview.plan.runs) {
        const backend::OverrideParse parse =
            backend::parseOverrides(run.document, QStringLiteral("sweep"));
        const auto request = backend::resolveRequest(parse.overrides, {}, context.modelConfig,
                                                     context.modalityMapping, context.manifest)
                                 .request;
        if (request) {
            estimates.push_back(backend::estimateCost(request->dim, request->steps,
                                                      context.manifest.model.version));
        }
    }
    preview.cost = costOfOrder(estimates, surroundings);
    return preview;
}

SweepDialog::SweepDialog(const backend::RequestForm &form, CostSurroundings surroundings,
                         QWidget *parent)
    : QDialog(parent),
      m_context(form.context()),
      m_base(form.document()),
      m_surroundings(std::move(surroundings)),
      m_modalities(new QListWidget(this)),
      m_modalityError(new Remark(this)),
      m_count(makeText(this, QStringLiteral("count"))),
      m_cost(makeText(this, QStringLiteral("cost"))),
      m_labels(makeText(this, QStringLiteral("labels"))),
      m_problem(new Remark(this)),
      m_source(new Remark(this))
{
    setWindowTitle(tr("Sweep"));
    setModal(true);
    auto *fields = new QWidget;
    auto *grid = new QGridLayout(fields);
    grid->setColumnStretch(1, 1);
    addModalities(grid);
    addRow(grid, keys::kDim, tr("256 256 128; 192 192 128"));
    addRow(grid, keys::kSpacing, tr("0.94 0.94 1.36; 1 1 1.4"));
    addRow(grid, keys::kNumInferenceSteps, tr("10, 30"));
    addRow(grid, keys::kGuidanceScale, tr("1, 2, 4"));
    addRow(grid, keys::kRandomSeed, tr("1, 2, 5-8"));
    grid->setRowStretch(grid->rowCount(), 1);
    showBase(form);
    layOut(fields);

    m_pause.setSingleShot(true);
    m_pause.setInterval(kPause);
    connect(&m_pause, &QTimer::timeout, this, &SweepDialog::plan);
    connect(m_modalities, &QListWidget::itemChanged, this, &SweepDialog::planSoon);
    for (const Row &row : m_rows)
        connect(row.values, &QLineEdit::textChanged, this, &SweepDialog::planSoon);
    plan();
}

void SweepDialog::layOut(QWidget *fields)
{
    auto *intro = makeText(this, QStringLiteral("intro"));
    intro->setText(tr("One run for every combination of these values. A field without values stays "
                      "as it is in the form."));
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(fields);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);

    QFont bold = m_count->font();
    bold.setBold(true);
    m_count->setFont(bold);
    m_problem->setName(QStringLiteral("problem"));
    m_source->setName(QStringLiteral("source"));
    auto *buttons = new QDialogButtonBox(this);
    m_add = buttons->addButton(tr("Add to the queue"), QDialogButtonBox::AcceptRole);
    buttons->addButton(QDialogButtonBox::Cancel);
    QPushButton *open = buttons->addButton(tr("&Open\u2026"), QDialogButtonBox::ResetRole);
    open->setToolTip(tr("Open a sweep file (JSON)"));
    m_save = buttons->addButton(tr("&Save\u2026"), QDialogButtonBox::ResetRole);
    m_save->setToolTip(tr("Save this sweep for \"mrbrain batch\" (JSON)"));
    for (QPushButton *button : {open, m_save})
        button->setAutoDefault(false);
    connect(open, &QPushButton::clicked, this, [this] { chooseFile(false); });
    connect(m_save, &QPushButton::clicked, this, [this] { chooseFile(true); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(intro);
    layout->addWidget(scroll, 1);
    for (QWidget *line :
         std::initializer_list<QWidget *>{m_source, m_count, m_cost, m_labels, m_problem})
        layout->addWidget(line);
    layout->addWidget(buttons);
    resize(620, 600);
}

void SweepDialog::addModalities(QGridLayout *grid)
{
    const contract::FieldSpec &field = *contract::findField(keys::kModality);
    const QString name = contract::fieldLabel(field);
    auto *label = new QLabel(name);
    label->setBuddy(m_modalities);
    m_modalities->setAccessibleName(name);
    m_modalities->setToolTip(contract::fieldHelp(field));
    for (const auto group :
         {backend::ModalityGroup::WholeBrain, backend::ModalityGroup::SkullStripped}) {
        for (const backend::Modality &modality : m_context.manifest.modalities) {
            if (modality.group != group)
                continue;
            const QString text = QString::fromStdString(modality.label);
            const QString sparse = sparseRemark(m_context.manifest, modality);
            auto *item = new QListWidgetItem(
                sparse.isEmpty() ? text : tr("%1 \u2013 %2").arg(text, sparse), m_modalities);
            item->setData(Qt::UserRole, QString::fromStdString(modality.name));
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            item->setCheckState(Qt::Unchecked);
        }
    }
    m_modalities->setFixedHeight(m_modalities->sizeHintForRow(0) * kShownModalities +
                                 2 * m_modalities->frameWidth());
    grid->addWidget(label, 0, 0, Qt::AlignTop);
    grid->addWidget(m_modalities, 0, 1);
    grid->addWidget(m_modalityError, 1, 1);
}

void SweepDialog::addRow(QGridLayout *grid, std::string_view key, const QString &example)
{
    const contract::FieldSpec &field = *contract::findField(key);
    const QString name = contract::fieldLabel(field);
    const QString unit = contract::fieldUnit(field);
    Row row{.field = &field, .example = example, .values = new QLineEdit, .error = new Remark};
    auto *label = new QLabel(unit.isEmpty() ? name : tr("%1 (%2)").arg(name, unit));
    label->setBuddy(row.values);
    row.values->setAccessibleName(name);
    row.values->setToolTip(tr("Values to vary, for instance %1").arg(example));
    row.error->setName(QStringLiteral("error_%1").arg(keyText(key)));
    const int line = grid->rowCount();
    grid->addWidget(label, line, 0);
    grid->addWidget(row.values, line, 1);
    grid->addWidget(row.error, line + 1, 1);
    m_rows.push_back(row);
}

void SweepDialog::showBase(const backend::RequestForm &base)
{
    for (const Row &row : m_rows) {
        const QString now = base.field(row.field->key).texts.join(u' ');
        const QString text = m_isBaseOfForm ? tr("as in the form: %1; or several: %2")
                                            : tr("as in the file: %1; or several: %2");
        row.values->setPlaceholderText(text.arg(now, row.example));
    }
}

std::vector<backend::SweepAxis> SweepDialog::axes(Errors &errors) const
{
    std::vector<backend::SweepAxis> axes;
    backend::SweepAxis modalities{.key = std::string(keys::kModality), .values = {}};
    for (int i = 0; i < m_modalities->count(); ++i) {
        const QListWidgetItem *item = m_modalities->item(i);
        if (item->checkState() == Qt::Checked)
            modalities.values += item->data(Qt::UserRole).toString();
    }
    if (!modalities.values.isEmpty())
        axes.push_back(std::move(modalities));
    for (const Row &row : m_rows) {
        const QString text = row.values->text().trimmed();
        if (text.isEmpty())
            continue;
        backend::SweepAxis axis{.key = std::string(row.field->key), .values = {}};
        if (row.field->key == keys::kRandomSeed) {
            const auto seeds = backend::parseSeedList(text);
            if (!seeds) {
                errors.push_back(seeds.error());
                continue;
            }
            for (const std::int64_t seed : *seeds)
                axis.values += QString::number(seed);
        } else {
            axis.values = splitValues(*row.field, text);
        }
        axes.push_back(std::move(axis));
    }
    return axes;
}

void SweepDialog::planSoon()
{
    ++m_generation;
    m_preview.reset();
    m_add->setEnabled(false);
    m_save->setEnabled(false);
    m_pause.start();
}

void SweepDialog::plan()
{
    Errors errors;
    m_axes = axes(errors);
    m_preview.reset();
    const int generation = ++m_generation;
    showErrors(errors);
    if (!errors.empty() || m_axes.empty()) {
        showPlan();
        return;
    }
    inBackground(
        this,
        [base = m_base, axes = m_axes, context = m_context, surroundings = m_surroundings] {
            return previewSweep(base, axes, context, surroundings);
        },
        [this, generation](SweepPreview preview) {
            if (generation != m_generation)
                return;
            showErrors(preview.plan.errors);
            m_preview = std::move(preview);
            showPlan();
        });
}

void SweepDialog::showPlan()
{
    const std::size_t runs = m_preview ? m_preview->plan.runs.size() : 0;
    m_add->setEnabled(runs > 0);
    m_save->setEnabled(runs > 0);
    m_add->setText(runs == 0   ? tr("Add to the queue")
                   : runs == 1 ? tr("Add 1 run to the queue")
                               : tr("Add %1 runs to the queue").arg(runs));
    if (runs == 0) {
        m_count->setText(m_axes.empty() ? tr("Nothing varies yet.") : tr("No runs."));
        m_cost->clear();
        m_labels->clear();
        return;
    }
    m_count->setText(runs == 1 ? tr("1 run") : tr("%1 runs").arg(runs));
    m_cost->setText(QStringLiteral("%1\n%2\n%3")
                        .arg(timeText(m_preview->cost), gpuText(m_preview->cost, m_surroundings),
                             diskText(m_preview->cost)));
    QStringList labels;
    const auto shown = std::min<std::size_t>(runs, kShownLabels);
    for (std::size_t i = 0; i < shown; ++i)
        labels += m_preview->plan.runs[i].label;
    if (runs > shown)
        labels += tr("\u2026 and %1 more").arg(runs - shown);
    m_labels->setText(labels.join(u'\n'));
}

void SweepDialog::showErrors(const Errors &errors)
{
    std::map<QString, QStringList> ofField;
    for (const Error &error : errors)
        ofField[error.field] += errorText(error);
    const auto take = [&ofField](const QString &key) {
        const QStringList texts = ofField[key];
        ofField.erase(key);
        return texts.join(u'\n');
    };
    m_modalityError->say(Tone::Bad, take(keyText(keys::kModality)));
    for (const Row &row : m_rows)
        row.error->say(Tone::Bad, take(keyText(row.field->key)));
    QStringList others;
    for (const auto &[key, texts] : ofField)
        others += texts;
    m_problem->say(Tone::Bad, others.join(u'\n'));
}

GenerateOrder SweepDialog::order() const
{
    GenerateOrder order;
    if (!m_preview)
        return order;
    for (const backend::SweepRun &run : m_preview->plan.runs) {
        order.documents.push_back(run.document);
        order.labels += run.label;
    }
    order.expectedSeconds = m_preview->cost.seconds;
    order.expectedGpuMemory = m_preview->cost.gpuMemory;
    if (order.documents.size() > 1)
        order.group = QUuid::createUuid().toString(QUuid::WithoutBraces);
    return order;
}

bool SweepDialog::usesSeedOfForm() const
{
    return m_isBaseOfForm &&
           std::none_of(m_axes.begin(), m_axes.end(), [](const backend::SweepAxis &axis) {
               return axis.key == keys::kRandomSeed;
           });
}

void SweepDialog::chooseFile(bool toSave)
{
    auto *dialog = new QFileDialog(this, toSave ? tr("Save sweep") : tr("Open sweep"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Sweep files (*.json)"), tr("All files (*)")});
    dialog->setAcceptMode(toSave ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(toSave ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &QFileDialog::fileSelected, this,
            toSave ? &SweepDialog::saveFile : &SweepDialog::openFile);
    dialog->open();
}

void SweepDialog::openFile(const QString &file)
{
    inBackground(
        this, [path = pathOf(file)] { return backend::readSweepFile(path); },
        [this, name = QFileInfo(file).fileName()](const Result<backend::TypedSweep> &sweep) {
            if (sweep)
                take(*sweep, name);
            else
                m_source->say(Tone::Bad,
                              tr("%1 was not opened.\n%2").arg(name, errorText(sweep.error())));
        });
}

void SweepDialog::take(const backend::TypedSweep &sweep, const QString &name)
{
    backend::RequestForm base(m_context);
    Errors errors = base.setDocument(sweep.base, name);
    for (const backend::SweepAxis &axis : sweep.axes) {
        const Errors more = unshown(axis);
        errors.insert(errors.end(), more.begin(), more.end());
    }
    if (!errors.empty()) {
        m_source->say(Tone::Bad, tr("%1 was not opened.\n%2").arg(name, errorTexts(errors)));
        return;
    }
    m_base = sweep.base;
    m_isBaseOfForm = false;
    showBase(base);
    std::map<std::string_view, QStringList> values;
    for (const backend::SweepAxis &axis : sweep.axes)
        values[axis.key] = axis.values;
    for (int i = 0; i < m_modalities->count(); ++i) {
        QListWidgetItem *item = m_modalities->item(i);
        const bool varies = values[keys::kModality].contains(item->data(Qt::UserRole).toString());
        item->setCheckState(varies ? Qt::Checked : Qt::Unchecked);
    }
    for (const Row &row : m_rows) {
        const bool isList = contract::elementCount(row.field->kind) > 0;
        row.values->setText(
            values[row.field->key].join(isList ? QStringLiteral("; ") : QStringLiteral(", ")));
    }
    m_source->say(Tone::Good,
                  tr("%1 is opened; fields without values are as in this file.").arg(name));
    planSoon();
}

Errors SweepDialog::unshown(const backend::SweepAxis &axis) const
{
    const QString key = keyText(axis.key);
    if (axis.key != keys::kModality) {
        const bool hasRow = std::any_of(m_rows.begin(), m_rows.end(), [&axis](const Row &row) {
            return row.field->key == axis.key;
        });
        return hasRow ? Errors()
                      : Errors{{backend::error_codes::kSweepValue,
                                tr("%1 cannot be varied here.").arg(key),
                                tr("Use \"mrbrain batch\" for this file."), key}};
    }
    Errors errors;
    for (const QString &name : axis.values) {
        const std::string value = name.toStdString();
        if (!backend::findModality(m_context.manifest, value))
            errors.push_back({backend::error_codes::kSweepValue,
                              tr("There is no modality %1.").arg(name),
                              {},
                              key});
    }
    return errors;
}

void SweepDialog::saveFile(const QString &file)
{
    inBackground(
        this,
        [path = pathOf(file), sweep = backend::TypedSweep{m_base, m_axes}]() -> Result<> {
            const Result<std::string> text = backend::writeSweepFile(sweep);
            if (!text)
                return text.error();
            return writeFileAtomically(path, *text);
        },
        [this, name = QFileInfo(file).fileName()](const Result<> &saved) {
            m_source->say(saved ? Tone::Good : Tone::Bad,
                          saved ? tr("Saved as %1.").arg(name) : errorText(saved.error()));
        });
}

} // namespace mrb::ui
