// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/preflight/PreflightWatch.h"

namespace mrb::backend {

struct Preparation;

/// A preparation as a checklist. Every finding lands in exactly one item, those that belong to no
/// other in "request". Next steps that name options of the command line are told for the window.
/// Looks at the free disk space once more, so call it in a worker; never fails.
PreflightReport preflightReport(const Preparation &preparation);

} // namespace mrb::backend
