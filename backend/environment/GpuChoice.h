// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"

#include <string>
#include <string_view>

namespace mrb::backend {

/// The variable that says which cards a CUDA program sees.
inline constexpr std::string_view kVisibleDevices = "CUDA_VISIBLE_DEVICES";

/// The same environment without a choice of cards.
EnvironmentPairs withoutGpuChoice(EnvironmentPairs environment);
/// The same environment with this choice in place of its own.
EnvironmentPairs withGpuChoice(EnvironmentPairs environment, const std::string &choice);

} // namespace mrb::backend
