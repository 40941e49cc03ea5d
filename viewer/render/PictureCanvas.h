// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/PictureLayout.h"
#include "viewer/render/Pictures.h"

#include <functional>
#include <optional>

class QPainter;

/// What all pictures have in common; used by Pictures.h alone.
namespace mrb::viewer {

/// What only the painted parts know, for the texts in the file.
struct PictureFacts
{
    QString slices;
    QString window;
    QString view; ///< interpolation and slab
};

/// "12.5:850 grey": as --window and --colormap take it, every digit of it.
QString windowFact(const ColourScale &scale);

/// Why there can be no picture of that size.
std::optional<Error> sizeProblem(const PictureFrame &frame);

/// Banner, footer and texts, with paint() in between. Lack of memory is an error.
Result<QImage> paintPicture(const PictureFrame &frame, const PictureFacts &facts,
                            const std::function<void(QPainter &)> &paint);

/// The size of a picture that the grid fills: see planePictureSize().
/// @param within logical pixels, where there are annotations
QSize pictureSize(const VolumeSlices &volume, const PictureGrid &grid, const PictureFrame &frame,
                  QSizeF within);

} // namespace mrb::viewer
