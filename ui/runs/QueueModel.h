// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/RunQueue.h"

#include <QAbstractListModel>
#include <QHash>
#include <QStringList>

#include <vector>

namespace mrb::ui {

/// The queue's entries as rows, one line each in the roles below. A change of the queue becomes
/// the smallest change of rows, so that selection and scroll position stay.
class QueueModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole,
        StateTextRole,
        ToneRole,     ///< int of Tone
        FractionRole, ///< double of running entries, else invalid
    };

    /// @param queue outlives the model
    explicit QueueModel(backend::RunQueue &queue, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                         const QModelIndex &parent) const override;
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                      const QModelIndex &parent) override;

    QModelIndex indexOf(const QString &id) const;
    QString idAt(const QModelIndex &index) const;
    /// Moves pending entries, in the order given, to `place` among the pending ones.
    void move(const QStringList &ids, int place);
    QStringList pendingIds() const;

private:
    struct Row
    {
        QString id;
        QString label; // making it reads the document of overrides
    };

    void follow();
    void removeGone();
    void appendNew();
    void reorder();
    void number();
    void onChanged(const QString &id);

    backend::RunQueue &m_queue;
    std::vector<Row> m_rows;
    QHash<QString, int> m_rowOf;
};

} // namespace mrb::ui
