// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace mrb::backend {

/// How this machine is used for the runs of a queue.
struct TargetPolicy
{
    int runsAtOnce = 0; ///< the most of all kinds; 0: as many as GPUs, memory and processors allow
    /// Keep interpreters ready that have imported upstream's packages already. One more process
    /// with some GB of memory for each, and upstream is started through a launcher of ours.
    bool warmStart = false;

    friend bool operator==(const TargetPolicy &, const TargetPolicy &) = default;
};

/// What is kept ready. ready and importing: so many interpreters.
struct WarmState
{
    enum class Kind {
        Off,
        Importing,   ///< none is ready yet, or none is wanted now
        Ready,       ///< at least one
        NotPossible, ///< text says why; runs use the documented command
    };

    Kind kind = Kind::Off;
    int ready = 0;
    int importing = 0;
    QString text; ///< the versions of a ready one: "Python 3.12.3, torch 2.11.0"; or the reason

    friend bool operator==(const WarmState &, const WarmState &) = default;
};

} // namespace mrb::backend
