// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/schedule/Scheduler.h"

#include "backend/schedule/RoomBoard.h"

#include <algorithm>

namespace mrb::backend {

namespace {

/// Of small runs on a large card many would have to pass before they count as one of it.
constexpr double kLeastShare = 0.125;

/// How a waiting run stands now.
struct Verdict
{
    bool canStart = false;
    bool lacksHost = false;
    RoomBoard::Card *card = nullptr; ///< where it would start
};

Verdict judge(RoomBoard &board, const RunNeed &need)
{
    Verdict verdict;
    verdict.lacksHost = board.lacksHost(need);
    verdict.card = need.usesGpu ? board.bestNow(need) : nullptr;
    verdict.canStart = !verdict.lacksHost && board.mayImport(need) && board.mayTakeHost(need) &&
                       (verdict.card || !need.usesGpu);
    return verdict;
}

/// What later ones must not take from an overdue run. False: there is nothing that would help it.
bool keepRoom(RoomBoard &board, const RunNeed &need, const Verdict &verdict)
{
    if (verdict.lacksHost)
        board.keepHost();
    RoomBoard::Card *card = verdict.card;
    if (!card && need.usesGpu)
        card = board.nearest(need);
    if (card)
        card->isKept = true;
    return card || verdict.lacksHost;
}

struct Passed
{
    std::size_t index = 0;
    bool lacksHost = false;
};

Start startOf(const RoomBoard &board, std::span<const WaitingRun> waiting, std::size_t index,
              const RoomBoard::Card *card, const std::vector<Passed> &passed)
{
    const RunNeed &own = waiting[index].need;
    Start start{.waiting = index, .gpu = card ? card->id : std::string()};
    start.share = std::clamp(board.shareOf(card, own), kLeastShare, 1.0);
    for (const Passed &earlier : passed) {
        const RunNeed &need = waiting[earlier.index].need;
        const bool takesGpu = card && board.couldHold(*card, need);
        const bool takesHost = earlier.lacksHost && own.hostMb > 0;
        if (takesGpu || takesHost)
            start.overtook.push_back(earlier.index);
    }
    return start;
}

} // namespace

double gpuMarginMb(double totalMb)
{
    return std::max(512.0, totalMb / 100);
}

double hostMarginMb(double totalMb)
{
    return std::max(512.0, totalMb / 20);
}

std::optional<Start> nextStart(const MachineRoom &room, std::span<const StartedRun> started,
                               std::span<const WaitingRun> waiting, const SlotLimits &limits)
{
    RoomBoard board(room, started, waiting);
    if (limits.atOnce > 0 && board.slotsHeld() >= limits.atOnce)
        return std::nullopt;
    std::vector<Passed> passed;
    bool isKept = false;
    for (std::size_t index = 0; index < waiting.size(); ++index) {
        const WaitingRun &run = waiting[index];
        if (!run.isReady)
            continue;
        const Verdict verdict = judge(board, run.need);
        if (verdict.canStart)
            return startOf(board, waiting, index,
                           verdict.card ? board.leastWanted(run.need, waiting) : nullptr, passed);
        passed.push_back({index, verdict.lacksHost});
        if (!isKept && run.overtaken >= kMostOvertaken)
            isKept = keepRoom(board, run.need, verdict);
    }
    return std::nullopt;
}

double reservationMb(std::optional<double> learnedMb, double formulaMb)
{
    return learnedMb ? *learnedMb * 1.25 + 512 : formulaMb;
}

} // namespace mrb::backend
