// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/scene/SceneSettings.h"

class vtkVolumeProperty;

namespace mrb::viewer {

struct SceneVolume;

/// Sets opacity, colour and shading of a preset for the voxels of a prepared volume.
void applyPreset(ScenePreset preset, const IntensityWindow &window, const SceneVolume &volume,
                 vtkVolumeProperty &property);

} // namespace mrb::viewer
