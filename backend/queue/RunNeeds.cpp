// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/RunNeeds.h"

#include "backend/base/Json.h"
#include "backend/contract/Keys.h"
#include "backend/request/CostEstimate.h"
#include "backend/request/Manifest.h"
#include "backend/request/OverrideDocument.h"

#include <algorithm>

namespace mrb::backend {

namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr double kMebibytesPerGigabyte = 1024.0;
// Of one that was never seen. Measured: 1.9 GB for a volume of 256×256×128, most of it packages.
constexpr double kHostBaseMb = 4096;
constexpr double kHostBytesPerVoxel = 64;
constexpr double kPhantomBaseMb = 128;
constexpr double kHostHeadroom = 1.25;

/// Three whole numbers; anything else is refused later, when the run is prepared.
std::optional<std::array<std::int64_t, 3>> sizeIn(const Json &document)
{
    const auto found = document.find(contract::model_config::kDim);
    if (found == document.end() || !found->is_array() || found->size() != 3)
        return std::nullopt;
    std::array<std::int64_t, 3> size{};
    for (std::size_t axis = 0; axis < size.size(); ++axis) {
        if (!found->at(axis).is_number_integer())
            return std::nullopt;
        size.at(axis) = found->at(axis).get<std::int64_t>();
    }
    return size;
}

const Json &pinnedDefaults()
{
    static const Json defaults = [] {
        const auto manifest = builtInManifest();
        return manifest ? manifest->upstream.defaults : Json::object();
    }();
    return defaults;
}

void raise(std::optional<double> &known, const std::optional<double> &seen)
{
    if (seen)
        known = std::max(known.value_or(0), *seen);
}

} // namespace

RunNeeds::Size RunNeeds::sizeOf(const RunSettings &settings) const
{
    const Json overrides = parseOverrides(settings.overrides, QString()).overrides;
    if (const auto size = sizeIn(overrides))
        return *size;
    return sizeIn(pinnedDefaults()).value_or(Size{});
}

RunNeed RunNeeds::needOf(const QueueEntry &entry)
{
    auto known = m_known.find(entry.id);
    if (known == m_known.end())
        known = m_known.emplace(entry.id, sizeOf(entry.settings)).first;
    const Size &size = known->second;
    const double voxels =
        static_cast<double>(size[0]) * static_cast<double>(size[1]) * static_cast<double>(size[2]);
    RunNeed need;
    need.alone = entry.settings.alone;
    if (entry.settings.engine == Engine::Phantom) {
        need.usesGpu = false;
        need.hostMb = kPhantomBaseMb + kHostBytesPerVoxel * voxels / kMebibyte;
        return need;
    }
    SeenNeed seen;
    if (const auto found = m_seen.find(size); found != m_seen.end())
        seen = found->second;
    const auto &ordered = entry.settings;
    raise(seen.gpuHeldMb,
          ordered.expectedGpuHeldMb ? ordered.expectedGpuHeldMb : ordered.expectedGpuMemoryMb);
    raise(seen.gpuPeakMb, ordered.expectedGpuMemoryMb);
    const double formulaMb =
        estimateCost(size, 1, std::string()).peakVramGb * kMebibytesPerGigabyte;
    need.gpuMb = reservationMb(seen.gpuHeldMb, formulaMb);
    need.gpuLeastMb = seen.gpuHeldMb.value_or(0);
    need.gpuBurstMb = std::max(0.0, seen.gpuPeakMb.value_or(0) - need.gpuMb);
    need.hostMb = seen.hostMb ? *seen.hostMb * kHostHeadroom
                              : kHostBaseMb + kHostBytesPerVoxel * voxels / kMebibyte;
    return need;
}

void RunNeeds::learn(const RunSettings &settings, const SeenNeed &seen)
{
    if (settings.engine == Engine::Phantom)
        return;
    SeenNeed &known = m_seen[sizeOf(settings)];
    raise(known.gpuHeldMb, seen.gpuHeldMb);
    raise(known.gpuPeakMb, seen.gpuPeakMb);
    raise(known.hostMb, seen.hostMb);
}

} // namespace mrb::backend
