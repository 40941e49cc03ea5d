// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/run/Preparation.h"
#include "backend/setup/StepWork.h"

namespace mrb::backend {

StepPlan planCheck(const SetupContext &context, bool othersAreDone, const std::stop_token &stop)
{
    StepPlan plan;
    plan.title = Text::tr("Check of everything");
    plan.explanation = Text::tr("The same look at checkout, packages, weights, GPU and disk that "
                                "comes before every run.");
    if (!othersAreDone) {
        plan.state = StepState::Blocked;
        plan.problems = {{error_codes::kSetupBlocked,
                          Text::tr("Checkout, packages and weights come first."),
                          Text::tr("Do the steps before, then this one.")}};
        return plan;
    }
    plan.mayStart = true;
    GenerateOptions options;
    options.environment = context.options.environment;
    options.workingFolder = context.options.workingFolder;
    options.manifest = context.options.manifest;
    options.upstreamRoot = context.root.string();
    options.python = context.python.string();
    const Preparation preparation = prepareRun(options, PreparationDepth::Preflight, stop);
    plan.problems = preparation.findings.refusals;
    plan.warnings = preparation.findings.warnings;
    plan.state = plan.problems.empty() ? StepState::Done : StepState::Wrong;
    plan.fact = plan.problems.empty() ? Text::tr("This machine is ready for runs.")
                                      : Text::tr("Runs would be refused.");
    return plan;
}

} // namespace mrb::backend
