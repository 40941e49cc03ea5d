// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"

namespace mrb::backend {

/// Which program of the set-up gets an environment.
enum class SetupProgram { Git, Packages, Weights };

/// The complete environment of a command of the set-up: what `parent` has of a list of variables
/// that this program needs. Unlike runs, these go to the network: they get proxies and
/// certificates; git gets the agent of SSH, pip its own settings, and only the download of weights
/// the token of Hugging Face. Pure. What runs get is in backend/process/RunEnvironment.h and knows
/// none of it.
EnvironmentPairs setupEnvironment(const EnvironmentPairs &parent, SetupProgram program);

} // namespace mrb::backend
