// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/document/VolumeDrawing.h"

#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/library/RunLibrary.h"
#include "backend/volume/VolumeFile.h"
#include "viewer/render/Histogram.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/Pictures.h"

#include <QPainter>

#include <algorithm>
#include <exception>
#include <utility>

namespace mrb::ui {

namespace {

using backend::Provenance;
using backend::provenanceBanner;

/// With the three planes above it on one page.
constexpr int kMosaicSlices = 18;
constexpr double kMosaicAspect = 2.0;
/// Texts have the size that is read in a column of a printed page.
constexpr int kFigureWidth = 900;
constexpr double kFigureRatio = 2.0;
constexpr int kSamples = 4; ///< per pixel of the thumbnail along an edge, so that noise stays noise

/// What all pictures of a volume have in common.
struct Subject
{
    viewer::VolumeSlices slices;
    viewer::ColourScale colours;
    viewer::ViewSettings settings;
    viewer::PictureFrame frame;
    QString name;
};

Subject subjectOf(const volume::VolumeFile &read, const QString &name, Provenance provenance)
{
    Subject subject{viewer::VolumeSlices(read.volume), {}, {}, {}, name};
    const volume::VolumeGeometry &geometry = subject.slices.volume().geometry;
    subject.colours.window = viewer::autoWindow(subject.slices.volume());
    subject.frame.ratio = kFigureRatio;
    subject.frame.banner = provenanceBanner(provenance);
    subject.frame.convention = viewer::conventionLine(
        subject.settings.convention, viewer::obliqueDegrees(geometry), geometry.orientationKnown);
    subject.frame.details = viewer::colourScaleText(subject.colours);
    subject.frame.source = name;
    return subject;
}

QSize ofWidth(const QSize &size, int width)
{
    return {width, std::max(width * size.height() / std::max(size.width(), 1), 1)};
}

viewer::PaneView middleView(const Subject &subject)
{
    viewer::PaneView view;
    view.cursor = viewer::middleVoxel(subject.slices.volume().geometry);
    view.settings = subject.settings;
    view.colours = subject.colours;
    return view;
}

Result<QImage> threePlanes(Subject &subject)
{
    viewer::PictureFrame frame = subject.frame;
    frame.size = ofWidth(viewer::threePlanesPictureSize(subject.slices, frame), kFigureWidth);
    return viewer::threePlanesPicture(subject.slices, middleView(subject), frame);
}

viewer::MosaicSpec mosaicSpec(const Subject &subject)
{
    const viewer::PlaneAxes &axes =
        subject.slices.axes(viewer::Plane::Axial, subject.settings.convention);
    std::vector<std::int64_t> slices = viewer::evenSlices(axes.normal, kMosaicSlices);
    const viewer::GridShape shape =
        viewer::bestGrid(static_cast<int>(slices.size()),
                         axes.column.lengthMm() / axes.row.lengthMm(), kMosaicAspect);
    return {viewer::Plane::Axial,
            {shape.rows, shape.columns, std::move(slices)},
            subject.settings,
            subject.colours};
}

Result<QImage> mosaic(Subject &subject)
{
    const viewer::MosaicSpec spec = mosaicSpec(subject);
    viewer::PictureFrame frame = subject.frame;
    frame.details = viewer::mosaicDetails(subject.slices, spec);
    frame.size = ofWidth(viewer::mosaicPictureSize(subject.slices, spec, frame), kFigureWidth);
    return viewer::mosaicPicture(subject.slices, spec, frame);
}

Result<QImage> thumbnail(Subject &subject, Provenance provenance)
{
    viewer::PictureFrame frame = subject.frame;
    frame.annotations = false;
    frame.ratio = kSamples;
    frame.size = viewer::threePlanesPictureSize(subject.slices, frame)
                     .scaled(kReportThumbnailEdge, kReportThumbnailEdge, Qt::KeepAspectRatio)
                     .expandedTo(QSize(1, 1));
    viewer::PaneView view = middleView(subject);
    view.settings.annotations = false;
    view.settings.crosshair = false;
    const Result<QImage> large = viewer::threePlanesPicture(subject.slices, view, frame);
    if (!large)
        return large;
    QImage small = large->scaled(frame.size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    small.setDevicePixelRatio(1.0);
    if (provenance == Provenance::Phantom) {
        QPainter painter(&small);
        viewer::paintMark(painter, small.rect(), Text::tr("PHANTOM"));
    }
    return small;
}

/// Encodes a picture; what goes wrong becomes the volume's problem.
QByteArray encoded(const Result<QImage> &picture, backend::VolumeFigures &figures)
{
    const Result<QByteArray> bytes =
        picture ? viewer::pngBytes(*picture) : Result<QByteArray>(picture.error());
    if (bytes)
        return *bytes;
    figures.problem = bytes.error().message;
    return {};
}

/// @param what a sentence
void addPicture(backend::VolumeFigures &figures, const QByteArray &png,
                const Result<QImage> &picture, const QString &what)
{
    if (!png.isEmpty())
        figures.pictures.push_back({png, picture->size(), what, what});
}

backend::DocumentHistogram histogramFigure(const viewer::Histogram &histogram,
                                           const QString &prefix)
{
    return {histogram.firstEdge, histogram.binWidth, histogram.counts,
            prefix + Text::tr("Intensities: how many voxels have each value, on a logarithmic "
                              "scale.")};
}

/// @param prefix of captions; may be empty
void draw(VolumeDrawing &drawing, const volume::VolumeFile &read, const QString &prefix,
          const std::stop_token &stop)
{
    backend::VolumeFigures &figures = drawing.figures;
    Subject subject = subjectOf(read, figures.name, figures.provenance);
    const QString window = viewer::colourScaleText(subject.colours);
    const Result<QImage> planes = threePlanes(subject);
    drawing.planes = encoded(planes, figures);
    addPicture(
        figures, drawing.planes, planes,
        prefix + Text::tr("Axial, coronal and sagittal plane through the middle. %1.").arg(window));
    if (stop.stop_requested())
        return;
    const Result<QImage> slices = mosaic(subject);
    drawing.mosaic = encoded(slices, figures);
    addPicture(figures, drawing.mosaic, slices,
               prefix + Text::tr("Axial slices from inferior to superior. %1.").arg(window));
    drawing.thumbnail = encoded(thumbnail(subject, figures.provenance), figures);
    const viewer::Histogram histogram = viewer::histogramOf(read.volume, 256, stop);
    if (!histogram.isEmpty())
        figures.histogram = histogramFigure(histogram, prefix);
}

} // namespace

VolumeDrawing drawVolume(const backend::RunVolume &volume, bool named, const std::stop_token &stop)
{
    VolumeDrawing drawing;
    backend::VolumeFigures &figures = drawing.figures;
    figures.name = toQString(volume.path.filename());
    const backend::VolumeOrigin origin = backend::originOf(volume.path, stop);
    figures.provenance = origin.provenance;
    if (origin.provenance != Provenance::Unknown)
        drawing.foundSha256 = volume.sha256;
    else if (const auto hash = sha256OfFile(volume.path))
        drawing.foundSha256 = *hash;
    if (origin.note)
        figures.problem = QStringLiteral("%1 %2").arg(origin.note->message, origin.note->hint);
    if (stop.stop_requested())
        return drawing;
    try {
        const Result<volume::VolumeFile> read = volume::readVolumeFile(volume.path, stop);
        if (!read) {
            figures.problem = read.error().message;
            return drawing;
        }
        if (backend::provenanceOf(read->description) == Provenance::Phantom)
            figures.provenance = Provenance::Phantom; // whatever the record says
        draw(drawing, *read, named ? figures.name + QStringLiteral(": ") : QString(), stop);
    } catch (const std::exception &) { // nothing but lack of memory is left
        figures.problem = Text::tr("There is not enough memory to draw it.");
    }
    return drawing;
}

} // namespace mrb::ui
