// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/schedule/Scheduler.h"

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
        double heldMb = 0;  ///< reserved by ours
        double burstMb = 0; ///< the largest of ours
        int runs = 0;       ///< of ours
        bool hasAlone = false;
        bool isOfRoom = false; ///< false: somebody names it, but nobody listed it
        bool isKept = false;   ///< for one that comes before those that are looked at now

        bool isTold() const { return totalMb > 0; }
        double roomMb() const { return totalMb - othersMb - gpuMarginMb(totalMb); }
        double leftMb() const { return roomMb() - heldMb - burstMb; }
    };

    RoomBoard(const MachineRoom &room, std::span<const StartedRun> started,
              std::span<const WaitingRun> waiting);

    int slotsHeld() const { return m_slotsHeld; }
    bool mayImport(const RunNeed &need) const;

    /// The memory of the machine does not suffice now.
    bool lacksHost(const RunNeed &need) const;
    /// It is kept for an earlier run.
    bool mayTakeHost(const RunNeed &need) const { return !m_hostIsKept || need.hostMb <= 0; }
    void keepHost() { m_hostIsKept = true; }

    /// Of the cards that can take it now and are not kept, the one with the most room left.
    Card *bestNow(const RunNeed &need);
    /// Of the same cards the one that those that are ready need least.
    Card *leastWanted(const RunNeed &need, std::span<const WaitingRun> waiting);
    /// Of the cards that could take it and are not kept, the one on which fewest runs have to end.
    Card *nearest(const RunNeed &need);
    /// The card is of its choice, and takes it when nothing of ours is on it.
    bool couldHold(const Card &card, const RunNeed &need) const;
    /// Of the card, or without one of the machine's memory, if it is all known; else 1.
    double shareOf(const Card *card, const RunNeed &need) const;

private:
    void charge(const StartedRun &run);
    void name(const std::string &id);
    Card &cardOf(const std::string &id);
    /// For each card the sum of what the ready ones would take of it, each divided by the number of
    /// cards that it could use.
    std::vector<double> wanted(std::span<const WaitingRun> waiting) const;
    std::vector<Card *> choiceOf(const RunNeed &need);
    bool isOfChoice(const Card &card, const RunNeed &need) const;
    bool isKept(const Card &card) const;
    bool canTake(const Card &card, const RunNeed &need) const;
    bool takesAlone(const Card &card, const RunNeed &need) const;

    std::vector<Card> m_cards; ///< the first stands for any where none is listed
    std::optional<double> m_hostTotalMb;
    double m_hostRoomMb = 0;
    double m_hostHeldMb = 0;
    bool m_hostIsKept = false;
    int m_importing = 0;
    int m_mostImporting = 1;
    int m_slotsHeld = 0;
};

} // namespace mrb::backend
