// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/schedule/RoomBoard.h"

#include <algorithm>
#include <tuple>

namespace mrb::backend {

namespace {

bool fits(const RoomBoard::Card &card, const RunNeed &need)
{
    const double burstMb = std::max(card.burstMb, need.gpuBurstMb);
    return card.heldMb + need.gpuMb + burstMb <= card.roomMb();
}

bool fitsEmpty(const RoomBoard::Card &card, const RunNeed &need)
{
    return need.gpuMb + need.gpuBurstMb <= card.roomMb();
}

void add(RoomBoard::Card &card, const RunNeed &need)
{
    card.heldMb += need.gpuMb;
    card.burstMb = std::max(card.burstMb, need.gpuBurstMb);
    card.runs += 1;
    card.hasAlone = card.hasAlone || need.alone;
}

} // namespace

RoomBoard::RoomBoard(const MachineRoom &room, std::span<const StartedRun> started,
                     std::span<const WaitingRun> waiting)
    : m_hostTotalMb(room.hostTotalMb), m_mostImporting(std::max(1, room.processors))
{
    m_cards.push_back({.id = {}, .isOfRoom = room.gpus.empty()});
    for (const GpuRoom &gpu : room.gpus)
        m_cards.push_back(
            {.id = gpu.id, .totalMb = gpu.totalMb, .othersMb = gpu.othersMb, .isOfRoom = true});
    if (m_hostTotalMb)
        m_hostRoomMb = *m_hostTotalMb - room.hostOthersMb - hostMarginMb(*m_hostTotalMb);
    for (const StartedRun &run : started)
        name(run.gpu);
    for (const WaitingRun &run : waiting)
        for (const std::string &id : run.need.gpus)
            name(id);
    for (const StartedRun &run : started)
        charge(run);
}

void RoomBoard::name(const std::string &id)
{
    if (std::ranges::find(m_cards, id, &Card::id) == m_cards.end())
        m_cards.push_back({.id = id});
}

RoomBoard::Card &RoomBoard::cardOf(const std::string &id)
{
    return *std::ranges::find(m_cards, id, &Card::id);
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
    // One whose card nobody knows may be on any, and any card is taken while one of them is.
    for (Card &card : m_cards)
        if (run.gpu.empty() || card.id.empty() || card.id == run.gpu)
            add(card, run.need);
}

bool RoomBoard::mayImport(const RunNeed &need) const
{
    return need.isWarm || m_importing < m_mostImporting;
}

bool RoomBoard::lacksHost(const RunNeed &need) const
{
    // One that is too big for the machine can only be tried while nothing else of ours runs.
    return m_hostTotalMb && need.hostMb > 0 && m_hostHeldMb > 0 &&
           m_hostHeldMb + need.hostMb > m_hostRoomMb;
}

bool RoomBoard::isOfChoice(const Card &card, const RunNeed &need) const
{
    if (!need.usesGpu)
        return false;
    // Where none is listed, any and each exclude each other.
    const bool noneListed = m_cards.front().isOfRoom;
    if (need.gpus.empty())
        return card.isOfRoom || noneListed;
    return std::ranges::find(need.gpus, card.id) != need.gpus.end() ||
           (noneListed && card.id.empty());
}

std::vector<RoomBoard::Card *> RoomBoard::choiceOf(const RunNeed &need)
{
    std::vector<Card *> choice;
    for (const std::string &id : need.gpus)
        choice.push_back(&cardOf(id));
    if (!need.gpus.empty())
        return choice;
    for (Card &card : m_cards)
        if (card.isOfRoom)
            choice.push_back(&card);
    return choice;
}

bool RoomBoard::isKept(const Card &card) const
{
    return card.isKept || m_cards.front().isKept;
}

bool RoomBoard::canTake(const Card &card, const RunNeed &need) const
{
    if (card.hasAlone || (need.alone && card.runs > 0))
        return false;
    if (!card.isTold())
        return card.runs == 0;
    return fits(card, need) || (card.runs == 0 && takesAlone(card, need));
}

bool RoomBoard::takesAlone(const Card &card, const RunNeed &need) const
{
    double largestMb = 0;
    for (const Card &other : m_cards) {
        if (!isOfChoice(other, need))
            continue;
        if (!other.isTold() || fitsEmpty(other, need))
            return false; // there it fits
        largestMb = std::max(largestMb, other.totalMb);
    }
    const bool isHopeless = need.gpuLeastMb > card.totalMb - card.othersMb;
    return !isHopeless || need.gpuLeastMb > largestMb;
}

RoomBoard::Card *RoomBoard::bestNow(const RunNeed &need)
{
    Card *best = nullptr;
    for (Card *card : choiceOf(need)) {
        if (isKept(*card) || !canTake(*card, need))
            continue;
        if (!best || card->leftMb() > best->leftMb())
            best = card;
    }
    return best;
}

std::vector<double> RoomBoard::wanted(std::span<const WaitingRun> waiting) const
{
    std::vector<double> sums(m_cards.size());
    std::vector<std::size_t> possible;
    for (const WaitingRun &run : waiting) {
        if (!run.isReady)
            continue;
        possible.clear();
        for (std::size_t index = 0; index < m_cards.size(); ++index)
            if (couldHold(m_cards[index], run.need))
                possible.push_back(index);
        for (const std::size_t index : possible)
            sums[index] += std::min(1.0, shareOf(&m_cards[index], run.need)) /
                           static_cast<double>(possible.size());
    }
    return sums;
}

RoomBoard::Card *RoomBoard::leastWanted(const RunNeed &need, std::span<const WaitingRun> waiting)
{
    const std::vector<double> sums = wanted(waiting);
    const auto wantedOf = [&](const Card *card) {
        return sums[static_cast<std::size_t>(card - m_cards.data())];
    };
    Card *best = nullptr;
    for (Card *card : choiceOf(need)) {
        if (isKept(*card) || !canTake(*card, need))
            continue;
        if (!best || std::tuple(wantedOf(card), -card->leftMb()) <
                         std::tuple(wantedOf(best), -best->leftMb()))
            best = card;
    }
    return best;
}

RoomBoard::Card *RoomBoard::nearest(const RunNeed &need)
{
    Card *best = nullptr;
    for (Card *card : choiceOf(need)) {
        if (isKept(*card) || !couldHold(*card, need))
            continue;
        if (!best || std::tuple(card->runs, card->heldMb) < std::tuple(best->runs, best->heldMb))
            best = card;
    }
    return best;
}

bool RoomBoard::couldHold(const Card &card, const RunNeed &need) const
{
    if (!isOfChoice(card, need))
        return false;
    return !card.isTold() || fitsEmpty(card, need) || takesAlone(card, need);
}

double RoomBoard::shareOf(const Card *card, const RunNeed &need) const
{
    if (card)
        return card->isTold() && !need.alone ? need.gpuMb / card->totalMb : 1;
    return m_hostTotalMb ? need.hostMb / *m_hostTotalMb : 1;
}

} // namespace mrb::backend
