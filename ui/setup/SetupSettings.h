// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/SetupPlan.h"
#include "ui/settings/StudioSettings.h"

namespace mrb::ui {

/// The settings with which runs use what was set up, as far as it is there. A place that they would
/// find by themselves is not written down, so that it may move with the next pin.
/// @param options with which the report was made
StudioSettings settingsForSetup(const StudioSettings &settings,
                                const backend::SetupOptions &options,
                                const backend::SetupReport &report);

/// What runs use after that change, in a sentence; empty when nothing changes.
QString setupChangeText(const StudioSettings &before, const StudioSettings &after,
                        const backend::SetupReport &report);

} // namespace mrb::ui
