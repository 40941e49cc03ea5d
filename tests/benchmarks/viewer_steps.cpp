// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// How long a step takes in the real window, from the change to pixels that the X server has taken:
//   viewer_steps FILE [scroll|window|cubic|slab] [row|grid] [REPEATS]
// Prints median, 95th percentile and maximum in ms, and the process's peak memory.
#include "ui/MainWindow.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QScreen>
#include <QTextStream>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

using namespace mrb;

namespace {

/// Waits for as many paints as there are visible slices that change, then for the server.
template <class Change> double stepMs(viewer::Viewer &viewer, const Change &change)
{
    bool painted = false;
    const auto connection = QObject::connect(&viewer.slice(viewer::Plane::Axial),
                                             &viewer::SliceView::painted, [&] { painted = true; });
    QElapsedTimer clock;
    clock.start();
    change();
    while (!painted)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QGuiApplication::sync();
    const double ms = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    QObject::disconnect(connection);
    return ms;
}

QString peakMemory()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith("VmHWM"))
                return QString::fromUtf8(line).simplified();
        }
    }
    return QStringLiteral("peak memory unknown");
}

void waitForVolume(viewer::Viewer &viewer)
{
    QEventLoop loop;
    QObject::connect(&viewer, &viewer::Viewer::volumePainted, &loop, &QEventLoop::quit);
    loop.exec();
    // Histogram and 3-D pane belong to the start, not to the steps.
    QElapsedTimer clock;
    for (clock.start(); clock.elapsed() < 3000;)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 50);
}

std::vector<double> measure(viewer::Viewer &viewer, const QString &mode, int repeats)
{
    viewer::ViewerModel &model = viewer.model();
    viewer::ViewSettings settings = model.settings();
    if (mode == u"cubic")
        settings.interpolation = viewer::Interpolation::Cubic;
    if (mode == u"slab")
        settings.slab = {viewer::SlabMode::Maximum, 20.0};
    model.setSettings(settings);
    const std::int64_t slices =
        model.current()->slices->axes(viewer::Plane::Axial, settings.convention).normal.voxels;
    std::vector<double> times;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        model.stepSlice(viewer::Plane::Axial, -slices);
        for (std::int64_t i = 1; i < slices; ++i)
            times.push_back(stepMs(viewer, [&] {
                if (mode == u"window")
                    model.dragWindow(i % 2 == 0 ? 5.0 : -5.0, i % 3 == 0 ? 3.0 : -1.5);
                else
                    model.stepSlice(viewer::Plane::Axial, 1);
            }));
    }
    std::sort(times.begin(), times.end());
    return times;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2) {
        QTextStream(stderr)
            << "viewer_steps FILE [scroll|window|cubic|slab] [row|grid] [REPEATS]\n";
        return 2;
    }
    const QString mode = arguments.value(2, QStringLiteral("scroll"));
    const bool grid = arguments.value(3) == u"grid";
    ui::MainWindow window;
    window.viewer().setPaneLayout(grid ? viewer::PaneLayout::Grid : viewer::PaneLayout::Row);
    window.openFiles({arguments[1]});
    window.setGeometry(window.screen()->geometry());
    window.show();
    waitForVolume(window.viewer());
    const std::vector<double> times =
        measure(window.viewer(), mode, std::max(arguments.value(4).toInt(), 1));
    const auto at = [&](double fraction) {
        return times[static_cast<std::size_t>(fraction * static_cast<double>(times.size() - 1))];
    };
    QTextStream(stdout) << QStringLiteral(
                               "%1 %2: median %3 ms, p95 %4 ms, max %5 ms, %6 steps; %7\n")
                               .arg(mode, grid ? u"grid" : u"row")
                               .arg(at(0.5), 0, 'f', 1)
                               .arg(at(0.95), 0, 'f', 1)
                               .arg(at(1.0), 0, 'f', 1)
                               .arg(times.size())
                               .arg(peakMemory());
    return 0;
}
