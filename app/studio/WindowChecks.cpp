// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/studio/WindowChecks.h"

#include "backend/base/Text.h"
#include "backend/volume/SaveVolume.h"
#include "ui/MainWindow.h"
#include "ui/Workbench.h"

#include <QEventLoop>
#include <QImage>
#include <QMenuBar>
#include <QPixmap>
#include <QTemporaryDir>
#include <QTimer>

#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

namespace mrb::studio {

namespace {

using Outcome = Check::Outcome;
using Voxel = std::array<std::int64_t, 3>;

constexpr std::int64_t kEdge = 48;  ///< voxels
constexpr double kRadius = 0.45;    ///< of the ball, in edges
constexpr std::int64_t kAside = 10; ///< of the voxels that are looked at, from the middle

/// A ball, dark at its left, back and lower side and bright at the others: what is painted shows
/// which slice it is and that it is no text or frame.
std::int16_t valueAt(const Voxel &at)
{
    double square = 0.0;
    std::int64_t sum = 0;
    for (const std::int64_t index : at) {
        square += std::pow(static_cast<double>(index) / kEdge - 0.5, 2);
        sum += index;
    }
    return square > kRadius * kRadius ? std::int16_t{0} : static_cast<std::int16_t>(50 + 5 * sum);
}

volume::Volume ball()
{
    std::vector<std::int16_t> values;
    for (std::int64_t z = 0; z < kEdge; ++z)
        for (std::int64_t y = 0; y < kEdge; ++y)
            for (std::int64_t x = 0; x < kEdge; ++x)
                values.push_back(valueAt({x, y, z}));
    auto bytes = std::make_shared<std::vector<std::byte>>(values.size() * sizeof(std::int16_t));
    std::memcpy(bytes->data(), values.data(), bytes->size());
    return {.geometry = {.dims = {kEdge, kEdge, kEdge}}, .voxels = bytes};
}

/// Until a signal, or for so long that something must be wrong.
template <class Sender, class... Signals> void waitFor(const Sender &sender, Signals... signal)
{
    QEventLoop loop;
    QTimer limit;
    limit.setSingleShot(true);
    QObject::connect(&limit, &QTimer::timeout, &loop, &QEventLoop::quit);
    (QObject::connect(&sender, signal, &loop, &QEventLoop::quit), ...);
    limit.start(std::chrono::seconds(60));
    loop.exec();
}

/// Mean lightness of some pixels around a place of the window, 0 to 255; nothing outside of it.
std::optional<double> lightnessAt(const QImage &picture, QPointF place)
{
    constexpr int kHalf = 2;
    const QPoint centre = (place * picture.devicePixelRatio()).toPoint();
    const QRect patch(centre - QPoint(kHalf, kHalf), centre + QPoint(kHalf, kHalf));
    if (!picture.rect().contains(patch))
        return {};
    double sum = 0.0;
    for (int y = patch.top(); y <= patch.bottom(); ++y)
        for (int x = patch.left(); x <= patch.right(); ++x)
            sum += qGray(picture.pixel(x, y));
    return sum / (patch.width() * patch.height());
}

/// What a pane shows of a voxel in its slice.
std::optional<double> lightnessOf(const Voxel &at, const viewer::SliceView &pane,
                                  const QImage &window)
{
    const auto point = pane.pointOf(
        {static_cast<double>(at[0]), static_cast<double>(at[1]), static_cast<double>(at[2])});
    return point ? lightnessAt(window, pane.mapTo(pane.window(), *point)) : std::nullopt;
}

/// The plane through the middle has to be darker where the ball is.
QString problemOf(viewer::Viewer &viewer, viewer::Plane plane, std::size_t normal,
                  const QImage &window)
{
    const viewer::SliceView &pane = viewer.slice(plane);
    if (!pane.isVisible())
        return Text::tr("is not shown");
    Voxel dark{}, bright{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        dark[axis] = kEdge / 2 - (axis == normal ? 0 : kAside);
        bright[axis] = kEdge / 2 + (axis == normal ? 0 : kAside);
    }
    const auto darkShown = lightnessOf(dark, pane, window);
    const auto brightShown = lightnessOf(bright, pane, window);
    if (!darkShown || !brightShown)
        return Text::tr("does not show the volume");
    if (*darkShown < 5.0)
        return Text::tr("is blank (lightness %1)").arg(*darkShown, 0, 'f', 0);
    if (*brightShown < *darkShown + 20.0)
        return Text::tr("does not show the volume's values (lightness %1 and %2)")
            .arg(*darkShown, 0, 'f', 0)
            .arg(*brightShown, 0, 'f', 0);
    return {};
}

void checkSlices(ui::MainWindow &window, const Checks &report)
{
    struct Pane
    {
        viewer::Plane plane;
        std::size_t normal;
        QString name;
    };
    const QImage picture = window.grab().toImage();
    for (const Pane &pane : {Pane{viewer::Plane::Axial, 2, Text::tr("axial pane")},
                             Pane{viewer::Plane::Coronal, 1, Text::tr("coronal pane")},
                             Pane{viewer::Plane::Sagittal, 0, Text::tr("sagittal pane")}}) {
        const QString problem = problemOf(window.viewer(), pane.plane, pane.normal, picture);
        if (problem.isEmpty())
            report({Outcome::Passed, pane.name, Text::tr("shows the volume")});
        else
            report({Outcome::Failed, pane.name, problem});
    }
}

bool isOneColour(const QImage &picture)
{
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            if (picture.pixel(x, y) != picture.pixel(0, 0))
                return false;
    return true;
}

/// 3-D needs OpenGL, which not every machine has; the program can do without and says so.
void checkScene(viewer::SceneView &scene, const Checks &report)
{
    const QString name = Text::tr("3-D pane");
    if (scene.unavailableReason().isEmpty() && scene.picture(scene.size()).isNull())
        waitFor(scene, &viewer::SceneView::framePainted, &viewer::SceneView::unavailable);
    const QImage picture = scene.picture(scene.size());
    if (!scene.unavailableReason().isEmpty())
        report({Outcome::Noted, name, scene.unavailableReason().simplified()});
    else if (picture.isNull())
        report({Outcome::Failed, name, Text::tr("no picture came")});
    else if (isOneColour(picture))
        report({Outcome::Failed, name, Text::tr("is blank")});
    else
        report({Outcome::Passed, name, Text::tr("shows the volume")});
}

bool openBall(ui::MainWindow &window, const Checks &report)
{
    const QString name = Text::tr("volume");
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("ball.nii.gz"));
    const auto saved = volume::saveVolume(ball(), file.toStdString(),
                                          {.description = QStringLiteral("self-test, no data")});
    if (!saved) {
        report({Outcome::Failed, name, saved.error().message});
        return false;
    }
    window.openFiles({file});
    waitFor(window, &ui::MainWindow::openingFinished);
    if (window.viewer().model().volumeCount() != 1) {
        report({Outcome::Failed, name, Text::tr("%1 was not opened").arg(file)});
        return false;
    }
    report({Outcome::Passed, name, Text::tr("written, read and opened")});
    return true;
}

} // namespace

void checkWindow(const Checks &report)
{
    ui::MainWindow window;
    const ui::Workbench workbench(window);
    window.resize(1360, 860);
    window.show();
    if (!openBall(window, report))
        return;
    report({Outcome::Passed, Text::tr("window"),
            Text::tr("%1 x %2, %3 menus")
                .arg(window.width())
                .arg(window.height())
                .arg(window.menuBar()->actions().size())});
    checkSlices(window, report);
    checkScene(window.viewer().scene(), report);
}

} // namespace mrb::studio
