// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/environment/UpstreamRoot.h"
#include "backend/run/GenerateOptions.h"

namespace mrb::backend {

/// The checkout that a run with these options takes, whatever their engine is: the chosen folder,
/// from the options' working folder on, or the first of the usual places.
RootSearch searchCheckout(const GenerateOptions &options, const ManifestUpstream &upstream);

} // namespace mrb::backend
