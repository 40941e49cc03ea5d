// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/JsonView.h"
#include "backend/report/RunReport.h"

#include <span>
#include <vector>

namespace mrb::backend {

/// What a check of the built-in manifest asks, and what a failure says. Untranslated.
struct GateText
{
    const char *path;
    const char *question;
    const char *meaning; ///< of a failure, with what to do
    const char *note;    ///< what the check cannot see; may be empty
    bool notForPhantom;  ///< a phantom is no checkout and loads no weights
};

std::span<const GateText> gateTexts();

/// The gates of a result document, in its order; those that are no objects are left out.
std::vector<ReportGate> gatesOf(const JsonView &gates, bool isPhantom);

} // namespace mrb::backend
