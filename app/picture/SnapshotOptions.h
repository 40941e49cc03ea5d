// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/cli/CommandDescription.h"
#include "viewer/render/Mosaic.h"
#include "viewer/render/ViewSettings.h"
#include "viewer/render/World.h"

#include <QSize>
#include <QString>

#include <optional>
#include <string>
#include <variant>

namespace mrb::picture {

enum class Content { Plane, ThreePlanes, Mosaic };

/// What `mrbrain snapshot` was asked for, as far as it can be checked without the volume.
struct SnapshotOptions
{
    std::string file;
    std::string output;
    Content content = Content::ThreePlanes;
    viewer::Plane plane = viewer::Plane::Axial; ///< of one plane and of a mosaic
    std::string slices;                         ///< as --slices has it; empty: not given
    std::optional<viewer::GridShape> grid;
    std::optional<viewer::VoxelIndex> at;
    std::optional<viewer::PointRas> atMm;
    viewer::ViewSettings settings;
    std::optional<viewer::IntensityWindow> window; ///< nothing: automatic
    QString colourMap;
    bool markOutOfRange = false;
    std::optional<QSize> size; ///< logical pixels
    double scale = 1.0;
};

/// The options, the text that was asked for instead (--help), or what is wrong with them.
Result<std::variant<SnapshotOptions, std::string>> parseSnapshotOptions(int argc, char **argv);

/// What there is to give.
backend::CommandDescription describeSnapshot();

} // namespace mrb::picture
