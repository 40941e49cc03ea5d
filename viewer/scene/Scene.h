// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/scene/SceneSettings.h"
#include "viewer/scene/SceneVolume.h"
#include "viewer/scene/SceneWindow.h"

#include <vtkNew.h>
#include <vtkSmartPointer.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>

class vtkActor;
class vtkAnnotatedCubeActor;
class vtkImageData;
class vtkImageSlice;
class vtkPolyData;
class vtkRenderer;
class vtkVolume;
class vtkVolumeMapper;

namespace mrb::viewer {

/// The VTK objects of one 3-D picture: volume, three planes with outlines, orientation cube. Lives,
/// works and dies in the thread whose OpenGL context the hooks make current.
class Scene
{
public:
    struct Hooks
    {
        std::function<void()> makeCurrent;
        std::function<bool()> isCurrent;
        const std::atomic<bool> *interrupted = nullptr;
    };

    /// @param castOnCpu take the fixed-point ray caster instead of the graphics card's
    Scene(const Hooks &hooks, bool castOnCpu);
    ~Scene();
    Scene(const Scene &) = delete;
    Scene &operator=(const Scene &) = delete;

    /// The context must be current. False when VTK cannot use it.
    bool initialise();

    /// Null removes the volume.
    void setVolume(std::shared_ptr<const SceneVolume> volume);

    /// Null without a volume, when interrupted and when OpenGL failed.
    /// @param pixels of the picture; those in the settings are only asked for
    QImage draw(const SceneSettings &settings, QSize pixels);

    /// The graphics card's ray caster reported a mistake since the volume was set.
    bool rayCastRefused() const { return m_refused; }

private:
    struct PlaneProps
    {
        vtkNew<vtkImageData> image;
        vtkNew<vtkImageSlice> slice;
        vtkNew<vtkPolyData> outline;
        vtkNew<vtkActor> outlineActor;
        std::size_t normal = 0; ///< voxel axis
        std::optional<std::int64_t> shownSlice;
    };

    void buildPlanes();
    void buildCube();
    void buildLight();
    void updateVolume(const SceneSettings &settings);
    void updateCut(const SceneSettings &settings, const VoxelIndex &cursor);
    void updatePlanes(const SceneSettings &settings, const VoxelIndex &cursor);
    void placePlane(PlaneProps &plane, const VoxelIndex &cursor, const ColourScale &colours);
    void updateCamera(const SceneSettings &settings, QSize pixels);

    std::shared_ptr<const SceneVolume> m_volume;
    bool m_castOnCpu;
    bool m_refused = false;
    std::optional<ScenePreset> m_shownPreset;
    IntensityWindow m_shownWindow; ///< of the volume's transfer functions
    ColourScale m_planeColours;    ///< of the planes' pictures
    vtkNew<vtkRenderer> m_renderer;
    vtkNew<vtkRenderer> m_cubeRenderer;
    vtkNew<vtkAnnotatedCubeActor> m_cube;
    vtkNew<vtkImageData> m_image;
    vtkNew<vtkVolume> m_prop;
    vtkSmartPointer<vtkVolumeMapper> m_mapper;
    std::array<PlaneProps, 3> m_planes; // in the order of kPlanes
    vtkNew<SceneWindow> m_window;       // last: goes first, while what it draws is still there
};

} // namespace mrb::viewer
