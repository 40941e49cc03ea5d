// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/cost/RunCost.h"
#include "backend/request/Manifest.h"

#include <QString>

#include <optional>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kCostOutsideEnvelope = "cost_outside_envelope";
} // namespace error_codes

/// One limit of the manifest's expected_cost.
struct CostRow
{
    EnvelopeLimit limit;
    std::optional<double> measured = {};
    bool passed = false;
    QString reason = {}; ///< of a failure
};

enum class EnvelopeStatus { Within, Outside, Skipped };

/// Skipped: without rows and with the reason.
struct CostEvaluation
{
    EnvelopeStatus status = EnvelopeStatus::Skipped;
    QString reason = {};
    std::vector<CostRow> rows = {};
};

/// A limit without a measurement fails; where nothing was measured at all, or no limit is given,
/// there is nothing to say. Pure.
CostEvaluation evaluateCost(const std::vector<EnvelopeLimit> &limits, const RunCost &cost);

/// What the rows mean for a person. Of a run that did not get to its end only exceeded limits are
/// told: that it used less than a whole one is no news.
Errors costWarnings(const CostEvaluation &evaluation, bool ranToItsEnd);

} // namespace mrb::backend
