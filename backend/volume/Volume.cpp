// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/Volume.h"

namespace mrb::volume {

namespace {

struct ScalarRow
{
    std::size_t size;
    std::string_view name;
};

// In the order of ScalarType.
constexpr std::array<ScalarRow, 10> kScalars = {{{1, "int8"},
                                                 {1, "uint8"},
                                                 {2, "int16"},
                                                 {2, "uint16"},
                                                 {4, "int32"},
                                                 {4, "uint32"},
                                                 {8, "int64"},
                                                 {8, "uint64"},
                                                 {4, "float32"},
                                                 {8, "float64"}}};

} // namespace

std::size_t scalarSize(ScalarType type)
{
    return kScalars[static_cast<std::size_t>(type)].size;
}

std::string_view scalarName(ScalarType type)
{
    return kScalars[static_cast<std::size_t>(type)].name;
}

std::uint64_t VolumeGeometry::voxelCount() const
{
    return static_cast<std::uint64_t>(dims[0]) * static_cast<std::uint64_t>(dims[1]) *
           static_cast<std::uint64_t>(dims[2]);
}

} // namespace mrb::volume
