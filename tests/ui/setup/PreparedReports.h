// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/SetupPlan.h"

#include <filesystem>
#include <vector>

/// Findings as lookAtSetup() would have them, made up by a test.
namespace mrb::setup_test {

inline constexpr ErrorCode kTested = "tested";

inline backend::StepPlan plan(backend::SetupStep step, backend::StepState state)
{
    backend::StepPlan made;
    made.step = step;
    made.state = state;
    made.title = QStringLiteral("Title %1").arg(static_cast<int>(step));
    made.explanation = QStringLiteral("What step %1 is for.").arg(static_cast<int>(step));
    made.fact = QStringLiteral("Fact of step %1").arg(static_cast<int>(step));
    made.mayStart =
        state == backend::StepState::Missing || state == backend::StepState::Interrupted;
    return made;
}

/// The states of checkout, packages, weights and check.
inline backend::SetupReport report(const std::vector<backend::StepState> &states)
{
    backend::SetupReport made;
    made.root = "/data/NV-Generate-CTMR";
    made.python = made.root / ".venv" / "bin" / "python";
    made.pythonFoundByDefault = true; // in the checkout
    for (std::size_t i = 0; i < states.size(); ++i)
        made.steps.push_back(plan(backend::kSetupSteps[i], states[i]));
    return made;
}

/// With commands, places and sizes as long as they come.
inline backend::SetupReport longReport()
{
    using State = backend::StepState;
    backend::SetupReport made =
        report({State::Interrupted, State::Wrong, State::Missing, State::Blocked});
    const std::filesystem::path deep =
        "/data/groups/a-group-with-a-long-name/people/somebody-with-a-long-name/models/"
        "generators/brain/NV-Generate-CTMR-da438fec6484cdb6f421f8c7051d954ebefff730";
    made.root = deep;
    for (backend::StepPlan &each : made.steps) {
        each.title = QStringLiteral("Checkout of the model");
        each.explanation = QStringLiteral(
            "The program runs the model's own code, at the one commit that it was written for. "
            "Everything else is told from that commit: packages, weights, settings.");
        each.fact = QString::fromStdString(deep.string()) +
                    QStringLiteral(" holds a clone that was interrupted");
        each.problems = {{kTested,
                          QStringLiteral("%1 holds something else: 12 files that are no "
                                         "checkout.")
                              .arg(QString::fromStdString(deep.string())),
                          QStringLiteral("Choose another folder, or move what is there away."),
                          {}}};
        each.warnings = {{kTested,
                          QStringLiteral("The disk is nearly full."),
                          QStringLiteral("Make room first."),
                          {}}};
        for (const char *purpose : {"Clone the repository", "Check the commit out"}) {
            backend::SetupCommand command;
            command.purpose = QString::fromLatin1(purpose);
            command.program = "git";
            command.arguments = {QStringLiteral("clone"),
                                 QStringLiteral("--no-checkout"),
                                 QStringLiteral("--progress"),
                                 QStringLiteral("--"),
                                 QStringLiteral("https://example.org/model.git"),
                                 QString::fromStdString(deep.string())};
            each.commands.push_back(command);
        }
        each.writes = {{deep, QStringLiteral("the checkout"), std::uint64_t{52'000'000},
                        QStringLiteral("An empty folder, which is replaced")},
                       {deep / ".venv", QStringLiteral("the environment"), {}, {}}};
        each.downloadBytes = 48'000'000;
        each.neededBytes = 100'000'000;
        each.freeBytes = 120'000'000'000;
        each.offline = {QStringLiteral("On a machine with a network: git clone --mirror …"),
                        QStringLiteral("Bring the folder here, and name it under “Clone from”.")};
    }
    return made;
}

} // namespace mrb::setup_test
