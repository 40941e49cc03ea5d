// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIcon>

class QPalette;

namespace mrb::ui {

/// An arrow that turns back: to the default.
QIcon resetIcon(const QPalette &palette);
/// A die: another random number.
QIcon diceIcon(const QPalette &palette);

} // namespace mrb::ui
