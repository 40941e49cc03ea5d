// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/schedule/Scheduler.h"

#include <deque>
#include <span>
#include <string>
#include <vector>

namespace mrb::backend {

/// Who holds what at one moment, and what is kept free for whom. For nextStart() alone.
class RoomBoard
{
public:
    struct Card
    {
        std::string id;
        double totalMb = 0; ///< 0: not told
        double othersMb = 0;
        double heldMb = 0; ///< reserved by ours
        int runs = 0;      ///< of ours
        bool hasAlone = false;
        bool isKept = false; ///< for one that comes before those that are looked at now

        bool isTold() const { return totalMb > 0; }
        double roomMb() const { return totalMb - othersMb - gpuMarginMb(totalMb); }
    };

    RoomBoard(const MachineRoom &room, std::span<const StartedRun> started);

    int slotsHeld() const { return m_slotsHeld; }
    bool mayImport(const RunNeed &need) const;

    /// The memory of the machine does not suffice now.
    bool lacksHost(const RunNeed &need) const;
    /// It is kept for an earlier run.
    bool mayTakeHost(const RunNeed &need) const { return !m_hostIsKept || need.hostMb <= 0; }
    void keepHost() { m_hostIsKept = true; }

    /// Of the cards that can take it now and are not kept, the one with the most room left.
    Card *roomiest(const RunNeed &need);
    /// Of the cards that could take it and are not kept, the one that has to give back least.
    Card *nearest(const RunNeed &need);
    /// The card is of its choice, and takes it when nothing of ours is on it.
    bool couldHold(const Card &card, const RunNeed &need);

private:
    std::vector<Card *> choiceOf(const RunNeed &need);
    Card &cardOf(const std::string &id);
    bool isKept(const Card &card) const;
    bool canTake(const Card &card, const RunNeed &need);
    bool takesAlone(const Card &card, const RunNeed &need);
    void charge(const StartedRun &run);

    std::deque<Card> m_cards; ///< those of the room first; pointers to them stay good
    std::size_t m_told = 0;   ///< so many are of the room
    Card m_any;               ///< stands for all where none is known
    Card m_unplaced;          ///< what was started when none was known
    std::optional<double> m_hostRoomMb;
    double m_hostHeldMb = 0;
    bool m_hostIsKept = false;
    int m_importing = 0;
    int m_mostImporting = 1;
    int m_slotsHeld = 0;
};

} // namespace mrb::backend
