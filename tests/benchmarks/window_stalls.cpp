// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// How long the window's event loop stands still while a run floods its log, its large volume is
// loaded and thumbnails of many results are made. Started by window_stalls.py:
//   window_stalls CHECKOUT PYTHON MANIFEST RESULTS REQUEST
#include "ui/MainWindow.h"
#include "ui/Workbench.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/results/ResultsPanel.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTextStream>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

using namespace mrb;

namespace {

/// Sends a message to the GUI thread again and again and notes how long each takes to arrive.
class Watchdog
{
public:
    explicit Watchdog(QObject &receiver)
        : m_thread([this, &receiver](const std::stop_token &stop) { watch(receiver, stop); })
    {
    }

    /// Delays since the last call, in ms, sorted.
    std::vector<double> take()
    {
        const std::scoped_lock lock(m_mutex);
        std::vector<double> delays = std::exchange(m_delays, {});
        std::sort(delays.begin(), delays.end());
        return delays;
    }

private:
    void watch(QObject &receiver, const std::stop_token &stop)
    {
        using Clock = std::chrono::steady_clock;
        while (!stop.stop_requested()) {
            auto arrived = std::make_shared<std::binary_semaphore>(0);
            const auto sent = Clock::now();
            QMetaObject::invokeMethod(
                &receiver, [arrived] { arrived->release(); }, Qt::QueuedConnection);
            while (!arrived->try_acquire_for(std::chrono::milliseconds(100))) {
                if (stop.stop_requested())
                    return;
            }
            const std::chrono::duration<double, std::milli> delay = Clock::now() - sent;
            const std::scoped_lock lock(m_mutex);
            m_delays.push_back(delay.count());
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    std::mutex m_mutex;
    std::vector<double> m_delays;
    std::jthread m_thread;
};

void print(const char *phase, std::vector<double> delays)
{
    QTextStream out(stdout);
    if (delays.empty())
        return;
    const auto at = [&delays](double share) {
        return delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))];
    };
    out << QString::asprintf("%-34s p50 %6.2f  p99 %6.2f  max %7.2f ms  over 50 ms: %d of %d\n",
                             phase, at(0.5), at(0.99), delays.back(),
                             static_cast<int>(std::count_if(delays.begin(), delays.end(),
                                                            [](double ms) { return ms > 50; })),
                             static_cast<int>(delays.size()));
}

template <class Condition> void waitFor(Condition condition)
{
    while (!condition())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
}

void waitMs(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

int thumbnailsIn(const std::vector<backend::RunSummary> &runs)
{
    return static_cast<int>(std::count_if(runs.begin(), runs.end(), [](const auto &run) {
        return std::filesystem::exists(run.folder / "thumbnail.png");
    }));
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mrbrain-studio"));
    ui::MainWindow window;
    ui::Workbench workbench(window);
    Watchdog watchdog(window);
    window.viewer().setPaneLayout(viewer::PaneLayout::Row);
    window.resize(1560, 940);
    window.show();
    waitMs(1500);
    print("start", watchdog.take());

    ui::StudioSettings settings = workbench.settings().settings();
    settings.upstreamRoot = QFile::decodeName(argv[1]);
    settings.python = QFile::decodeName(argv[2]);
    settings.manifest = QFile::decodeName(argv[3]);
    settings.resultsFolder = QFile::decodeName(argv[4]);
    workbench.settings().set(settings);
    workbench.resultsPanel().setLargePictures(true);
    waitFor([&] { return workbench.library().runs().size() >= 200; });
    print("200 results read", watchdog.take());

    QFile request(QFile::decodeName(argv[5]));
    if (!request.open(QIODevice::ReadOnly))
        return 2;
    backend::RunSettings run = settings.runSettings();
    run.overrides = request.readAll().toStdString();
    run.acceptCost = true;
    const QString id = workbench.queue().add({run}).value(0);
    bool ended = false;
    QObject::connect(&workbench.queue(), &backend::RunQueue::ended, &window,
                     [&ended] { ended = true; });
    // Each run becomes visible once, so that its thumbnail is made while the log floods.
    std::size_t row = 0;
    QTimer scroll;
    QObject::connect(&scroll, &QTimer::timeout, &window, [&] {
        const auto &runs = workbench.library().runs();
        if (row < runs.size())
            workbench.resultsPanel().select(runs[row].folder);
        row += 2;
    });
    scroll.start(100);
    waitFor([&] { return ended; });
    print("flood, thumbnails", watchdog.take());
    waitFor([&] { return window.currentFile().string().find("512x512x256") != std::string::npos; });
    waitMs(3000);
    print("512x512x256 shown, thumbnails", watchdog.take());
    waitFor([&] { return row > workbench.library().runs().size(); });
    waitMs(10000);
    print("rest of the thumbnails", watchdog.take());
    QTextStream(stdout) << "thumbnails made: " << thumbnailsIn(workbench.library().runs()) << " of "
                        << workbench.library().runs().size()
                        << "\nverdict: " << workbench.queue().find(id)->overallStatus << "\n";
    return 0;
}
