// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mrb::backend {

// Which waiting run starts next, and on which GPU. Values and pure functions: no clock, no thread,
// nothing is remembered from call to call. All memory in MiB. A GPU's id is any text, as long as
// rooms, needs and started runs use the same one for the same card.

/// A run that later ones have passed so far keeps a GPU free for itself. Counted in whole GPUs: two
/// runs that take half of one each count as one, so that this means the same on a small card as on
/// eight large ones. While a GPU empties for a run, part of it idles: of 450 random batches of the
/// simulation in tests/schedule one took more than a tenth longer for it, by 0.6 percent; with 16
/// some did by up to a fifth.
inline constexpr double kMostOvertaken = 24;

/// Kept free beyond everything that is known: the driver's own share, which nvidia-smi counts into
/// the total but not into what is used, and what others take between two looks.
double gpuMarginMb(double totalMb);
/// The same for the memory of the machine, where running out ends any program at random.
double hostMarginMb(double totalMb);

struct GpuRoom
{
    std::string id;
    double totalMb = 0;  ///< 0: not told; one run at a time then
    double othersMb = 0; ///< held by what is not ours

    friend bool operator==(const GpuRoom &, const GpuRoom &) = default;
};

struct MachineRoom
{
    std::vector<GpuRoom> gpus = {};         ///< none: not known; see nextStart()
    std::optional<double> hostTotalMb = {}; ///< not known: no limit by it
    double hostOthersMb = 0;
    int processors = 1;

    friend bool operator==(const MachineRoom &, const MachineRoom &) = default;
};

struct RunNeed
{
    bool usesGpu = true;
    std::vector<std::string> gpus = {}; ///< one of these; empty: any that is known
    double gpuMb = 0;                   ///< what is reserved, see reservationMb()
    /// What it surely takes, as the peak of an equal run; 0: nobody knows.
    double gpuLeastMb = 0;
    /// What it takes beyond gpuMb for some milliseconds where it is free, and does without where it
    /// is not, as libraries for convolutions do. Room is kept for the largest of a GPU's runs: two
    /// at the same moment are rare, and lose nothing but time.
    double gpuBurstMb = 0;
    double hostMb = 0;
    bool alone = false;  ///< shares its GPU with no other run of ours
    bool isWarm = false; ///< has imported already

    friend bool operator==(const RunNeed &, const RunNeed &) = default;
};

struct StartedRun
{
    RunNeed need;
    std::string gpu;        ///< as Start said
    bool importing = false; ///< from its start until upstream speaks; never with isWarm
    /// False once upstream has ended and the volume is only measured: it holds nothing any more.
    bool holdsSlot = true;
};

struct WaitingRun
{
    RunNeed need;
    double overtaken = 0; ///< the sum of Start::share of those starts that overtook it
    /// False: it must not start yet, because its interpreter still imports, say. Later ones pass,
    /// it is not overtaken and keeps nothing free.
    bool isReady = true;
};

struct SlotLimits
{
    int atOnce = 0; ///< started runs that hold their slot; 0: no limit by number
};

struct Start
{
    std::size_t waiting = 0; ///< index
    std::string gpu;         ///< empty: it uses none, or which there are is not known
    /// Earlier ones, in order, that wait for something of which this start takes a part. The caller
    /// adds `share` to WaitingRun::overtaken of each.
    std::vector<std::size_t> overtook = {};
    double share = 0; ///< part of its GPU, or of the machine's memory, that it takes: 1/8 to 1

    friend bool operator==(const Start &, const Start &) = default;
};

/// The next run to start now, or none. The caller records it as started (importing unless it is
/// warm) and asks again.
///
/// What always holds of what it lets start:
/// - On a GPU the reservations of the started runs that hold their slot, the largest of their
///   bursts, what others hold and the margin are together at most the total. A reservation counts
///   whole from the start, because a run shows no memory while it imports.
/// - The one exception is a run that fits no GPU of its choice even if nothing of ours is on it:
///   trying is the only way, so it starts on one that is empty of ours, and nothing starts beside
///   it. When it surely takes more than others leave, but not more than a card has, it waits.
/// - A run with `alone` starts on a GPU that is empty of ours, and nothing starts beside it.
/// - A card that does not tell its memory, and an id that is not in the room, take one run at a
///   time. Without any card in the room a run without a choice excludes all others.
/// - At most max(1, processors) runs import at once, and at most `atOnce` hold a slot.
/// - The memory of the machine is treated like that of a GPU that all share.
///
/// Order: the first in the list that fits. Which GPU: the one that the waiting need least, so that
/// a small run does not sit on the only large card, nor on the only one that another may use; of
/// equals the one with the most room left. A run that does not fit is passed by later ones that do.
/// The first one that was passed up to kMostOvertaken keeps the GPU free from later ones on which
/// fewest runs have to end for it; also the memory of the machine when it lacks that. One at a
/// time, since every GPU that empties idles. So no stream of small runs starves a large one: at
/// most 192 pass it, and those that start elsewhere meanwhile; then it starts as soon as those
/// have started that came before it, and those have ended that run on that GPU.
///
/// Time: waiting × GPUs; below 2 ms with 2000 waiting and 8 GPUs.
std::optional<Start> nextStart(const MachineRoom &room, std::span<const StartedRun> started,
                               std::span<const WaitingRun> waiting, const SlotLimits &limits);

/// What to reserve for a run on its GPU.
/// learnedMb: the most that equal runs held for some tenths of a second. It gets a quarter and
/// 512 MiB on top: it is sampled, the allocator's fragments differ from run to run, and 512 MiB is
/// what a CUDA context and its libraries take on another driver. What is taken for milliseconds is
/// RunNeed::gpuBurstMb. Without it the reference formula, which is far above what was measured,
/// stays as it is.
double reservationMb(std::optional<double> learnedMb, double formulaMb);

} // namespace mrb::backend
