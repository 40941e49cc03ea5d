// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace mrb::volume {

/// Told how much of a file's bytes is done, 0 to 1, growing, at most about 50 times, in the thread
/// that reads or writes. An empty one is told nothing.
using ReadProgress = std::function<void(double fraction)>;

/// Thins out what a ReadProgress is told.
class ProgressSteps
{
public:
    ProgressSteps(const ReadProgress &progress, std::uint64_t total)
        : m_progress(progress), m_total(total)
    {
    }
    /// @param done of the total, never less than before
    void reach(std::uint64_t done)
    {
        if (!m_progress || m_total == 0 || done * kSteps / m_total <= m_last)
            return;
        m_last = done * kSteps / m_total;
        m_progress(static_cast<double>(done) / static_cast<double>(m_total));
    }

private:
    static constexpr std::uint64_t kSteps = 48;
    const ReadProgress &m_progress;
    std::uint64_t m_total;
    std::uint64_t m_last = 0;
};

} // namespace mrb::volume
