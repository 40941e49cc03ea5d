// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mrb::ui {

/// Makes the files compiled into this library known: those of a static library are not by
/// themselves. May be called any number of times.
void registerResources();

} // namespace mrb::ui
