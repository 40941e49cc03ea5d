// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ResultsModel.h"

#include "backend/base/Text.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace mrb::ui {

namespace {

/// Beyond so many stretches of rows a view is faster starting anew.
constexpr int kMostStretches = 24;

/// Whether nothing that is shown, filtered or sorted by differs.
bool same(const backend::RunSummary &a, const backend::RunSummary &b)
{
    return a.state == b.state && a.verdict == b.verdict && a.phantom == b.phantom &&
           a.seed == b.seed && a.bytes == b.bytes && a.seconds == b.seconds &&
           a.startedAt == b.startedAt && a.modality == b.modality && a.dim == b.dim &&
           a.spacing == b.spacing && a.steps == b.steps && a.guidance == b.guidance &&
           a.exitCode == b.exitCode && a.overallStatus == b.overallStatus &&
           a.gpuName == b.gpuName && a.runId == b.runId && a.review == b.review &&
           a.volumes == b.volumes && a.warnings == b.warnings && a.problem == b.problem;
}

} // namespace

void ResultsModel::setRuns(const std::vector<backend::RunSummary> &runs)
{
    std::vector<const RunEntry *> changed;
    RunEntries all;
    all.reserve(runs.size());
    std::unordered_map<std::string, std::shared_ptr<RunEntry>> byFolder;
    byFolder.reserve(runs.size());
    for (const backend::RunSummary &run : runs) {
        const std::string &folder = run.folder.native();
        std::shared_ptr<RunEntry> entry;
        if (const auto known = m_byFolder.find(folder); known != m_byFolder.end()) {
            entry = known->second;
            if (!same(entry->run, run)) {
                *entry = RunEntry(run);
                changed.push_back(entry.get());
            }
        } else {
            entry = std::make_shared<RunEntry>(run);
        }
        if (byFolder.emplace(folder, entry).second)
            all.push_back(std::move(entry));
    }
    m_all = std::move(all);
    m_byFolder = std::move(byFolder);
    arrange(changed);
}

void ResultsModel::updateRun(const backend::RunSummary &run)
{
    const auto known = m_byFolder.find(run.folder.native());
    if (known == m_byFolder.end() || same(known->second->run, run))
        return;
    const int row = known->second->row;
    *known->second = RunEntry(run);
    known->second->row = row;
    arrange({known->second.get()});
}

void ResultsModel::setFilter(const ResultsFilter &filter)
{
    if (std::exchange(m_filter, filter) != filter)
        arrange({});
}

void ResultsModel::setOrder(const ResultsOrder &order)
{
    if (std::exchange(m_order, order) != order)
        arrange({});
}

void ResultsModel::arrange(const std::vector<const RunEntry *> &changed)
{
    RunEntries rows = arrangedRuns(m_all, m_filter, m_order, QDateTime::currentDateTime());
    m_shownBytes = 0;
    for (const auto &entry : rows)
        m_shownBytes += entry->run.bytes;
    Q_EMIT aboutToRearrange();
    if (rows != m_shown && !changeRows(rows)) {
        beginResetModel();
        m_shown = std::move(rows);
        endResetModel();
    }
    for (const auto &entry : m_all)
        entry->row = -1;
    for (std::size_t row = 0; row < m_shown.size(); ++row)
        m_shown[row]->row = static_cast<int>(row);
    Q_EMIT rearranged();
    for (const RunEntry *entry : changed) {
        if (entry->row >= 0)
            Q_EMIT dataChanged(index(entry->row), index(entry->row));
    }
}

bool ResultsModel::changeRows(const RunEntries &rows)
{
    std::unordered_map<const RunEntry *, int> places;
    places.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        places.emplace(rows[i].get(), static_cast<int>(i));
    int stretches = 0;
    int last = -1;
    std::size_t kept = 0;
    bool inGap = false;
    for (const auto &entry : m_shown) {
        const auto place = places.find(entry.get());
        const bool gone = place == places.end();
        stretches += int(gone && !inGap);
        inGap = gone;
        if (gone)
            continue;
        if (place->second < last)
            return false;                           // reordered
        stretches += int(place->second > last + 1); // something comes in before it
        last = place->second;
        ++kept;
    }
    if (stretches > kMostStretches || kept == 0)
        return false;
    removeRowsNotIn(rows);
    insertRowsOf(rows);
    return true;
}

void ResultsModel::removeRowsNotIn(const RunEntries &rows)
{
    std::unordered_set<const RunEntry *> stay;
    stay.reserve(rows.size());
    for (const auto &entry : rows)
        stay.insert(entry.get());
    for (auto end = m_shown.size(); end > 0;) {
        if (stay.contains(m_shown[end - 1].get())) {
            --end;
            continue;
        }
        std::size_t begin = end - 1;
        while (begin > 0 && !stay.contains(m_shown[begin - 1].get()))
            --begin;
        beginRemoveRows({}, static_cast<int>(begin), static_cast<int>(end - 1));
        m_shown.erase(m_shown.begin() + std::ptrdiff_t(begin),
                      m_shown.begin() + std::ptrdiff_t(end));
        endRemoveRows();
        end = begin;
    }
}

void ResultsModel::insertRowsOf(const RunEntries &rows)
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i < m_shown.size() && m_shown[i] == rows[i])
            continue;
        std::size_t end = i + 1;
        while (end < rows.size() && (i >= m_shown.size() || rows[end] != m_shown[i]))
            ++end;
        beginInsertRows({}, static_cast<int>(i), static_cast<int>(end - 1));
        m_shown.insert(m_shown.begin() + std::ptrdiff_t(i), rows.begin() + std::ptrdiff_t(i),
                       rows.begin() + std::ptrdiff_t(end));
        endInsertRows();
        i = end - 1;
    }
}

int ResultsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant ResultsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const backend::RunSummary &shown = run(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return runTitle(shown);
    case Qt::AccessibleTextRole:
        return runSentence(shown);
    case Qt::ToolTipRole:
        return QStringLiteral("<p>%1<br>%2</p>")
            .arg(runSentence(shown).toHtmlEscaped(), toQString(shown.folder).toHtmlEscaped());
    default:
        return {};
    }
}

int ResultsModel::rowOf(const std::filesystem::path &folder) const
{
    const auto found = m_byFolder.find(folder.native());
    return found == m_byFolder.end() ? -1 : found->second->row;
}

const backend::RunSummary *ResultsModel::find(const std::filesystem::path &folder) const
{
    const auto found = m_byFolder.find(folder.native());
    return found == m_byFolder.end() ? nullptr : &found->second->run;
}

QStringList ResultsModel::modalities() const
{
    std::vector<std::pair<QString, QString>> found; // label, name
    for (const auto &entry : m_all) {
        const std::pair one{entry->label, entry->run.modality};
        if (!one.second.isEmpty() && std::find(found.begin(), found.end(), one) == found.end())
            found.push_back(one);
    }
    std::sort(found.begin(), found.end());
    QStringList names;
    for (const auto &[label, name] : found)
        names += name;
    return names;
}

} // namespace mrb::ui
