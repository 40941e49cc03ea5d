// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/volume/VolumeRecord.h"

#include <array>
#include <cstdint>
#include <optional>

namespace mrb::backend {

/// What a run asked for, to be compared with what a volume is.
struct RequestedGrid
{
    std::array<std::int64_t, 3> dim;
    std::array<double, 3> spacing; ///< mm
};

/// One record of `output.samples[]` as CONTRACT section 7 has it: intensities rounded to 3
/// decimals, spacing and fractions to 6, affine unrounded. Without a requested grid (inspect) the
/// requested_* and *_match_requested fields are absent. Fields of our own follow after the mirrored
/// ones.
Json sampleRecord(const volume::VolumeRecord &record,
                  const std::optional<RequestedGrid> &requested);

/// Measurements with units in the key names, rounded to 6 decimals.
Json measurementsJson(const volume::VolumeMeasurements &measurements);

} // namespace mrb::backend
