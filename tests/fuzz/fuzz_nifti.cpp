// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// A NIfTI file: as it is, in pieces of odd lengths, and compressed. All three must come to the
// same.

#include "backend/volume/GzipDeflater.h"
#include "backend/volume/GzipInflater.h"
#include "backend/volume/NiftiReader.h"
#include "backend/volume/NiftiStream.h"
#include "backend/volume/VolumeErrors.h"
#include "tests/fuzz/FuzzSupport.h"

#include <algorithm>
#include <cmath>

using namespace mrb;
using namespace mrb::volume;
using fuzz::require;

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t kSha256Digits = 64;

void checkStatistics(const VolumeStatistics &statistics)
{
    require(statistics.voxels == statistics.finite + statistics.nan + statistics.inf,
            "every voxel is counted once");
    require(statistics.zero + statistics.negative <= statistics.finite,
            "what is zero or negative is finite");
    require(statistics.intensity.has_value() == (statistics.finite > 0),
            "finite voxels have statistics");
    if (!statistics.intensity)
        return;
    const IntensityStatistics &intensity = *statistics.intensity;
    require(std::isfinite(intensity.min) && std::isfinite(intensity.max) &&
                intensity.min <= intensity.max,
            "the range is a range");
    require(!(intensity.std < 0), "the deviation is not negative");
}

void checkAccepted(const NiftiReadout &readout)
{
    require(readout.record.facts && readout.record.statistics && readout.volume,
            "a volume that is read has all its parts");
    require(readout.record.sha256.size() == kSha256Digits, "a volume that is read has a hash");
    const Volume &volume = *readout.volume;
    const VolumeGeometry &geometry = volume.geometry;
    std::uint64_t voxels = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        require(geometry.dims[axis] >= 1, "a size is positive");
        require(std::isfinite(geometry.spacingMm[axis]) && geometry.spacingMm[axis] > 0,
                "a spacing is positive");
        voxels *= static_cast<std::uint64_t>(geometry.dims[axis]);
    }
    require(geometry.voxelCount() == voxels, "the count is the product");
    require(volume.voxels->size() == voxels * scalarSize(volume.storedType),
            "there is a value for each voxel");
    for (const double element : geometry.affineRas)
        require(std::isfinite(element), "the affine is finite");
    require(std::isfinite(volume.slope) && std::isfinite(volume.intercept),
            "the scaling is finite");
    require(readout.record.statistics->voxels == voxels, "all voxels are counted");
    checkStatistics(*readout.record.statistics);
}

NiftiReadout read(std::string_view content)
{
    static const fuzz::MemoryFile file;
    file.put(content);
    NiftiReadout readout = readNiftiFile(file.path(), {.keepVoxels = true});
    require(readout.record.readable() == readout.volume.has_value(),
            "there is a volume exactly when nothing is wrong");
    if (readout.record.error)
        fuzz::requireExplained(*readout.record.error);
    else
        checkAccepted(readout);
    return readout;
}

bool sameIntensity(const std::optional<IntensityStatistics> &a,
                   const std::optional<IntensityStatistics> &b)
{
    // Sums in another order differ in their last digits; huge ones may overflow in both.
    const auto near = [](double x, double y) {
        return x == y || (std::isnan(x) && std::isnan(y)) ||
               std::abs(x - y) <= 1e-6 * std::max(std::abs(x), std::abs(y));
    };
    return a.has_value() == b.has_value() &&
           (!a || (a->min == b->min && a->max == b->max && near(a->mean, b->mean)));
}

/// What the stream alone makes of the bytes, in pieces of 1 to 64.
void checkInPieces(Bytes bytes, const NiftiReadout &whole)
{
    NiftiStream stream(QStringLiteral("the input"), bytes.size(), {.keepVoxels = true});
    const std::size_t fileBytes = bytes.size();
    std::uint32_t seed = static_cast<std::uint32_t>(fileBytes);
    while (!bytes.empty()) {
        seed = seed * 1664525U + 1013904223U;
        const std::size_t length = std::min<std::size_t>(bytes.size(), 1 + (seed >> 24U) % 64);
        if (!stream.add(bytes.first(length)))
            break;
        bytes = bytes.subspan(length);
    }
    stream.finish();
    if (fileBytes == 0)
        return; // a file says so itself
    require(stream.error().has_value() == whole.record.error.has_value(),
            "pieces are judged as the whole is");
    if (stream.error()) {
        require(stream.error()->code == whole.record.error->code, "for the same reason");
        return;
    }
    require(*stream.takeVoxels() == *whole.volume->voxels, "with the same voxels");
    const VolumeStatistics statistics = stream.statistics();
    require(statistics.finite == whole.record.statistics->finite &&
                statistics.zero == whole.record.statistics->zero &&
                sameIntensity(statistics.intensity, whole.record.statistics->intensity),
            "and the same statistics");
}

std::string compressed(Bytes bytes)
{
    GzipDeflater deflater(1);
    deflater.setInput(bytes, true);
    std::string gzip;
    for (Bytes out = deflater.deflate(); !out.empty(); out = deflater.deflate())
        gzip.append(reinterpret_cast<const char *>(out.data()), out.size());
    return gzip;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view content = fuzz::textOf(data, size);
    const Bytes bytes = std::as_bytes(std::span(data, size));
    const NiftiReadout whole = read(content);
    if (size == 0 || GzipInflater::isGzip(bytes))
        return 0;
    checkInPieces(bytes, whole);
    const NiftiReadout inflated = read(compressed(bytes));
    require(inflated.record.readable() == whole.record.readable(),
            "a compressed file is judged as the file is");
    if (whole.volume) {
        require(inflated.record.facts == whole.record.facts &&
                    *inflated.volume->voxels == *whole.volume->voxels,
                "and holds the same volume");
    }
    return 0;
}
