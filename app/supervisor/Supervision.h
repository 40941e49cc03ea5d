// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>

namespace mrb::supervisor {

struct Options
{
    int status = -1; ///< where the records go
    const char *folder = nullptr;
    std::chrono::milliseconds grace = std::chrono::seconds(5);
    bool hold = false;     ///< the program waits for "go" on its stdin
    char **argv = nullptr; ///< the program and its arguments
};

/// Blocks the signals that matter here and returns a signalfd for them, -1 on failure.
int takeSignals();

/// Writes the record of a run that could not begin. Returns the exit code for it.
int reportLaunchFailure(const Options &options, int error);

/// Runs the program and ends when it and all its descendants are gone, having written the records.
/// @param guard the process that takes over when this one is killed
int supervise(const Options &options, int signals, pid_t guard);

/// Waits for the process that supervises. Only when it was killed there is something to do: its
/// orphans come to this process, which ends them and writes the record in its stead.
int guard(const Options &options, int signals, pid_t supervisor);

} // namespace mrb::supervisor
