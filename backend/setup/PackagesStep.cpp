// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/setup/StepWork.h"

namespace mrb::backend {

StepPlan planPackages(const SetupContext &context, const std::stop_token &)
{
    StepPlan plan;
    plan.title = Text::tr("Python packages");
    plan.explanation = Text::tr("PyTorch, MONAI and what else the model is made of.");
    if (!context.identity.trusted) {
        plan.state = StepState::Blocked;
        plan.problems = {blockedBy(SetupStep::Checkout)};
    } else if (context.facts &&
               judgePython(*context.facts, context.requirements).refusals.empty()) {
        plan.state = StepState::Done;
    }
    return plan;
}

std::unique_ptr<StepWork> packagesWork(const SetupContext &)
{
    return nullptr;
}

} // namespace mrb::backend
