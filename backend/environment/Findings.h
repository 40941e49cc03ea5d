// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"

namespace mrb::backend {

/// What a look at the machine says about a run that is about to start.
struct Findings
{
    /// Each one alone is enough not to start.
    Errors refusals = {};
    /// Worth knowing; the run may start.
    Errors warnings = {};

    friend bool operator==(const Findings &, const Findings &) = default;

    void add(Findings other)
    {
        refusals.insert(refusals.end(), other.refusals.begin(), other.refusals.end());
        warnings.insert(warnings.end(), other.warnings.begin(), other.warnings.end());
    }
};

} // namespace mrb::backend
