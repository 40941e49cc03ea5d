// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QIcon>

#include <functional>

class QPainter;

namespace mrb::ui {

/// An icon that is drawn when it is asked for, so that it is sharp at every size and ratio.
/// @param draw fills a square of 16 × 16 around the origin; the pen has the colour already
QIcon drawnIcon(std::function<void(QPainter &painter)> draw, const QColor &colour, double penWidth);

} // namespace mrb::ui
