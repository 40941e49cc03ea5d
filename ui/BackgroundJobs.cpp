// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/BackgroundJobs.h"

#include "backend/base/Text.h"
#include "backend/volume/VolumeErrors.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QtConcurrentRun>

#include <exception>
#include <utility>

namespace mrb::ui {

namespace {

constexpr int kProgressSteps = 1000;

/// What lets an exception through lacks memory; it must not cross into the GUI thread.
Result<QImage> guarded(const std::function<Result<QImage>()> &draw)
{
    try {
        return draw();
    } catch (const std::exception &) {
        return Error{volume::error_codes::kOutOfMemory,
                     Text::tr("There is not enough memory for the picture"),
                     Text::tr("Make it smaller, or close other volumes or programs.")};
    }
}

Result<QImage> drawAndSave(const std::function<Result<QImage>()> &draw,
                           const std::filesystem::path &target)
{
    Result<QImage> picture = guarded(draw);
    if (!picture)
        return picture;
    if (const Result<> saved = viewer::savePng(*picture, target); !saved)
        return saved.error();
    return picture;
}

} // namespace

Result<QImage> drawOrder(const viewer::PictureOrder &order)
{
    return viewer::composePicture(order.frame, order.parts);
}

BackgroundJobs::BackgroundJobs(QObject *parent) : QObject(parent) {}

BackgroundJobs::~BackgroundJobs()
{
    m_stop.request_stop();
    m_stopSaving.request_stop();
    // Texts of pictures are drawn with fonts that the application takes along.
    for (auto *watcher : findChildren<QFutureWatcherBase *>())
        watcher->waitForFinished();
}

void BackgroundJobs::end()
{
    if (--m_busy == 0)
        Q_EMIT idle();
}

template <class T> void BackgroundJobs::run(QFuture<T> future, std::function<void(const T &)> then)
{
    auto *watcher = new QFutureWatcher<T>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [watcher, then = std::move(then)] {
        watcher->deleteLater();
        then(watcher->result());
    });
    watcher->setFuture(future);
}

void BackgroundJobs::savePicture(std::function<Result<QImage>()> draw,
                                 const std::filesystem::path &target)
{
    begin();
    const auto future = QtConcurrent::run(drawAndSave, std::move(draw), target);
    run<Result<QImage>>(future, [this, target](const Result<QImage> &picture) {
        if (picture)
            Q_EMIT succeeded(tr("Saved %1, %2 × %3 pixels.")
                                 .arg(toQString(target))
                                 .arg(picture->width())
                                 .arg(picture->height()));
        else
            Q_EMIT failed(picture.error());
        end();
    });
}

void BackgroundJobs::copyPicture(std::function<Result<QImage>()> draw)
{
    const auto future = QtConcurrent::run(guarded, std::move(draw));
    run<Result<QImage>>(future, [this](const Result<QImage> &picture) {
        if (!picture) {
            Q_EMIT failed(picture.error());
            return;
        }
        QGuiApplication::clipboard()->setImage(*picture);
        Q_EMIT succeeded(
            tr("Copied a picture of %1 × %2 pixels.").arg(picture->width()).arg(picture->height()));
    });
}

void BackgroundJobs::saveVolume(const volume::Volume &volume, const std::filesystem::path &target,
                                const volume::SaveOptions &options)
{
    begin();
    if (m_saving++ == 0)
        m_stopSaving = std::stop_source();
    const auto save = [](QPromise<Result<Errors>> &promise, const volume::Volume &what,
                         const std::filesystem::path &where, const volume::SaveOptions &how,
                         std::stop_token stop) {
        promise.setProgressRange(0, kProgressSteps);
        promise.addResult(
            volume::saveVolume(what, where, how, std::move(stop), [&promise](double fraction) {
                promise.setProgressValue(static_cast<int>(fraction * kProgressSteps));
            }));
    };
    auto *watcher = new QFutureWatcher<Result<Errors>>(this);
    connect(watcher, &QFutureWatcherBase::progressValueChanged, this,
            [this](int value) { Q_EMIT saveProgressed(value / double{kProgressSteps}); });
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, target] {
        watcher->deleteLater();
        --m_saving;
        Q_EMIT saveFinished();
        reportSaved(watcher->result(), target);
        end();
    });
    watcher->setFuture(QtConcurrent::run(save, volume, target, options, m_stopSaving.get_token()));
    Q_EMIT saveProgressed(0.0);
}

void BackgroundJobs::reportSaved(const Result<Errors> &result, const std::filesystem::path &target)
{
    if (!result) {
        if (result.error().code == volume::error_codes::kCancelled)
            Q_EMIT succeeded(tr("Saving was cancelled; nothing was written."));
        else
            Q_EMIT failed(result.error());
        return;
    }
    Q_EMIT succeeded(tr("Saved %1.").arg(toQString(target)));
    for (const Error &note : *result)
        Q_EMIT noted(note);
}

void BackgroundJobs::cancelSaving()
{
    m_stopSaving.request_stop();
}

void BackgroundJobs::countHistogram(const std::shared_ptr<viewer::VolumeSlices> &volume)
{
    using Counted = std::shared_ptr<const viewer::Histogram>;
    const std::weak_ptr<viewer::VolumeSlices> asked = volume;
    // By the voxels alone: the pipelines are the GUI thread's.
    const auto count = [](const volume::Volume &voxels, std::stop_token stop) -> Counted {
        try {
            return std::make_shared<const viewer::Histogram>(
                viewer::histogramOf(voxels, 256, std::move(stop)));
        } catch (const std::exception &) {
            return nullptr; // not enough memory; windows can be set without it
        }
    };
    run<Counted>(QtConcurrent::run(count, volume->volume(), m_stop.get_token()),
                 [this, asked](const Counted &histogram) {
                     if (const auto still = asked.lock())
                         Q_EMIT histogramCounted(still.get(), histogram);
                 });
}

} // namespace mrb::ui
