// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/batch/BatchPlan.h"
#include "backend/run/Preparation.h"

#include <stop_token>

namespace mrb::backend {

/// Looks at everything that the first outstanding run needs, so that what would refuse every run
/// refuses the batch before it starts. Weights are hashed here, once for all runs. Writes nothing
/// but the cache of hashes. Blocks; call it in a worker.
/// @param plan sound, with something outstanding
Preparation preflightBatch(const BatchPlan &plan, const std::stop_token &stop);

} // namespace mrb::backend
