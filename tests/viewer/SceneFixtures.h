// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "SyntheticVolume.h"
#include "viewer/scene/SceneRenderer.h"

#include <QColor>
#include <QEventLoop>
#include <QImage>
#include <QPointF>
#include <QTimer>

#include <functional>
#include <optional>

/// A volume with one bright block, and where that block is in a picture.
namespace mrb::tests {

inline constexpr Ras kSceneDims = {30, 34, 26};

/// 0 but for a block of 1000 far to the right, in front and above.
inline volume::Volume markedVolume(const Orientation &orientation = {})
{
    constexpr Ras kFirst = {21, 23, 17};
    constexpr Ras kLast = {26, 29, 22};
    const auto &[towards, sign] = orientation;
    const std::array<std::int64_t, 3> dims = {kSceneDims[towards[0]], kSceneDims[towards[1]],
                                              kSceneDims[towards[2]]};
    std::vector<std::int16_t> values;
    std::array<std::int64_t, 3> index{};
    for (index[2] = 0; index[2] < dims[2]; ++index[2])
        for (index[1] = 0; index[1] < dims[1]; ++index[1])
            for (index[0] = 0; index[0] < dims[0]; ++index[0]) {
                bool inside = true;
                for (std::size_t axis = 0; axis < 3; ++axis) {
                    const std::int64_t at =
                        sign[axis] > 0 ? index[axis] : dims[axis] - 1 - index[axis];
                    inside = inside && at >= kFirst[towards[axis]] && at <= kLast[towards[axis]];
                }
                values.push_back(inside ? 1000 : 0);
            }
    volume::Volume volume = makeVolume(volume::ScalarType::Int16, dims, values);
    volume.geometry.affineRas = {};
    volume.geometry.affineRas[15] = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis)
        volume.geometry.affineRas[4 * towards[axis] + axis] = sign[axis];
    return volume;
}

/// A voxel of the block's middle, as stored.
inline viewer::VoxelIndex markedVoxel(const Orientation &orientation)
{
    constexpr Ras kMiddle = {24, 26, 20};
    viewer::VoxelIndex voxel{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::size_t towards = orientation.towards[axis];
        voxel[axis] = orientation.sign[axis] > 0 ? kMiddle[towards]
                                                 : kSceneDims[towards] - 1 - kMiddle[towards];
    }
    return voxel;
}

/// From the front, volume only.
inline viewer::SceneSettings plainSettings(QSize pixels = {240, 200})
{
    viewer::SceneSettings settings;
    settings.showPlanes = false;
    settings.colours.window = {0.0, 1000.0};
    settings.devicePixels = pixels;
    return settings;
}

/// Mean position of the pixels that `counts` accepts, from the middle of the picture in fractions
/// of its smaller side, to the right and upwards. The corner with the orientation cube is left out.
inline std::optional<QPointF> centreOf(const QImage &image, const std::function<bool(QRgb)> &counts)
{
    const int side = std::min(image.width(), image.height());
    QPointF sum;
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            if (x < side / 5 + 1 && y > image.height() - side / 5 - 2)
                continue;
            if (!counts(image.pixel(x, y)))
                continue;
            sum += QPointF(x, y);
            ++count;
        }
    if (count < 8)
        return std::nullopt;
    const QPointF mean = sum / count;
    return QPointF(mean.x() - image.width() / 2.0, image.height() / 2.0 - mean.y()) / side;
}

inline bool isBright(QRgb pixel)
{
    return qGray(pixel) > 70;
}

/// Waits for the next frame; its image is null after half a minute without one.
inline viewer::SceneFrame nextFrame(viewer::SceneRenderer &renderer,
                                    const viewer::SceneSettings &settings)
{
    viewer::SceneFrame frame;
    QEventLoop loop;
    QObject::connect(&renderer, &viewer::SceneRenderer::frameReady, &loop,
                     [&](const viewer::SceneFrame &drawn) {
                         if (drawn.settings != settings)
                             return;
                         frame = drawn;
                         loop.quit();
                     });
    QObject::connect(&renderer, &viewer::SceneRenderer::unavailable, &loop, &QEventLoop::quit);
    QTimer::singleShot(30000, &loop, &QEventLoop::quit);
    renderer.request(settings);
    loop.exec();
    return frame;
}

} // namespace mrb::tests
