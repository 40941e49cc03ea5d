// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>

namespace mrb::supervisor {

/// How many processes had to be ended.
struct Termination
{
    int others = 0;    ///< other than the program: got SIGTERM or SIGKILL
    int killed = 0;    ///< got SIGKILL, the program included
    int survivors = 0; ///< did not die in time: in the kernel, or another user's
};

/// Reaps children of this process that have ended and tells `reaped` each pid and wait status.
/// False when no child is left. For a child subreaper, and this process must be one, that means
/// that no descendant is left: whatever double-forks or changes its session comes back to us.
bool reapChildren(const std::function<void(pid_t, int)> &reaped);

/// Ends every descendant: SIGTERM and, for those that are stopped, SIGCONT; SIGKILL from the grace
/// period's end on, again and again, because processes may fork while they are being counted.
/// Returns when none is left, or when some survive SIGKILL for long.
/// @param signals a signalfd that receives SIGCHLD; other signals on it are dropped
/// @param program the one process that is not counted among the others
Termination terminateDescendants(int signals, pid_t program, std::chrono::milliseconds grace,
                                 const std::function<void(pid_t, int)> &reaped);

/// Waits for a signal on the signalfd and drops it, at most for `timeout`.
void waitForSignal(int signals, std::chrono::milliseconds timeout);

} // namespace mrb::supervisor
