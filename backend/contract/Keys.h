// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names that belong to others: JSON keys, file names and words of the upstream generator,
// repository NVIDIA-Medtech/NV-Generate-CTMR, commit da438fec6484cdb6f421f8c7051d954ebefff730.
// No other file of this program spells them.

#include <string_view>

namespace mrb::contract {

/// Repository and commit everything in this folder was read from. The commit a run is checked
/// against is the skill manifest's.
inline constexpr std::string_view kMirroredRepository =
    "https://github.com/NVIDIA-Medtech/NV-Generate-CTMR";
inline constexpr std::string_view kMirroredCommit = "da438fec6484cdb6f421f8c7051d954ebefff730";

/// The variant of the model, as in the names of upstream's configuration files.
inline constexpr std::string_view kModelVersion = "rflow-mr-brain";

/// Paths relative to the checkout.
namespace file {
inline constexpr std::string_view kNetworkConfig = "configs/config_network_rflow.json";
inline constexpr std::string_view kModelConfig =
    "configs/config_maisi_diff_model_rflow-mr-brain.json";
inline constexpr std::string_view kEnvironmentConfig =
    "configs/environment_maisi_diff_model_rflow-mr-brain.json";
inline constexpr std::string_view kModalityMapping = "configs/modality_mapping.json";
inline constexpr std::string_view kScript = "scripts/diff_model_infer.py";
inline constexpr std::string_view kRequirements = "requirements.txt";
} // namespace file

/// configs/config_maisi_diff_model_rflow-mr-brain.json, read by scripts/diff_model_infer.py.
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

/// configs/environment_maisi_diff_model_rflow-mr-brain.json, read by scripts/diff_model_infer.py.
namespace environment_config {
inline constexpr std::string_view kModelFolder = "model_dir";
inline constexpr std::string_view kModelFile = "model_filename";
inline constexpr std::string_view kAutoencoderPath = "trained_autoencoder_path";
inline constexpr std::string_view kOutputFolder = "output_dir";
inline constexpr std::string_view kOutputPrefix = "output_prefix";
} // namespace environment_config

/// The module of the run, scripts/diff_model_infer.py.
inline constexpr std::string_view kEntryModule = "scripts.diff_model_infer";

} // namespace mrb::contract
