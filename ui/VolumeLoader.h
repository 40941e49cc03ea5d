// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/Volume.h"
#include "viewer/render/AutoWindow.h"

#include <QFutureWatcher>
#include <QObject>
#include <QString>

#include <filesystem>
#include <stop_token>

namespace mrb::ui {

/// A volume with what is needed to show it.
struct LoadedVolume
{
    std::filesystem::path file;
    volume::Volume volume; ///< as viewer::drawableVolume() gives it
    QString description;   ///< NIfTI's descrip field; empty for other formats
    viewer::IntensityWindow window;
};

/// Reads a volume: NIfTI strictly, NRRD and MetaImage with ITK; told apart by content. Blocks;
/// thread-safe. A stop request ends reading NIfTI with volume::error_codes::kCancelled.
Result<LoadedVolume> loadVolume(const std::filesystem::path &file, std::stop_token stop = {});

/// Reads volumes in a worker thread. Asking for another one drops the one under way, whose result
/// never arrives. Lives in the GUI thread, where its signals come from.
class VolumeLoader : public QObject
{
    Q_OBJECT

public:
    explicit VolumeLoader(QObject *parent = nullptr);
    ~VolumeLoader() override;

    void load(const std::filesystem::path &file);

Q_SIGNALS:
    void loaded(const mrb::ui::LoadedVolume &volume);
    void failed(const mrb::Error &error);

private:
    void report();

    std::stop_source m_stop;
    QFutureWatcher<Result<LoadedVolume>> m_watcher;
};

} // namespace mrb::ui
