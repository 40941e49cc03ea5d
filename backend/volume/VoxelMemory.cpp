// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/VoxelMemory.h"

#include "backend/base/Text.h"
#include "backend/volume/VolumeErrors.h"

#include <sys/mman.h>

#include <fstream>
#include <limits>
#include <new>
#include <string>

namespace mrb::volume {

namespace {

constexpr std::uint64_t kHugePage = std::uint64_t{2} << 20U;

/// Memory and swap that could be had now, bytes (proc(5)); no limit where the system does not say.
std::uint64_t freeMemory()
{
    std::ifstream in("/proc/meminfo");
    std::uint64_t available = 0;
    bool known = false;
    std::string key;
    std::uint64_t kibibytes = 0;
    std::string unit;
    while (in >> key >> kibibytes && std::getline(in, unit)) {
        if (key == "MemAvailable:" || key == "SwapFree:")
            available += kibibytes << 10U;
        known = known || key == "MemAvailable:";
    }
    return known ? available : std::numeric_limits<std::uint64_t>::max();
}

/// Asks for huge pages; whether it gets them changes nothing but speed.
void preferHugePages(std::byte *start, std::uint64_t bytes)
{
    const auto address = reinterpret_cast<std::uintptr_t>(start);
    const std::uintptr_t first = (address + kHugePage - 1) / kHugePage * kHugePage;
    const std::uintptr_t end = (address + bytes) / kHugePage * kHugePage;
    if (first < end)
        ::madvise(start + (first - address), end - first, MADV_HUGEPAGE);
}

} // namespace

Error notEnoughMemory(const QString &name)
{
    return {error_codes::kOutOfMemory, Text::tr("There is not enough memory to read %1").arg(name),
            Text::tr("Close other programs or use a larger machine.")};
}

Result<std::shared_ptr<std::vector<std::byte>>> reserveVoxels(std::uint64_t bytes,
                                                              const QString &name)
{
    if (bytes > freeMemory())
        return notEnoughMemory(name);
    auto voxels = std::make_shared<std::vector<std::byte>>();
    try {
        voxels->reserve(bytes);
    } catch (const std::bad_alloc &) {
        return notEnoughMemory(name);
    }
    preferHugePages(voxels->data(), bytes);
    return voxels;
}

} // namespace mrb::volume
