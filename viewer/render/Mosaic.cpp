// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/Mosaic.h"

#include "backend/base/Text.h"

#include <QString>

#include <algorithm>
#include <cmath>
#include <optional>

namespace mrb::viewer {

namespace {

constexpr QLatin1StringView kOption{"--slices"};

/// Decimal digits only: no sign, no separators.
std::optional<std::int64_t> wholeNumber(QStringView text)
{
    if (text.isEmpty() ||
        !std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; }))
        return std::nullopt;
    bool fits = false;
    const qlonglong number = text.toLongLong(&fits);
    return fits ? std::optional<std::int64_t>(number) : std::nullopt;
}

QString rangeHint(const AxisRun &normal)
{
    return Text::tr("Give indices from 0 to %1, such as \"10,20,30\" or \"10:100:5\" (first, last, "
                    "step), \"n=12\" for that many slices spread evenly, or \"all\".")
        .arg(normal.voxels - 1);
}

Error notUnderstood(QStringView part, const AxisRun &normal)
{
    const QString message =
        part.isEmpty()
            ? Text::tr("%1: a part of the list is empty.").arg(kOption)
            : Text::tr("%1: \"%2\" is not understood.").arg(QString(kOption), part.toString());
    return {error_codes::kSlicesNotUnderstood, message, rangeHint(normal), kOption};
}

Error outside(QStringView number, const AxisRun &normal)
{
    return {error_codes::kSliceOutside,
            Text::tr("%1: there is no slice %2; this axis has the slices 0 to %3.")
                .arg(QString(kOption), number.toString(), QString::number(normal.voxels - 1)),
            rangeHint(normal), kOption};
}

/// "n=count", split at its equals sign.
Result<std::vector<std::int64_t>> parseEven(QStringView part, qsizetype equals,
                                            const AxisRun &normal)
{
    if (part.first(equals).trimmed().compare(u"n", Qt::CaseInsensitive) != 0)
        return notUnderstood(part, normal);
    const auto count = wholeNumber(part.sliced(equals + 1).trimmed());
    if (!count)
        return notUnderstood(part, normal);
    if (*count < 1 || *count > normal.voxels)
        return Error{error_codes::kSliceOutside,
                     Text::tr("%1: \"%2\" must ask for 1 to %3 slices, as many as there are.")
                         .arg(QString(kOption), part.toString(), QString::number(normal.voxels)),
                     rangeHint(normal), kOption};
    return evenSlices(normal, *count);
}

/// "first", "first:last" or "first:last:step".
Result<std::vector<std::int64_t>> parseRange(QStringView part, const AxisRun &normal)
{
    const QList<QStringView> texts = part.split(u':');
    if (texts.size() > 3)
        return notUnderstood(part, normal);
    std::vector<std::int64_t> numbers;
    for (const QStringView text : texts) {
        const auto number = wholeNumber(text.trimmed());
        if (!number)
            return notUnderstood(part, normal);
        if (numbers.size() < 2 && *number >= normal.voxels)
            return outside(text.trimmed(), normal);
        numbers.push_back(*number);
    }
    const std::int64_t first = numbers.front();
    const std::int64_t last = numbers.size() > 1 ? numbers[1] : first;
    const std::int64_t step = numbers.size() > 2 ? numbers[2] : 1;
    if (step < 1)
        return notUnderstood(part, normal);
    const std::int64_t steps = std::abs(last - first) / step;
    std::vector<std::int64_t> slices;
    for (std::int64_t at = 0; at <= steps; ++at)
        slices.push_back(first + (last < first ? -at : at) * step);
    return slices;
}

Result<std::vector<std::int64_t>> parsePart(QStringView part, const AxisRun &normal)
{
    if (part.compare(u"all", Qt::CaseInsensitive) == 0)
        return evenSlices(normal, normal.voxels);
    const qsizetype equals = part.indexOf(u'=');
    return equals < 0 ? parseRange(part, normal) : parseEven(part, equals, normal);
}

} // namespace

Result<std::vector<std::int64_t>> parseSlices(QStringView text, const AxisRun &normal)
{
    std::vector<std::int64_t> slices;
    for (const QStringView part : text.split(u',')) {
        const auto parsed = parsePart(part.trimmed(), normal);
        if (!parsed)
            return parsed.error();
        slices.insert(slices.end(), parsed->begin(), parsed->end());
    }
    return slices;
}

std::vector<std::int64_t> evenSlices(const AxisRun &normal, std::int64_t count)
{
    const std::int64_t voxels = normal.voxels;
    count = std::clamp(count, std::int64_t{1}, voxels);
    const bool fitsInside = 10 * count <= 9 * voxels;
    std::vector<std::int64_t> slices;
    for (std::int64_t cell = 0; cell < count; ++cell) {
        // The slice that the middle of the cell lies in, of `count` equal cells from edge to edge
        // of the axis or of its inner 90 %; in whole numbers, so that rounding has no say.
        const std::int64_t halves = 2 * cell + 1;
        const std::int64_t at = fitsInside ? voxels * (count + 9 * halves) / (20 * count)
                                           : voxels * halves / (2 * count);
        slices.push_back(normal.step > 0 ? at : voxels - 1 - at);
    }
    return slices;
}

GridShape bestGrid(int count, double cellAspect, double pictureAspect)
{
    Q_ASSERT(count > 0 && cellAspect > 0.0 && pictureAspect > 0.0);
    GridShape best;
    double bestHeight = -1.0;
    for (int columns = count; columns >= 1; --columns) {
        const GridShape shape{(count + columns - 1) / columns, columns};
        // Of a cell, in a picture of height 1.
        const double height =
            std::min(1.0 / shape.rows, pictureAspect / (shape.columns * cellAspect));
        const bool larger = height > bestHeight * (1.0 + 1e-9);
        const bool asLarge = height >= bestHeight * (1.0 - 1e-9);
        if (larger || (asLarge && shape.rows * shape.columns < best.rows * best.columns)) {
            best = shape;
            bestHeight = height;
        }
    }
    return best;
}

} // namespace mrb::viewer
