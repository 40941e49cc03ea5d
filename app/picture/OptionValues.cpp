// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/picture/OptionValues.h"

#include "backend/base/Text.h"
#include "backend/cli/Commands.h"

#include <QStringList>

#include <cmath>
#include <vector>

namespace mrb::picture {

namespace {

Error notUnderstood(const char *option, const std::string &given, const QString &hint)
{
    const QString name = QString::fromLatin1(option);
    return {backend::error_codes::kUsage,
            Text::tr("%1: \"%2\" is not understood").arg(name, QString::fromStdString(given)), hint,
            name};
}

/// Exactly so many finite numbers with a separator between them.
std::optional<std::vector<double>> numbers(const std::string &text, QChar separator,
                                           std::size_t count)
{
    std::vector<double> values;
    for (const QString &part : QString::fromStdString(text).split(separator)) {
        bool isNumber = false;
        const double value = part.trimmed().toDouble(&isNumber); // the C locale's way
        if (!isNumber || !std::isfinite(value))
            return std::nullopt;
        values.push_back(value);
    }
    return values.size() == count ? std::optional(values) : std::nullopt;
}

/// The same for whole numbers of which each is at least the given one.
std::optional<std::vector<int>> wholeNumbers(const std::string &text, QChar separator,
                                             std::size_t count, int least)
{
    std::vector<int> values;
    for (const QString &part : QString::fromStdString(text).split(separator)) {
        bool isNumber = false;
        const int value = part.trimmed().toInt(&isNumber);
        if (!isNumber || value < least)
            return std::nullopt;
        values.push_back(value);
    }
    return values.size() == count ? std::optional(values) : std::nullopt;
}

} // namespace

Result<std::optional<viewer::IntensityWindow>> parseWindow(const std::string &text)
{
    if (text == "auto")
        return std::optional<viewer::IntensityWindow>{};
    const auto ends = numbers(text, u':', 2);
    if (!ends || !((*ends)[0] < (*ends)[1]))
        return notUnderstood("--window", text,
                             Text::tr("Give the intensities of black and white, the lower one "
                                      "first, such as 0:850, or the word auto."));
    return std::optional<viewer::IntensityWindow>({(*ends)[0], (*ends)[1]});
}

Result<viewer::Slab> parseSlab(const std::string &text)
{
    const auto colon = text.find(':');
    const std::string mode = text.substr(0, colon);
    const auto thickness =
        colon == std::string::npos ? std::nullopt : numbers(text.substr(colon + 1), u':', 1);
    const auto slab = [&](viewer::SlabMode slabMode) {
        return viewer::Slab{slabMode, thickness->front()};
    };
    if (thickness && thickness->front() > 0.0) {
        if (mode == "mean")
            return slab(viewer::SlabMode::Mean);
        if (mode == "max")
            return slab(viewer::SlabMode::Maximum);
        if (mode == "min")
            return slab(viewer::SlabMode::Minimum);
    }
    return notUnderstood(
        "--slab", text, Text::tr("Give mean, max or min with a thickness in mm, such as mean:10."));
}

Result<QSize> parseSize(const std::string &text)
{
    const auto edges = wholeNumbers(text, u'x', 2, 1);
    if (!edges)
        return notUnderstood("--size", text,
                             Text::tr("Give width and height in pixels, such as 1200x800."));
    return QSize((*edges)[0], (*edges)[1]);
}

Result<viewer::GridShape> parseGrid(const std::string &text)
{
    constexpr int kMost = 1000;
    const auto counts = wholeNumbers(text, u'x', 2, 1);
    if (!counts || (*counts)[0] > kMost || (*counts)[1] > kMost)
        return notUnderstood(
            "--grid", text,
            Text::tr("Give rows and columns, up to %1 each, such as 4x5.").arg(kMost));
    return viewer::GridShape{(*counts)[0], (*counts)[1]};
}

Result<viewer::VoxelIndex> parseVoxel(const std::string &text)
{
    const auto indices = wholeNumbers(text, u',', 3, 0);
    if (!indices)
        return notUnderstood("--at", text,
                             Text::tr("Give the three indices of a voxel, from 0, such as "
                                      "90,110,64."));
    return viewer::VoxelIndex{(*indices)[0], (*indices)[1], (*indices)[2]};
}

Result<viewer::PointRas> parsePointMm(const std::string &text)
{
    const auto point = numbers(text, u',', 3);
    if (!point)
        return notUnderstood("--at-mm", text,
                             Text::tr("Give millimetres towards right, anterior and superior, such "
                                      "as 0,-20.5,12."));
    return viewer::PointRas{(*point)[0], (*point)[1], (*point)[2]};
}

} // namespace mrb::picture
