// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/EvidenceFindings.h"
#include "backend/evidence/RunEvidence.h"
#include "backend/request/Manifest.h"

#include <stop_token>

namespace mrb::backend {

/// Whether the manifest judged this run, by the hash that the record names.
bool judgedRun(const Manifest &manifest, const Json &record);

/// Whether the record has a warning of that code.
bool hasWarning(const Json &record, ErrorCode code);

/// Every gate of the manifest over the record, one check each; that the record's own gate results
/// are what its fields give; and that manifest, commit and weights are those that the record names
/// and the manifest pins. A stop request ends it early, for the caller to see.
void checkGates(const RunEvidence &evidence, const Manifest &manifest, const std::stop_token &stop,
                EvidenceFindings &findings);

/// The record against the volumes: every field of every sample that needs no ITK is computed again.
void checkSamples(const RunEvidence &evidence, EvidenceFindings &findings);

/// Status and exit code follow from what the record says happened.
void checkVerdict(const RunEvidence &evidence, EvidenceFindings &findings);

/// Time and cost against the limits of the manifest that judged the run, where that is the one in
/// use or the record calls it built-in.
void checkEnvelopes(const RunEvidence &evidence, const Manifest &manifest,
                    EvidenceFindings &findings);

} // namespace mrb::backend
