// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/OtherFormats.h"

#include "backend/base/Text.h"
#include "backend/volume/Affine.h"
#include "backend/volume/Coordinates.h"
#include "backend/volume/DeflatedVoxels.h"
#include "backend/volume/NiftiHeader.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VoxelMemory.h"
#include "backend/volume/VoxelStatistics.h"

#include <QRegularExpression>

#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace mrb::volume {

namespace {

namespace fs = std::filesystem;

Error damaged(const fs::path &file, const QString &reason)
{
    return {error_codes::kOtherFormatDamaged,
            Text::tr("%1 cannot be read: %2").arg(toQString(file), reason),
            Text::tr("Make or copy the file again.")};
}

Error unsupported(const fs::path &file, const QString &reason)
{
    return {error_codes::kUnsupportedFormat,
            Text::tr("%1 cannot be shown: %2").arg(toQString(file), reason),
            Text::tr("Choose a three-dimensional scalar NIfTI, NRRD or MetaImage volume.")};
}

/// The text a header starts with, at most 64 KiB; refuses what is no regular file.
Result<std::string> readStart(const fs::path &file)
{
    std::error_code failure;
    if (!fs::is_regular_file(file, failure)) // follows links, opens nothing, so a FIFO cannot block
        return Error{failure ? mrb::error_codes::kCannotRead : error_codes::kNotARegularFile,
                     Text::tr("%1 is not a file that can be read").arg(toQString(file)),
                     Text::tr("Check that the file exists and that you may read it.")};
    std::string start(std::size_t{64} << 10U, '\0');
    std::ifstream in(file, std::ios::binary);
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    if (start.empty())
        return Error{mrb::error_codes::kCannotRead,
                     Text::tr("%1 is empty or cannot be read").arg(toQString(file)),
                     Text::tr("Check that you may read it.")};
    return start;
}

std::string trimmed(std::string text)
{
    const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && isSpace(text.back()))
        text.pop_back();
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), isSpace));
    return text;
}

/// The value of a header line "key<separator> value"; NRRD's end at the first empty line,
/// MetaImage's with ElementDataFile.
std::optional<std::string> headerValue(const std::string &start, const std::string &key,
                                       char separator)
{
    std::size_t position = 0;
    while (position < start.size()) {
        const std::size_t end = std::min(start.find('\n', position), start.size());
        const std::string line = trimmed(start.substr(position, end - position));
        position = end + 1;
        if (line.empty())
            return std::nullopt;
        const std::size_t split = line.find(separator);
        if (split != std::string::npos && trimmed(line.substr(0, split)) == key)
            return trimmed(line.substr(split + 1));
    }
    return std::nullopt;
}

/// As MetaIO takes it: by its first letter.
bool isTrue(const std::optional<std::string> &value)
{
    return value && !value->empty() &&
           (value->front() == 'T' || value->front() == 't' || value->front() == '1');
}

struct Request
{
    std::stop_token stop;
    const ReadProgress &progress;
};

struct Source
{
    itk::ImageIOBase::Pointer io;
    fs::path dataFile; ///< where the voxels are; the file itself unless its header says otherwise
    std::uintmax_t dataStart = 0; ///< bytes before the voxels, as far as it is known
    bool uncompressed = false;
    bool bigEndian = false; ///< known for MetaImage only
    /// ITK 5.2 turns left-anterior-superior into LPS by changing the sign of x instead of y, so
    /// that both are wrong: left and right would be swapped.
    bool mirroredByItk = false;
    bool deflated = false; ///< a MetaImage's zlib stream, which ITK is not trusted with
};

Result<Source> openSource(const fs::path &file, const std::string &start)
{
    Source source;
    source.dataFile = file;
    std::optional<std::string> elsewhere;
    if (start.starts_with("NRRD000")) {
        source.io = itk::NrrdImageIO::New();
        source.uncompressed = headerValue(start, "encoding", ':') == "raw";
        const QString space =
            QString::fromStdString(headerValue(start, "space", ':').value_or("")).toLower();
        source.mirroredByItk =
            space.startsWith(u"left-anterior-superior") || space == u"las" || space == u"last";
        elsewhere = headerValue(start, "data file", ':');
        if (!elsewhere)
            elsewhere = headerValue(start, "datafile", ':');
    } else if (headerValue(start, "NDims", '=')) {
        source.io = itk::MetaImageIO::New();
        source.deflated = isTrue(headerValue(start, "CompressedData", '='));
        source.uncompressed = !source.deflated;
        source.bigEndian = isTrue(headerValue(start, "BinaryDataByteOrderMSB", '=')) ||
                           isTrue(headerValue(start, "ElementByteOrderMSB", '='));
        elsewhere = headerValue(start, "ElementDataFile", '=');
        if (!elsewhere)
            return damaged(file, Text::tr("its header names no ElementDataFile"));
        if (*elsewhere == "LOCAL") {
            source.dataStart = start.find('\n', start.find("ElementDataFile")) + 1;
            elsewhere.reset();
        }
    } else {
        return Error{error_codes::kUnknownFormat,
                     Text::tr("%1 is no NIfTI, NRRD or MetaImage volume").arg(toQString(file)),
                     Text::tr("Choose such a file; convert DICOM series with dcm2niix first.")};
    }
    if (elsewhere) {
        const fs::path named(*elsewhere);
        if (named.filename() != named || named == ".." || named == "." ||
            elsewhere->find_first_of("% \t") != std::string::npos || *elsewhere == "LIST")
            return unsupported(file,
                               Text::tr("its voxels must be in the file itself or in one file "
                                        "in the same folder, but its header says \"%1\"")
                                   .arg(QString::fromStdString(*elsewhere)));
        source.dataFile = file.parent_path() / named;
    }
    return source;
}

std::optional<ScalarType> scalarTypeOf(itk::ImageIOBase::IOComponentEnum component)
{
    using Component = itk::ImageIOBase::IOComponentEnum;
    switch (component) {
    case Component::CHAR:
        return ScalarType::Int8;
    case Component::UCHAR:
        return ScalarType::UInt8;
    case Component::SHORT:
        return ScalarType::Int16;
    case Component::USHORT:
        return ScalarType::UInt16;
    case Component::INT:
        return ScalarType::Int32;
    case Component::UINT:
        return ScalarType::UInt32;
    case Component::LONG:
    case Component::LONGLONG:
        return ScalarType::Int64;
    case Component::ULONG:
    case Component::ULONGLONG:
        return ScalarType::UInt64;
    case Component::FLOAT:
        return ScalarType::Float32;
    case Component::DOUBLE:
        return ScalarType::Float64;
    default:
        return std::nullopt;
    }
}

/// Dimensions, spacing and affine; ITK's are in LPS.
Result<VolumeGeometry> geometryOf(const itk::ImageIOBase &io, const fs::path &file)
{
    const unsigned int rank = io.GetNumberOfDimensions();
    if (rank < 2)
        return unsupported(file, Text::tr("it has only one dimension"));
    for (unsigned int axis = 3; axis < rank; ++axis) {
        if (io.GetDimensions(axis) > 1)
            return unsupported(file, Text::tr("it holds more than one volume"));
    }
    VolumeGeometry geometry;
    std::array<double, 16> affineLps = geometry.affineRas;
    const unsigned int spatial = std::min(rank, 3U);
    for (unsigned int axis = 0; axis < spatial; ++axis) {
        geometry.dims[axis] = static_cast<std::int64_t>(io.GetDimensions(axis));
        const double spacing = std::abs(io.GetSpacing(axis));
        if (geometry.dims[axis] < 1 || !(spacing > 0.0) || !std::isfinite(spacing))
            return damaged(file, Text::tr("its dimensions or spacing make no sense"));
        geometry.spacingMm[axis] = spacing;
        const std::vector<double> direction = io.GetDirection(axis);
        for (unsigned int row = 0; row < spatial; ++row)
            affineLps[4 * row + axis] = direction.at(row) * io.GetSpacing(axis);
        affineLps[4 * axis + 3] = io.GetOrigin(axis);
    }
    if (!isUsableAffine(affineLps))
        return damaged(file, Text::tr("its axes are not finite or flatten the volume"));
    geometry.affineRas = flipLpsRas(affineLps);
    return geometry;
}

/// Bytes of voxels, when the file is large enough for them. ITK reads a MetaImage that is cut short
/// without a word.
Result<std::uint64_t> checkedBytes(const VolumeGeometry &geometry, ScalarType type,
                                   const fs::path &file, const Source &source)
{
    constexpr std::uint64_t kBestRatio = 1032; // of deflate
    std::uint64_t bytes = scalarSize(type);
    for (const std::int64_t extent : geometry.dims) {
        if (static_cast<std::uint64_t>(extent) > kMaxVoxelBytes / bytes)
            return unsupported(
                file, Text::tr("it has more than %1 GiB of voxels").arg(kMaxVoxelBytes >> 30U));
        bytes *= static_cast<std::uint64_t>(extent);
    }
    std::error_code failure;
    std::uintmax_t stored = 0;
    if (fs::is_regular_file(source.dataFile, failure))
        stored = fs::file_size(source.dataFile, failure);
    stored -= std::min(stored, source.dataStart);
    const std::uint64_t least = source.uncompressed ? bytes : bytes / kBestRatio;
    if (failure || stored < least)
        return damaged(file, Text::tr("its header promises %1 bytes of voxels, but %2 has %3")
                                 .arg(bytes)
                                 .arg(toQString(source.dataFile.filename()))
                                 .arg(stored));
    return bytes;
}

Result<Volume> readFrom(const Source &source, const fs::path &file, const Request &request)
{
    itk::ImageIOBase &io = *source.io;
    io.SetFileName(file.string());
    io.ReadImageInformation();
    const auto type = scalarTypeOf(io.GetComponentType());
    if (!type || io.GetNumberOfComponents() != 1 || io.GetPixelType() != itk::IOPixelEnum::SCALAR)
        return unsupported(file, Text::tr("its voxels are not single real numbers"));
    auto geometry = geometryOf(io, file);
    if (!geometry)
        return geometry.error();
    if (source.mirroredByItk)
        geometry->affineRas = flipLpsRas(geometry->affineRas);
    const auto bytes = checkedBytes(*geometry, *type, file, source);
    if (!bytes)
        return bytes.error();

    itk::ImageIORegion region(io.GetNumberOfDimensions());
    for (unsigned int axis = 0; axis < io.GetNumberOfDimensions(); ++axis)
        region.SetSize(axis, io.GetDimensions(axis));
    io.SetIORegion(region);
    auto voxels = reserveVoxels(*bytes, toQString(file));
    if (!voxels)
        return voxels.error();
    (*voxels)->resize(*bytes);
    if (source.deflated) {
        auto inflated = inflateVoxels(source.dataFile, source.dataStart, **voxels, request.stop,
                                      request.progress);
        if (!inflated)
            return inflated.error();
        if (source.bigEndian)
            swapByteOrder(**voxels, scalarSize(*type));
    } else {
        io.Read((*voxels)->data());
    }
    return Volume{.geometry = *geometry, .storedType = *type, .voxels = std::move(voxels).value()};
}

Result<Volume> cancelled(const fs::path &file)
{
    return Error{error_codes::kCancelled, Text::tr("Reading %1 was cancelled").arg(toQString(file)),
                 Text::tr("Start it again.")};
}

/// The part of ITK's words that says what is wrong: without the names of functions and files that
/// come before it.
QString reasonIn(const itk::ExceptionObject &failure)
{
    static const QRegularExpression inIo(u"^itk::ERROR: \\S+: |^ITK ERROR: \\S+: "_qs,
                                         QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression inFunction(u"^_?\\w+: "_qs);
    const QString all = QString::fromUtf8(failure.GetDescription()).simplified();
    QString last = all.section(u"[nrrd] "_qs, -1);
    last.remove(inIo);
    last.remove(inFunction);
    return last.isEmpty() ? Text::tr("ITK gives no reason") : last;
}

/// What the header's text says beyond what ITK tells.
OtherVolume factsOf(const std::string &start)
{
    const bool nrrd = start.starts_with("NRRD000");
    const auto value = [&start, nrrd](const char *key) {
        return headerValue(start, key, nrrd ? ':' : '=');
    };
    const auto text = [&value](const char *key) {
        return QString::fromStdString(value(key).value_or(std::string()));
    };
    OtherVolume out;
    out.format = nrrd ? u"NRRD"_qs : u"MetaImage"_qs;
    out.description = text(nrrd ? "content" : "Comment");
    out.units = text(nrrd ? "space units" : "DistanceUnits");
    out.space = nrrd ? text("space") : QString();
    if (nrrd) {
        out.hasSpacing = value("space directions") || value("spacings");
        // Any other space is read by ITK as if it were LPS.
        static const QRegularExpression known(
            u"^(?:(?:right|left)-anterior-superior|left-posterior-superior|RAS|LAS|LPS)"
            "(?:-time|T)?$"_qs,
            QRegularExpression::CaseInsensitiveOption);
        out.hasDirections =
            value("space directions").has_value() && known.match(out.space).hasMatch();
    } else {
        out.hasSpacing = value("ElementSpacing") || value("ElementSize");
        out.hasDirections = value("TransformMatrix") || value("Orientation") || value("Rotation");
    }
    return out;
}

} // namespace

Result<OtherVolume> readOtherFormat(const std::filesystem::path &file, std::stop_token stop,
                                    const ReadProgress &progress)
{
    try {
        const auto start = readStart(file);
        if (!start)
            return start.error();
        const auto source = openSource(file, *start);
        if (!source)
            return source.error();
        OtherVolume out = factsOf(*start);
        auto volume =
            stop.stop_requested() ? cancelled(file) : readFrom(*source, file, {stop, progress});
        if (!volume)
            return volume.error();
        if (stop.stop_requested())
            return cancelled(file).error();
        out.volume = std::move(volume).value();
        return out;
    } catch (const std::bad_alloc &) {
        return notEnoughMemory(toQString(file));
    } catch (const itk::ExceptionObject &failure) {
        return damaged(file, reasonIn(failure));
    } catch (const std::exception &failure) {
        return damaged(file, QString::fromUtf8(failure.what()));
    }
}

Result<Volume> readWithItk(const std::filesystem::path &file)
{
    auto read = readOtherFormat(file);
    if (!read)
        return read.error();
    return std::move(read->volume);
}

} // namespace mrb::volume
