// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/SaveVolume.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Text.h"
#include "backend/volume/Affine.h"
#include "backend/volume/Coordinates.h"
#include "backend/volume/GzipDeflater.h"
#include "backend/volume/NiftiWriter.h"
#include "backend/volume/ScalarVisit.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VolumeFile.h"

#include <QLocale>

#include <algorithm>
#include <cstring>
#include <exception>
#include <optional>
#include <system_error>
#include <vector>

namespace mrb::volume {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

struct Target
{
    bool nrrd = false;
    bool gzip = false;
};

std::optional<Target> targetOf(const std::filesystem::path &file)
{
    const QString name = toQString(file.filename()).toLower();
    const auto hasStem = [&name](qsizetype extension) { return name.size() > extension; };
    if (name.endsWith(u".nii.gz") && hasStem(7))
        return Target{.nrrd = false, .gzip = true};
    if (name.endsWith(u".nii") && hasStem(4))
        return Target{};
    if (name.endsWith(u".nrrd") && hasStem(5))
        return Target{.nrrd = true, .gzip = true};
    return std::nullopt;
}

/// Plain or gzipped bytes into the file.
class Sink
{
public:
    explicit Sink(AtomicFileWriter &file) : m_file(file) {}

    void startGzip(int level) { m_deflater.emplace(level); }
    Result<> write(std::span<const std::byte> piece, bool isLast = false)
    {
        if (!m_deflater)
            return m_file.write(piece);
        m_deflater->setInput(piece, isLast);
        while (true) {
            const auto compressed = m_deflater->deflate();
            if (compressed.empty())
                return {};
            if (auto written = m_file.write(compressed); !written)
                return written;
        }
    }

private:
    AtomicFileWriter &m_file;
    std::optional<GzipDeflater> m_deflater;
};

/// float32 holds every intensity of 8 and 16 bit types to 6e-8 of its size.
ScalarType intensityType(const Volume &volume)
{
    return scalarSize(volume.storedType) <= 2 ? ScalarType::Float32 : ScalarType::Float64;
}

QByteArray nrrdTypeName(ScalarType type)
{
    if (type == ScalarType::Float32)
        return "float";
    if (type == ScalarType::Float64)
        return "double";
    const std::string_view name = scalarName(type); // NRRD knows "int16" and so on as well
    return {name.data(), static_cast<qsizetype>(name.size())};
}

/// Layout: https://teem.sourceforge.net/nrrd/format.html; all fields but the data end here.
QByteArray nrrdHeader(const Volume &volume, ScalarType type, const QString &description)
{
    const Affine lps = flipLpsRas(volume.geometry.affineRas);
    const auto column = [&lps](std::size_t axis) {
        QByteArrayList parts;
        for (std::size_t row = 0; row < 3; ++row)
            parts << QByteArray::number(lps[4 * row + axis], 'g', QLocale::FloatingPointShortest);
        return '(' + parts.join(',') + ')';
    };
    QByteArrayList sizes;
    for (const std::int64_t extent : volume.geometry.dims)
        sizes << QByteArray::number(qlonglong{extent});
    const QByteArray content = description.simplified().toUtf8();
    return "NRRD0004\n" + (content.isEmpty() ? QByteArray() : "content: " + content + '\n') +
           "type: " + nrrdTypeName(type) + "\ndimension: 3\nspace: left-posterior-superior\n" +
           "sizes: " + sizes.join(' ') + "\nspace directions: " + column(0) + ' ' + column(1) +
           ' ' + column(2) + "\nkinds: domain domain domain\nendian: little\nencoding: gzip\n" +
           "space units: \"mm\" \"mm\" \"mm\"\nspace origin: " + column(3) + "\n\n";
}

template <class To>
std::span<const std::byte> toIntensities(const Volume &volume, std::span<const std::byte> stored,
                                         std::vector<std::byte> &out)
{
    visitScalar(volume.storedType, [&]<class From>(std::type_identity<From>) {
        const std::size_t count = stored.size() / sizeof(From);
        out.resize(count * sizeof(To));
        for (std::size_t i = 0; i < count; ++i) {
            From value{};
            std::memcpy(&value, stored.data() + i * sizeof(From), sizeof(From));
            const auto scaled =
                static_cast<To>(static_cast<double>(value) * volume.slope + volume.intercept);
            std::memcpy(out.data() + i * sizeof(To), &scaled, sizeof(To));
        }
    });
    return out;
}

struct Job
{
    const Volume &volume;
    const std::filesystem::path &target;
    std::stop_token stop;
    const ReadProgress &progress;
};

/// The voxels, as intensities when that type is given, to the end of the stream.
Result<> writeVoxels(Sink &sink, const Job &job, std::optional<ScalarType> intensities)
{
    const std::span<const std::byte> all(*job.volume.voxels);
    ProgressSteps steps(job.progress, all.size());
    std::vector<std::byte> converted;
    for (std::size_t at = 0; at < all.size(); at += kPieceBytes) {
        if (job.stop.stop_requested())
            return Error{error_codes::kCancelled,
                         Text::tr("Saving %1 was cancelled").arg(toQString(job.target)),
                         Text::tr("Save it again.")};
        const std::size_t size = std::min(kPieceBytes, all.size() - at);
        std::span<const std::byte> piece = all.subspan(at, size);
        if (intensities == ScalarType::Float32)
            piece = toIntensities<float>(job.volume, piece, converted);
        else if (intensities == ScalarType::Float64)
            piece = toIntensities<double>(job.volume, piece, converted);
        if (auto written = sink.write(piece, at + size == all.size()); !written)
            return written;
        steps.reach(at + size);
    }
    return {};
}

Result<Errors> writeNifti(AtomicFileWriter &file, const Job &job, const SaveOptions &options,
                          bool gzip)
{
    constexpr int kAligned = 2; // NIFTI_XFORM_ALIGNED_ANAT
    const bool known = options.spaceCode >= 1 && options.spaceCode <= 5;
    const NiftiPreamble preamble =
        niftiPreamble(job.volume, options.description, known ? options.spaceCode : kAligned);
    Sink sink(file);
    if (gzip)
        sink.startGzip(options.compressionLevel);
    if (auto written = sink.write(preamble.bytes); !written)
        return written.error();
    if (auto written = writeVoxels(sink, job, std::nullopt); !written)
        return written.error();
    Errors notes;
    if (!preamble.hasQform)
        notes.push_back({error_codes::kNoteQformLeftOut,
                         Text::tr("%1 has an sform only, because no qform can say where this "
                                  "volume lies")
                             .arg(toQString(job.target)),
                         Text::tr("Programs that read the qform alone will place it wrongly.")});
    return notes;
}

Result<Errors> writeNrrd(AtomicFileWriter &file, const Job &job, const SaveOptions &options)
{
    std::optional<ScalarType> intensities;
    if (job.volume.isScaled())
        intensities = intensityType(job.volume);
    const ScalarType type = intensities.value_or(job.volume.storedType);
    Sink sink(file);
    const QByteArray header = nrrdHeader(job.volume, type, options.description);
    const std::span text(header.constData(), static_cast<std::size_t>(header.size()));
    if (auto written = sink.write(std::as_bytes(text)); !written)
        return written.error();
    sink.startGzip(options.compressionLevel);
    if (auto written = writeVoxels(sink, job, intensities); !written)
        return written.error();
    Errors notes;
    if (intensities)
        notes.push_back(
            {error_codes::kNoteScalingApplied,
             Text::tr("%1 holds intensities as %2, because NRRD knows no slope and "
                      "intercept for the stored %3 values")
                 .arg(toQString(job.target), QString::fromLatin1(scalarName(type).data()),
                      QString::fromLatin1(scalarName(job.volume.storedType).data())),
             Text::tr("Save as NIfTI to keep the stored values.")});
    return notes;
}

Error orientationNote(const std::filesystem::path &target)
{
    return {error_codes::kNoteOrientationUnknown,
            Text::tr("%1 states directions that are a guess, because the original did not say "
                     "which way its axes run")
                .arg(toQString(target)),
            Text::tr("Its description says so, but other programs will believe the directions.")};
}

Error cannotWrite(const std::filesystem::path &target, const QString &reason, const QString &hint)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("%1 cannot be written: %2").arg(toQString(target), reason), hint};
}

/// What can be said before anything is written.
std::optional<Error> refusal(const Volume &volume, const std::filesystem::path &target)
{
    std::error_code failure;
    const auto existing = std::filesystem::status(target, failure);
    if (std::filesystem::exists(existing) && !std::filesystem::is_regular_file(existing))
        return cannotWrite(target, Text::tr("something that is no file has this name"),
                           Text::tr("Choose another name."));
    const std::uint64_t bytes = volume.geometry.voxelCount() * scalarSize(volume.storedType);
    if (!volume.voxels || volume.voxels->size() != bytes || bytes == 0)
        return cannotWrite(target, Text::tr("the volume has no voxels, or not as many as it says"),
                           Text::tr("Open the volume again, then save it."));
    return std::nullopt;
}

} // namespace

QStringList savableExtensions()
{
    return {u".nii.gz"_qs, u".nii"_qs, u".nrrd"_qs};
}

Result<Errors> saveVolume(const Volume &volume, const std::filesystem::path &target,
                          const SaveOptions &options, std::stop_token stop,
                          const ReadProgress &progress)
{
    const auto kind = targetOf(target);
    if (!kind)
        return Error{error_codes::kUnknownExtension,
                     Text::tr("%1 does not say by its ending in which format to save")
                         .arg(toQString(target)),
                     Text::tr("End the name with %1.").arg(savableExtensions().join(u", "))};
    if (auto error = refusal(volume, target))
        return *error;
    try {
        auto file = AtomicFileWriter::open(target);
        if (!file)
            return file.error();
        const Job job{volume, target, std::move(stop), progress};
        SaveOptions marked = options;
        const bool mark = !volume.geometry.orientationKnown;
        if (mark && !options.description.contains(kOrientationUnknownMark))
            marked.description =
                QStringLiteral("%1; %2").arg(kOrientationUnknownMark, options.description);
        auto notes =
            kind->nrrd ? writeNrrd(*file, job, marked) : writeNifti(*file, job, marked, kind->gzip);
        if (!notes)
            return notes;
        if (mark)
            notes->push_back(orientationNote(target));
        if (auto committed = file->commit(); !committed)
            return committed.error();
        return notes;
    } catch (const std::exception &failure) {
        return cannotWrite(target, QString::fromUtf8(failure.what()),
                           Text::tr("Close other programs and try again."));
    }
}

} // namespace mrb::volume
