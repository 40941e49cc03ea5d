// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/PictureCanvas.h"
#include "viewer/render/World.h"

#include <QFontInfo>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPainter>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <utility>

namespace mrb::viewer {

namespace {

constexpr double kMosaicWidth = 1400.0;
constexpr double kMosaicHeight = 1400.0;
constexpr double kGap = 3.0; ///< between annotated cells

/// What stands above the slices.
struct Labels
{
    QStringList texts; ///< empty: none
    QFont font;
    double height = 0.0;
};

QFont sized(QFont font, double pixelSize)
{
    font.setPixelSize(static_cast<int>(pixelSize));
    return font;
}

VoxelIndex voxelIn(const VolumeSlices &volume, const PlaneAxes &axes, std::int64_t slice)
{
    VoxelIndex voxel = middleVoxel(volume.volume().geometry);
    voxel[axes.normal.voxelAxis] = slice;
    return voxel;
}

QString axisName(const PlaneAxes &axes)
{
    return QChar(u"ijk"[axes.normal.voxelAxis]);
}

/// From much to little.
std::vector<QStringList> labelTexts(const VolumeSlices &volume, const MosaicSpec &spec)
{
    const PlaneAxes &axes = volume.axes(spec.plane, spec.settings.convention);
    const std::size_t world = worldAxis(spec.plane);
    std::vector<QStringList> variants(2);
    for (const std::int64_t slice : spec.grid.slices) {
        const QString index = QString::number(slice);
        const double mm =
            worldMm(volume.volume().geometry, centreOf(voxelIn(volume, axes, slice)))[world];
        variants[0] += QStringLiteral("%1 = %2  ·  %3 %4 mm")
                           .arg(axisName(axes), index, QChar(u"RAS"[world]))
                           .arg(mm, 0, 'f', 1);
        variants[1] += QStringLiteral("%1 = %2").arg(axisName(axes), index);
    }
    return variants;
}

double widest(const QStringList &texts, const QFont &font)
{
    double width = 0.0;
    for (const QString &text : texts)
        width = std::max(width, QFontMetricsF(font).horizontalAdvance(text));
    return width;
}

/// The most that can be read above cells of a width; small letters rather than fewer words.
Labels fittingLabels(const std::vector<QStringList> &variants, double width)
{
    constexpr int kSmallest = 9;
    const QFont font = QGuiApplication::font();
    const int normal = QFontInfo(font).pixelSize();
    for (const QStringList &texts : variants)
        for (int size = normal; size >= std::min(kSmallest, normal); --size) {
            const QFont smaller = sized(font, size);
            if (widest(texts, smaller) <= width)
                return {texts, smaller, std::ceil(1.15 * QFontMetricsF(smaller).height())};
        }
    return {};
}

PictureGrid mosaicGrid(const VolumeSlices &volume, const MosaicSpec &spec, bool annotations,
                       double labelHeight)
{
    const PlaneAxes &axes = volume.axes(spec.plane, spec.settings.convention);
    const auto count = [](int cells) { return static_cast<std::size_t>(cells); };
    PictureGrid grid{.columnsMm = std::vector(count(spec.grid.columns), axes.column.lengthMm()),
                     .rowsMm = std::vector(count(spec.grid.rows), axes.row.lengthMm())};
    if (annotations) {
        const double line = QFontMetricsF(QGuiApplication::font()).height();
        grid.cellMargin = QSizeF(kGap, labelHeight + kGap);
        grid.around = QSizeF(3.6 * line, 3.2 * line);
    }
    return grid;
}

/// The edge letters are those of every cell.
void paintLetters(QPainter &painter, const QRectF &all, const PlaneAxes &axes)
{
    const QFont before = painter.font();
    QFont font = sized(before, 1.2 * QFontInfo(before).pixelSize());
    font.setBold(true);
    painter.setFont(font);
    const double line = QFontMetricsF(font).height();
    const auto letter = [&](const QRectF &room, QChar text) {
        paintHaloText(painter, room, Qt::AlignCenter, edgeLetter(text, axes), kEdgeLetters);
    };
    letter({all.left() - 1.4 * line, all.top(), 1.4 * line, all.height()}, axes.left);
    letter({all.right(), all.top(), 1.4 * line, all.height()}, axes.right);
    letter({all.left(), all.top() - 1.2 * line, all.width(), 1.2 * line}, axes.top);
    letter({all.left(), all.bottom(), all.width(), 1.2 * line}, axes.bottom);
    painter.setFont(before);
}

PictureFacts mosaicFacts(const PlaneAxes &axes, const MosaicSpec &spec)
{
    QStringList indices;
    for (const std::int64_t slice : spec.grid.slices)
        indices += QString::number(slice);
    return {Text::tr("%1  %2 = %3 of 0–%4, row by row")
                .arg(planeName(spec.plane), axisName(axes), indices.join(QStringLiteral(", ")))
                .arg(axes.normal.voxels - 1),
            windowFact(spec.colours), viewText(spec.settings)};
}

void paintCells(QPainter &painter, VolumeSlices &volume, const MosaicSpec &spec,
                const PlacedGrid &placed, const Labels &labels, double gap)
{
    const PlaneAxes &axes = volume.axes(spec.plane, spec.settings.convention);
    PaneView view;
    view.plane = spec.plane;
    view.settings = spec.settings;
    view.colours = spec.colours;
    view.pixelsPerMm = placed.pixelsPerMm;
    view.centre = centreOfVolume(volume.volume().geometry.dims);
    for (std::size_t cell = 0; cell < spec.grid.slices.size(); ++cell) {
        const QRectF &area = placed.cells[cell];
        view.cursor = voxelIn(volume, axes, spec.grid.slices[cell]);
        paintSlice(painter, area.adjusted(0, labels.height, -gap, -gap), volume, view);
        if (labels.texts.isEmpty())
            continue;
        const QFont before = painter.font();
        painter.setFont(labels.font);
        paintHaloText(painter, QRectF(area.topLeft(), QSizeF(area.width() - gap, labels.height)),
                      Qt::AlignLeft | Qt::AlignVCenter, labels.texts[static_cast<qsizetype>(cell)],
                      kPaneText);
        painter.setFont(before);
    }
}

} // namespace

QString mosaicDetails(const VolumeSlices &volume, const MosaicSpec &spec)
{
    const PlaneAxes &axes = volume.axes(spec.plane, spec.settings.convention);
    const auto [first, last] =
        std::minmax_element(spec.grid.slices.begin(), spec.grid.slices.end());
    QStringList details = {Text::tr("%1 %2 = %3 to %4")
                               .arg(planeName(spec.plane), axisName(axes))
                               .arg(*first)
                               .arg(*last),
                           colourScaleText(spec.colours),
                           viewRemark(spec.settings, axes, spec.grid.slices.front())};
    details.removeAll(QString());
    return details.join(QStringLiteral("  ·  "));
}

Result<QImage> mosaicPicture(VolumeSlices &volume, const MosaicSpec &spec,
                             const PictureFrame &frame)
{
    Q_ASSERT(std::cmp_less_equal(spec.grid.slices.size(),
                                 std::int64_t{spec.grid.rows} * spec.grid.columns));
    if (const auto problem = sizeProblem(frame))
        return *problem;
    const QRectF room = pictureRoom(frame);
    const auto place = [&](const Labels &labels) {
        return placeGrid(mosaicGrid(volume, spec, frame.annotations, labels.height), room,
                         frame.ratio);
    };
    Labels labels;
    PlacedGrid placed = place(labels);
    if (frame.annotations) {
        // Labels make cells smaller, and smaller cells have less room for labels.
        const auto variants = labelTexts(volume, spec);
        labels = fittingLabels(variants, placed.cells.front().width() - kGap);
        placed = place(labels);
        labels = fittingLabels(variants, placed.cells.front().width() - kGap);
        placed = place(labels);
    }
    const PlaneAxes &axes = volume.axes(spec.plane, spec.settings.convention);
    return paintPicture(frame, mosaicFacts(axes, spec), [&](QPainter &painter) {
        paintCells(painter, volume, spec, placed, labels, frame.annotations ? kGap : 0.0);
        if (frame.annotations)
            paintLetters(painter, placed.all, axes);
    });
}

QSize mosaicPictureSize(const VolumeSlices &volume, const MosaicSpec &spec,
                        const PictureFrame &frame)
{
    const double line = std::ceil(1.15 * QFontMetricsF(QGuiApplication::font()).height());
    return pictureSize(volume,
                       mosaicGrid(volume, spec, frame.annotations, frame.annotations ? line : 0.0),
                       frame, {kMosaicWidth, kMosaicHeight});
}

} // namespace mrb::viewer
