// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/VolumeFile.h"
#include "viewer/render/AutoWindow.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace mrb::ui {

/// A volume with what is needed to show it.
struct LoadedVolume
{
    volume::VolumeFile file; ///< as stored
    volume::Volume drawn;    ///< as viewer::drawableVolume() gives it; mostly the same voxels
    viewer::IntensityWindow window;
};

/// Reads a volume and finds its window. Blocks; thread-safe; a stop request ends it.
Result<LoadedVolume> loadVolume(const std::filesystem::path &file, std::stop_token stop = {},
                                const volume::ReadProgress &progress = {});

/// A file as the user names it, relative to the current folder.
std::filesystem::path absolutePath(const QString &file);

/// Shared, so that it can be emptied where it lies: QFuture::takeResult() resets a future whose
/// QPromise the worker may be about to destroy, which then reports a second, empty end (Qt 6.4).
using LoadResult = std::shared_ptr<Result<LoadedVolume>>;

/// A volume that is being read in a worker thread, whoever waits for it.
struct PendingVolume
{
    std::filesystem::path file;
    std::stop_source stop;
    QFuture<LoadResult> future;
};

/// Begins to read at once; needs no application object, so that a program can begin with it.
PendingVolume beginLoading(const std::filesystem::path &file);

/// Reads volumes one after the other in a worker thread. Asking for others drops the one under way
/// and those still waiting, whose results never arrive. Lives in the GUI thread, where its signals
/// come from.
class VolumeLoader : public QObject
{
    Q_OBJECT

public:
    explicit VolumeLoader(QObject *parent = nullptr);
    ~VolumeLoader() override;

    /// @param begun the first of the files, where it is being read already
    void load(std::vector<std::filesystem::path> files, std::optional<PendingVolume> begun = {});
    void cancel() { load({}); }
    bool isLoading() const { return m_loading; }

Q_SIGNALS:
    /// Begins with 0 for every file.
    void progressed(const std::filesystem::path &file, double fraction);
    void loaded(const mrb::ui::LoadedVolume &volume);
    void failed(const mrb::Error &error);
    /// After the last one, and after cancel().
    void finished();

private:
    void next();
    void follow(PendingVolume pending);
    void report();

    std::deque<std::filesystem::path> m_waiting;
    std::filesystem::path m_file; ///< being read
    std::stop_source m_stop;
    bool m_loading = false;
    quint64 m_run = 0; ///< counts calls of load()
    QFutureWatcher<LoadResult> m_watcher;
};

} // namespace mrb::ui
