// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/PaneText.h"

#include "backend/base/Text.h"
#include "viewer/render/ColourMap.h"
#include "viewer/render/PanePainter.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QLocale>
#include <QPainter>
#include <QStringList>

#include <algorithm>

namespace mrb::viewer {

namespace {

constexpr QRgb kBannerText = qRgb(0xff, 0xc9, 0x4d);
constexpr QRgb kBanner = qRgb(0x42, 0x2e, 0x00);
constexpr QRgb kFooter = qRgb(0x16, 0x19, 0x1e);

QFont bold(QFont font, double scale = 1.0)
{
    font.setBold(true);
    if (font.pixelSize() > 0)
        font.setPixelSize(qRound(font.pixelSize() * scale));
    else
        font.setPointSizeF(font.pointSizeF() * scale);
    return font;
}

} // namespace

void paintHaloText(QPainter &painter, const QRectF &room, int flags, const QString &text,
                   QRgb colour)
{
    if (text.isEmpty())
        return;
    QColor dark(kPictureBackground);
    dark.setAlphaF(0.85F);
    painter.setPen(dark);
    for (const QPointF &offset : {QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1)})
        painter.drawText(room.translated(offset), flags, text);
    painter.setPen(QColor(colour));
    painter.drawText(room, flags, text);
}

void paintMark(QPainter &painter, const QRectF &area, const QString &word)
{
    painter.save();
    QFont font = bold(QGuiApplication::font());
    font.setPixelSize(std::max(static_cast<int>(area.height() * 0.17), 9));
    font.setLetterSpacing(QFont::PercentageSpacing, 115);
    painter.setFont(font);
    const double line = QFontMetricsF(font).height();
    paintHaloText(painter, area.adjusted(0, area.height() - 1.2 * line, 0, 0),
                  Qt::AlignHCenter | Qt::AlignVCenter, word, kEdgeLetters);
    painter.restore();
}

void paintEdgeLetters(QPainter &painter, const QRectF &area, const PlaneAxes &axes,
                      double titleWidth)
{
    const QFont before = painter.font();
    painter.setFont(bold(before, 1.2));
    const double line = QFontMetricsF(painter.font()).height();
    const QRectF room = area.adjusted(0.5 * line, 0, -0.5 * line, 0);
    paintHaloText(painter, room, Qt::AlignLeft | Qt::AlignVCenter, edgeLetter(axes.left, axes),
                  kEdgeLetters);
    paintHaloText(painter, room, Qt::AlignRight | Qt::AlignVCenter, edgeLetter(axes.right, axes),
                  kEdgeLetters);
    const bool below = titleWidth > area.width() / 2.0 - 1.5 * line;
    const QRectF upright = area.adjusted(0, (below ? 1.2 : 0.2) * line, 0, -0.2 * line);
    paintHaloText(painter, upright, Qt::AlignHCenter | Qt::AlignTop, edgeLetter(axes.top, axes),
                  kEdgeLetters);
    paintHaloText(painter, upright, Qt::AlignHCenter | Qt::AlignBottom,
                  edgeLetter(axes.bottom, axes), kEdgeLetters);
    painter.setFont(before);
}

QString viewRemark(const ViewSettings &settings, const PlaneAxes &axes, std::int64_t slice)
{
    QStringList parts;
    if (settings.slab.mode != SlabMode::Off) {
        const std::int64_t slices = slabSlices(settings.slab, axes.normal, slice).count();
        parts += Text::tr("%1 %2 mm (%3 slices)")
                     .arg(slabModeName(settings.slab.mode))
                     .arg(static_cast<double>(slices) * axes.normal.edgeMm, 0, 'f', 1)
                     .arg(slices);
    }
    if (settings.interpolation != Interpolation::Linear)
        parts += interpolationName(settings.interpolation);
    return parts.join(QStringLiteral("  ·  "));
}

double bannerHeight(const QString &banner, double width, const QFont &font)
{
    if (banner.isEmpty())
        return 0.0;
    const QFontMetricsF metrics(bold(font));
    const QRectF room(0, 0, width, 1e6);
    return metrics.boundingRect(room, Qt::TextWordWrap, banner).height() + 0.6 * metrics.height();
}

void paintBanner(QPainter &painter, const QRectF &strip, const QString &banner)
{
    if (banner.isEmpty())
        return;
    const QFont before = painter.font();
    painter.fillRect(strip, QColor(kBanner));
    painter.setFont(bold(before));
    painter.setPen(QColor(kBannerText));
    painter.drawText(strip, Qt::AlignCenter | Qt::TextWordWrap, banner);
    painter.setFont(before);
}

QString conventionLine(Convention convention, double obliqueDegrees, bool orientationKnown)
{
    QString line = conventionText(convention);
    if (!orientationKnown)
        line = Text::tr("Orientation unknown: sides may be swapped  ·  %1").arg(line);
    if (obliqueDegrees > kObliqueDegrees)
        line += Text::tr("  ·  oblique by %1°, shown along the voxel axes")
                    .arg(QLocale().toString(obliqueDegrees, 'f', 1));
    return line;
}

QString edgeLetter(QChar letter, const PlaneAxes &axes)
{
    return axes.known ? QString(letter) : QString(letter) + u'?';
}

QString viewText(const ViewSettings &settings)
{
    QString text = interpolationName(settings.interpolation);
    if (settings.slab.mode != SlabMode::Off)
        text += Text::tr("  ·  %1 %2 mm")
                    .arg(slabModeName(settings.slab.mode))
                    .arg(settings.slab.thicknessMm, 0, 'g', 4);
    return text;
}

double footerHeight(const QFont &font)
{
    return 1.8 * QFontMetricsF(font).height();
}

void paintFooter(QPainter &painter, const QRectF &strip, const QString &convention,
                 const QString &details)
{
    const QFontMetricsF metrics(painter.font());
    const QRectF room = strip.adjusted(metrics.height(), 0, -metrics.height(), 0);
    painter.fillRect(strip, QColor(kFooter));
    painter.setPen(QColor(kPaneText));
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(convention, Qt::ElideRight, room.width()));
    const double left = room.width() - metrics.horizontalAdvance(convention) - metrics.height();
    if (left < 4.0 * metrics.height())
        return;
    painter.setPen(QColor(kQuietPaneText));
    painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter,
                     metrics.elidedText(details, Qt::ElideRight, left));
}

QString colourScaleText(const ColourScale &scale)
{
    QString text = Text::tr("Window %1 to %2")
                       .arg(QLocale().toString(scale.window.low, 'g', 4),
                            QLocale().toString(scale.window.high, 'g', 4));
    const ColourMap *map = findColourMap(scale.map);
    if (map && scale.map != ColourScale().map)
        text += QStringLiteral("  ·  ") + map->name;
    return text;
}

} // namespace mrb::viewer
