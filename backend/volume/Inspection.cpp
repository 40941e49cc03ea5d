// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/Measurements.h"
#include "backend/volume/NiftiReader.h"

#include <utility>

namespace mrb::volume {

NiftiReadout inspectAndReadNifti(const std::filesystem::path &file, const ReadOptions &options,
                                 std::stop_token stop)
{
    NiftiReadout out =
        readNiftiFile(file, {.keepVoxels = options.keepVoxels || options.measure}, std::move(stop));
    if (options.measure && out.volume) {
        auto measured = measureVolume(*out.volume);
        if (measured)
            out.record.measurements = *measured;
        else
            out.record.measurementError = measured.error();
    }
    if (!options.keepVoxels)
        out.volume.reset();
    return out;
}

VolumeRecord inspectNifti(const std::filesystem::path &file, const ReadOptions &options,
                          std::stop_token stop)
{
    return inspectAndReadNifti(file, ReadOptions{.keepVoxels = false, .measure = options.measure},
                               std::move(stop))
        .record;
}

} // namespace mrb::volume
