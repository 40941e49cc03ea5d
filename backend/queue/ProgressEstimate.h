// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/QueueEntry.h"

#include <array>
#include <cstddef>
#include <optional>

namespace mrb::backend {

/// Turns the phase of a run into a fraction of the whole and the time to its end. Each phase has an
/// expected length: upstream's measured ones scaled to the request, fitted to the expected time of
/// the run where one is known. The steps that were seen correct it. Without an expected time there
/// is no estimate before the first step. Pure; time comes with the progress.
class ProgressEstimate
{
public:
    explicit ProgressEstimate(const RunSettings &settings);

    /// From the start of the run on, in order.
    void update(const Progress &progress);
    /// Upstream ended; its volumes are read.
    void beginMeasuring();
    const RunProgress &now() const { return m_now; }

private:
    static constexpr std::size_t kStages = 7; ///< the phases, then measuring
    using Lengths = std::array<double, kStages>;

    void show(std::size_t stage, double part, std::optional<double> stageEta, double elapsed);

    Lengths m_seconds{};
    bool m_isKnown = false; ///< the lengths are for this machine
    double m_pace = 1;      ///< how much longer than expected what scales with the request takes
    RunProgress m_now;
};

} // namespace mrb::backend
