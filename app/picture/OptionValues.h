// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "viewer/render/Mosaic.h"
#include "viewer/render/ViewSettings.h"
#include "viewer/render/World.h"

#include <QSize>

#include <optional>
#include <string>

/// Values of options as a person types them. Numbers have a decimal point whatever the locale.
/// Every error is backend::error_codes::kUsage and names the option.
namespace mrb::picture {

/// "lo:hi" with lo < hi; nothing for "auto".
Result<std::optional<viewer::IntensityWindow>> parseWindow(const std::string &text);

/// "mean:10": mean, max or min, and a thickness in mm above 0.
Result<viewer::Slab> parseSlab(const std::string &text);

/// "1200x800", pixels.
Result<QSize> parseSize(const std::string &text);

/// "4x5": rows and columns.
Result<viewer::GridShape> parseGrid(const std::string &text);

/// "i,j,k" as stored, from 0; whether the voxel is inside a volume is not known here.
Result<viewer::VoxelIndex> parseVoxel(const std::string &text);

/// "x,y,z", mm in RAS.
Result<viewer::PointRas> parsePointMm(const std::string &text);

} // namespace mrb::picture
