// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/diagnostics/Diagnostics.h"

#include <vector>

namespace mrb::ui {

class SettingsStore;

/// What only the window knows of a report of a fault: the desktop it is on, its settings, and the
/// checklist as it stands. Names and secrets are still in it: see backend::withoutSecrets(), which
/// may ask the network for names and so is for workers. GUI thread.
/// @param checklist what preflight found, as title and fact
backend::Diagnostics windowFacts(const SettingsStore &store,
                                 const std::vector<backend::Fact> &checklist = {});

} // namespace mrb::ui
