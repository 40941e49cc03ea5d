// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/picture/Snapshot.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/run/Provenance.h"
#include "backend/run/RunDocuments.h"
#include "backend/volume/VolumeFile.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/Pictures.h"

#include <QStringList>

#include <algorithm>
#include <utility>

namespace mrb::picture {

using backend::ExitCode;
using viewer::Plane;

namespace {

constexpr int kMosaicSlices = 20;
constexpr double kMosaicAspect = 1.4; ///< where no size is asked for

/// What is to be seen of a volume, checked against it.
struct Scene
{
    viewer::VoxelIndex cursor{};
    viewer::MosaicGrid grid;
    viewer::ColourScale colours;
};

Error outsideVolume(const QString &option, const volume::VolumeGeometry &geometry)
{
    return {viewer::error_codes::kSliceOutside,
            Text::tr("%1 is outside the volume of %2 × %3 × %4 voxels")
                .arg(option)
                .arg(geometry.dims[0])
                .arg(geometry.dims[1])
                .arg(geometry.dims[2]),
            Text::tr("mrbrain inspect prints its size and affine."), option};
}

Result<viewer::VoxelIndex> cursorFor(const SnapshotOptions &options,
                                     const volume::VolumeGeometry &geometry)
{
    if (options.at) {
        for (std::size_t axis = 0; axis < 3; ++axis)
            if ((*options.at)[axis] >= geometry.dims[axis])
                return outsideVolume(QStringLiteral("--at"), geometry);
        return *options.at;
    }
    if (options.atMm) {
        const auto position = viewer::voxelPosition(geometry, *options.atMm);
        const auto voxel = position ? viewer::voxelAt(geometry, *position) : std::nullopt;
        if (!voxel)
            return outsideVolume(QStringLiteral("--at-mm"), geometry);
        return *voxel;
    }
    return viewer::middleVoxel(geometry);
}

double cellAspect(const viewer::PlaneAxes &axes)
{
    return axes.column.lengthMm() / axes.row.lengthMm();
}

Result<viewer::MosaicGrid> gridFor(const SnapshotOptions &options, const viewer::PlaneAxes &axes)
{
    std::vector<std::int64_t> slices = viewer::evenSlices(
        axes.normal,
        options.grid ? std::int64_t{options.grid->rows} * options.grid->columns : kMosaicSlices);
    if (!options.slices.empty()) {
        auto parsed = viewer::parseSlices(QString::fromStdString(options.slices), axes.normal);
        if (!parsed)
            return parsed.error();
        slices = *std::move(parsed);
    }
    const double aspect = options.size
                              ? static_cast<double>(options.size->width()) / options.size->height()
                              : kMosaicAspect;
    const viewer::GridShape shape =
        options.grid ? *options.grid
                     : viewer::bestGrid(static_cast<int>(slices.size()), cellAspect(axes), aspect);
    if (std::cmp_greater(slices.size(), std::int64_t{shape.rows} * shape.columns))
        return Error{backend::error_codes::kUsage,
                     Text::tr("--grid %1x%2 has no room for %3 slices")
                         .arg(shape.rows)
                         .arg(shape.columns)
                         .arg(slices.size()),
                     Text::tr("Ask for more rows or columns, or for fewer slices."),
                     QStringLiteral("--grid")};
    return viewer::MosaicGrid{shape.rows, shape.columns, std::move(slices)};
}

Result<Scene> sceneFor(const SnapshotOptions &options, const viewer::VolumeSlices &slices)
{
    const volume::VolumeGeometry &geometry = slices.volume().geometry;
    const viewer::PlaneAxes &axes = slices.axes(options.plane, options.settings.convention);
    Scene scene;
    const auto cursor = cursorFor(options, geometry);
    if (!cursor)
        return cursor.error();
    scene.cursor = *cursor;
    if (options.content == Content::Mosaic) {
        const auto grid = gridFor(options, axes);
        if (!grid)
            return grid.error();
        scene.grid = *grid;
    } else if (!options.slices.empty()) {
        const auto wanted =
            viewer::parseSlices(QString::fromStdString(options.slices), axes.normal);
        if (!wanted)
            return wanted.error();
        if (wanted->size() != 1)
            return Error{
                backend::error_codes::kUsage,
                Text::tr("--slices names %1 slices, and one plane shows one").arg(wanted->size()),
                Text::tr("Use --plane mosaic for several."), QStringLiteral("--slices")};
        scene.cursor[axes.normal.voxelAxis] = wanted->front();
    }
    scene.colours = {options.window ? *options.window : viewer::autoWindow(slices.volume()),
                     options.colourMap, options.markOutOfRange};
    return scene;
}

/// Both ends of a long name, because that is where names differ.
QString shortened(const QString &name)
{
    constexpr qsizetype kMost = 44;
    if (name.size() <= kMost)
        return name;
    return name.first(kMost / 2) + u'…' + name.last(kMost / 2 - 1);
}

viewer::MosaicSpec mosaicFor(const SnapshotOptions &options, const Scene &scene)
{
    return {options.plane, scene.grid, options.settings, scene.colours};
}

viewer::PictureFrame frameFor(const SnapshotOptions &options, const Scene &scene,
                              const viewer::VolumeSlices &slices, const volume::VolumeFile &read)
{
    const QString name = toQString(std::filesystem::path(options.file).filename());
    const bool mosaic = options.content == Content::Mosaic;
    QStringList details = {mosaic ? viewer::mosaicDetails(slices, mosaicFor(options, scene))
                                  : viewer::colourScaleText(scene.colours)};
    details += shortened(name); // last, because the end is cut off first
    viewer::PictureFrame frame;
    frame.ratio = options.scale;
    frame.banner = backend::provenanceBanner(backend::provenanceOf(read.description));
    const volume::VolumeGeometry &geometry = slices.volume().geometry;
    frame.convention = viewer::conventionLine(
        options.settings.convention, viewer::obliqueDegrees(geometry), geometry.orientationKnown);
    frame.details = details.join(QStringLiteral("  ·  "));
    frame.source = name;
    frame.annotations = options.settings.annotations;
    return frame;
}

Result<QImage> drawn(const SnapshotOptions &options, const Scene &scene,
                     viewer::VolumeSlices &slices, viewer::PictureFrame frame)
{
    const auto size = [&](const QSize &suggested) { return options.size.value_or(suggested); };
    if (options.content == Content::Mosaic) {
        const viewer::MosaicSpec spec = mosaicFor(options, scene);
        frame.size = size(viewer::mosaicPictureSize(slices, spec, frame));
        return viewer::mosaicPicture(slices, spec, frame);
    }
    viewer::PaneView view;
    view.plane = options.plane;
    view.cursor = scene.cursor;
    view.settings = options.settings;
    view.colours = scene.colours;
    if (options.content == Content::Plane) {
        frame.size = size(viewer::planePictureSize(slices, options.plane, frame));
        return viewer::planePicture(slices, view, frame);
    }
    frame.size = size(viewer::threePlanesPictureSize(slices, frame));
    return viewer::threePlanesPicture(slices, view, frame);
}

Json slicesJson(const SnapshotOptions &options, const Scene &scene,
                const viewer::VolumeSlices &slices)
{
    constexpr std::array<const char *, 3> kNames = {"axial", "coronal", "sagittal"}; // as kPlanes
    Json json = Json::object();
    for (const Plane plane : viewer::kPlanes) {
        const char *name = kNames[static_cast<std::size_t>(plane)];
        if (options.content == Content::Mosaic && plane == options.plane)
            json[name] = scene.grid.slices;
        else if (options.content == Content::ThreePlanes ||
                 (options.content == Content::Plane && plane == options.plane))
            json[name] = {slices.axes(plane, options.settings.convention).sliceOf(scene.cursor)};
    }
    return json;
}

/// As --interpolation takes it.
const char *nameOf(viewer::Interpolation interpolation)
{
    switch (interpolation) {
    case viewer::Interpolation::Nearest:
        return "nearest";
    case viewer::Interpolation::Linear:
        return "linear";
    case viewer::Interpolation::Cubic:
        break;
    }
    return "cubic";
}

/// As --slab takes it.
const char *nameOf(viewer::SlabMode mode)
{
    switch (mode) {
    case viewer::SlabMode::Off:
    case viewer::SlabMode::Mean:
        return "mean";
    case viewer::SlabMode::Maximum:
        return "max";
    case viewer::SlabMode::Minimum:
        break;
    }
    return "min";
}

Json document(const SnapshotOptions &options, const Scene &scene,
              const viewer::VolumeSlices &slices, const viewer::PictureFrame &frame,
              const QImage &picture, const Errors &warnings)
{
    Json json = {{"picture", options.output},
                 {"source", options.file},
                 {"width", picture.width()},
                 {"height", picture.height()},
                 {"slices", slicesJson(options, scene, slices)}};
    if (options.content == Content::Mosaic)
        json["grid"] = {{"rows", scene.grid.rows}, {"columns", scene.grid.columns}};
    json["window"] = {{"low", scene.colours.window.low}, {"high", scene.colours.window.high}};
    json["colormap"] = options.colourMap.toStdString();
    json["mark_out_of_range"] = options.markOutOfRange;
    json["interpolation"] = nameOf(options.settings.interpolation);
    json["slab"] = nullptr;
    if (options.settings.slab.mode != viewer::SlabMode::Off)
        json["slab"] = {{"mode", nameOf(options.settings.slab.mode)},
                        {"thickness_mm", options.settings.slab.thicknessMm}};
    json["convention"] = options.settings.convention == viewer::Convention::Radiological
                             ? "radiological"
                             : "neurological";
    json["annotations"] = options.settings.annotations;
    json["provenance"] = frame.banner.toStdString();
    json["warnings"] = backend::toJson(warnings);
    return json;
}

} // namespace

ExitCode makeSnapshot(const SnapshotOptions &options)
{
    if (const auto problem = backend::sameFileProblem(options.file, options.output))
        return backend::refuse(Text::tr("usage"), {*problem});
    const Result<volume::VolumeFile> read = volume::readVolumeFile(options.file);
    if (!read)
        return backend::refuse(Text::tr("volume not readable"), {read.error()},
                               ExitCode::GateFailed);
    viewer::VolumeSlices slices(read->volume);
    const Result<Scene> scene = sceneFor(options, slices);
    if (!scene)
        return backend::refuse(Text::tr("usage"), {scene.error()});
    const viewer::PictureFrame frame = frameFor(options, *scene, slices, *read);
    const Result<QImage> picture = drawn(options, *scene, slices, frame);
    if (!picture) {
        const bool memory = picture.error().code == viewer::error_codes::kNoMemoryForPicture;
        return backend::refuse(memory ? Text::tr("picture not written") : Text::tr("usage"),
                               {picture.error()},
                               memory ? ExitCode::NotWritten : ExitCode::Refused);
    }
    if (const Result<> saved = viewer::savePng(*picture, options.output); !saved)
        return backend::refuse(Text::tr("picture not written"), {saved.error()},
                               ExitCode::NotWritten);
    for (const Error &note : read->notes)
        backend::printNote(backend::findingText(Text::tr("warning"), note));
    return backend::printDocument(
               writeJson(document(options, *scene, slices, frame, *picture, read->notes)))
               ? ExitCode::Passed
               : ExitCode::NotWritten;
}

} // namespace mrb::picture
