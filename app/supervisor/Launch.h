// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/SupervisorProtocol.h"

#include <sys/types.h>

namespace mrb::supervisor {

/// A program being started. report is the read end of a non-blocking pipe: at its end without data
/// the program runs or has died, else it holds a LaunchFailure. pid -1: nothing could be started,
/// error says why.
struct Launch
{
    pid_t pid = -1;
    int report = -1;
    int held = -1; ///< our end of its stdin, when it is held
    int error = 0;
};

struct LaunchFailure
{
    backend::supervisor::End end;
    int error;
};

/// Starts a program in a session of its own, with stdin from /dev/null, stdout and stderr of this
/// process, no other descriptor, default signal handling and this process's environment. It dies
/// with this process.
/// @param folder working folder, or null for the present one
/// @param hold stdin is one end of a socket instead
Launch launch(const char *folder, char **argv, bool hold);

/// Connects a standard descriptor to /dev/null, or closes it where that is not possible.
void detach(int descriptor);

} // namespace mrb::supervisor
