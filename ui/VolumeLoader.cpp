// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/VolumeLoader.h"

#include "backend/base/Text.h"
#include "backend/volume/VolumeErrors.h"
#include "viewer/render/SlicePipeline.h"

#include <QFile>
#include <QFileInfo>
#include <QtConcurrentRun>

#include <exception>
#include <utility>

namespace mrb::ui {

namespace {

constexpr int kProgressSteps = 1000;

} // namespace

Result<LoadedVolume> loadVolume(const std::filesystem::path &file, std::stop_token stop,
                                const volume::ReadProgress &progress)
{
    Result<volume::VolumeFile> read = volume::readVolumeFile(file, std::move(stop), progress);
    if (!read)
        return read.error();
    try {
        const viewer::IntensityWindow window = viewer::autoWindow(read->volume);
        volume::Volume drawn = viewer::drawableVolume(read->volume);
        return LoadedVolume{std::move(*read), std::move(drawn), window};
    } catch (const std::exception &) { // nothing but lack of memory is left
        return Error{volume::error_codes::kOutOfMemory,
                     Text::tr("There is not enough memory to show %1").arg(toQString(file)),
                     Text::tr("Close other volumes or programs, or use a larger machine.")};
    }
}

std::filesystem::path absolutePath(const QString &file)
{
    return QFile::encodeName(QFileInfo(file).absoluteFilePath()).toStdString();
}

PendingVolume beginLoading(const std::filesystem::path &file)
{
    const auto read = [](QPromise<LoadResult> &promise, const std::filesystem::path &path,
                         std::stop_token stop) {
        promise.setProgressRange(0, kProgressSteps);
        promise.addResult(std::make_shared<Result<LoadedVolume>>(
            loadVolume(path, std::move(stop), [&promise](double fraction) {
                promise.setProgressValue(static_cast<int>(fraction * kProgressSteps));
            })));
    };
    PendingVolume pending{file, {}, {}};
    pending.future = QtConcurrent::run(read, file, pending.stop.get_token());
    return pending;
}

VolumeLoader::VolumeLoader(QObject *parent) : QObject(parent)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &VolumeLoader::report);
    connect(&m_watcher, &QFutureWatcherBase::progressValueChanged, this,
            [this](int value) { Q_EMIT progressed(m_file, value / double{kProgressSteps}); });
}

VolumeLoader::~VolumeLoader()
{
    m_stop.request_stop();
}

void VolumeLoader::load(std::vector<std::filesystem::path> files,
                        std::optional<PendingVolume> begun)
{
    m_stop.request_stop();
    ++m_run;
    const bool wasLoading = std::exchange(m_loading, false);
    m_waiting.assign(files.begin(), files.end());
    if (m_waiting.empty() && wasLoading)
        Q_EMIT finished();
    if (begun && !m_waiting.empty() && m_waiting.front() == begun->file) {
        m_waiting.pop_front();
        follow(std::move(*begun));
    } else if (!m_waiting.empty()) {
        next();
    }
}

void VolumeLoader::next()
{
    const std::filesystem::path file = std::move(m_waiting.front());
    m_waiting.pop_front();
    follow(beginLoading(file));
}

void VolumeLoader::follow(PendingVolume pending)
{
    m_loading = true;
    m_file = std::move(pending.file);
    m_stop = std::move(pending.stop);
    Q_EMIT progressed(m_file, 0.0);
    // Watching another future forgets the last one with all events it has sent.
    m_watcher.setFuture(pending.future);
}

void VolumeLoader::report()
{
    const quint64 run = m_run;
    {
        // Taken out: what stayed here would keep the voxels after the volume is closed.
        const Result<LoadedVolume> result = std::move(*m_watcher.result());
        if (!m_loading)
            return; // cancelled
        if (result)
            Q_EMIT loaded(*result);
        else
            Q_EMIT failed(result.error());
    }
    if (run != m_run)
        return; // somebody asked for other files meanwhile
    if (!m_waiting.empty()) {
        next();
        return;
    }
    m_loading = false;
    Q_EMIT finished();
}

} // namespace mrb::ui
