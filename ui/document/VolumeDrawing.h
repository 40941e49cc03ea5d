// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"
#include "backend/report/ReportDocument.h"

#include <QByteArray>

#include <stop_token>
#include <string>

namespace mrb::ui {

/// What a report shows of one volume. The pictures are PNGs and empty where figures.problem says
/// why.
struct VolumeDrawing
{
    backend::VolumeFigures figures;
    QByteArray planes;
    QByteArray mosaic;
    QByteArray thumbnail;    ///< at most kReportThumbnailEdge pixels along an edge
    std::string foundSha256; ///< of the bytes that are there; empty where they cannot be read
};

inline constexpr int kReportThumbnailEdge = 256;

/// Draws as `mrbrain snapshot` does: annotated, automatic window, radiological. A volume whose
/// bytes are not the recorded ones is drawn as one of unknown origin, and its problem says so.
/// Needs a QGuiApplication; any thread. After a stop request the drawing is not to be used.
/// @param named whether captions name the file, which tells several volumes apart
VolumeDrawing drawVolume(const backend::RunVolume &volume, bool named, const std::stop_token &stop);

} // namespace mrb::ui
