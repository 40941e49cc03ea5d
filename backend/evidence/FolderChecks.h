// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/EvidenceFindings.h"
#include "backend/evidence/RunEvidence.h"
#include "backend/request/Manifest.h"

namespace mrb::backend {

/// What lies in a run's folder beside the record, against the record: staged configs, the request
/// as it was given, the journal, the logs whose ends the record has, and volumes that it does not
/// list. The manifest in use says which weights and which code of the modality upstream had to get.
void checkFolder(const RunEvidence &evidence, const Manifest &manifest, EvidenceFindings &findings);

} // namespace mrb::backend
