// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/RoomLooker.h"

#include "backend/cost/ProcessTree.h"
#include "backend/environment/GpuChoice.h"

#include <QMetaObject>

#include <algorithm>
#include <utility>

namespace mrb::backend {

RoomLooker::RoomLooker(EnvironmentPairs environment, std::chrono::milliseconds keepsFor)
    : m_watch(std::make_shared<RoomWatch>(withoutGpuChoice(std::move(environment)))),
      m_keepsFor(keepsFor)
{
}

RoomLooker::~RoomLooker() = default;

bool RoomLooker::isYoungerThan(std::chrono::milliseconds age) const
{
    return m_room && Clock::now() - m_answeredAt < age;
}

void RoomLooker::askAgain(std::chrono::milliseconds age, const std::vector<OurProgram> &programs,
                          const std::vector<pid_t> &idle)
{
    if (m_isLooking || (m_room && Clock::now() - m_lookedAt < age))
        return;
    m_isLooking = true;
    m_worker = std::jthread([this, watch = m_watch, programs, idle](const std::stop_token &stop) {
        MachineMemory room = watch->look(programs, stop);
        if (room.host)
            room.host->othersMb = std::max(0.0, room.host->othersMb - memoryHeldMb(idle));
        QMetaObject::invokeMethod(
            this, [this, room = std::move(room)] { take(room); }, Qt::QueuedConnection);
    });
}

void RoomLooker::take(MachineMemory room)
{
    m_isLooking = false;
    m_lookedAt = Clock::now();
    // One question that failed is no reason to forget which GPUs there are; the answer just ages.
    const bool isLost = room.gpus.empty() && room.gpuProblem;
    const bool keeps =
        isLost && m_room && !m_room->gpus.empty() && m_lookedAt - m_answeredAt < m_keepsFor;
    if (!keeps) {
        m_room = std::move(room);
        m_answeredAt = m_lookedAt;
    }
    Q_EMIT looked();
}

double memoryHeldMb(const std::vector<pid_t> &programs)
{
    double sumMb = 0;
    for (const pid_t program : programs) {
        const auto tree = ProcessTree::around(program);
        if (const auto use = tree ? tree->look() : std::nullopt)
            sumMb += use->rssMb;
    }
    return sumMb;
}

} // namespace mrb::backend
