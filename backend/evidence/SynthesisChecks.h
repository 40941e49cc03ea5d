// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/EvidenceFindings.h"
#include "backend/evidence/RunEvidence.h"
#include "backend/request/Manifest.h"

#include <array>
#include <string>

namespace mrb::backend {

/// The verifier whose checks these are; mirrors CONTRACT.md section 9.
inline constexpr const char *kPairedVerifier = "medagent.verifiers.mr_synthesis_quality_v1";

/// The flags of `output` that sum up all volumes, in their order.
inline constexpr std::array<const char *, 6> kAggregateFlags = {
    "all_images_readable", "all_shapes_match_requested", "all_spacing_match_requested",
    "all_images_finite",   "all_images_nonconstant",     "all_images_nonnegative"};

/// What the volumes say by themselves, one for each of kAggregateFlags; false without a volume.
using AggregateFlags = std::array<bool, 6>;

/// What the checks need besides the run's own documents.
struct SynthesisContext
{
    const Manifest &manifest;
    std::string skillId;      ///< of the pack's manifest.json, or of the record
    std::string sourceStatus; ///< of validation_summary.json, or of the record
    /// The manifest was named by the caller and is the one that judged the run, so a pass under it
    /// counts; the report says so.
    bool acceptsCustomManifest = false;
};

/// The eighteen checks of the paired verifier by name and in their order, from the volumes.
AggregateFlags checkSynthesis(const RunEvidence &evidence, const SynthesisContext &context,
                              EvidenceFindings &findings);

} // namespace mrb::backend
