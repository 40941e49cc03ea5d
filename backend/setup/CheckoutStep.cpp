// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/setup/StepWork.h"

namespace mrb::backend {

StepPlan planCheckout(const SetupContext &context, const std::stop_token &)
{
    StepPlan plan;
    plan.title = Text::tr("Checkout of the model");
    plan.explanation = Text::tr("The program of the model, at the commit that this program pins.");
    if (context.identity.trusted)
        plan.state = StepState::Done;
    else if (context.rootIsCheckout)
        plan.problems = context.identity.reasons;
    return plan;
}

std::unique_ptr<StepWork> checkoutWork(const SetupContext &)
{
    return nullptr;
}

} // namespace mrb::backend
