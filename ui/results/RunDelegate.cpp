// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/RunDelegate.h"

#include "ui/results/ResultsModel.h"
#include "ui/results/ThumbnailMaker.h"
#include "viewer/render/PanePainter.h"
#include "viewer/render/PaneText.h"

#include <QPainter>

#include <algorithm>

namespace mrb::ui {

namespace {

constexpr int kMargin = 4; ///< around a cell's content, logical pixels
constexpr int kGap = 6;    ///< between picture and words
constexpr int kCompactWidth = 290;
constexpr int kLargeWidth = 270;
constexpr int kCompactLines = 3;
constexpr int kLargeLines = 2;

QSize pictureSize(int height)
{
    return {height * kThumbnailSize.width() / kThumbnailSize.height(), height};
}

/// One line of words; shortened where it has to be. Returns how wide it became.
int paintLine(QPainter &painter, const QRect &place, const QString &text, const QColor &colour)
{
    const QFontMetrics metrics = painter.fontMetrics();
    const QString shown = metrics.elidedText(text, Qt::ElideRight, place.width());
    painter.setPen(colour);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    return metrics.horizontalAdvance(shown);
}

QString seedOf(const backend::RunSummary &run)
{
    return run.seed ? RunDelegate::tr("seed %1").arg(*run.seed) : QString();
}

/// As much of the date as there is room for beside the seed, which is never cut.
QString seedAndDate(const backend::RunSummary &run, const QFontMetrics &metrics, int width)
{
    const QDateTime began = run.startedAt.toLocalTime();
    const bool today = began.date() == QDate::currentDate();
    QString shown;
    for (const QString &format :
         {QStringLiteral("yyyy-MM-dd HH:mm"), QStringLiteral("yyyy-MM-dd"),
          today ? QStringLiteral("HH:mm") : QStringLiteral("MM-dd"), QString()}) {
        QStringList facts{seedOf(run), format.isEmpty() ? QString() : began.toString(format)};
        facts.removeAll(QString());
        shown = facts.join(QStringLiteral(" · "));
        if (metrics.horizontalAdvance(shown) <= width)
            break;
    }
    return shown;
}

/// A sign with its word, where there is room for that; returns how wide it became.
int paintSign(QPainter &painter, const QRect &place, Tone tone, const QString &text,
              const QPalette &palette)
{
    const int side = std::min(painter.fontMetrics().ascent() + 2, place.height());
    if (place.width() < side)
        return 0;
    const QRect sign(place.left(), place.top() + (place.height() - side) / 2, side, side);
    toneIcon(tone, palette).paint(&painter, sign);
    const QRect rest = place.adjusted(side + 3, 0, 0, 0);
    if (painter.fontMetrics().horizontalAdvance(text) > rest.width())
        return side;
    const QColor colour =
        tone == Tone::Neutral ? palette.color(QPalette::Text) : toneColour(tone, palette);
    return side + 3 + paintLine(painter, rest, text, colour);
}

} // namespace

RunDelegate::RunDelegate(const ResultsModel &model, ThumbnailMaker &thumbnails, QObject *parent)
    : QStyledItemDelegate(parent), m_model(model), m_thumbnails(thumbnails)
{
}

QSize RunDelegate::fitCells(const QWidget &view, int width)
{
    const int least = m_large ? kLargeWidth : kCompactWidth;
    const int columns = std::max(width / least, 1);
    const int cell = std::max(width / columns, 1);
    const int line = view.fontMetrics().height();
    if (!m_large) {
        m_cell = {cell, kCompactLines * line + 2 * kMargin + 4};
        return m_cell;
    }
    const int picture = (cell - 2 * kMargin) * kThumbnailSize.height() / kThumbnailSize.width();
    m_cell = {cell, picture + kLargeLines * line + 2 * kMargin + kGap};
    return m_cell;
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return m_cell;
}

void RunDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                        const QModelIndex &index) const
{
    painter->save();
    const QRect cell = option.rect.adjusted(1, 1, -1, -1);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
        // A tint rather than the full colour, on which the tones could not be told apart.
        QColor tint = option.palette.color(QPalette::Highlight);
        tint.setAlphaF(selected ? 0.28F : 0.10F);
        painter->fillRect(cell, tint);
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(QPen(option.palette.color(QPalette::Highlight), 2));
        painter->drawRect(cell.adjusted(1, 1, -1, -1));
    }
    const QRect inside = option.rect.adjusted(kMargin, kMargin, -kMargin, -kMargin);
    QRect picture(inside.topLeft(), pictureSize(inside.height()));
    QRect words;
    if (m_large) {
        picture.setSize(
            {inside.width(), inside.width() * kThumbnailSize.height() / kThumbnailSize.width()});
        words = inside.adjusted(0, picture.height() + kGap / 2, 0, 0);
    } else {
        words = inside.adjusted(picture.width() + kGap, 0, 0, 0);
    }
    paintPicture(*painter, picture, option, index.row());
    paintWords(*painter, words, option, index.row());
    painter->restore();
}

void RunDelegate::paintPicture(QPainter &painter, const QRect &place,
                               const QStyleOptionViewItem &option, int row) const
{
    painter.fillRect(place, QColor(viewer::kPictureBackground));
    const std::optional<Thumbnail> thumbnail = m_thumbnails.thumbnail(m_model.run(row));
    if (thumbnail && !thumbnail->picture.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(place, thumbnail->picture);
        return;
    }
    painter.setFont(option.font);
    painter.setPen(QColor(viewer::kQuietPaneText));
    painter.drawText(place.adjusted(kMargin, 0, -kMargin, 0), Qt::AlignCenter | Qt::TextWordWrap,
                     thumbnail ? thumbnail->problem : tr("…"));
}

void RunDelegate::paintWords(QPainter &painter, const QRect &place,
                             const QStyleOptionViewItem &option, int row) const
{
    const backend::RunSummary &run = m_model.run(row);
    const QPalette &palette = option.palette;
    const QColor text = palette.color(QPalette::Text);
    const int lines = m_large ? kLargeLines : kCompactLines;
    const int height = place.height() / lines;
    const auto line = [&](int number) {
        return QRect(place.left(), place.top() + number * height, place.width(), height);
    };
    const QString date = runDate(run);
    QFont bold = option.font;
    bold.setBold(true);
    painter.setFont(bold);
    const int used = paintLine(painter, line(0), m_model.label(row), text);
    painter.setFont(option.font);
    const int space = painter.fontMetrics().horizontalAdvance(u' ') * 2;
    if (m_large) {
        paintLine(painter, line(0).adjusted(used + space, 0, 0, 0), seedOf(run), text);
    } else {
        paintLine(painter, line(1), seedAndDate(run, painter.fontMetrics(), place.width()), text);
    }

    QRect rest = line(lines - 1);
    const Outcome outcome = outcomeOf(run);
    const bool rated = run.review.rating != backend::Rating::Undecided;
    rest.setLeft(rest.left() + space +
                 paintSign(painter, rest, outcomeTone(outcome), outcomeText(outcome), palette));
    if (rated)
        rest.setLeft(rest.left() + space +
                     paintSign(painter, rest, ratingTone(run.review.rating),
                               ratingText(run.review.rating), palette));
    if (m_large && rest.width() > painter.fontMetrics().horizontalAdvance(date)) {
        painter.setPen(text);
        painter.drawText(rest, Qt::AlignRight | Qt::AlignVCenter, date);
    }
}

} // namespace mrb::ui
