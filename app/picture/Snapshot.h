// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/picture/SnapshotOptions.h"
#include "backend/run/ExitCode.h"

namespace mrb::picture {

inline constexpr ErrorCode kNoFonts = "no_fonts";

/// Reads the volume, makes the picture, writes it, and prints one JSON document that says what is
/// on it. Nothing is written unless all of that works.
backend::ExitCode makeSnapshot(const SnapshotOptions &options);

} // namespace mrb::picture
