// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"
#include "backend/request/Gates.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kManifestSyntax = "manifest_syntax";
inline constexpr ErrorCode kManifestField = "manifest_field";
} // namespace error_codes

/// Largest skill manifest that is read.
inline constexpr std::size_t kMaxManifestBytes = std::size_t{1} << 20;

/// A checkpoint the run loads. path: relative to the checkout. sha256: 64 lower-case hex digits.
struct ManifestWeight
{
    std::string path;
    std::string sha256;
    std::string repository; ///< on Hugging Face, "owner/name"
    std::string revision;   ///< commit there
};

enum class ModalityGroup { WholeBrain, SkullStripped };
enum class Plane { Axial, Sagittal, Coronal };
inline constexpr std::array<Plane, 3> kPlanes{Plane::Axial, Plane::Sagittal, Plane::Coronal};
std::string_view planeName(Plane plane);

/// A modality this model supports. code: at the pinned commit; a run takes the checkout's.
struct Modality
{
    std::string name;
    std::int64_t code = 0;
    std::string label;
    ModalityGroup group = ModalityGroup::WholeBrain;
    std::string contrast; ///< key of the FOV table; empty when the contrast is unspecified
    std::string note;     ///< may be empty
};

/// Median field of view of the training scans with one contrast in one plane.
struct PlaneMedian
{
    Plane plane = Plane::Axial;
    std::array<double, 3> fovMm{}; ///< along x, y, z
    std::int64_t scans = 0;
    bool sparse = false; ///< upstream does not vouch for quality here
};

struct ContrastFov
{
    std::string contrast;
    std::vector<PlaneMedian> planes; ///< axial, sagittal, coronal
};

struct ManifestUpstream
{
    std::string repository;
    std::string commit;        ///< 40 lower-case hex digits
    std::string entrypoint;    ///< "python -m package.module", as result documents show it
    std::string networkConfig; ///< relative to the checkout, as the next three
    std::string modelConfig;
    std::string environmentConfig;
    std::string modalityMapping;
    Json defaults = Json::object(); ///< of the configs at the commit, by field; never applied

    /// "package.module" of the entry point.
    std::string entryModule() const;
    /// "package/module.py", relative to the checkout.
    std::string entryScript() const;
    /// First digits of the commit, for people.
    std::string shortCommit() const;
};

struct ManifestModel
{
    std::string name;
    std::string version;
    std::string repository;
    std::string weightsRepository;
    std::string license;
};

/// What a machine needs to run the model; there is no path without an NVIDIA GPU.
struct ManifestRequirements
{
    std::string pythonMinimum; ///< "major.minor"
    std::string pythonRecommended;
    double gpuMemoryGb = 0;
    std::vector<std::string> packages; ///< distribution names without which a run is refused
};

struct ManifestDefaults
{
    std::int64_t seed = 0;
    std::string modality;
};

/// Inclusive limits; a side that is not given does not limit. unit is part of the name.
struct EnvelopeLimit
{
    std::string name; ///< "wall_seconds", "cpu_seconds", "rss_mb_peak", ...
    std::optional<double> minimum;
    std::optional<double> maximum;
};

struct RuntimeEnvelope
{
    std::string path; ///< in the result document
    double minimumSeconds = 0;
    double maximumSeconds = 0;
};

struct Reproducibility
{
    std::string mode;
    int runs = 0;
};

struct ManifestPort
{
    std::string name;
    std::string type;
    std::string format; ///< may be empty
    std::string description;
};

struct ManifestExitCode
{
    int code = 0;
    std::string meaning;
};

/// The skill manifest: every pinned fact and limit as data (skill_manifest.yaml at the repository's
/// root is the built-in one).
struct Manifest
{
    std::string id;
    std::string version;
    std::string skill; ///< the name in result documents
    std::string summary;
    std::string license;
    std::string disclaimer;
    ManifestModel model;
    ManifestUpstream upstream;
    std::vector<ManifestWeight> weights;
    ManifestRequirements requirements;
    std::vector<Modality> modalities;
    std::vector<ContrastFov> trainingFov;
    ManifestDefaults defaults;
    std::vector<Gate> gates;
    RuntimeEnvelope expectedRuntime;
    std::vector<EnvelopeLimit> expectedCost;
    Reproducibility reproducibility;
    std::vector<ManifestPort> inputs;
    std::vector<ManifestPort> outputs;
    std::vector<ManifestExitCode> exitCodes;
    std::vector<std::string> sideEffects;
    std::vector<std::string> permissions;
    std::vector<std::string> limitations;
    std::vector<std::string> prohibitedUses;

    std::string sha256; ///< of the file's bytes, lower-case hex
    bool builtIn = false;
    std::filesystem::path source; ///< the file it was read from; empty for the built-in one
};

/// The copy compiled into the program.
Result<Manifest> builtInManifest();

/// Reads another manifest in its place. YAML 1.2 core rules; anchors, aliases, foreign tags and
/// duplicate keys are refused; keys that nothing here reads are allowed. The error names the field
/// (as a.b[2].c, also in Error::field) and the line.
Result<Manifest> readManifest(const std::filesystem::path &file);

const Modality *findModality(const Manifest &manifest, std::string_view name);
const ContrastFov *findContrast(const Manifest &manifest, std::string_view contrast);

} // namespace mrb::backend
