// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>

namespace mrb::ui {

class ResultsModel;
class ThumbnailMaker;

/// Paints a run of a ResultsModel: its thumbnail with a few words beside it, or below it where the
/// pictures are large. Painting is what asks for a thumbnail, so only visible ones are made.
class RunDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    /// Both are borrowed and outlive this.
    RunDelegate(const ResultsModel &model, ThumbnailMaker &thumbnails, QObject *parent = nullptr);

    void setLarge(bool large) { m_large = large; }
    /// Makes cells as wide as the width allows, in as many columns as fit well.
    QSize fitCells(const QWidget &view, int width);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintPicture(QPainter &painter, const QRect &place, const QStyleOptionViewItem &option,
                      int row) const;
    void paintWords(QPainter &painter, const QRect &place, const QStyleOptionViewItem &option,
                    int row) const;

    const ResultsModel &m_model;
    ThumbnailMaker &m_thumbnails;
    bool m_large = false;
    QSize m_cell{1, 1};
};

} // namespace mrb::ui
