// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/VolumeLoader.h"

#include "backend/base/Text.h"
#include "backend/volume/NiftiReader.h"
#include "backend/volume/OtherFormats.h"
#include "backend/volume/VolumeErrors.h"
#include "viewer/render/SlicePipeline.h"

#include <QtConcurrentRun>

#include <exception>
#include <utility>

namespace mrb::ui {

namespace {

LoadedVolume shownAs(const std::filesystem::path &file, const volume::Volume &volume,
                     const QString &description)
{
    return {file, viewer::drawableVolume(volume), description, viewer::autoWindow(volume)};
}

Result<LoadedVolume> load(const std::filesystem::path &file, std::stop_token stop)
{
    const volume::NiftiReadout readout = volume::readNiftiFile(file, true, std::move(stop));
    if (readout.volume && readout.record.facts)
        return shownAs(file, *readout.volume, readout.record.facts->description);
    const Error niftiError = *readout.record.error;
    if (niftiError.code != volume::error_codes::kNotNifti)
        return niftiError;
    const Result<volume::Volume> other = volume::readWithItk(file);
    if (!other) {
        // A file that claims to be NIfTI by name is better told what its header lacks.
        const std::string name = file.filename().string();
        const bool saysNifti = name.ends_with(".nii") || name.ends_with(".nii.gz");
        return saysNifti ? niftiError : other.error();
    }
    return shownAs(file, *other, {});
}

} // namespace

Result<LoadedVolume> loadVolume(const std::filesystem::path &file, std::stop_token stop)
{
    try {
        return load(file, std::move(stop));
    } catch (const std::exception &) { // what the readers let through is lack of memory
        return Error{volume::error_codes::kOutOfMemory,
                     Text::tr("There is not enough memory to show %1").arg(toQString(file)),
                     Text::tr("Close other programs or use a larger machine.")};
    }
}

VolumeLoader::VolumeLoader(QObject *parent) : QObject(parent)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &VolumeLoader::report);
}

VolumeLoader::~VolumeLoader()
{
    m_stop.request_stop();
}

void VolumeLoader::load(const std::filesystem::path &file)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    // Watching another future forgets the last one with all events it has sent.
    m_watcher.setFuture(QtConcurrent::run(loadVolume, file, m_stop.get_token()));
}

void VolumeLoader::report()
{
    const Result<LoadedVolume> result = m_watcher.result();
    if (result)
        Q_EMIT loaded(*result);
    else
        Q_EMIT failed(result.error());
}

} // namespace mrb::ui
