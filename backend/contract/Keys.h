// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names that belong to others: JSON keys and words of the upstream generator,
// repository NVIDIA-Medtech/NV-Generate-CTMR. No other file of this program spells them. What can
// change with every release of the model (commit, file names, weights, modalities, defaults) stands
// in skill_manifest.yaml instead.

#include <string_view>

namespace mrb::contract {

/// Paths relative to the checkout.
namespace file {
inline constexpr std::string_view kRequirements = "requirements.txt"; // pip's own name
} // namespace file

/// The model config, read by the entry script.
namespace model_config {
inline constexpr std::string_view kInference = "diffusion_unet_inference";
inline constexpr std::string_view kDim = "dim";
inline constexpr std::string_view kSpacing = "spacing";
inline constexpr std::string_view kTopRegionIndex = "top_region_index";
inline constexpr std::string_view kBottomRegionIndex = "bottom_region_index";
inline constexpr std::string_view kRandomSeed = "random_seed";
inline constexpr std::string_view kNumInferenceSteps = "num_inference_steps";
inline constexpr std::string_view kModality = "modality";
inline constexpr std::string_view kGuidanceScale = "cfg_guidance_scale";
} // namespace model_config

/// The environment config, read by the entry script.
namespace environment_config {
inline constexpr std::string_view kModelFolder = "model_dir";
inline constexpr std::string_view kModelFile = "model_filename";
inline constexpr std::string_view kAutoencoderPath = "trained_autoencoder_path";
inline constexpr std::string_view kOutputFolder = "output_dir";
inline constexpr std::string_view kOutputPrefix = "output_prefix";
} // namespace environment_config

} // namespace mrb::contract
