// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/studio/Check.h"

namespace mrb::studio {

/// Whether the files of the program are where it looks for them and its helper programs start.
/// Blocks, for a second at most. Needs no window.
void checkInstallation(const Checks &report);

/// What Qt loads by itself: fonts, the platform's plug-in, formats of pictures and documents. Needs
/// a QGuiApplication; GUI thread.
void checkQtParts(const Checks &report);

} // namespace mrb::studio
