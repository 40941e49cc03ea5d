// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/SaveVolume.h"
#include "viewer/widgets/Viewer.h"

#include <QFutureWatcher>
#include <QObject>

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

namespace mrb::ui {

/// What the window does that takes time and ends with a sentence: drawing and saving pictures,
/// saving volumes, counting histograms. Each runs in the thread pool and ends with exactly one
/// signal. What is still under way when this is destroyed is stopped and says nothing. GUI thread.
class BackgroundJobs : public QObject
{
    Q_OBJECT

public:
    explicit BackgroundJobs(QObject *parent = nullptr);
    ~BackgroundJobs() override;

    /// Draws a picture and writes it as PNG.
    void savePicture(std::function<Result<QImage>()> draw, const std::filesystem::path &target);
    /// Draws a picture and puts it into the clipboard.
    void copyPicture(std::function<Result<QImage>()> draw);
    void saveVolume(const volume::Volume &volume, const std::filesystem::path &target,
                    const volume::SaveOptions &options);
    /// Ends with histogramCounted() only.
    void countHistogram(const std::shared_ptr<viewer::VolumeSlices> &volume);

    /// saveVolume() is under way.
    bool isSaving() const { return m_saving > 0; }
    /// Something that the user waits for is under way.
    bool isBusy() const { return m_busy > 0; }
    void cancelSaving();

Q_SIGNALS:
    void succeeded(const QString &message);
    /// Not a failure, but the user should know.
    void noted(const mrb::Error &note);
    void failed(const mrb::Error &error);
    void histogramCounted(const mrb::viewer::VolumeSlices *volume,
                          std::shared_ptr<const mrb::viewer::Histogram> histogram);
    void saveProgressed(double fraction);
    void saveFinished();
    /// isBusy() has ended; after the job's own signal.
    void idle();

private:
    template <class T> void run(QFuture<T> future, std::function<void(const T &)> then);
    void begin() { ++m_busy; }
    void end();
    void reportSaved(const Result<Errors> &result, const std::filesystem::path &target);

    std::stop_source m_stop;
    std::stop_source m_stopSaving;
    int m_saving = 0;
    int m_busy = 0;
};

/// The picture that was ordered, drawn in the calling thread.
Result<QImage> drawOrder(const viewer::PictureOrder &order);

} // namespace mrb::ui
