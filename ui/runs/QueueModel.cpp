// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/QueueModel.h"

#include "ui/runs/QueueText.h"

#include <QMimeData>
#include <QSet>

#include <algorithm>

namespace mrb::ui {

using backend::EntryState;
using backend::QueueEntry;

namespace {

QString mimeType()
{
    return QStringLiteral("application/x-mrbrain-queue-entries");
}

QString toolTipOf(const QString &label, const QueueEntry &entry, const QString &state)
{
    QString text = label + u'\n' + state;
    if (const QString problems = problemsText(entry); !problems.isEmpty())
        text += u'\n' + problems;
    return QStringLiteral("<p style='white-space:pre-wrap'>%1</p>").arg(text.toHtmlEscaped());
}

} // namespace

QueueModel::QueueModel(backend::RunQueue &queue, QObject *parent)
    : QAbstractListModel(parent), m_queue(queue)
{
    follow();
    connect(&m_queue, &backend::RunQueue::listChanged, this, &QueueModel::follow);
    connect(&m_queue, &backend::RunQueue::entryChanged, this, &QueueModel::onChanged);
    connect(&m_queue, &backend::RunQueue::progressed, this, &QueueModel::onChanged);
}

int QueueModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant QueueModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const QueueEntry *entry = m_queue.find(row.id);
    if (!entry)
        return {};
    const auto state = [&] { return stateText(*entry, m_queue.progressOf(row.id)); };
    switch (role) {
    case Qt::DisplayRole:
        return row.label;
    case Qt::ToolTipRole:
        return toolTipOf(row.label, *entry, state());
    case Qt::AccessibleTextRole:
        return tr("%1, %2").arg(row.label, state());
    case IdRole:
        return row.id;
    case StateTextRole:
        return state();
    case ToneRole:
        return static_cast<int>(toneOf(*entry));
    case FractionRole:
        if (const auto progress = m_queue.progressOf(row.id))
            return progress->fraction;
        return {};
    default:
        return {};
    }
}

Qt::ItemFlags QueueModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled; // between rows only
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    const QueueEntry *entry = m_queue.find(idAt(index));
    if (entry && entry->state == EntryState::Pending)
        flags |= Qt::ItemIsDragEnabled;
    return flags;
}

QStringList QueueModel::mimeTypes() const
{
    return {mimeType()};
}

QMimeData *QueueModel::mimeData(const QModelIndexList &indexes) const
{
    QModelIndexList sorted = indexes;
    std::sort(sorted.begin(), sorted.end());
    QStringList ids;
    for (const QModelIndex &index : sorted)
        ids << idAt(index);
    auto *data = new QMimeData;
    data->setData(mimeType(), ids.join(u'\n').toUtf8());
    return data;
}

bool QueueModel::canDropMimeData(const QMimeData *data, Qt::DropAction action, int, int,
                                 const QModelIndex &) const
{
    return action == Qt::MoveAction && data->hasFormat(mimeType());
}

/// False although it is done: the view would remove the rows it dragged.
bool QueueModel::dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                              const QModelIndex &parent)
{
    if (!canDropMimeData(data, action, row, column, parent))
        return false;
    const QStringList ids = QString::fromUtf8(data->data(mimeType())).split(u'\n');
    const QStringList pending = pendingIds();
    const int firstPending = rowCount() - static_cast<int>(pending.size());
    const int target = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    // Those above the gap leave it, so that it moves up.
    int place = std::max(target - firstPending, 0);
    for (int above = place - 1; above >= 0; --above)
        place -= ids.contains(pending[above]) ? 1 : 0;
    move(ids, place);
    return false;
}

QModelIndex QueueModel::indexOf(const QString &id) const
{
    const auto row = m_rowOf.constFind(id);
    return row == m_rowOf.constEnd() ? QModelIndex() : index(*row);
}

QString QueueModel::idAt(const QModelIndex &index) const
{
    return index.isValid() ? m_rows[static_cast<std::size_t>(index.row())].id : QString();
}

QStringList QueueModel::pendingIds() const
{
    QStringList ids;
    for (const QueueEntry &entry : m_queue.entries())
        if (entry.state == EntryState::Pending)
            ids << entry.id;
    return ids;
}

void QueueModel::move(const QStringList &ids, int place)
{
    const QStringList present = pendingIds();
    QStringList wanted = present;
    QStringList moving;
    for (const QString &id : ids)
        if (wanted.removeOne(id))
            moving << id;
    if (moving.isEmpty())
        return;
    place = std::clamp(place, 0, static_cast<int>(wanted.size()));
    for (qsizetype at = 0; at < moving.size(); ++at)
        wanted.insert(place + at, moving[at]);
    // From the end they go to, so that nearly always only these are moved: each is a write.
    const auto count = static_cast<int>(wanted.size());
    const bool isDown = present.indexOf(moving.front()) < place;
    for (int step = 0; step < count; ++step) {
        const int at = isDown ? count - 1 - step : step;
        if (pendingIds().value(at) != wanted[at])
            m_queue.move(wanted[at], at);
    }
}

void QueueModel::follow()
{
    removeGone();
    appendNew();
    reorder();
}

void QueueModel::removeGone()
{
    QSet<QString> there;
    for (const QueueEntry &entry : m_queue.entries())
        there.insert(entry.id);
    const auto isGone = [&](int row) {
        return !there.contains(m_rows[static_cast<std::size_t>(row)].id);
    };
    for (int last = rowCount() - 1; last >= 0; --last) {
        if (!isGone(last))
            continue;
        int first = last;
        while (first > 0 && isGone(first - 1))
            --first;
        beginRemoveRows({}, first, last);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
        endRemoveRows();
        last = first;
    }
    number();
}

void QueueModel::appendNew()
{
    std::vector<Row> added;
    for (const QueueEntry &entry : m_queue.entries())
        if (!m_rowOf.contains(entry.id))
            added.push_back({entry.id, backend::runLabel(entry.settings)});
    if (added.empty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(added.size()) - 1);
    m_rows.insert(m_rows.end(), added.begin(), added.end());
    number();
    endInsertRows();
}

void QueueModel::reorder()
{
    const auto &entries = m_queue.entries();
    const bool isSame =
        std::equal(m_rows.begin(), m_rows.end(), entries.begin(), entries.end(),
                   [](const Row &row, const QueueEntry &entry) { return row.id == entry.id; });
    if (isSame)
        return;
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QStringList ids;
    for (const QModelIndex &index : before)
        ids << idAt(index);
    std::vector<Row> rows;
    rows.reserve(m_rows.size());
    for (const QueueEntry &entry : entries)
        rows.push_back(m_rows[static_cast<std::size_t>(m_rowOf.value(entry.id))]);
    m_rows = std::move(rows);
    number();
    QModelIndexList after;
    for (const QString &id : std::as_const(ids))
        after << indexOf(id);
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void QueueModel::number()
{
    m_rowOf.clear();
    for (int row = 0; row < rowCount(); ++row)
        m_rowOf.insert(m_rows[static_cast<std::size_t>(row)].id, row);
}

void QueueModel::onChanged(const QString &id)
{
    if (const QModelIndex changed = indexOf(id); changed.isValid())
        Q_EMIT dataChanged(changed, changed);
}

} // namespace mrb::ui
