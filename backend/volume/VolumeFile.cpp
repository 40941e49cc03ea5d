// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/VolumeFile.h"

#include "backend/base/Text.h"
#include "backend/volume/Affine.h"
#include "backend/volume/NiftiReader.h"
#include "backend/volume/OtherFormats.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VoxelMemory.h"

#include <QRegularExpression>

#include <cmath>
#include <exception>
#include <new>
#include <optional>
#include <utility>

namespace mrb::volume {

namespace {

void note(VolumeFile &out, ErrorCode code, const QString &message, const QString &hint)
{
    out.notes.push_back({code, message.arg(toQString(out.file)), hint});
}

/// The affine is where voxels are; a spacing that says something else would draw proportions that
/// the positions contradict.
void makeSpacingAgree(VolumeFile &out)
{
    constexpr double kSame = 0.01;
    VolumeGeometry &geometry = out.volume.geometry;
    const auto edges = voxelEdges(geometry.affineRas);
    const auto stated = geometry.spacingMm;
    bool matters = false;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (std::abs(stated[axis] - edges[axis]) <= kSame * edges[axis])
            continue;
        geometry.spacingMm[axis] = edges[axis];
        matters = matters || geometry.dims[axis] > 1;
    }
    if (!matters)
        return;
    const auto text = [](const std::array<double, 3> &mm) {
        return QStringLiteral("%1 x %2 x %3").arg(mm[0]).arg(mm[1]).arg(mm[2]);
    };
    note(out, error_codes::kNoteSpacingFromAffine,
         Text::tr("%1 states a voxel spacing of %2, but its affine one of %3, which is shown")
             .arg(u"%1"_qs, text(stated), text(edges)),
         Text::tr("Find out which one is right before measuring."));
}

void convertUnits(VolumeFile &out, double mmPerUnit, const QString &unit)
{
    for (double &edge : out.volume.geometry.spacingMm)
        edge *= mmPerUnit;
    for (std::size_t i = 0; i < 12; ++i)
        out.volume.geometry.affineRas[i] *= mmPerUnit;
    note(out, error_codes::kNoteUnitsConverted,
         Text::tr("%1 gives lengths in %2; they were converted to mm").arg(u"%1"_qs, unit),
         Text::tr("If the size looks absurd, the file names the wrong unit."));
}

void noteUnknownOrientation(VolumeFile &out)
{
    out.volume.geometry.orientationKnown = false;
    note(out, error_codes::kNoteOrientationUnknown,
         Text::tr("%1 does not say which way its axes run; left and right may be swapped"),
         Text::tr("Do not rely on the letters at the edges."));
}

VolumeFile fromNifti(const std::filesystem::path &file, const NiftiFacts &facts, Volume volume)
{
    VolumeFile out{.file = file,
                   .volume = std::move(volume),
                   .description = facts.description,
                   .format = facts.niftiVersion == 2 ? u"NIfTI-2"_qs : u"NIfTI-1"_qs,
                   .spaceCode = facts.sformCode > 0 ? facts.sformCode : facts.qformCode};
    if (facts.formsDisagree)
        note(out, error_codes::kNoteFormsDisagree,
             Text::tr("%1 has an sform and a qform that disagree; the sform is used"),
             Text::tr("Other programs may place this volume elsewhere."));
    if (out.spaceCode == 0 || out.description.contains(kOrientationUnknownMark))
        noteUnknownOrientation(out);
    makeSpacingAgree(out);
    // nifti1.h: the lowest three bits; 0, unknown, is taken for mm as everywhere.
    const int unit = facts.xyztUnits & 7;
    if (unit == 1)
        convertUnits(out, 1000.0, Text::tr("metres"));
    else if (unit == 3)
        convertUnits(out, 0.001, Text::tr("micrometres"));
    return out;
}

/// mm per unit; empty for what is no single known unit of length.
std::optional<double> mmPerUnit(const QString &stated)
{
    static const QRegularExpression word(u"[^\\s\",]+"_qs);
    QStringList units;
    for (auto found = word.globalMatch(stated); found.hasNext();)
        units << found.next().captured().toLower();
    units.removeDuplicates();
    if (units.isEmpty() || units == QStringList{u"?"_qs})
        return 1.0;
    if (units.size() > 1)
        return std::nullopt;
    const QString &unit = units.front();
    if (unit == u"mm" || unit.startsWith(u"millimet"))
        return 1.0;
    if (unit == u"um" || unit == u"\u00B5m" || unit == u"\u03BCm" || unit.startsWith(u"micro"))
        return 0.001;
    if (unit == u"cm" || unit.startsWith(u"centimet"))
        return 10.0;
    if (unit == u"m" || unit.startsWith(u"met"))
        return 1000.0;
    return std::nullopt;
}

Result<VolumeFile> fromOther(const std::filesystem::path &file, OtherVolume read)
{
    VolumeFile out{.file = file,
                   .volume = std::move(read.volume),
                   .description = read.description,
                   .format = read.format};
    const auto factor = mmPerUnit(read.units);
    if (!factor)
        return Error{error_codes::kUnsupportedFormat,
                     Text::tr("%1 cannot be shown: its lengths are in %2, not in mm")
                         .arg(toQString(file), read.units),
                     Text::tr("Write the file again in mm.")};
    if (!read.hasDirections || out.description.contains(kOrientationUnknownMark))
        noteUnknownOrientation(out);
    if (!read.hasSpacing)
        note(out, error_codes::kNoteSpacingUnknown,
             Text::tr("%1 does not state its voxel spacing; 1 mm is shown"),
             Text::tr("Do not measure in this volume."));
    makeSpacingAgree(out);
    if (*factor != 1.0)
        convertUnits(out, *factor, read.units.simplified().remove(u'"').section(u' ', 0, 0));
    return out;
}

Result<VolumeFile> read(const std::filesystem::path &file, const std::stop_token &stop,
                        const ReadProgress &progress)
{
    NiftiReadout nifti = readNiftiFile(
        file, {.keepVoxels = true, .hash = false, .statistics = false}, stop, progress);
    if (nifti.volume)
        return fromNifti(file, *nifti.record.facts, *std::move(nifti.volume));
    const Error niftiError = *std::move(nifti.record.error);
    if (niftiError.code != error_codes::kNotNifti)
        return niftiError;
    auto other = readOtherFormat(file, stop, progress);
    if (other)
        return fromOther(file, std::move(other).value());
    // A file that claims to be NIfTI by name is better told what its header lacks.
    const QString name = toQString(file.filename()).toLower();
    const bool saysNifti = name.endsWith(u".nii") || name.endsWith(u".nii.gz");
    return saysNifti && other.error().code == error_codes::kUnknownFormat ? niftiError
                                                                          : other.error();
}

} // namespace

Result<VolumeFile> readVolumeFile(const std::filesystem::path &file, std::stop_token stop,
                                  const ReadProgress &progress)
{
    try {
        return read(file, stop, progress);
    } catch (const std::bad_alloc &) {
        return notEnoughMemory(toQString(file));
    } catch (const std::exception &failure) {
        return Error{mrb::error_codes::kCannotRead,
                     Text::tr("%1 cannot be read: %2")
                         .arg(toQString(file), QString::fromUtf8(failure.what())),
                     Text::tr("Try again.")};
    }
}

} // namespace mrb::volume
