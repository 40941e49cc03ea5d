// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/library/RunSummary.h"
#include "viewer/render/PlaneAxes.h"

#include <QImage>
#include <QString>

#include <functional>
#include <stop_token>
#include <vector>

namespace mrb::ui {

namespace error_codes {
inline constexpr ErrorCode kSheetEmpty = "contact_sheet_empty";
inline constexpr ErrorCode kSheetTooLarge = "contact_sheet_too_large";
} // namespace error_codes

/// What is read at most for one sheet.
inline constexpr std::size_t kMostSheetRuns = 400;

struct ContactSheetOptions
{
    int columns = 0;      ///< 0: as many as look like a page
    int cellPixels = 256; ///< edge of a slice's square
    viewer::Plane plane = viewer::Plane::Axial;
    bool captions = true;
    QString title = {}; ///< empty: none

    friend bool operator==(const ContactSheetOptions &, const ContactSheetOptions &) = default;
};

/// A slice of a sheet, or why it is missing.
struct SheetSlice
{
    QImage picture;
    bool phantom = false;
    QString problem;
};

/// Slices through the middles of the runs' first volumes, each with its own automatic window. A
/// volume that cannot be read leaves its reason. Blocks; any thread; after a stop request the rest
/// is missing.
/// @param done called in this thread after each run, with how many are done
std::vector<SheetSlice> readSheetSlices(const std::vector<backend::RunSummary> &runs,
                                        viewer::Plane plane, int cellPixels,
                                        std::stop_token stop = {},
                                        const std::function<void(int)> &done = {});

/// Puts them together, below the banner that says what they are. Any thread, text needs a
/// QGuiApplication.
Result<QImage> composeSheet(const std::vector<backend::RunSummary> &runs,
                            const std::vector<SheetSlice> &slices,
                            const ContactSheetOptions &options);

/// Both steps.
Result<QImage> contactSheet(const std::vector<backend::RunSummary> &runs,
                            const ContactSheetOptions &options, std::stop_token stop = {});

} // namespace mrb::ui
