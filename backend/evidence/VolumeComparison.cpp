// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/evidence/Reproduction.h"
#include "backend/evidence/VoxelDifference.h"
#include "backend/report/ReportFormat.h"
#include "backend/volume/Affine.h"
#include "backend/volume/NiftiReader.h"
#include "backend/volume/VolumeErrors.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// Voxels that are nearer than this are at the same place: less than any header's rounding.
constexpr double kSamePlaceMm = 1e-3;

QString countText(std::uint64_t count)
{
    return QLocale(QLocale::English).toString(static_cast<qulonglong>(count));
}

QString sizeText(const std::array<std::int64_t, 3> &dims)
{
    return QStringLiteral("%1 × %2 × %3").arg(dims[0]).arg(dims[1]).arg(dims[2]);
}

/// Of the units in the header; unknown is taken for mm, as everywhere.
double mmPerUnit(const volume::NiftiFacts &facts)
{
    const int unit = facts.xyztUnits & 7;
    return unit == 1 ? 1000.0 : unit == 3 ? 0.001 : 1.0;
}

/// The affine in mm.
volume::Affine placing(const volume::NiftiFacts &facts)
{
    volume::Affine affine = facts.geometry.affineRas;
    for (std::size_t i = 0; i < 12; ++i)
        affine[i] *= mmPerUnit(facts);
    return affine;
}

/// Whether the file says which way its axes run.
bool saysOrientation(const volume::NiftiFacts &facts)
{
    return facts.sformCode > 0 || facts.qformCode > 0;
}

/// How far apart the two put a voxel at most, in mm, by their affines and by their spacings.
double shiftOf(const volume::NiftiFacts &a, const volume::NiftiFacts &b)
{
    const std::array<std::int64_t, 3> &dims = a.geometry.dims;
    double shift = volume::largestShift(placing(a), placing(b), dims);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double edges =
            a.geometry.spacingMm[axis] * mmPerUnit(a) - b.geometry.spacingMm[axis] * mmPerUnit(b);
        shift = std::max(shift, std::abs(edges) * static_cast<double>(dims[axis]));
    }
    return shift;
}

std::array<double, 3> rasOf(const volume::Affine &affine, const std::array<std::int64_t, 3> &voxel)
{
    std::array<double, 3> point{};
    for (std::size_t row = 0; row < 3; ++row) {
        point[row] = affine[4 * row + 3];
        for (std::size_t axis = 0; axis < 3; ++axis)
            point[row] += affine[4 * row + axis] * static_cast<double>(voxel[axis]);
    }
    return point;
}

/// What was found of two readable volumes of one size.
struct Outcome
{
    VoxelDifference voxels = {};
    double shiftMm = 0.0;
    bool otherOrientation = false; ///< only one of them says which way its axes run
    QString otherType;             ///< "int16 and float32" where they are not the same
};

ReproductionVerdict judge(const Outcome &found, double mean, const ReproductionTolerance &tolerance)
{
    if (found.otherOrientation || found.shiftMm > kSamePlaceMm || found.voxels.unmeasurable > 0)
        return ReproductionVerdict::Different;
    if (found.voxels.differing == 0)
        return found.shiftMm == 0.0 ? ReproductionVerdict::BitIdentical
                                    : ReproductionVerdict::WithinTolerance;
    return found.voxels.maximum <= tolerance.maxAbsolute && mean <= tolerance.meanAbsolute
               ? ReproductionVerdict::WithinTolerance
               : ReproductionVerdict::Different;
}

QString differenceText(const VolumeComparison &comparison)
{
    QString text = Text::tr("%1 of %2 voxels differ")
                       .arg(countText(comparison.differingVoxels), countText(comparison.voxels));
    if (comparison.maximumAt) {
        const auto &at = *comparison.maximumAt;
        text += Text::tr(", by at most %1 (at voxel %2, %3, %4) and by %5 on average")
                    .arg(roundedText(*comparison.maxAbsolute, 6))
                    .arg(at[0])
                    .arg(at[1])
                    .arg(at[2])
                    .arg(roundedText(*comparison.meanAbsolute, 4));
    }
    text += u'.';
    if (comparison.unmeasurableVoxels > 0)
        text += u' ' + Text::tr("%1 of them are NaN or infinite in one of the two.")
                           .arg(countText(comparison.unmeasurableVoxels));
    return text;
}

QString reasonOf(const VolumeComparison &comparison, const Outcome &found)
{
    QStringList sentences;
    if (found.otherOrientation)
        sentences << Text::tr("Only one of the files says which way its axes run.");
    if (found.shiftMm > 0.0)
        sentences << Text::tr("The geometry differs: voxels lie up to %1 mm apart.")
                         .arg(roundedText(found.shiftMm, 4));
    if (comparison.differingVoxels > 0)
        sentences << differenceText(comparison);
    else if (sentences.isEmpty())
        sentences << Text::tr("The files have other bytes, but the same voxels and geometry.");
    else
        sentences << Text::tr("All voxels have the same values.");
    if (!found.otherType.isEmpty())
        sentences << Text::tr("They are stored as %1.").arg(found.otherType);
    return sentences.join(u' ');
}

QString typesText(const volume::Volume &a, const volume::Volume &b)
{
    const auto name = [](const volume::Volume &volume) {
        return QString::fromUtf8(volume::scalarName(volume.storedType));
    };
    return a.storedType == b.storedType ? QString() : Text::tr("%1 and %2").arg(name(a), name(b));
}

/// A sentence of the reader without the folder, which is nobody's business in evidence.
QString messageOf(const volume::VolumeRecord &record)
{
    QString message = record.error->message;
    return message.replace(toQString(record.path), toQString(record.path.filename()));
}

bool wasCancelled(const volume::NiftiReadout &readout)
{
    return readout.record.error && readout.record.error->code == volume::error_codes::kCancelled;
}

Error cancelled()
{
    return {error_codes::kComparisonCancelled, Text::tr("Comparing was cancelled.")};
}

void measure(VolumeComparison &comparison, const Outcome &found, const volume::NiftiFacts &facts)
{
    const VoxelDifference &voxels = found.voxels;
    comparison.voxels = voxels.voxels;
    comparison.differingVoxels = voxels.differing;
    comparison.unmeasurableVoxels = voxels.unmeasurable;
    if (voxels.measured == 0)
        return;
    comparison.maxAbsolute = voxels.maximum;
    comparison.meanAbsolute = voxels.sum / static_cast<double>(voxels.measured);
    if (voxels.maximum <= 0.0)
        return;
    comparison.maximumAt = voxels.maximumAt;
    if (saysOrientation(facts))
        comparison.maximumAtRasMm = rasOf(placing(facts), voxels.maximumAt);
}

} // namespace

std::string_view verdictId(ReproductionVerdict verdict)
{
    switch (verdict) {
    case ReproductionVerdict::BitIdentical:
        return "bit_identical";
    case ReproductionVerdict::WithinTolerance:
        return "within_tolerance";
    case ReproductionVerdict::Different:
        return "different";
    case ReproductionVerdict::NotComparable:
        break;
    }
    return "not_comparable";
}

QString verdictName(ReproductionVerdict verdict)
{
    switch (verdict) {
    case ReproductionVerdict::BitIdentical:
        return Text::tr("Bit-identical");
    case ReproductionVerdict::WithinTolerance:
        return Text::tr("Same within tolerance");
    case ReproductionVerdict::Different:
        return Text::tr("Different");
    case ReproductionVerdict::NotComparable:
        break;
    }
    return Text::tr("Not comparable");
}

Result<VolumeComparison> compareVolumeFiles(const fs::path &first, const fs::path &second,
                                            const ReproductionTolerance &tolerance,
                                            std::stop_token stop)
{
    constexpr volume::NiftiReadOptions kOptions{.keepVoxels = true, .statistics = false};
    VolumeComparison comparison;
    comparison.first = first;
    comparison.second = second;
    const volume::NiftiReadout a = volume::readNiftiFile(first, kOptions, stop);
    if (wasCancelled(a))
        return cancelled();
    const volume::NiftiReadout b = volume::readNiftiFile(second, kOptions, stop);
    if (wasCancelled(b))
        return cancelled();
    comparison.firstSha256 = a.record.sha256;
    comparison.secondSha256 = b.record.sha256;
    comparison.sameBytes = !a.record.sha256.empty() && a.record.sha256 == b.record.sha256;
    for (const volume::NiftiReadout *readout : {&a, &b}) {
        if (readout->volume)
            continue;
        comparison.reason = comparison.sameBytes
                                ? Text::tr("The files have the same bytes, but are no volume: %1")
                                      .arg(messageOf(readout->record))
                                : messageOf(readout->record);
        return comparison;
    }
    const std::array<std::int64_t, 3> &dims = a.volume->geometry.dims;
    if (dims != b.volume->geometry.dims) {
        comparison.reason = Text::tr("The volumes have other sizes: %1 and %2 voxels.")
                                .arg(sizeText(dims), sizeText(b.volume->geometry.dims));
        return comparison;
    }
    Outcome found{.shiftMm = shiftOf(*a.record.facts, *b.record.facts),
                  .otherOrientation =
                      saysOrientation(*a.record.facts) != saysOrientation(*b.record.facts),
                  .otherType = typesText(*a.volume, *b.volume)};
    const auto voxels = voxelDifference(*a.volume, *b.volume, stop);
    if (!voxels)
        return cancelled();
    found.voxels = *voxels;
    measure(comparison, found, *a.record.facts);
    comparison.verdict = judge(found, comparison.meanAbsolute.value_or(0.0), tolerance);
    comparison.reason = comparison.sameBytes ? Text::tr("The files have the same bytes.")
                                             : reasonOf(comparison, found);
    return comparison;
}

} // namespace mrb::backend
