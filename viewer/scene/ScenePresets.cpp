// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/ScenePresets.h"

#include "backend/base/Text.h"
#include "viewer/scene/SceneVolume.h"

#include <vtkColorTransferFunction.h>
#include <vtkNew.h>
#include <vtkPiecewiseFunction.h>
#include <vtkVolumeProperty.h>

#include <span>

namespace mrb::viewer {

namespace {

/// at: 0 is the low end of the window, 1 the high end. opacity: of 1/200 of the longest side.
struct Opacity
{
    double at;
    double opacity;
};

struct Colour
{
    double at;
    double red;
    double green;
    double blue;
};

struct Recipe
{
    std::span<const Opacity> opacity;
    std::span<const Colour> colour;
    bool shaded;
    double ambient;
    double diffuse;
    double specular;
    double specularPower;
};

// Chosen by eye on T1-weighted heads, with and without skull.
constexpr Opacity kHeadOpacity[] = {
    {0.10, 0.0}, {0.16, 0.04}, {0.28, 0.55}, {0.45, 0.95}, {1.0, 1.0}};
constexpr Colour kHeadColour[] = {{0.10, 0.84, 0.66, 0.56},
                                  {0.40, 0.93, 0.76, 0.66},
                                  {0.70, 0.98, 0.88, 0.80},
                                  {1.0, 1.0, 0.97, 0.93}};
constexpr Opacity kBrainOpacity[] = {{0.16, 0.0},  {0.30, 0.03}, {0.45, 0.12},
                                     {0.62, 0.30}, {0.80, 0.55}, {1.0, 0.7}};
constexpr Colour kBrainColour[] = {{0.16, 0.72, 0.42, 0.40},
                                   {0.45, 0.92, 0.66, 0.61},
                                   {0.66, 0.98, 0.84, 0.78},
                                   {0.85, 1.0, 0.96, 0.92},
                                   {1.0, 1.0, 1.0, 1.0}};
constexpr Opacity kMipOpacity[] = {{0.0, 0.0}, {0.25, 0.25}, {1.0, 1.0}};
constexpr Colour kMipColour[] = {{0.0, 0.0, 0.0, 0.0}, {1.0, 1.0, 1.0, 1.0}};

Recipe recipeOf(ScenePreset preset)
{
    switch (preset) {
    case ScenePreset::Head:
        return {kHeadOpacity, kHeadColour, true, 0.26, 0.86, 0.14, 12.0};
    case ScenePreset::Brain:
        return {kBrainOpacity, kBrainColour, true, 0.38, 0.85, 0.15, 16.0};
    case ScenePreset::Mip:
        break;
    }
    return {kMipOpacity, kMipColour, false, 1.0, 0.0, 0.0, 1.0};
}

} // namespace

QString scenePresetName(ScenePreset preset)
{
    switch (preset) {
    case ScenePreset::Head:
        return Text::tr("Head");
    case ScenePreset::Brain:
        return Text::tr("Brain");
    case ScenePreset::Mip:
        break;
    }
    return Text::tr("Maximum intensity");
}

void applyPreset(ScenePreset preset, const IntensityWindow &window, const SceneVolume &volume,
                 vtkVolumeProperty &property)
{
    const Recipe recipe = recipeOf(preset);
    const auto valueAt = [&](double at) {
        return volume.valueOf(window.low + at * (window.high - window.low));
    };
    vtkNew<vtkPiecewiseFunction> opacity;
    for (const Opacity &point : recipe.opacity)
        opacity->AddPoint(valueAt(point.at), point.opacity);
    vtkNew<vtkColorTransferFunction> colour;
    for (const Colour &point : recipe.colour)
        colour->AddRGBPoint(valueAt(point.at), point.red, point.green, point.blue);
    property.SetScalarOpacity(opacity);
    property.SetColor(colour);
    // Scene units: the same look for every size of volume.
    property.SetScalarOpacityUnitDistance(kSceneSide / 200.0);
    property.SetInterpolationTypeToLinear();
    property.SetShade(recipe.shaded ? 1 : 0);
    property.SetAmbient(recipe.ambient);
    property.SetDiffuse(recipe.diffuse);
    property.SetSpecular(recipe.specular);
    property.SetSpecularPower(recipe.specularPower);
}

} // namespace mrb::viewer
