// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/cost/CostEnvelope.h"
#include "backend/cost/RunCost.h"
#include "backend/process/UpstreamRunner.h"
#include "backend/run/Preparation.h"

namespace mrb::backend {

// What a run cost, as objects of the result document; shapes in docs/cli.md. null is what was not
// measured. Pure.

/// Against the limits of the manifest, which are a model's: skipped for the phantom.
CostEvaluation evaluateCost(const Preparation &preparation, const RunCost &cost);
/// {measured, gpu, evaluation}.
Json costFields(const RunCost &cost, const CostEvaluation &evaluation);
/// {name, seconds, ...} for each phase that was reached.
Json phaseFields(const RunOutcome &outcome, const RunCost &cost);
/// Rounded; null without a value.
Json measuredOrNull(const std::optional<double> &value, int decimals);

} // namespace mrb::backend
