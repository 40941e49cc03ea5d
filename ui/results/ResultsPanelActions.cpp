// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/AtomicFile.h"
#include "backend/base/Text.h"
#include "ui/common/InBackground.h"
#include "ui/common/Words.h"
#include "ui/results/ResultsActions.h"
#include "ui/results/ResultsPanel.h"
#include "ui/results/ReviewEditor.h"
#include "ui/results/RunDetails.h"
#include "ui/results/RunWords.h"

#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace mrb::ui {

void ResultsPanel::onSelectionChanged()
{
    const QModelIndexList rows = m_view->selectionModel()->selectedIndexes();
    ResultsActions::Selection selection{.runs = rows.size(), .anyShown = m_model.rowCount() > 0};
    quint64 bytes = 0;
    for (const QModelIndex &row : rows) {
        const backend::RunSummary &run = m_model.run(row.row());
        bytes += run.bytes;
        selection.running = selection.running || run.state == backend::RunState::Running;
        selection.volumes = selection.volumes && !run.volumes.empty();
        selection.seed = rows.size() == 1 && run.seed;
    }
    m_actions->enableFor(selection);
    if (rows.size() == 1)
        m_details->showRun(m_model.run(rows.front().row()));
    else
        m_details->showSelection(rows.size(), bytes);
    showCounts();
    const std::filesystem::path current = currentFolder();
    if (std::exchange(m_told, current) != current)
        Q_EMIT currentChanged(current);
}

void ResultsPanel::showCounts()
{
    const qsizetype shown = m_model.rowCount();
    const auto selected = m_view->selectionModel()->selectedIndexes();
    QString text =
        shown == m_model.totalRuns()
            ? tr("%1, %2").arg(runCountText(shown), bytesText(m_model.shownBytes()))
            : tr("%1 of %2, %3")
                  .arg(shown)
                  .arg(runCountText(m_model.totalRuns()), bytesText(m_model.shownBytes()));
    if (selected.size() > 1) {
        quint64 bytes = 0;
        for (const QModelIndex &index : selected)
            bytes += m_model.run(index.row()).bytes;
        text += tr(" · %1 selected, %2").arg(selected.size()).arg(bytesText(bytes));
    }
    m_counts->setText(text);
    m_counts->setToolTip(text);
    m_pages->setCurrentIndex(shown > 0 ? 0 : 1);
    const bool filtered = m_model.totalRuns() > 0;
    m_clearFilter->setVisible(filtered);
    if (filtered)
        m_empty->setText(tr("No run matches the filter."));
    else if (m_library.isScanning())
        m_empty->setText(tr("Looking for runs…"));
    else if (m_library.folders().empty())
        m_empty->setText(tr("No results folder is set. Choose one in the settings."));
    else
        m_empty->setText(tr("No runs yet. Each run that you generate appears here by itself, and "
                            "so do runs that you copy into the results folder."));
}

void ResultsPanel::rate(backend::Rating rating)
{
    m_details->editor().flush();
    for (const backend::RunSummary &run : selectedRuns()) {
        backend::Review review = run.review;
        review.rating = rating;
        if (review != run.review)
            m_library.setReview(run.folder, review);
    }
}

void ResultsPanel::askForTrash()
{
    const std::vector<backend::RunSummary> runs = selectedRuns();
    if (runs.empty())
        return;
    quint64 bytes = 0;
    std::vector<std::filesystem::path> folders;
    for (const backend::RunSummary &run : runs) {
        bytes += run.bytes;
        folders.push_back(run.folder);
    }
    const auto accepted = std::count_if(runs.begin(), runs.end(), [](const auto &run) {
        return run.review.rating == backend::Rating::Accepted;
    });
    QString text = runs.size() == 1
                       ? tr("Move “%1” to the trash?").arg(runTitle(runs.front()))
                       : tr("Move %1 to the trash?").arg(runCountText(std::ssize(runs)));
    QString more = tr("Volumes, log, thumbnail and review go together: %1 on disk. You can take "
                      "them back from the desktop's trash.")
                       .arg(bytesText(bytes));
    if (accepted > 0)
        more = tr("%1 of them accepted. ").arg(accepted) + more;
    auto *box = new QMessageBox(QMessageBox::Question, tr("Move to trash"), text,
                                QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(more);
    QPushButton *move = box->addButton(tr("&Move to trash"), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::finished, this, [this, box, move, folders] {
        if (box->clickedButton() == move)
            m_library.moveToTrash(folders);
    });
    box->open();
}

void ResultsPanel::copyCsv()
{
    std::vector<backend::RunSummary> runs = workingRuns();
    const qsizetype count = std::ssize(runs);
    inBackground(
        this, [rows = std::move(runs)] { return backend::runsAsCsv(rows); },
        [this, count](const std::string &table) {
            QGuiApplication::clipboard()->setText(QString::fromStdString(table));
            Q_EMIT succeeded(tr("Copied %1 as CSV.").arg(runCountText(count)));
        });
}

void ResultsPanel::askForCsvFile()
{
    auto *dialog = new QFileDialog(this, tr("Save table"), QString(), tr("Tables (*.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("runs.csv"));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString &file) { saveCsv(QFile::encodeName(file).toStdString()); });
    dialog->open();
}

void ResultsPanel::saveCsv(const std::filesystem::path &file)
{
    std::vector<backend::RunSummary> runs = workingRuns();
    const qsizetype count = std::ssize(runs);
    inBackground(
        this,
        [rows = std::move(runs), file] {
            return writeFileAtomically(file, backend::runsAsCsv(rows));
        },
        [this, count, file](const Result<> &saved) {
            if (saved)
                Q_EMIT succeeded(tr("Saved %1 as %2.").arg(runCountText(count), toQString(file)));
            else
                Q_EMIT failed(saved.error());
        });
}

void ResultsPanel::reveal()
{
    const std::filesystem::path folder = currentFolder();
    if (!QDesktopServices::openUrl(QUrl::fromLocalFile(QFile::decodeName(folder.c_str()))))
        Q_EMIT failed(Error{error_codes::kNoFileManager,
                            tr("No program was found that shows %1").arg(toQString(folder)),
                            tr("Open the folder in your file manager.")});
}

void ResultsPanel::refresh()
{
    m_thumbnails.clear();
    m_library.refresh();
    showCounts();
    m_view->viewport()->update();
}

void ResultsPanel::showMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_actions->fill(*menu);
    menu->popup(m_view->viewport()->mapToGlobal(position));
}

} // namespace mrb::ui
