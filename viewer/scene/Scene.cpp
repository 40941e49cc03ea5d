// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/Scene.h"

#include "viewer/render/PanePainter.h"
#include "viewer/render/PlaneColours.h"
#include "viewer/scene/ScenePlane.h"
#include "viewer/scene/ScenePresets.h"

#include <QColor>

#include <vtkActor.h>
#include <vtkAnnotatedCubeActor.h>
#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkFixedPointVolumeRayCastMapper.h>
#include <vtkGPUVolumeRayCastMapper.h>
#include <vtkImageData.h>
#include <vtkImageProperty.h>
#include <vtkImageSlice.h>
#include <vtkImageSliceMapper.h>
#include <vtkLight.h>
#include <vtkMatrix4x4.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>
#include <vtkUnsignedShortArray.h>
#include <vtkVolume.h>
#include <vtkVolumeProperty.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace mrb::viewer {

namespace {

constexpr double kViewAngleDegrees = 24.0;
/// Half of what zoom 1 shows: a head has air in the corners of its box.
constexpr double kFittedRadius = 0.67 * kSceneSide;
constexpr double kCubeFraction = 0.19; ///< of the picture's smaller side
constexpr double kCubeDistance = 4.0;  ///< of its camera, in edges of the cube
constexpr int kVtkMustNotFree = 1;

double radians(double degrees)
{
    return degrees * std::numbers::pi / 180.0;
}

/// From the middle of the volume to the camera; unit vector in RAS.
std::array<double, 3> towardsCamera(const SceneCamera &camera)
{
    const double azimuth = radians(camera.azimuthDegrees);
    const double elevation = radians(camera.elevationDegrees);
    return {std::sin(azimuth) * std::cos(elevation), std::cos(azimuth) * std::cos(elevation),
            std::sin(elevation)};
}

std::array<double, 3> upOf(const SceneCamera &camera)
{
    const double azimuth = radians(camera.azimuthDegrees);
    const double elevation = radians(camera.elevationDegrees);
    return {-std::sin(azimuth) * std::sin(elevation), -std::cos(azimuth) * std::sin(elevation),
            std::cos(elevation)};
}

std::array<double, 3> cross(const std::array<double, 3> &a, const std::array<double, 3> &b)
{
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

void setBackground(vtkRenderer &renderer, QRgb colour)
{
    const QColor background(colour);
    renderer.SetBackground(background.redF(), background.greenF(), background.blueF());
    renderer.SetBackgroundAlpha(1.0);
}

void setMatrix(vtkProp3D &prop, const std::array<double, 16> &values)
{
    vtkNew<vtkMatrix4x4> matrix;
    matrix->DeepCopy(values.data());
    prop.SetUserMatrix(matrix);
}

VoxelIndex insideOf(const VoxelIndex &cursor, const VoxelIndex &dims)
{
    VoxelIndex inside{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        inside[axis] = std::clamp<std::int64_t>(cursor[axis], 0, dims[axis] - 1);
    return inside;
}

} // namespace

Scene::Scene(const Hooks &hooks, bool castOnCpu) : m_castOnCpu(castOnCpu)
{
    m_window->setContext(hooks.makeCurrent, hooks.isCurrent);
    m_window->setInterrupted(hooks.interrupted);
    m_window->SetNumberOfLayers(2);
    m_window->AddRenderer(m_renderer);
    m_window->AddRenderer(m_cubeRenderer);
    setBackground(*m_renderer, kPictureBackground);
    if (castOnCpu) {
        const auto mapper = vtkSmartPointer<vtkFixedPointVolumeRayCastMapper>::New();
        mapper->AutoAdjustSampleDistancesOff();
        mapper->IntermixIntersectingGeometryOn();
        m_mapper = mapper;
    } else {
        const auto mapper = vtkSmartPointer<vtkGPUVolumeRayCastMapper>::New();
        mapper->AutoAdjustSampleDistancesOff();
        mapper->UseJitteringOn();
        m_mapper = mapper;
        vtkNew<vtkCallbackCommand> refused;
        refused->SetClientData(this);
        refused->SetCallback([](vtkObject *, unsigned long, void *scene, void *) {
            static_cast<Scene *>(scene)->m_refused = true;
        });
        m_mapper->AddObserver(vtkCommand::ErrorEvent, refused);
    }
    m_prop->SetMapper(m_mapper);
    buildLight();
    buildPlanes();
    buildCube();
}

Scene::~Scene()
{
    m_window->RemoveRenderer(m_cubeRenderer);
    m_window->RemoveRenderer(m_renderer);
}

bool Scene::initialise()
{
    if (!m_window->initialise())
        return false;
    // vtkViewport 9.1 remembers the size it last computed its aspect for, and does not initialise
    // that memory: a new renderer in the place of an old one of the same size kept the aspect 1 and
    // rays were cast through a stretched picture. Two different sizes leave something true there.
    for (const int width : {1, 2}) {
        m_window->SetSize(width, 1);
        m_renderer->ComputeAspect();
        m_cubeRenderer->ComputeAspect();
    }
    return true;
}

void Scene::buildLight()
{
    // From above the viewer's left shoulder, so that a surface has a light and a dark side.
    vtkNew<vtkLight> light;
    light->SetLightTypeToCameraLight();
    light->SetPosition(-0.45, 0.55, 1.0);
    light->SetFocalPoint(0.0, 0.0, 0.0);
    m_renderer->AddLight(light);
}

void Scene::buildPlanes()
{
    for (const Plane which : kPlanes) {
        PlaneProps &plane = m_planes[static_cast<std::size_t>(which)];
        vtkNew<vtkImageSliceMapper> mapper;
        mapper->SetInputData(plane.image);
        mapper->BorderOn(); // to the faces of the outer voxels, not to their centres
        plane.slice->SetMapper(mapper);
        vtkImageProperty *look = plane.slice->GetProperty();
        look->SetInterpolationTypeToLinear();
        look->SetColorWindow(255.0);
        look->SetColorLevel(127.5);
        look->SetAmbient(1.0);
        look->SetDiffuse(0.0);

        vtkNew<vtkPolyDataMapper> lines;
        lines->SetInputData(plane.outline);
        plane.outlineActor->SetMapper(lines);
        const QColor colour(planeColour(which));
        vtkProperty *line = plane.outlineActor->GetProperty();
        line->SetColor(colour.redF(), colour.greenF(), colour.blueF());
        line->LightingOff();
    }
}

void Scene::buildCube()
{
    m_cube->SetXPlusFaceText("R");
    m_cube->SetXMinusFaceText("L");
    m_cube->SetYPlusFaceText("A");
    m_cube->SetYMinusFaceText("P");
    m_cube->SetZPlusFaceText("S");
    m_cube->SetZMinusFaceText("I");
    m_cube->SetFaceTextScale(0.62);
    m_cube->SetXFaceTextRotation(0.0);
    m_cube->SetYFaceTextRotation(0.0);
    m_cube->SetZFaceTextRotation(90.0);
    m_cube->GetCubeProperty()->SetColor(0.24, 0.27, 0.32);
    m_cube->GetTextEdgesProperty()->SetColor(0.05, 0.06, 0.08);
    m_cube->SetTextEdgesVisibility(0);
    for (vtkProperty *face : {m_cube->GetXPlusFaceProperty(), m_cube->GetXMinusFaceProperty(),
                              m_cube->GetYPlusFaceProperty(), m_cube->GetYMinusFaceProperty(),
                              m_cube->GetZPlusFaceProperty(), m_cube->GetZMinusFaceProperty()}) {
        face->SetColor(0.95, 0.96, 0.98);
        face->LightingOff();
    }
    m_cubeRenderer->SetLayer(1);
    m_cubeRenderer->InteractiveOff();
    m_cubeRenderer->AddActor(m_cube);
}

void Scene::setVolume(std::shared_ptr<const SceneVolume> volume)
{
    m_renderer->RemoveAllViewProps();
    m_image->Initialize();
    m_volume = std::move(volume);
    m_shownPreset.reset();
    m_refused = false;
    if (!m_volume)
        return;

    const SceneVolume &scene = *m_volume;
    m_image->SetDimensions(scene.dims.data());
    m_image->SetSpacing(scene.spacing.data());
    m_image->SetOrigin(scene.origin.data());
    // VTK's array interface is not const; nothing here writes to its input.
    vtkNew<vtkUnsignedShortArray> values;
    values->SetArray(const_cast<unsigned short *>(scene.voxels.data()),
                     static_cast<vtkIdType>(scene.voxels.size()), kVtkMustNotFree);
    m_image->GetPointData()->SetScalars(values);
    m_mapper->SetInputDataObject(m_image);
    setMatrix(*m_prop, scene.placement.toSceneUnmirrored());
    m_renderer->AddVolume(m_prop);

    for (const Plane which : kPlanes) {
        PlaneProps &plane = m_planes[static_cast<std::size_t>(which)];
        plane.normal = planeAxes(scene.source.geometry, which).normal.voxelAxis;
        plane.shownSlice.reset();
        setMatrix(*plane.slice, scene.placement.toScene());
        setMatrix(*plane.outlineActor, scene.placement.toScene());
        m_renderer->AddViewProp(plane.slice);
        m_renderer->AddActor(plane.outlineActor);
    }
}

QImage Scene::draw(const SceneSettings &settings, QSize pixels)
{
    if (!m_volume || pixels.isEmpty())
        return {};
    const VoxelIndex cursor = insideOf(settings.cursor, m_volume->placement.dims);
    updateVolume(settings);
    updateCut(settings, cursor);
    updatePlanes(settings, cursor);
    updateCamera(settings, pixels);
    m_renderer->SetUseFXAA(!settings.moving);
    m_cubeRenderer->SetUseFXAA(!settings.moving);
    return m_window->draw(pixels);
}

void Scene::updateVolume(const SceneSettings &settings)
{
    m_prop->SetVisibility(settings.showVolume ? 1 : 0);
    if (!settings.showVolume)
        return;
    const bool mip = settings.preset == ScenePreset::Mip;
    m_mapper->SetBlendMode(mip ? vtkVolumeMapper::MAXIMUM_INTENSITY_BLEND
                               : vtkVolumeMapper::COMPOSITE_BLEND);
    // Along a ray, in voxels of the volume that is drawn.
    const double step = *std::min_element(m_volume->spacing.begin(), m_volume->spacing.end());
    const auto distance = static_cast<float>(step * (settings.moving ? 1.5 : 0.75));
    if (auto *cpu = vtkFixedPointVolumeRayCastMapper::SafeDownCast(m_mapper)) {
        cpu->SetSampleDistance(distance);
        cpu->SetImageSampleDistance(1.0F);
    } else if (auto *gpu = vtkGPUVolumeRayCastMapper::SafeDownCast(m_mapper)) {
        gpu->SetSampleDistance(distance);
        gpu->SetImageSampleDistance(1.0F);
    }
    if (m_shownPreset == settings.preset && m_shownWindow == settings.colours.window)
        return;
    applyPreset(settings.preset, settings.colours.window, *m_volume, *m_prop->GetProperty());
    m_shownPreset = settings.preset;
    m_shownWindow = settings.colours.window;
}

/// With planes the head is opened: the eighth between cursor and viewer is left out, so that the
/// slices are seen where they are.
void Scene::updateCut(const SceneSettings &settings, const VoxelIndex &cursor)
{
    const bool open = settings.showPlanes && settings.preset != ScenePreset::Mip;
    m_mapper->SetCropping(open ? 1 : 0);
    if (!open)
        return;
    const ScenePlacement &placement = m_volume->placement;
    const std::array<double, 3> camera = towardsCamera(settings.camera);
    std::array<double, 6> box{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        double facing = 0.0;
        for (std::size_t world = 0; world < 3; ++world)
            facing += camera[world] * placement.directions[axis][world];
        auto at = static_cast<double>(cursor[axis]);
        if (axis == 0 && placement.mirrored) {
            at = static_cast<double>(placement.dims[0] - 1) - at;
            facing = -facing;
        }
        constexpr double kBeyond = 2.0 * kSceneSide;
        // Beyond the slice, because a ray may take a step before it looks for what stops it.
        const double behind = 1.5 * m_volume->spacing[axis];
        const double plane = at * placement.edges[axis];
        box[2 * axis] = facing < 0.0 ? -kBeyond : plane - behind;
        box[2 * axis + 1] = facing < 0.0 ? plane + behind : kBeyond;
    }
    constexpr int kAllRegions = (1 << 27) - 1;
    constexpr int kMiddleRegion = 1 << 13;
    m_mapper->SetCroppingRegionPlanes(box.data());
    m_mapper->SetCroppingRegionFlags(kAllRegions & ~kMiddleRegion);
}

void Scene::updatePlanes(const SceneSettings &settings, const VoxelIndex &cursor)
{
    const bool newColours = m_planeColours != settings.colours;
    m_planeColours = settings.colours;
    // Rays of maximum intensity see through everything; slices in their way would make them lie.
    const bool seeThrough = settings.showVolume && settings.preset == ScenePreset::Mip;
    for (PlaneProps &plane : m_planes) {
        plane.slice->SetVisibility(settings.showPlanes && !seeThrough ? 1 : 0);
        plane.outlineActor->SetVisibility(settings.showPlanes ? 1 : 0);
        if (newColours)
            plane.shownSlice.reset();
        if (settings.showPlanes && plane.shownSlice != cursor[plane.normal])
            placePlane(plane, cursor, settings.colours);
    }
}

void Scene::placePlane(PlaneProps &plane, const VoxelIndex &cursor, const ColourScale &colours)
{
    const ScenePlacement &placement = m_volume->placement;
    const std::size_t normal = plane.normal;
    const ScenePlanePicture picture =
        scenePlanePicture(m_volume->source, normal, cursor[normal], colours);
    std::array<double, 3> origin{};
    std::array<double, 3> spacing{};
    std::array<double, 6> box{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        spacing[axis] = placement.edges[axis] * picture.step[axis];
        box[2 * axis] = -0.5 * placement.edges[axis];
        box[2 * axis + 1] =
            (static_cast<double>(placement.dims[axis]) - 0.5) * placement.edges[axis];
    }
    origin[normal] = static_cast<double>(cursor[normal]) * placement.edges[normal];
    box[2 * normal] = box[2 * normal + 1] = origin[normal];

    vtkNew<vtkUnsignedCharArray> pixels;
    pixels->SetNumberOfComponents(4);
    pixels->SetNumberOfTuples(static_cast<vtkIdType>(picture.rgba.size() / 4));
    std::copy(picture.rgba.begin(), picture.rgba.end(), pixels->GetPointer(0));
    plane.image->SetDimensions(picture.dims.data());
    plane.image->SetSpacing(spacing.data());
    plane.image->SetOrigin(origin.data());
    plane.image->GetPointData()->SetScalars(pixels);
    plane.image->Modified();
    auto *mapper = vtkImageSliceMapper::SafeDownCast(plane.slice->GetMapper());
    mapper->SetOrientation(static_cast<int>(normal));
    mapper->SetSliceNumber(0);

    const std::size_t across = normal == 0 ? 1 : 0;
    const std::size_t up = normal == 2 ? 1 : 2;
    vtkNew<vtkPoints> corners;
    vtkNew<vtkCellArray> lines;
    lines->InsertNextCell(5);
    for (const auto &[column, row] : {std::pair{0U, 0U}, {1U, 0U}, {1U, 1U}, {0U, 1U}}) {
        std::array<double, 3> corner = origin;
        corner[across] = box[2 * across + column];
        corner[up] = box[2 * up + row];
        lines->InsertCellPoint(corners->InsertNextPoint(corner.data()));
    }
    lines->InsertCellPoint(0);
    plane.outline->SetPoints(corners);
    plane.outline->SetLines(lines);
    plane.shownSlice = cursor[normal];
}

void Scene::updateCamera(const SceneSettings &settings, QSize pixels)
{
    const SceneCamera &camera = settings.camera;
    const std::array<double, 3> towards = towardsCamera(camera);
    const std::array<double, 3> up = upOf(camera);
    const std::array<double, 3> right = cross(up, towards);
    const bool tall = pixels.height() > pixels.width();
    const double smaller = std::min(pixels.width(), pixels.height());

    // The camera stays outside the volume; zooming narrows its angle.
    const double distance = kFittedRadius / std::tan(radians(kViewAngleDegrees / 2.0));
    const double zoom = std::clamp(camera.zoom, kLeastZoom, kGreatestZoom);
    const double half = kFittedRadius / zoom;
    std::array<double, 3> focus{};
    std::array<double, 3> position{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        focus[axis] =
            2.0 * half * (up[axis] * camera.panFraction.y() - right[axis] * camera.panFraction.x());
        position[axis] = focus[axis] + distance * towards[axis];
    }
    vtkCamera *view = m_renderer->GetActiveCamera();
    view->SetFocalPoint(focus.data());
    view->SetPosition(position.data());
    view->SetViewUp(up.data());
    view->SetUseHorizontalViewAngle(tall ? 1 : 0);
    view->SetViewAngle(2.0 * std::atan(half / distance) * 180.0 / std::numbers::pi);
    m_renderer->ResetCameraClippingRange();

    const double width = std::max(1.0, smaller / 320.0);
    for (PlaneProps &plane : m_planes)
        plane.outlineActor->GetProperty()->SetLineWidth(static_cast<float>(width));

    vtkCamera *cubeView = m_cubeRenderer->GetActiveCamera();
    cubeView->SetFocalPoint(0.0, 0.0, 0.0);
    cubeView->SetPosition(kCubeDistance * towards[0], kCubeDistance * towards[1],
                          kCubeDistance * towards[2]);
    cubeView->SetViewUp(up.data());
    m_cubeRenderer->SetViewport(0.0, 0.0, kCubeFraction * smaller / pixels.width(),
                                kCubeFraction * smaller / pixels.height());
    m_cubeRenderer->ResetCameraClippingRange();
}

} // namespace mrb::viewer
