// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/schedule/RoomBoard.h"

#include <algorithm>
#include <limits>

namespace mrb::backend {

namespace {

bool fits(const RoomBoard::Card &card, const RunNeed &need)
{
    return card.heldMb + need.gpuMb <= card.roomMb();
}

void add(RoomBoard::Card &card, const RunNeed &need)
{
    card.heldMb += need.gpuMb;
    card.runs += 1;
    card.hasAlone = card.hasAlone || need.alone;
}

} // namespace

RoomBoard::RoomBoard(const MachineRoom &room, std::span<const StartedRun> started)
    : m_mostImporting(std::max(1, room.processors))
{
    for (const GpuRoom &gpu : room.gpus)
        m_cards.push_back({.id = gpu.id, .totalMb = gpu.totalMb, .othersMb = gpu.othersMb});
    m_told = m_cards.size();
    if (room.hostTotalMb)
        m_hostRoomMb = *room.hostTotalMb - room.hostOthersMb - hostMarginMb(*room.hostTotalMb);
    for (const StartedRun &run : started)
        charge(run);
}

void RoomBoard::charge(const StartedRun &run)
{
    if (!run.holdsSlot)
        return;
    m_slotsHeld += 1;
    m_importing += run.importing ? 1 : 0;
    m_hostHeldMb += run.need.hostMb;
    if (!run.need.usesGpu)
        return;
    add(m_any, run.need);
    if (!run.gpu.empty()) {
        add(cardOf(run.gpu), run.need);
        return;
    }
    // Where it is nobody knows, so it may be on any.
    add(m_unplaced, run.need);
    for (Card &card : m_cards)
        add(card, run.need);
}

bool RoomBoard::mayImport(const RunNeed &need) const
{
    return need.isWarm || m_importing < m_mostImporting;
}

bool RoomBoard::lacksHost(const RunNeed &need) const
{
    // One that is too big for the machine can only be tried while nothing else of ours runs.
    return m_hostRoomMb && need.hostMb > 0 && m_hostHeldMb > 0 &&
           m_hostHeldMb + need.hostMb > *m_hostRoomMb;
}

RoomBoard::Card &RoomBoard::cardOf(const std::string &id)
{
    const auto found = std::ranges::find(m_cards, id, &Card::id);
    if (found != m_cards.end())
        return *found;
    Card card = m_unplaced;
    card.id = id;
    return m_cards.emplace_back(std::move(card));
}

std::vector<RoomBoard::Card *> RoomBoard::choiceOf(const RunNeed &need)
{
    std::vector<Card *> choice;
    for (const std::string &id : need.gpus)
        choice.push_back(&cardOf(id));
    if (!need.gpus.empty())
        return choice;
    for (std::size_t index = 0; index < m_told; ++index)
        choice.push_back(&m_cards[index]);
    if (choice.empty())
        choice.push_back(&m_any);
    return choice;
}

bool RoomBoard::isKept(const Card &card) const
{
    return card.isKept || m_any.isKept;
}

bool RoomBoard::canTake(const Card &card, const RunNeed &need)
{
    if (card.hasAlone || (need.alone && card.runs > 0))
        return false;
    if (!card.isTold())
        return card.runs == 0;
    return fits(card, need) || (card.runs == 0 && takesAlone(card, need));
}

bool RoomBoard::takesAlone(const Card &card, const RunNeed &need)
{
    double largestMb = 0;
    for (const Card *other : choiceOf(need)) {
        if (!other->isTold() || need.gpuMb <= other->roomMb())
            return false; // there it fits
        largestMb = std::max(largestMb, other->totalMb);
    }
    const bool isHopeless = need.gpuLeastMb > card.totalMb - card.othersMb;
    return !isHopeless || need.gpuLeastMb > largestMb;
}

RoomBoard::Card *RoomBoard::roomiest(const RunNeed &need)
{
    Card *best = nullptr;
    for (Card *card : choiceOf(need)) {
        if (isKept(*card) || !canTake(*card, need))
            continue;
        if (!best || card->roomMb() - card->heldMb > best->roomMb() - best->heldMb)
            best = card;
    }
    return best;
}

RoomBoard::Card *RoomBoard::nearest(const RunNeed &need)
{
    Card *best = nullptr;
    double leastMb = std::numeric_limits<double>::max();
    for (Card *card : choiceOf(need)) {
        if (isKept(*card) || !couldHold(*card, need))
            continue;
        const bool needsAll = need.alone || !card->isTold() || need.gpuMb > card->roomMb();
        const double missingMb =
            needsAll ? card->heldMb : card->heldMb + need.gpuMb - card->roomMb();
        if (missingMb < leastMb) {
            best = card;
            leastMb = missingMb;
        }
    }
    return best;
}

bool RoomBoard::couldHold(const Card &card, const RunNeed &need)
{
    const auto choice = choiceOf(need);
    const bool isOfChoice = card.id.empty() || choice.front() == &m_any ||
                            std::ranges::find(choice, &card) != choice.end();
    if (!isOfChoice)
        return false;
    Card empty = card;
    empty.heldMb = 0;
    empty.runs = 0;
    empty.hasAlone = false;
    return canTake(empty, need);
}

} // namespace mrb::backend
