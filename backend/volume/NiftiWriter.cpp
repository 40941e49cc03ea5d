// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/NiftiWriter.h"

#include "backend/volume/NiftiHeader.h"
#include "backend/volume/NiftiTransform.h"

#include <QByteArray>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace mrb::volume {

namespace {

static_assert(std::endian::native == std::endian::little,
              "fields and voxels are written in the host's byte order");

constexpr std::size_t kDescriptionBytes = 79; // of 80, the last stays NUL
constexpr std::int64_t kMaxDim1 = std::numeric_limits<std::int16_t>::max();
constexpr int kUnitsMm = 2; // NIFTI_UNITS_MM; no time axis, so no unit of time

class FieldWriter
{
public:
    explicit FieldWriter(std::size_t size) : m_bytes(size) {}

    template <class T> void put(std::size_t offset, T value)
    {
        Q_ASSERT(offset + sizeof(T) <= m_bytes.size());
        std::memcpy(m_bytes.data() + offset, &value, sizeof(T));
    }
    void put(std::size_t offset, const QByteArray &text)
    {
        Q_ASSERT(offset + static_cast<std::size_t>(text.size()) <= m_bytes.size());
        std::memcpy(m_bytes.data() + offset, text.constData(),
                    static_cast<std::size_t>(text.size()));
    }
    template <class T, std::size_t n>
    void putAll(std::size_t offset, const std::array<double, n> &values)
    {
        for (std::size_t i = 0; i < n; ++i)
            put(offset + i * sizeof(T), static_cast<T>(values[i]));
    }
    std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    std::vector<std::byte> m_bytes;
};

/// nifti1.h, DT_* codes, in the order of ScalarType.
std::int16_t datatypeOf(ScalarType type)
{
    constexpr std::array<std::int16_t, 10> kCodes = {256, 2, 4, 512, 8, 768, 1024, 1280, 16, 64};
    return kCodes[static_cast<std::size_t>(type)];
}

QByteArray fittingDescription(const QString &description)
{
    QByteArray text = description.toUtf8();
    if (text.contains('\0'))
        text.truncate(text.indexOf('\0'));
    qsizetype length = std::min<qsizetype>(text.size(), kDescriptionBytes);
    const auto continues = [&text](qsizetype at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    while (length > 0 && continues(length))
        --length;
    text.truncate(length);
    return text;
}

double rounded(double value, bool toFloat)
{
    return toFloat ? static_cast<double>(static_cast<float>(value)) : value;
}

/// Whether a float is still a number other than zero where the double is.
bool fitsFloat(double value)
{
    const double narrow = rounded(value, true);
    return std::isfinite(narrow) && (narrow != 0.0 || value == 0.0);
}

bool fitsVersion1(const Volume &volume)
{
    const auto &dims = volume.geometry.dims;
    return std::all_of(dims.begin(), dims.end(), [](std::int64_t n) { return n <= kMaxDim1; }) &&
           fitsFloat(volume.slope) && fitsFloat(volume.intercept);
}

std::array<double, 3> spacingFor(const VolumeGeometry &geometry)
{
    constexpr double kSame = 1e-4;
    std::array<double, 3> spacing = geometry.spacingMm;
    const auto edges = voxelEdges(geometry.affineRas);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (!(std::abs(spacing[axis] - edges[axis]) <= kSame * edges[axis]))
            spacing[axis] = edges[axis];
    }
    return spacing;
}

/// The unit quaternion (a, b, c, d; a >= 0) of a matrix that is nearly a rotation; see any text on
/// rotations: the largest of the four components is taken from the diagonal, the rest from sums.
std::array<double, 4> quaternionOf(const std::array<std::array<double, 3>, 3> &r)
{
    const double trace = r[0][0] + r[1][1] + r[2][2];
    const std::array<double, 4> squares = {1.0 + trace, 1.0 + 2.0 * r[0][0] - trace,
                                           1.0 + 2.0 * r[1][1] - trace,
                                           1.0 + 2.0 * r[2][2] - trace};
    const auto largest = static_cast<std::size_t>(std::max_element(squares.begin(), squares.end()) -
                                                  squares.begin());
    const std::array<double, 3> odd = {r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]};
    std::array<double, 4> q{};
    q[largest] = 0.5 * std::sqrt(squares[largest]);
    const double quarter = 0.25 / q[largest];
    for (std::size_t other = 0; other < 4; ++other) {
        if (other == largest)
            continue;
        if (other == 0 || largest == 0)
            q[other] = odd[std::max(other, largest) - 1] * quarter;
        else
            q[other] = (r[other - 1][largest - 1] + r[largest - 1][other - 1]) * quarter;
    }
    const double length = std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    const double sign = q[0] < 0.0 ? -1.0 / length : 1.0 / length;
    return {q[0] * sign, q[1] * sign, q[2] * sign, q[3] * sign};
}

/// b, c, d as floats. A reader takes a for sqrt(1 - b^2 - c^2 - d^2), which near a half turn makes
/// much of little: rounding each to its nearest would turn a volume by 3e-4. So of the floats
/// around them those are taken from which a comes out best.
std::array<double, 3> asFloats(const std::array<double, 4> &exact)
{
    std::array<double, 3> best{};
    double bestError = std::numeric_limits<double>::infinity();
    for (int choice = 0; choice < 27; ++choice) {
        std::array<double, 3> parts{};
        double remaining = 1.0;
        for (std::size_t i = 0; i < 3; ++i) {
            constexpr std::array<int, 3> kPowers = {1, 3, 9};
            constexpr float kFar = 2.0F;
            const int step = choice / kPowers[i] % 3; // 0: the nearest float, which wins a tie
            auto part = static_cast<float>(exact[i + 1]);
            if (step != 0)
                part = std::nextafter(part, step == 1 ? kFar : -kFar);
            parts[i] = static_cast<double>(part);
            remaining -= parts[i] * parts[i];
        }
        constexpr double kTooLong =
            -2.0 * static_cast<double>(std::numeric_limits<float>::epsilon());
        const double error = std::abs(std::sqrt(std::max(remaining, 0.0)) - exact[0]);
        if (remaining >= kTooLong && error < bestError) {
            best = parts;
            bestError = error;
        }
    }
    return best;
}

/// The transform fields as they will be read again: rounded when the header holds floats.
TransformFields transformFor(const VolumeGeometry &geometry, bool toFloat, int code)
{
    TransformFields fields;
    fields.doublePrecision = !toFloat;
    fields.sformCode = code;
    const Affine &affine = geometry.affineRas;
    for (std::size_t i = 0; i < fields.srow.size(); ++i)
        fields.srow[i] = rounded(affine[i], toFloat);
    const auto edges = voxelEdges(affine);
    std::array<std::array<double, 3>, 3> unit{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column)
            unit[row][column] = affine[4 * row + column] / edges[column];
        fields.qoffset[row] = fields.srow[4 * row + 3];
    }
    const double determinant = unit[0][0] * (unit[1][1] * unit[2][2] - unit[1][2] * unit[2][1]) -
                               unit[0][1] * (unit[1][0] * unit[2][2] - unit[1][2] * unit[2][0]) +
                               unit[0][2] * (unit[1][0] * unit[2][1] - unit[1][1] * unit[2][0]);
    const double handedness = determinant < 0.0 ? -1.0 : 1.0;
    for (auto &row : unit)
        row[2] *= handedness;
    const auto spacing = spacingFor(geometry);
    fields.pixdim = {handedness,
                     rounded(spacing[0], toFloat),
                     rounded(spacing[1], toFloat),
                     rounded(spacing[2], toFloat),
                     1,
                     1,
                     1,
                     1};
    const auto quaternion = quaternionOf(unit);
    fields.quaternion =
        toFloat ? asFloats(quaternion) : std::array{quaternion[1], quaternion[2], quaternion[3]};

    // Kept only if what will be read from it is where the sform puts the volume.
    const std::array<double, 3> stored = {fields.pixdim[1], fields.pixdim[2], fields.pixdim[3]};
    Affine sform = affine;
    std::copy(fields.srow.begin(), fields.srow.end(), sform.begin());
    const auto qform = affineOfQform(fields, stored);
    const double smallest = *std::min_element(stored.begin(), stored.end());
    if (qform && largestShift(sform, *qform, geometry.dims) <= kFormsAgree * smallest)
        fields.qformCode = code;
    else
        fields.quaternion = fields.qoffset = {};
    return fields;
}

// Offsets of both layouts: nifti1.h and nifti2.h.
std::vector<std::byte> version1(const Volume &volume, const QByteArray &description,
                                const TransformFields &fields)
{
    FieldWriter out(kNifti1MinOffset);
    out.put<std::int32_t>(0, kNifti1HeaderBytes);
    std::array<double, 8> dim = {3, 1, 1, 1, 1, 1, 1, 1};
    std::copy(volume.geometry.dims.begin(), volume.geometry.dims.end(), dim.begin() + 1);
    out.putAll<std::int16_t>(40, dim);
    out.put(70, datatypeOf(volume.storedType));
    out.put(72, static_cast<std::int16_t>(8 * scalarSize(volume.storedType)));
    out.putAll<float>(76, fields.pixdim);
    out.put(108, static_cast<float>(kNifti1MinOffset));
    out.put(112, static_cast<float>(volume.slope));
    out.put(116, static_cast<float>(volume.intercept));
    out.put(123, static_cast<std::uint8_t>(kUnitsMm));
    out.put(148, description);
    out.put(252, static_cast<std::int16_t>(fields.qformCode));
    out.put(254, static_cast<std::int16_t>(fields.sformCode));
    out.putAll<float>(256, fields.quaternion);
    out.putAll<float>(268, fields.qoffset);
    out.putAll<float>(280, fields.srow);
    out.put(344, QByteArrayLiteral("n+1"));
    return out.take();
}

std::vector<std::byte> version2(const Volume &volume, const QByteArray &description,
                                const TransformFields &fields)
{
    FieldWriter out(kNifti2MinOffset);
    out.put<std::int32_t>(0, kNifti2HeaderBytes);
    out.put(4, QByteArray("n+2\0\r\n\x1a\n", 8));
    out.put(12, datatypeOf(volume.storedType));
    out.put(14, static_cast<std::int16_t>(8 * scalarSize(volume.storedType)));
    std::array<std::int64_t, 8> dim = {3, 1, 1, 1, 1, 1, 1, 1};
    std::copy(volume.geometry.dims.begin(), volume.geometry.dims.end(), dim.begin() + 1);
    for (std::size_t i = 0; i < dim.size(); ++i)
        out.put(16 + 8 * i, dim[i]);
    out.putAll<double>(104, fields.pixdim);
    out.put<std::int64_t>(168, kNifti2MinOffset);
    out.put(176, volume.slope);
    out.put(184, volume.intercept);
    out.put(240, description);
    out.put(344, fields.qformCode);
    out.put(348, fields.sformCode);
    out.putAll<double>(352, fields.quaternion);
    out.putAll<double>(376, fields.qoffset);
    out.putAll<double>(400, fields.srow);
    out.put(500, kUnitsMm);
    return out.take();
}

} // namespace

NiftiPreamble niftiPreamble(const Volume &volume, const QString &description, int code)
{
    const bool first = fitsVersion1(volume);
    const TransformFields fields = transformFor(volume.geometry, first, code);
    const QByteArray text = fittingDescription(description);
    return {first ? version1(volume, text, fields) : version2(volume, text, fields),
            fields.qformCode != 0};
}

} // namespace mrb::volume
