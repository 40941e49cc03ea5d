// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/NiftiHeader.h"

#include "backend/base/Text.h"
#include "backend/volume/NiftiTransform.h"
#include "backend/volume/VolumeErrors.h"

#include <QByteArray>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

namespace mrb::volume {

namespace {

static_assert(std::endian::native == std::endian::little,
              "the host's byte order is assumed to be little endian");

/// Reads fields at byte offsets, in the file's byte order.
class FieldReader
{
public:
    FieldReader(std::span<const std::byte> bytes, bool swapped) : m_bytes(bytes), m_swapped(swapped)
    {
    }

    template <class T> T at(std::size_t offset) const
    {
        Q_ASSERT(offset + sizeof(T) <= m_bytes.size());
        std::array<std::byte, sizeof(T)> raw{};
        std::memcpy(raw.data(), m_bytes.data() + offset, sizeof(T));
        if (m_swapped)
            std::reverse(raw.begin(), raw.end());
        return std::bit_cast<T>(raw);
    }
    /// Text up to its first NUL.
    QByteArray text(std::size_t offset, std::size_t length) const
    {
        std::string_view view(reinterpret_cast<const char *>(m_bytes.data()) + offset, length);
        view = view.substr(0, view.find('\0'));
        return {view.data(), static_cast<qsizetype>(view.size())};
    }

private:
    std::span<const std::byte> m_bytes;
    bool m_swapped;
};

/// The fields in use, widened to the larger of the two versions. Offsets: nifti1.h, nifti2.h.
struct RawHeader
{
    int version = 1;
    bool swapped = false;
    int datatype = 0;
    int bitpix = 0;
    std::array<std::int64_t, 8> dim = {};
    double voxelOffset = 0.0; // exact: a float in version 1; compared with 2^53 in version 2
    double slope = 0.0;
    double intercept = 0.0;
    TransformFields transform;
    int units = 0;
    QByteArray description;
    QByteArray magic;
    std::uint32_t lineEndCheck = 0; // version 2: the bytes 0D 0A 1A 0A, or nothing
};

template <class Float>
void readTransform(const FieldReader &in, std::size_t firstQuaternion, std::size_t pixdim,
                   TransformFields &out)
{
    constexpr std::size_t kStep = sizeof(Float);
    for (std::size_t i = 0; i < out.pixdim.size(); ++i)
        out.pixdim[i] = static_cast<double>(in.at<Float>(pixdim + i * kStep));
    for (std::size_t i = 0; i < 3; ++i) {
        out.quaternion[i] = static_cast<double>(in.at<Float>(firstQuaternion + i * kStep));
        out.qoffset[i] = static_cast<double>(in.at<Float>(firstQuaternion + (3 + i) * kStep));
    }
    for (std::size_t i = 0; i < out.srow.size(); ++i)
        out.srow[i] = static_cast<double>(in.at<Float>(firstQuaternion + (6 + i) * kStep));
}

RawHeader readVersion1(const FieldReader &in)
{
    RawHeader raw;
    for (std::size_t i = 0; i < raw.dim.size(); ++i)
        raw.dim[i] = in.at<std::int16_t>(40 + 2 * i);
    raw.datatype = in.at<std::int16_t>(70);
    raw.bitpix = in.at<std::int16_t>(72);
    raw.voxelOffset = static_cast<double>(in.at<float>(108));
    raw.slope = static_cast<double>(in.at<float>(112));
    raw.intercept = static_cast<double>(in.at<float>(116));
    raw.units = in.at<std::uint8_t>(123);
    raw.description = in.text(148, 80);
    raw.transform.qformCode = in.at<std::int16_t>(252);
    raw.transform.sformCode = in.at<std::int16_t>(254);
    readTransform<float>(in, 256, 76, raw.transform);
    raw.magic = in.text(344, 4);
    return raw;
}

RawHeader readVersion2(const FieldReader &in)
{
    RawHeader raw;
    raw.version = 2;
    raw.magic = in.text(4, 4);
    for (std::size_t i = 0; i < 4; ++i)
        raw.lineEndCheck = raw.lineEndCheck << 8U | in.at<std::uint8_t>(8 + i);
    raw.datatype = in.at<std::int16_t>(12);
    raw.bitpix = in.at<std::int16_t>(14);
    for (std::size_t i = 0; i < raw.dim.size(); ++i)
        raw.dim[i] = in.at<std::int64_t>(16 + 8 * i);
    raw.voxelOffset = static_cast<double>(in.at<std::int64_t>(168));
    raw.slope = in.at<double>(176);
    raw.intercept = in.at<double>(184);
    raw.description = in.text(240, 80);
    raw.transform.qformCode = in.at<std::int32_t>(344);
    raw.transform.sformCode = in.at<std::int32_t>(348);
    readTransform<double>(in, 352, 104, raw.transform);
    raw.transform.doublePrecision = true;
    raw.units = in.at<std::int32_t>(500);
    return raw;
}

struct Datatype
{
    int code;
    int bits;
    const char *name;
    std::optional<ScalarType> type; // empty: known, but not a real scalar this program reads
};

// nifti1.h, DT_* codes.
constexpr std::array<Datatype, 17> kDatatypes = {{
    {2, 8, "uint8", ScalarType::UInt8},
    {4, 16, "int16", ScalarType::Int16},
    {8, 32, "int32", ScalarType::Int32},
    {16, 32, "float32", ScalarType::Float32},
    {64, 64, "float64", ScalarType::Float64},
    {256, 8, "int8", ScalarType::Int8},
    {512, 16, "uint16", ScalarType::UInt16},
    {768, 32, "uint32", ScalarType::UInt32},
    {1024, 64, "int64", ScalarType::Int64},
    {1280, 64, "uint64", ScalarType::UInt64},
    {1, 1, "binary (1 bit)", std::nullopt},
    {32, 64, "complex64", std::nullopt},
    {128, 24, "RGB24", std::nullopt},
    {1536, 128, "float128", std::nullopt},
    {1792, 128, "complex128", std::nullopt},
    {2048, 256, "complex256", std::nullopt},
    {2304, 32, "RGBA32", std::nullopt},
}};

QString rewriteHint()
{
    return Text::tr("Write the volume again as a single-file, three-dimensional NIfTI with a real "
                    "scalar type.");
}

QString damagedHint()
{
    return Text::tr(
        "The header is damaged or was written by faulty software; make the file again.");
}

std::optional<Error> checkMagic(const RawHeader &raw, const QString &name)
{
    const bool first = raw.version == 1;
    constexpr std::uint32_t kIntactLineEnds = 0x0D0A1A0A;
    if (raw.lineEndCheck != 0 && raw.lineEndCheck != kIntactLineEnds)
        return Error{error_codes::kNotNifti,
                     Text::tr("%1 was changed by a text conversion: the line ends in its NIfTI-2 "
                              "magic are not what they were")
                         .arg(name),
                     Text::tr("Transfer the file again as binary data.")};
    if (raw.magic == (first ? "n+1" : "n+2"))
        return std::nullopt;
    if (raw.magic == (first ? "ni1" : "ni2"))
        return Error{error_codes::kNiftiPair,
                     Text::tr("%1 is the header of a NIfTI .hdr/.img pair, whose voxels are in "
                              "another file; only single files are read")
                         .arg(name),
                     Text::tr("Convert the pair to a single .nii or .nii.gz file.")};
    if (first)
        return Error{error_codes::kAnalyze,
                     Text::tr("%1 has an Analyze 7.5 header or a damaged NIfTI-1 one (its magic is "
                              "not \"n+1\"); such a file does not say how it lies in space")
                         .arg(name),
                     Text::tr("Convert it to a single NIfTI file.")};
    return Error{error_codes::kNotNifti,
                 Text::tr("%1 is not a NIfTI-2 file: its magic is not \"n+2\"").arg(name),
                 damagedHint()};
}

Result<std::array<std::int64_t, 3>> checkDims(const RawHeader &raw, const QString &name)
{
    const std::int64_t rank = raw.dim[0];
    if (rank < 1 || rank > 7)
        return Error{
            error_codes::kNiftiDimensions,
            Text::tr("%1: dim[0] is %2, but a volume has 1 to 7 dimensions").arg(name).arg(rank),
            damagedHint(), u"dim"_qs};
    std::array<std::int64_t, 3> dims = {1, 1, 1};
    for (std::int64_t axis = 1; axis <= rank; ++axis) {
        const std::int64_t extent = raw.dim[static_cast<std::size_t>(axis)];
        if (extent < 1)
            return Error{error_codes::kNiftiDimensions,
                         Text::tr("%1: dim[%2] is %3, but must be at least 1")
                             .arg(name)
                             .arg(axis)
                             .arg(extent),
                         damagedHint(), u"dim"_qs};
        if (axis > 3 && extent > 1)
            return Error{error_codes::kNiftiFourDimensional,
                         Text::tr("%1 holds more than one volume: dim[%2] is %3")
                             .arg(name)
                             .arg(axis)
                             .arg(extent),
                         Text::tr("Extract one three-dimensional volume."), u"dim"_qs};
        if (axis <= 3)
            dims[static_cast<std::size_t>(axis - 1)] = extent;
    }
    return dims;
}

Result<ScalarType> checkDatatype(const RawHeader &raw, const QString &name)
{
    const auto *found =
        std::find_if(kDatatypes.begin(), kDatatypes.end(),
                     [&raw](const Datatype &row) { return row.code == raw.datatype; });
    if (found == kDatatypes.end())
        return Error{error_codes::kNiftiDatatype,
                     Text::tr("%1: datatype %2 is not a NIfTI type").arg(name).arg(raw.datatype),
                     damagedHint(), u"datatype"_qs};
    const QString typeName = QString::fromLatin1(found->name);
    if (!found->type)
        return Error{error_codes::kNiftiDatatype,
                     Text::tr("%1: voxels of type %2 are not read; only real scalar types are")
                         .arg(name, typeName),
                     rewriteHint(), u"datatype"_qs};
    if (raw.bitpix != found->bits)
        return Error{error_codes::kNiftiBitpix,
                     Text::tr("%1: bitpix is %2, but %3 has %4 bits")
                         .arg(name)
                         .arg(raw.bitpix)
                         .arg(typeName)
                         .arg(found->bits),
                     damagedHint(), u"bitpix"_qs};
    return *found->type;
}

Result<std::uint64_t> checkVoxelBytes(const std::array<std::int64_t, 3> &dims, ScalarType type,
                                      const QString &name)
{
    std::uint64_t bytes = scalarSize(type);
    for (const std::int64_t extent : dims) {
        if (static_cast<std::uint64_t>(extent) > kMaxVoxelBytes / bytes)
            return Error{error_codes::kNiftiTooLarge,
                         Text::tr("%1: %2 x %3 x %4 voxels of %5 are more than the %6 GiB allowed")
                             .arg(name)
                             .arg(dims[0])
                             .arg(dims[1])
                             .arg(dims[2])
                             .arg(QString::fromLatin1(scalarName(type).data()))
                             .arg(kMaxVoxelBytes >> 30U),
                         damagedHint(), u"dim"_qs};
        bytes *= static_cast<std::uint64_t>(extent);
    }
    return bytes;
}

Result<std::uint64_t> checkOffset(const RawHeader &raw, const QString &name)
{
    const std::uint64_t least = raw.version == 1 ? kNifti1MinOffset : kNifti2MinOffset;
    constexpr double kExact = 9007199254740992.0; // 2^53: beyond, a double skips integers
    const double offset = raw.voxelOffset;
    if (std::isfinite(offset) && offset == std::floor(offset) && offset < kExact &&
        offset >= static_cast<double>(least))
        return static_cast<std::uint64_t>(offset);
    return Error{error_codes::kNiftiVoxelOffset,
                 Text::tr("%1: vox_offset is %2, but must be a whole number of bytes, at least %3")
                     .arg(name)
                     .arg(offset)
                     .arg(least),
                 damagedHint(), u"vox_offset"_qs};
}

std::optional<Error> takeScaling(const RawHeader &raw, const QString &name, NiftiFacts &facts)
{
    // nifti1.h: a slope of 0 means that the values are not scaled; NaN is what nibabel writes.
    if (raw.slope == 0.0 || !std::isfinite(raw.slope))
        return std::nullopt;
    if (!std::isfinite(raw.intercept))
        return Error{error_codes::kNiftiScaling,
                     Text::tr("%1: scl_slope is %2, but scl_inter is not a finite number")
                         .arg(name)
                         .arg(raw.slope),
                     damagedHint(), u"scl_inter"_qs};
    facts.slope = raw.slope;
    facts.intercept = raw.intercept;
    return std::nullopt;
}

Result<NiftiHeader> checkedHeader(const RawHeader &raw, const QString &name)
{
    if (auto error = checkMagic(raw, name))
        return *error;
    const auto dims = checkDims(raw, name);
    if (!dims)
        return dims.error();
    const auto type = checkDatatype(raw, name);
    if (!type)
        return type.error();
    const auto bytes = checkVoxelBytes(*dims, *type, name);
    if (!bytes)
        return bytes.error();
    const auto offset = checkOffset(raw, name);
    if (!offset)
        return offset.error();

    NiftiHeader header;
    header.voxelBytes = *bytes;
    header.voxelOffset = *offset;
    NiftiFacts &facts = header.facts;
    facts.storedType = *type;
    facts.niftiVersion = raw.version;
    facts.byteSwapped = raw.swapped;
    facts.description = QString::fromUtf8(raw.description);
    facts.sformCode = raw.transform.sformCode;
    facts.qformCode = raw.transform.qformCode;
    facts.xyztUnits = raw.units;
    if (auto error = takeScaling(raw, name, facts))
        return *error;
    const auto space =
        resolveTransform(raw.transform, *dims, std::min<std::int64_t>(raw.dim[0], 3), name);
    if (!space)
        return space.error();
    facts.geometry = space->geometry;
    facts.formsDisagree = space->formsDisagree;
    return header;
}

} // namespace

std::size_t niftiHeaderSize(std::span<const std::byte> firstFour)
{
    if (firstFour.size() < 4)
        return 0;
    for (const bool swapped : {false, true}) {
        const auto size = FieldReader(firstFour, swapped).at<std::uint32_t>(0);
        if (size == kNifti1HeaderBytes || size == kNifti2HeaderBytes)
            return size;
    }
    return 0;
}

Result<NiftiHeader> parseNiftiHeader(std::span<const std::byte> bytes, const QString &name)
{
    const std::size_t size = niftiHeaderSize(bytes);
    if (size == 0 || bytes.size() < size)
        return Error{
            error_codes::kNotNifti,
            Text::tr("%1 is not a NIfTI file: it does not start with a NIfTI header").arg(name),
            Text::tr("Choose a .nii or .nii.gz file.")};
    const bool swapped = FieldReader(bytes, false).at<std::uint32_t>(0) != size;
    const FieldReader in(bytes, swapped);
    RawHeader raw = size == kNifti1HeaderBytes ? readVersion1(in) : readVersion2(in);
    raw.swapped = swapped;
    return checkedHeader(raw, name);
}

} // namespace mrb::volume
