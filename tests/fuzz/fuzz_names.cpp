// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// Names of volumes: what is read of one makes the same name again.

#include "backend/contract/VolumeFileName.h"
#include "tests/fuzz/FuzzSupport.h"

using mrb::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = mrb::fuzz::textOf(data, size);
    const auto name = mrb::contract::parseVolumeFileName(text);
    if (!name)
        return 0;
    const auto joined = [](const auto &triple, auto &&toString) {
        return toString(triple[0]) + 'x' + toString(triple[1]) + 'x' + toString(triple[2]);
    };
    const std::string made =
        name->prefix + "_seed" + std::to_string(name->seed) + "_size" +
        joined(name->dim, [](std::int64_t extent) { return std::to_string(extent); }) + "_spacing" +
        joined(name->spacing, [](const std::string &spacing) { return spacing; }) + '_' +
        name->time + "_rank" + std::to_string(name->rank) + "_modality" +
        std::to_string(name->modality) + ".nii.gz";
    require(made == text, "the parts make up the name");
    for (const std::int64_t extent : name->dim)
        require(extent > 0, "a size is positive");
    require(name->seed >= 0 && name->rank >= 0 && name->modality >= 0, "no number is negative");
    return 0;
}
