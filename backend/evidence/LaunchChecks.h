// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/evidence/EvidenceFindings.h"

namespace mrb::backend {

/// How the run was started: what the record says of a warm start and of a retry, its command and
/// its warnings agree. Records of earlier versions say nothing of it and are not asked.
void checkLaunch(const Json &record, EvidenceFindings &findings);

} // namespace mrb::backend
