// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/environment/ImportCheck.h"
#include "backend/run/Preparation.h"

namespace mrb::backend {

/// Asks whether the checkout is the pinned one. When it is not, that refuses the run, or is told as
/// warnings where another checkout was accepted or nothing will be run (a dry run). The phantom is
/// none, which its gate tells.
/// Blocks for some 30 ms.
void judgeIdentity(Preparation &preparation, PreparationDepth depth, const std::stop_token &stop);

/// The question of checkImports() for the run's interpreter, which `preparation` names.
ImportCheckRequest importQuestion(const Preparation &preparation,
                                  const EnvironmentPairs &environmentOfRun);

/// Adds what the interpreter would import besides the sources to the checkout's identity. Of an
/// interpreter that does not answer at all, probePython() tells.
void judgeImports(Preparation &preparation, const Result<ImportCheck> &imports);

} // namespace mrb::backend
