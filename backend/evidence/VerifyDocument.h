// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/evidence/OpenEvidence.h"
#include "backend/evidence/SynthesisChecks.h"
#include "backend/evidence/Verify.h"
#include "backend/request/Manifest.h"

#include <string>
#include <vector>

namespace mrb::backend {

/// What the report says of one run besides its checks.
struct VerifiedRun
{
    std::string name; ///< in the bundle; empty for a run's own folder
    SynthesisContext context;
    AggregateFlags flags{}; ///< as the volumes say
    Json output;            ///< the document that was judged
};

/// The report as JSON text in the shape of the public verifier, see verification.schema.json. Pure.
/// @param report everything but the document
std::string verifyDocument(const VerifyReport &report, EvidenceKind kind, const Manifest &manifest,
                           const std::vector<VerifiedRun> &runs);

} // namespace mrb::backend
