// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cost/GpuRoom.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace mrb::backend {

/// Looks at the room on GPUs and in memory in a thread of its own, one look at a time, and tells
/// it. Lives in a thread with an event loop; destroying it ends a look that is under way.
class RoomLooker final : public QObject
{
    Q_OBJECT

public:
    /// @param environment of nvidia-smi. Its CUDA_VISIBLE_DEVICES does not count: all cards are
    ///        looked at, and runs choose among them.
    /// @param keepsFor how old an answer with GPUs may be before one without them, because they
    ///        could not be asked, takes its place
    explicit RoomLooker(EnvironmentPairs environment,
                        std::chrono::milliseconds keepsFor = std::chrono::minutes(1));
    ~RoomLooker() override;

    /// The last answer; none before the first one.
    const std::optional<MachineMemory> &room() const { return m_room; }
    bool isYoungerThan(std::chrono::milliseconds age) const;
    /// Looks again unless the last look is younger than `age` or under way.
    /// @param idle programs of ours that touch no GPU and whose memory is not held by others
    void askAgain(std::chrono::milliseconds age, const std::vector<OurProgram> &programs,
                  const std::vector<pid_t> &idle = {});

Q_SIGNALS:
    void looked();

private:
    using Clock = std::chrono::steady_clock;

    void take(MachineMemory room);

    std::shared_ptr<RoomWatch> m_watch;
    std::optional<MachineMemory> m_room;
    std::chrono::milliseconds m_keepsFor;
    Clock::time_point m_answeredAt{};
    Clock::time_point m_lookedAt{};
    bool m_isLooking = false;
    std::jthread m_worker;
};

/// What these programs and what they started hold of the machine's memory, MiB. Blocks.
double memoryHeldMb(const std::vector<pid_t> &programs);

} // namespace mrb::backend
