// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mrb::backend {

/// The whole of `mrbrain`: parses the command line, runs the command, prints one JSON document on
/// stdout and words on stderr. Returns the exit code of backend/run/ExitCode.h. Never throws.
int runMrbrain(int argc, char **argv);

} // namespace mrb::backend
