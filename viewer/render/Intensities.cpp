// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/Intensities.h"

#include "backend/volume/ScalarVisit.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mrb::viewer {

void readIntensities(const volume::Volume &volume, std::uint64_t first, std::span<double> out)
{
    volume::visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
        const std::byte *bytes = volume.voxels->data() + first * sizeof(T);
        const double slope = volume.slope;
        const double intercept = volume.intercept;
        for (std::size_t index = 0; index < out.size(); ++index) {
            T stored;
            std::memcpy(&stored, bytes + index * sizeof(T), sizeof(T));
            out[index] = static_cast<double>(stored) * slope + intercept;
        }
    });
}

double percentile(std::vector<double> &values, double fraction)
{
    const auto last = static_cast<double>(values.size() - 1);
    const auto nth = values.begin() + static_cast<std::ptrdiff_t>(std::lround(last * fraction));
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
}

IntensityWindow windowOfConstant(double value)
{
    if (value == 0.0)
        return {0.0, 1.0};
    return {value - std::abs(value), value + std::abs(value)};
}

} // namespace mrb::viewer
