// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/setup/StepWork.h"

namespace mrb::backend {

StepPlan planWeights(const SetupContext &context, const std::stop_token &)
{
    StepPlan plan;
    plan.title = Text::tr("Weights of the model");
    plan.explanation = Text::tr("The trained networks, as the program pins them by hash.");
    if (!context.identity.trusted) {
        plan.state = StepState::Blocked;
        plan.problems = {blockedBy(SetupStep::Checkout)};
    }
    return plan;
}

std::unique_ptr<StepWork> weightsWork(const SetupContext &)
{
    return nullptr;
}

} // namespace mrb::backend
