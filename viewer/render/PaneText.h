// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/PlaneAxes.h"
#include "viewer/render/ViewSettings.h"

#include <QColor>
#include <QRectF>
#include <QString>

class QFont;
class QPainter;

namespace mrb::viewer {

inline constexpr QRgb kPaneText = qRgb(0xd6, 0xda, 0xe0);
inline constexpr QRgb kQuietPaneText = qRgb(0x98, 0xa1, 0xad);
inline constexpr QRgb kEdgeLetters = qRgb(0xff, 0xd2, 0x66);

/// Text that can be read on black, on white and on any slice.
void paintHaloText(QPainter &painter, const QRectF &room, int flags, const QString &text,
                   QRgb colour);

/// A word along the lower edge of a small picture, as large as it allows.
void paintMark(QPainter &painter, const QRectF &area, const QString &word);

/// R L A P S I at the four edges of a pane.
/// @param titleWidth of the text in the top left corner; where it reaches the middle, the upper
///                   letter goes below it
void paintEdgeLetters(QPainter &painter, const QRectF &area, const PlaneAxes &axes,
                      double titleWidth = 0.0);

/// How voxels become a picture, for any plane: "linear", "cubic  ·  maximum (MIP) 10 mm".
QString viewText(const ViewSettings &settings);

/// What differs from a plain slice: "mean 10.9 mm (8 slices)  ·  cubic". Empty for linear.
QString viewRemark(const ViewSettings &settings, const PlaneAxes &axes, std::int64_t slice);

/// The strip with the provenance on top of every picture; 0 for an empty banner. Logical pixels.
double bannerHeight(const QString &banner, double width, const QFont &font);
void paintBanner(QPainter &painter, const QRectF &strip, const QString &banner);

/// The line under every picture: the convention, whether the volume is oblique, and whether its
/// file says at all which way its axes run.
QString conventionLine(Convention convention, double obliqueDegrees, bool orientationKnown = true);

/// A letter for an edge of a picture; with a question mark where it is a guess.
QString edgeLetter(QChar letter, const PlaneAxes &axes);
double footerHeight(const QFont &font);
/// details is cut short where there is not enough room beside the convention.
void paintFooter(QPainter &painter, const QRectF &strip, const QString &convention,
                 const QString &details);

/// "Window 12 to 850  ·  viridis".
QString colourScaleText(const ColourScale &scale);

} // namespace mrb::viewer
