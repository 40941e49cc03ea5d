// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "viewer/render/PlaneAxes.h"

#include <QStringView>

#include <cstdint>
#include <vector>

namespace mrb::viewer {

namespace error_codes {
inline constexpr ErrorCode kSlicesNotUnderstood = "slices_not_understood";
inline constexpr ErrorCode kSliceOutside = "slice_outside_volume";
} // namespace error_codes

struct GridShape
{
    int rows = 1;
    int columns = 1;

    friend bool operator==(const GridShape &, const GridShape &) = default;
};

/// Slices of one plane, row by row from the top left; at most rows * columns of them.
struct MosaicGrid
{
    int rows = 1;
    int columns = 1;
    std::vector<std::int64_t> slices; ///< indices along the normal voxel axis as stored

    friend bool operator==(const MosaicGrid &, const MosaicGrid &) = default;
};

/// Reads the value of --slices: a list, separated by commas, of
///   "40"       the slice of that index, as stored, from 0;
///   "10:100:5" from the first to the last (included where the step meets it), which may also be
///              the smaller one; the step, 1 when left out, is always positive;
///   "n=12"     evenSlices() of that number;
///   "all"      every slice, towards superior, anterior or right.
/// Spaces between the parts do not matter. The order is kept and a slice may come twice; never
/// empty. Errors name --slices and the indices there are.
Result<std::vector<std::int64_t>> parseSlices(QStringView text, const AxisRun &normal);

/// Indices as stored, spread evenly over the inner 90 % of the axis (over all of it where there are
/// not enough slices in that), towards superior, anterior or right: the same anatomy whichever way
/// a volume is stored. All different, so at most as many as there are slices; at least one.
std::vector<std::int64_t> evenSlices(const AxisRun &normal, std::int64_t count);

/// The rows and columns with room for count cells in which cells come out largest, of those the
/// one with the fewest empty cells, of those the one with the most columns. Aspects: width /
/// height, above 0, of one cell and of the whole.
GridShape bestGrid(int count, double cellAspect, double pictureAspect);

} // namespace mrb::viewer
