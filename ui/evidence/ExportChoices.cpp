// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/ExportChoices.h"

#include "ui/common/FieldNote.h"
#include "ui/common/Words.h"
#include "ui/evidence/SaveDocument.h"

#include <QCheckBox>
#include <QDir>
#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

enum Column { kRun, kOutcome, kRating, kSize };

constexpr int kIndent = 24; ///< of what explains an option, as wide as its box

QWidget *indented(QWidget *widget)
{
    auto *box = new QWidget;
    auto *layout = new QHBoxLayout(box);
    layout->setContentsMargins(kIndent, 0, 0, 4);
    layout->addWidget(widget);
    return box;
}

} // namespace

ExportChoices::ExportChoices(std::vector<ExportCandidate> runs, const ExportDefaults &defaults,
                             QWidget *parent)
    : QWidget(parent),
      m_runs(std::move(runs)),
      m_folder(defaults.folder),
      m_list(new QTreeWidget),
      m_onlyAccepted(new QCheckBox(tr("Only &accepted runs"))),
      m_sum(new QLabel),
      m_archive(new QRadioButton(tr("One &ZIP archive"))),
      m_asFolder(new QRadioButton(tr("A &folder"))),
      m_volumes(new QCheckBox),
      m_keepPaths(new QCheckBox(tr("&Keep paths and names"))),
      m_target(new QLineEdit),
      m_note(new FieldNote)
{
    m_archive->setChecked(true);
    m_volumes->setChecked(true);
    auto *below = new QHBoxLayout;
    below->addWidget(m_onlyAccepted);
    below->addStretch(1);
    below->addWidget(m_sum);
    m_sum->setTextFormat(Qt::PlainText);
    m_sum->setAccessibleName(tr("What will be exported"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(makeList(), 1);
    layout->addLayout(below);
    layout->addWidget(makeOptions());
    layout->addWidget(makeTarget());
    connect(m_list, &QTreeWidget::itemChanged, this, &ExportChoices::onChanged);
    connect(m_onlyAccepted, &QCheckBox::toggled, this, &ExportChoices::showOnlyAccepted);
    connect(m_volumes, &QCheckBox::toggled, this, &ExportChoices::onChanged);
    connect(m_archive, &QRadioButton::toggled, this, &ExportChoices::onFormatChanged);
    connect(m_target, &QLineEdit::textChanged, this, &ExportChoices::onChanged);
    const bool anyAccepted =
        std::any_of(m_runs.begin(), m_runs.end(), [](const auto &run) { return run.accepted; });
    m_onlyAccepted->setEnabled(anyAccepted);
    m_onlyAccepted->setChecked(defaults.onlyAccepted && anyAccepted);
    onChanged();
}

QTreeWidget *ExportChoices::makeList()
{
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAccessibleName(tr("Runs"));
    m_list->setHeaderLabels({tr("Run"), tr("Verdict"), tr("Rating"), tr("Size")});
    for (const ExportCandidate &run : m_runs) {
        auto *item = new QTreeWidgetItem(m_list);
        item->setText(kRun, run.title);
        item->setToolTip(kRun, QFile::decodeName(run.folder.c_str()));
        item->setText(kOutcome, run.refusal.isEmpty() ? run.outcome : run.refusal);
        item->setToolTip(kOutcome, item->text(kOutcome));
        item->setText(kRating, run.rating);
        item->setText(kSize, bytesText(run.bytes));
        item->setTextAlignment(kSize, Qt::AlignRight | Qt::AlignVCenter);
        const bool possible = run.refusal.isEmpty();
        item->setCheckState(kRun, possible ? Qt::Checked : Qt::Unchecked);
        if (!possible)
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
    }
    colourSigns();
    QHeaderView *header = m_list->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(kRun, QHeaderView::Stretch);
    for (const int column : {kOutcome, kRating, kSize})
        header->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    m_list->setMinimumHeight(fontMetrics().height() * 7);
    return m_list;
}

QWidget *ExportChoices::makeOptions()
{
    auto *box = new QWidget;
    auto *format = new QHBoxLayout;
    format->addWidget(m_archive);
    format->addWidget(m_asFolder);
    format->addStretch(1);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(format);
    layout->addWidget(m_volumes);
    layout->addWidget(indented(makeExplanation(
        tr("Without them the bundle still says which bytes a run made, but nobody can measure "
           "them again."))));
    layout->addWidget(m_keepPaths);
    layout->addWidget(indented(makeExplanation(
        tr("Off: paths become tokens such as <run> and <home>, and the names of you and your "
           "machine are left out. On: records and logs go out as they are, for your own "
           "archive."))));
    return box;
}

QWidget *ExportChoices::makeTarget()
{
    auto *box = new QWidget;
    auto *label = new QLabel(tr("Tar&get"));
    label->setBuddy(m_target);
    auto *choose = new QPushButton(tr("&Browse…"));
    choose->setAutoDefault(false);
    m_target->setAccessibleName(tr("Target"));
    auto *layout = new QGridLayout(box);
    layout->setContentsMargins({});
    layout->addWidget(label, 0, 0);
    layout->addWidget(m_target, 0, 1);
    layout->addWidget(choose, 0, 2);
    layout->addWidget(m_note, 1, 1, 1, 2);
    connect(choose, &QPushButton::clicked, this, &ExportChoices::browse);
    return box;
}

std::vector<ExportCandidate> ExportChoices::chosen() const
{
    std::vector<ExportCandidate> chosen;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        const QTreeWidgetItem *item = m_list->topLevelItem(row);
        if (!item->isHidden() && item->checkState(kRun) == Qt::Checked)
            chosen.push_back(m_runs[static_cast<std::size_t>(row)]);
    }
    return chosen;
}

backend::BundleOrder ExportChoices::order() const
{
    backend::BundleOrder order;
    order.target = toPath(target());
    order.asFolder = m_asFolder->isChecked();
    order.withVolumes = m_volumes->isChecked();
    order.keepPaths = m_keepPaths->isChecked();
    for (const ExportCandidate &run : chosen())
        order.runs.push_back(run.folder);
    return order;
}

QString ExportChoices::target() const
{
    const QString typed = m_target->text().trimmed();
    return typed.isEmpty() ? typed : QDir::cleanPath(typed);
}

void ExportChoices::setTarget(const QString &target)
{
    m_target->setText(target);
}

QString ExportChoices::problem() const
{
    if (chosen().empty())
        return tr("Choose at least one run.");
    const QFileInfo info(target());
    if (target().isEmpty())
        return tr("Say where the bundle is to go.");
    if (!info.isAbsolute())
        return tr("The target must be a full path, such as %1.").arg(QDir::homePath());
    if (!info.dir().exists())
        return tr("There is no folder %1.").arg(info.path());
    if (m_asFolder->isChecked() && info.exists())
        return tr("%1 exists already. A folder is never replaced.").arg(info.fileName());
    if (m_archive->isChecked() && info.isDir())
        return tr("%1 is a folder.").arg(info.fileName());
    return {};
}

bool ExportChoices::replacesChosenFile() const
{
    return !m_agreed.isEmpty() && m_agreed == target();
}

/// The name follows what is chosen until somebody types another one.
void ExportChoices::onChanged()
{
    if (m_target->text() == m_suggested) {
        const QSignalBlocker quiet(m_target);
        m_suggested = QDir(m_folder).filePath(bundleName(chosen(), m_asFolder->isChecked()));
        m_target->setText(m_suggested);
    }
    showSizes();
    const QString why = problem();
    if (!why.isEmpty())
        m_note->say(Tone::Notice, why);
    else if (QFileInfo::exists(target()))
        m_note->say(Tone::Notice, tr("This file exists and will be replaced."));
    else
        m_note->say(Tone::Neutral, {});
    Q_EMIT changed();
}

void ExportChoices::onFormatChanged()
{
    if (m_target->text() != m_suggested) {
        const QSignalBlocker quiet(m_target);
        m_target->setText(withFormat(m_target->text(), m_asFolder->isChecked()));
    }
    onChanged();
}

void ExportChoices::showOnlyAccepted(bool only)
{
    for (int row = 0; row < m_list->topLevelItemCount(); ++row)
        m_list->topLevelItem(row)->setHidden(only &&
                                             !m_runs[static_cast<std::size_t>(row)].accepted);
    onChanged();
}

void ExportChoices::showSizes()
{
    const std::vector<ExportCandidate> runs = chosen();
    const quint64 all = exportBytes(runs, true);
    m_volumes->setText(
        tr("Include the &volumes (%1)").arg(bytesText(all - exportBytes(runs, false))));
    m_sum->setText(tr("%1 of %2, about %3")
                       .arg(runs.size())
                       .arg(m_runs.size() == 1 ? tr("1 run") : tr("%1 runs").arg(m_runs.size()))
                       .arg(bytesText(m_volumes->isChecked() ? all : exportBytes(runs, false))));
}

void ExportChoices::browse()
{
    const bool asFolder = m_asFolder->isChecked();
    auto *dialog = new QFileDialog(this, tr("Export bundle"), QFileInfo(target()).path(),
                                   asFolder ? tr("Folders (*)") : tr("ZIP archives (*.zip)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    if (!asFolder)
        dialog->setDefaultSuffix(QStringLiteral("zip"));
    dialog->selectFile(QFileInfo(target()).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        m_agreed = QDir::cleanPath(file); // the file dialog has asked
        setTarget(file);
    });
    dialog->open();
}

void ExportChoices::colourSigns()
{
    const QSignalBlocker quiet(m_list);
    for (int row = 0; row < m_list->topLevelItemCount(); ++row)
        m_list->topLevelItem(row)->setIcon(
            kOutcome, toneIcon(m_runs[static_cast<std::size_t>(row)].outcomeTone, palette()));
}

void ExportChoices::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colourSigns();
}

} // namespace mrb::ui
