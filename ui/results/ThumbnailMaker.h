// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"

#include <QCache>
#include <QFutureWatcher>
#include <QImage>
#include <QObject>
#include <QSize>
#include <QString>
#include <QThreadPool>

#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

namespace mrb::ui {

inline constexpr const char *kThumbnailFile = "thumbnail.png";
/// Axial, coronal and sagittal beside each other, device pixels.
inline constexpr QSize kThumbnailSize{384, 128};

/// A run's picture, or why there is none.
struct Thumbnail
{
    QImage picture;  ///< null when there is a problem
    QString problem; ///< some words that fit in place of the picture
    QString detail;  ///< the whole sentence, when there is more to say
};

/// Reads the thumbnail in the run's folder, or makes it and stores it there. One that is damaged,
/// or was made from another volume than the run lists now, is made again; where it cannot be
/// stored it is returned all the same. Blocks; any thread, text needs a QGuiApplication.
Thumbnail thumbnailOf(const backend::RunSummary &run, std::stop_token stop = {});

/// Thumbnails for what is on the screen: one at a time in a thread of low priority, those asked for
/// last first. Asking again for what was dropped is how it comes back. GUI thread.
class ThumbnailMaker final : public QObject
{
    Q_OBJECT

public:
    explicit ThumbnailMaker(QObject *parent = nullptr);
    /// Waits for the one under way, which is told to stop.
    ~ThumbnailMaker() override;

    /// What is at hand; otherwise nothing, and made() follows.
    std::optional<Thumbnail> thumbnail(const backend::RunSummary &run);
    /// Forgets what waits; one under way ends without made().
    void cancel();
    /// Also forgets what is at hand, for instance because a disk is back.
    void clear();

    /// More than fit on any screen; beyond it the oldest wish is dropped.
    static constexpr std::size_t kMostWaiting = 128;
    static constexpr qsizetype kCacheKib = 64 * 1024;

Q_SIGNALS:
    void made(const std::filesystem::path &folder);

private:
    struct Wish
    {
        QString key;
        backend::RunSummary run;
    };
    void next();
    void take();

    QCache<QString, Thumbnail> m_cache; ///< cost in KiB
    std::vector<Wish> m_waiting;        ///< the newest at the end
    std::optional<Wish> m_current;      ///< empty: none, or its result is not wanted
    bool m_working = false;
    std::stop_source m_stop;
    QThreadPool m_pool;
    QFutureWatcher<Thumbnail> m_watcher;
};

} // namespace mrb::ui
