// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/results/ResultsFilter.h"

#include <QAbstractListModel>

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace mrb::ui {

/// The runs that a gallery shows, filtered and sorted. Changes are told row by row where they are
/// few, and as a reset where they are many: with 10,000 runs that is what stays fluid. GUI thread.
class ResultsModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    /// Takes over what differs from before. Newest first, as backend::RunLibrary has them.
    void setRuns(const std::vector<backend::RunSummary> &runs);
    /// One that is there already.
    void updateRun(const backend::RunSummary &run);
    void setFilter(const ResultsFilter &filter);
    const ResultsFilter &filter() const { return m_filter; }
    void setOrder(const ResultsOrder &order);
    const ResultsOrder &order() const { return m_order; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    const backend::RunSummary &run(int row) const { return m_shown[std::size_t(row)]->run; }
    const QString &label(int row) const { return m_shown[std::size_t(row)]->label; }
    /// -1 when it is not shown.
    int rowOf(const std::filesystem::path &folder) const;
    /// Also of runs that are not shown; null when there is none.
    const backend::RunSummary *find(const std::filesystem::path &folder) const;

    qsizetype totalRuns() const { return std::ssize(m_all); }
    quint64 shownBytes() const { return m_shownBytes; }
    /// Names of the modalities that occur, sorted by their labels.
    QStringList modalities() const;

Q_SIGNALS:
    /// Around every change of rows; a selection does not survive a modelReset() between them.
    void aboutToRearrange();
    void rearranged();

private:
    void arrange(const std::vector<const RunEntry *> &changed);
    /// False where a reset is better.
    bool changeRows(const RunEntries &rows);
    void removeRowsNotIn(const RunEntries &rows);
    void insertRowsOf(const RunEntries &rows);

    RunEntries m_all;   ///< in the library's order
    RunEntries m_shown; ///< by row
    std::unordered_map<std::string, std::shared_ptr<RunEntry>> m_byFolder;
    ResultsFilter m_filter;
    ResultsOrder m_order;
    quint64 m_shownBytes = 0;
};

} // namespace mrb::ui
