// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/environment/GpuProbe.h"
#include "backend/setup/SetupPlan.h"
#include "backend/setup/SetupRun.h"
#include "ui/common/Tones.h"

#include <QString>

namespace mrb::ui {

/// The set-up in words; everything is translated plain text.

Tone toneOf(backend::StepState state);
/// "Missing", "Interrupted".
QString wordsOf(backend::StepState state);
/// "Checkout", "Packages", "Weights", "Check".
QString shortTitle(backend::SetupStep step);
/// What the button says that starts the step, with its mnemonic.
QString startText(const backend::StepPlan &plan, const backend::SetupOptions &options);
/// All that starting means, in a sentence or two; or why it cannot be started.
QString consentText(const backend::StepPlan &plan, const backend::SetupOptions &options);
/// A sentence that names options of the command line, with the names of the fields in their place.
QString inWindow(const QString &text);
/// What is wrong, and on the next line what to do.
QString withNextStep(const Error &error);
/// All commands with what each is for, as comments of a shell.
QString commandsText(const backend::StepPlan &plan);
/// "Downloads at most 2.4 GB · needs 2.9 GB of disk, 120 GB are free"; may be empty.
QString amountsText(const backend::StepPlan &plan);
/// How a step ended and what comes next.
QString conclusionText(const backend::SetupConclusion &conclusion);
Tone toneOf(const backend::SetupConclusion &conclusion);
/// "Receiving objects, 45 %, 12 MB of 30 MB".
QString progressText(const backend::SetupProgress &progress, const QString &purpose);
/// Which CUDA the driver of this machine runs; empty without a GPU.
QString cudaHintText(const backend::GpuProbe &probe);
/// How far the whole is.
QString verdictText(const backend::SetupReport &report);
Tone verdictTone(const backend::SetupReport &report);

} // namespace mrb::ui
