// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/Bundle.h"
#include "backend/evidence/BundleRun.h"

#include <string>
#include <vector>

namespace mrb::backend {

// The documents at the root of a bundle. Pure: no time, no place, so the same runs give the same
// bytes.

/// README.txt: what this is, how to check it, what it is not.
std::string bundleReadme(const BundleOrder &order);
/// bundle.json.
std::string bundleIndex(const BundleOrder &order, const std::vector<BundleRun> &runs);
/// redactions.json: which files differ from the originals, by what, and the originals' hashes.
std::string bundleRedactions(const BundleOrder &order, const std::vector<BundleRun> &runs);

} // namespace mrb::backend
