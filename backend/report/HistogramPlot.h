// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/ReportDocument.h"

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <vector>

namespace mrb::backend {

/// Where the parts of a histogram's drawing are, whoever draws them. Unit: one pixel of a picture
/// of kHistogramSize; y goes down.
struct HistogramPlot
{
    struct Tick
    {
        double at = 0.0;
        QString text;
    };
    QRectF area;                  ///< inside of the axes
    std::vector<QPointF> outline; ///< of all bars, from the left end of the axis to the right one
    std::vector<Tick> values;     ///< along the lower edge, intensities
    std::vector<Tick> voxels;     ///< along the left edge, powers of ten

    bool isEmpty() const { return outline.empty(); }
};

inline constexpr QSizeF kHistogramSize{640.0, 200.0};

/// Heights are logarithmic, one voxel included. Empty where there is nothing to draw.
HistogramPlot plotOf(const DocumentHistogram &histogram);
QString histogramDescription(const DocumentHistogram &histogram);

} // namespace mrb::backend
