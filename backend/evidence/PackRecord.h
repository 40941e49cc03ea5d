// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/EvidencePack.h"

#include <string>

namespace mrb::backend {

/// workflow_run_record.md: the pack in words, for a person who opens it first. What comes from the
/// record stands in it as text and not as Markdown. Pure.
std::string runRecordText(const PackSource &source, const std::string &status);

} // namespace mrb::backend
