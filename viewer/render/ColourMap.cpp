// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/ColourMap.h"

#include "backend/base/Text.h"
#include "viewer/render/ColourTables.h"

#include <vtkColorTransferFunction.h>
#include <vtkLookupTable.h>
#include <vtkNew.h>

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

QRgb toRgb(const double *colour)
{
    const auto channel = [colour](std::size_t index) {
        return static_cast<int>(std::lround(std::clamp(colour[index], 0.0, 1.0) * 255.0));
    };
    return qRgb(channel(0), channel(1), channel(2));
}

ColourTable grey()
{
    ColourTable table{};
    for (std::size_t entry = 0; entry < table.size(); ++entry) {
        const int level = static_cast<int>(entry);
        table[entry] = qRgb(level, level, level);
    }
    return table;
}

ColourTable reversed(ColourTable table)
{
    std::reverse(table.begin(), table.end());
    return table;
}

ColourTable sampled(vtkColorTransferFunction *function)
{
    std::array<double, std::size_t{3} * 256> colours{};
    function->GetTable(0.0, 1.0, 256, colours.data());
    ColourTable table{};
    for (std::size_t entry = 0; entry < table.size(); ++entry)
        table[entry] = toRgb(colours.data() + 3 * entry);
    return table;
}

/// What glows: black, red, yellow, white, mixed in CIELAB so that lightness rises all the way.
ColourTable hot()
{
    const vtkNew<vtkColorTransferFunction> function;
    function->SetColorSpaceToLab();
    function->AddRGBPoint(0.0, 0.0, 0.0, 0.0);
    function->AddRGBPoint(0.4, 0.9, 0.0, 0.0);
    function->AddRGBPoint(0.8, 0.9, 0.9, 0.0);
    function->AddRGBPoint(1.0, 1.0, 1.0, 1.0);
    return sampled(function);
}

/// Blue, light grey in the middle, red. The end colours and the space they are mixed in are those
/// of K. Moreland, Diverging Color Maps for Scientific Visualization, 2009.
ColourTable coolToWarm()
{
    const vtkNew<vtkColorTransferFunction> function;
    function->SetColorSpaceToDiverging();
    function->AddRGBPoint(0.0, 0.230, 0.299, 0.754);
    function->AddRGBPoint(1.0, 0.706, 0.016, 0.150);
    return sampled(function);
}

/// From blue through green to red.
ColourTable rainbow()
{
    const vtkNew<vtkLookupTable> hues;
    hues->SetNumberOfTableValues(256);
    hues->SetHueRange(2.0 / 3.0, 0.0);
    hues->SetRampToLinear();
    hues->Build();
    ColourTable table{};
    for (std::size_t entry = 0; entry < table.size(); ++entry) {
        std::array<double, 4> colour{};
        hues->GetTableValue(static_cast<vtkIdType>(entry), colour.data());
        table[entry] = toRgb(colour.data());
    }
    return table;
}

} // namespace

const std::vector<ColourMap> &colourMaps()
{
    static const std::vector<ColourMap> maps = {
        {QStringLiteral("grey"), Text::tr("Grey"), grey()},
        {QStringLiteral("inverted"), Text::tr("Inverted grey"), reversed(grey())},
        {QStringLiteral("viridis"), Text::tr("Viridis"), kViridisColours},
        {QStringLiteral("magma"), Text::tr("Magma"), kMagmaColours},
        {QStringLiteral("inferno"), Text::tr("Inferno"), kInfernoColours},
        {QStringLiteral("plasma"), Text::tr("Plasma"), kPlasmaColours},
        {QStringLiteral("hot"), Text::tr("Hot"), hot()},
        {QStringLiteral("cool-to-warm"), Text::tr("Cool to warm (diverging)"), coolToWarm()},
        {QStringLiteral("rainbow"), Text::tr("Rainbow"), rainbow()},
    };
    return maps;
}

const ColourMap *findColourMap(QStringView id)
{
    const auto &maps = colourMaps();
    const auto found =
        std::find_if(maps.begin(), maps.end(), [id](const ColourMap &map) { return map.id == id; });
    return found == maps.end() ? nullptr : &*found;
}

} // namespace mrb::viewer
