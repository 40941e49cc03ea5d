// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/Histogram.h"

#include <QFont>
#include <QImage>
#include <QPalette>
#include <QSize>

namespace mrb::ui {

/// A histogram to look at, in the palette's colours: logarithmic heights over the middle of the
/// values, with the ends of the axis below. Transparent where there is nothing.
/// @param size logical pixels
QImage histogramPicture(const viewer::Histogram &histogram, QSize size, double ratio,
                        const QPalette &palette, const QFont &font);

} // namespace mrb::ui
