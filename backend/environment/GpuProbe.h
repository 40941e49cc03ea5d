// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/ShortCommand.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kGpuToolMissing = "gpu_tool_missing";
inline constexpr ErrorCode kGpuToolTimedOut = "gpu_tool_timed_out";
/// nvidia-smi ran and reported a failure, for instance that the driver is not loaded.
inline constexpr ErrorCode kGpuToolFailed = "gpu_tool_failed";
/// The driver is so old that its nvidia-smi does not know a column of the query.
inline constexpr ErrorCode kGpuDriverTooOld = "gpu_driver_too_old";
inline constexpr ErrorCode kGpuAnswerUnreadable = "gpu_answer_unreadable";
inline constexpr ErrorCode kGpuNone = "gpu_none";
inline constexpr ErrorCode kGpuAllHidden = "gpu_all_hidden";
/// CUDA_VISIBLE_DEVICES names something that is not there, so CUDA ignores it and what follows.
inline constexpr ErrorCode kGpuSelectionInvalid = "gpu_selection_invalid";
/// A slice of a card (MIG) is selected, of which the one query says nothing.
inline constexpr ErrorCode kGpuSliceUnknown = "gpu_slice_unknown";
} // namespace error_codes

/// One card as nvidia-smi lists it. Texts are empty and numbers absent where it says [N/A],
/// [Not Supported] or the like.
struct Gpu
{
    /// In PCI bus order. CUDA counts in this order too when CUDA_DEVICE_ORDER=PCI_BUS_ID or when
    /// all cards are of one model; otherwise CUDA's own numbering may differ.
    int index = 0;
    QString name = {};
    std::optional<std::int64_t> memoryTotalMiB = {};
    std::optional<std::int64_t> memoryFreeMiB = {};
    QString driverVersion = {};
    QString computeCapability = {};
    QString uuid = {};

    friend bool operator==(const Gpu &, const Gpu &) = default;
};

/// error may be set although cards were read: one of several is broken, say.
/// Without an error there is at least one card.
struct GpuProbe
{
    std::vector<Gpu> gpus = {};
    std::optional<Error> error = {};

    friend bool operator==(const GpuProbe &, const GpuProbe &) = default;
};

/// Asks nvidia-smi from the PATH of `environment` exactly once (CONTRACT.md section 5).
/// Blocks for up to the limit; callable from any thread.
GpuProbe probeGpus(const EnvironmentPairs &environment,
                   std::chrono::milliseconds timeLimit = std::chrono::seconds(5),
                   std::stop_token stop = {});

/// What the exit code and the text of that query mean.
GpuProbe parseGpuAnswer(const CommandOutput &answer);

/// The cards a CUDA program started with this CUDA_VISIBLE_DEVICES sees, in its order.
struct VisibleGpus
{
    std::vector<Gpu> gpus = {};
    /// Why cards are missing from the list; a refusal only when too few are left.
    std::optional<Error> error = {};
    /// A MIG slice is selected: gpus holds no card although the run may find one.
    bool sliceSelected = false;

    friend bool operator==(const VisibleGpus &, const VisibleGpus &) = default;
};

/// Applies CUDA's rules: not set = all; set but empty = none; a list of ordinals ("-1" ends it) or
/// of unique beginnings of UUIDs ("GPU-1a2b"), of one kind as the first decides; it ends at the
/// first entry that names no card; a card named twice leaves none.
VisibleGpus visibleGpus(const std::vector<Gpu> &gpus,
                        const std::optional<std::string> &cudaVisibleDevices);

/// MiB of the smallest of the cards that a run uses: each of them makes a volume of the same size,
/// on the first cards that it sees. Nothing where no memory is known.
std::optional<std::int64_t> smallestMemory(const std::vector<Gpu> &visible, std::size_t used);

} // namespace mrb::backend
