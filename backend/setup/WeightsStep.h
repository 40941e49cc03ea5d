// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/StepWork.h"
#include "backend/setup/WeightsPlaces.h"

#include <filesystem>
#include <memory>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kWeightsFolderUnusable = "weights_folder_unusable";
/// Not a failure: a file made way for the pinned one and is still there.
inline constexpr ErrorCode kWeightSetAside = "weight_set_aside";
/// The folder that the user chose does not hold this weight.
inline constexpr ErrorCode kWeightNotBrought = "weight_not_brought";
} // namespace error_codes

/// Fetches one weight into its staging folder.
SetupCommand fetchCommand(const SetupContext &context, const WeightPlace &place);
Error notBrought(const std::filesystem::path &folder, const WeightPlace &place);

std::unique_ptr<StepWork> makeWeightsWork(const SetupContext &context);

} // namespace mrb::backend
