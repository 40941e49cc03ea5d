// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/evidence/EvidenceFindings.h"
#include "backend/evidence/OpenEvidence.h"

#include <optional>
#include <stop_token>
#include <string>

namespace mrb::backend {

/// What a bundle says of itself at its root. Inside evidence only.
struct BundleStatements
{
    Json index = Json::object(); ///< bundle.json
    bool volumesIncluded = true;
    bool madeByThisVersion = true;
    std::string sumsSha256;
};

/// Sums, container, index and redactions, and the digest where one was given. The files of the
/// bundle have been hashed when it was opened.
/// A stop request ends it early, for the caller to see.
BundleStatements checkBundle(const OpenedEvidence &evidence,
                             const std::optional<std::string> &digest, EvidenceFindings &findings,
                             const std::stop_token &stop);

/// A person's rating is outside the sums; it is told that it is there, and never judged.
void noteReview(const EvidenceRun &run, bool inBundle, EvidenceFindings &findings);

} // namespace mrb::backend
