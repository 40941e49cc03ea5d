// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/RunPicture.h"

#include "backend/base/Text.h"
#include "backend/run/Provenance.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VolumeFile.h"
#include "viewer/render/AutoWindow.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/SlicePlacement.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace mrb::ui {

namespace {

/// Samples per pixel along an edge when a slice is made smaller; more costs time, not quality.
constexpr int kMostSamples = 4;

int pixelsOf(const viewer::AxisRun &run, double pixelsPerMm)
{
    return std::max(static_cast<int>(std::lround(run.lengthMm() * pixelsPerMm)), 1);
}

} // namespace

Result<RunPicture> readRunPicture(const backend::RunSummary &run, std::stop_token stop)
{
    if (run.volumes.empty())
        return Error{error_codes::kRunHasNoVolume,
                     Text::tr("The run in %1 lists no volume").arg(toQString(run.folder)),
                     Text::tr("Look at its log to see how far it came.")};
    try {
        Result<volume::VolumeFile> file =
            volume::readVolumeFile(run.volumes.front().path, std::move(stop));
        if (!file)
            return file.error();
        RunPicture picture;
        picture.colours.window = viewer::autoWindow(file->volume);
        picture.phantom =
            run.phantom || backend::provenanceOf(file->description) == backend::Provenance::Phantom;
        picture.slices = std::make_unique<viewer::VolumeSlices>(file->volume);
        return picture;
    } catch (const std::exception &) { // nothing but lack of memory is left
        return Error{volume::error_codes::kOutOfMemory,
                     Text::tr("There is not enough memory to draw %1")
                         .arg(toQString(run.volumes.front().path)),
                     Text::tr("Close other volumes or programs, or use a larger machine.")};
    }
}

double fittingScale(const RunPicture &picture, viewer::Plane plane, QSizeF room)
{
    return viewer::fittingScale(picture.slices->axes(plane, viewer::Convention::Radiological),
                                room);
}

QImage middleSlice(RunPicture &picture, viewer::Plane plane, double pixelsPerMm)
{
    viewer::VolumeSlices &slices = *picture.slices;
    const viewer::PlaneAxes &axes = slices.axes(plane, viewer::Convention::Radiological);
    const QSize size(pixelsOf(axes.column, pixelsPerMm), pixelsOf(axes.row, pixelsPerMm));
    // Voxels between the pixels would be left out, which turns noise into stripes.
    const double voxelsPerPixel = std::max(static_cast<double>(axes.column.voxels) / size.width(),
                                           static_cast<double>(axes.row.voxels) / size.height());
    const int samples = std::clamp(static_cast<int>(std::ceil(voxelsPerPixel)), 1, kMostSamples);
    const viewer::VoxelIndex middle = viewer::middleVoxel(slices.volume().geometry);
    const QImage image = slices.plane(plane).picture({.slice = axes.sliceOf(middle),
                                                      .pixels = size * samples,
                                                      .part = {},
                                                      .slab = {},
                                                      .colours = picture.colours});
    return samples == 1 ? image
                        : image.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
                              .convertToFormat(QImage::Format_RGB32);
}

void paintPhantomMark(QPainter &painter, const QRectF &area)
{
    viewer::paintMark(painter, area, Text::tr("PHANTOM"));
}

} // namespace mrb::ui
