// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QIcon>

class QPalette;

namespace mrb::ui {

/// What a state means to the user. Never told by colour alone: each has a sign of its own.
enum class Tone {
    Neutral, ///< not known, or does not matter: a ring
    Good,    ///< a tick
    Notice,  ///< an exclamation mark
    Bad,     ///< a cross
    Busy,    ///< an arrow: under way
};

/// A colour for text and signs on the palette's window, readable on light and dark ones.
QColor toneColour(Tone tone, const QPalette &palette);

/// The sign, drawn in the tone's colour for that palette at any size.
QIcon toneIcon(Tone tone, const QPalette &palette);

} // namespace mrb::ui
