// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/QueueEntry.h"
#include "backend/schedule/Scheduler.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>

namespace mrb::backend {

/// What a run of some size was seen to take, MiB.
struct SeenNeed
{
    std::optional<double> gpuHeldMb; ///< see RunCost::gpuMemoryMbHeld
    std::optional<double> gpuPeakMb;
    std::optional<double> hostMb; ///< memory of the machine
};

/// What to reserve for runs: learned from those of the same size that this queue has finished, or
/// from what was known when they were ordered, else the reference formula.
class RunNeeds
{
public:
    /// GPUs are not filled in.
    RunNeed needOf(const QueueEntry &entry);
    void learn(const RunSettings &settings, const SeenNeed &seen);
    /// Forgets what it keeps of an entry that waits no longer.
    void forget(const QString &id) { m_known.erase(id); }

    /// MiB of memory that an interpreter takes which has imported and waits. Measured: 1.4 GB with
    /// torch 2.11.
    static constexpr double kSpareMb = 2048;

private:
    using Size = std::array<std::int64_t, 3>;
    Size sizeOf(const RunSettings &settings) const;

    std::map<QString, Size> m_known;
    std::map<Size, SeenNeed> m_seen; ///< of runs of upstream
};

} // namespace mrb::backend
