// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/EvidenceFindings.h"
#include "backend/evidence/RunEvidence.h"

#include <string>

namespace mrb::backend {

/// What a pack says in its own documents, for the checks of the paired verifier.
struct PackStatements
{
    std::string skillId;
    std::string sourceStatus;
};

/// Every document against its schema among those that are installed with the program.
void checkSchemas(const RunEvidence &evidence, EvidenceFindings &findings);

/// The documents of the pack are what its record gives: the key facts of each, and every byte where
/// this version of the program made them.
/// @param withVolumes the volumes were exported, too
/// @param madeByThisVersion otherwise texts may be worded differently
PackStatements checkPack(const RunEvidence &evidence, bool withVolumes, bool madeByThisVersion,
                         EvidenceFindings &findings);

} // namespace mrb::backend
