// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/library/RunSummary.h"
#include "viewer/render/PlaneAxes.h"
#include "viewer/render/SlicePipeline.h"

#include <QImage>
#include <QRectF>
#include <QSizeF>

#include <memory>
#include <stop_token>

class QPainter;

namespace mrb::ui {

namespace error_codes {
inline constexpr ErrorCode kRunHasNoVolume = "run_has_no_volume";
} // namespace error_codes

/// The first volume of a run, ready to be drawn without a widget. One thread at a time.
struct RunPicture
{
    std::unique_ptr<viewer::VolumeSlices> slices;
    viewer::ColourScale colours; ///< with the automatic window
    bool phantom = false;        ///< the run or the file says so
};

/// Reads the volume. Blocks; any thread; a stop request ends it with volume's kCancelled.
Result<RunPicture> readRunPicture(const backend::RunSummary &run, std::stop_token stop = {});

/// Pixels per mm at which the plane's slice just fits.
double fittingScale(const RunPicture &picture, viewer::Plane plane, QSizeF room);

/// The slice in the middle, in true proportion and without letters.
QImage middleSlice(RunPicture &picture, viewer::Plane plane, double pixelsPerMm);

/// "PHANTOM" along the lower edge, so that a demo is never taken for model output.
void paintPhantomMark(QPainter &painter, const QRectF &area);

} // namespace mrb::ui
