// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/schedule/Scheduler.h"

#include "backend/schedule/RoomBoard.h"

#include <algorithm>

namespace mrb::backend {

namespace {

/// Why a waiting run does not start now.
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
    verdict.card = need.usesGpu ? board.roomiest(need) : nullptr;
    verdict.canStart = !verdict.lacksHost && board.mayImport(need) && board.mayTakeHost(need) &&
                       (verdict.card || !need.usesGpu);
    return verdict;
}

/// What an overdue run must not lose to later ones.
void keepRoom(RoomBoard &board, const RunNeed &need, const Verdict &verdict)
{
    if (verdict.lacksHost)
        board.keepHost();
    if (!need.usesGpu)
        return;
    if (RoomBoard::Card *card = verdict.card ? verdict.card : board.nearest(need))
        card->isKept = true;
}

struct Passed
{
    std::size_t index = 0;
    bool lacksHost = false;
};

Start startOf(RoomBoard &board, std::span<const WaitingRun> waiting, std::size_t index,
              const RoomBoard::Card *card, const std::vector<Passed> &passed)
{
    Start start{.waiting = index, .gpu = card ? card->id : std::string()};
    for (const Passed &earlier : passed) {
        const RunNeed &need = waiting[earlier.index].need;
        const bool takesGpu = card && need.usesGpu && board.couldHold(*card, need);
        const bool takesHost = earlier.lacksHost && waiting[index].need.hostMb > 0;
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
    RoomBoard board(room, started);
    if (limits.atOnce > 0 && board.slotsHeld() >= limits.atOnce)
        return std::nullopt;
    std::vector<Passed> passed;
    for (std::size_t index = 0; index < waiting.size(); ++index) {
        const WaitingRun &run = waiting[index];
        if (!run.isReady)
            continue;
        const Verdict verdict = judge(board, run.need);
        if (verdict.canStart)
            return startOf(board, waiting, index, verdict.card, passed);
        passed.push_back({index, verdict.lacksHost});
        if (run.overtaken >= kMostOvertakings)
            keepRoom(board, run.need, verdict);
    }
    return std::nullopt;
}

double reservationMb(std::optional<double> learnedPeakMb, double formulaMb)
{
    return learnedPeakMb ? *learnedPeakMb * 1.25 + 512 : formulaMb;
}

} // namespace mrb::backend
