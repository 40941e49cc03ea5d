// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/PlaneAxes.h"
#include "viewer/render/ViewSettings.h"

#include <QImage>
#include <QPointF>
#include <QSize>
#include <QString>

#include <array>

namespace mrb::viewer {

/// How the intensities of a volume become opacity and colour, always relative to the window.
enum class ScenePreset {
    Head,  ///< the surface, shaded; opened at the cursor when the planes are shown
    Brain, ///< tissue one can see into, shaded; for volumes without skull, or for what is bright
    Mip    ///< maximum intensity along each ray
};

inline constexpr std::array<ScenePreset, 3> kScenePresets = {ScenePreset::Head, ScenePreset::Brain,
                                                             ScenePreset::Mip};

/// "Head" and so on, translated.
QString scenePresetName(ScenePreset preset);

/// Where the scene is seen from, about the middle of the volume in world directions (RAS); superior
/// is up. The default looks at the face, so the patient's right is on the left of the picture.
struct SceneCamera
{
    double azimuthDegrees = 0.0;   ///< 0 from anterior, 90 from the patient's right
    double elevationDegrees = 0.0; ///< 90 from above, -90 from below
    double zoom = 1.0;             ///< 1 shows all of the volume
    /// Where the volume's middle is, from the picture's middle to the right and downwards, as a
    /// fraction of the picture's smaller side.
    QPointF panFraction = {};

    friend bool operator==(const SceneCamera &, const SceneCamera &) = default;
};

/// From above and a little from the patient's left: shows face, top and side at once.
inline constexpr double kStartAzimuthDegrees = -32.0;
inline constexpr double kStartElevationDegrees = 22.0;
inline constexpr double kLeastZoom = 0.2;
inline constexpr double kGreatestZoom = 20.0;

/// Everything one frame of the scene depends on, but the volume.
struct SceneSettings
{
    ScenePreset preset = ScenePreset::Head;
    bool showVolume = true;
    bool showPlanes = true;
    ColourScale colours;    ///< of the planes; the volume itself follows the window only
    VoxelIndex cursor = {}; ///< where the planes meet; moved to the nearest voxel of the volume
    SceneCamera camera;
    QSize devicePixels;
    bool moving = false; ///< draw fast rather than finely

    friend bool operator==(const SceneSettings &, const SceneSettings &) = default;
};

/// Who casts the rays. Automatic takes the graphics card where OpenGL is not done by the CPU
/// itself.
enum class RayCaster { Automatic, Cpu, Card };

/// What cannot change while a scene lives.
struct SceneOptions
{
    bool threadOfItsOwn =
        true; ///< where the platform allows it; else in the GUI thread's spare time
    RayCaster caster = RayCaster::Automatic;
};

/// One picture of the scene and what it shows.
struct SceneFrame
{
    /// QImage::Format_RGB32. While moving it may have fewer pixels than asked for, never otherwise.
    QImage image;
    SceneSettings settings;
    bool software = false; ///< rays were cast by the CPU
    bool reduced = false;  ///< voxels were averaged to keep the volume small
    double milliseconds = 0.0;
};

} // namespace mrb::viewer
