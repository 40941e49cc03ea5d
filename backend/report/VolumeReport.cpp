// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/report/RunReport.h"
#include "backend/report/SampleSections.h"
#include "backend/run/SampleRecord.h"
#include "backend/volume/NiftiReader.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VolumeFile.h"
#include "backend/volume/VoxelStatistics.h"

#include <utility>

namespace mrb::backend {

namespace {

namespace fs = std::filesystem;

RunReport emptyReport(const fs::path &file, const QString &description)
{
    RunReport report;
    report.volume = file;
    report.title = toQString(file.filename());
    report.provenance = provenanceOf(description);
    report.disclaimer = Text::tr("%1. Measured for engineering verification only.")
                            .arg(provenanceBanner(report.provenance));
    if (report.provenance == Provenance::Phantom) {
        report.verdict = Text::tr("Demo");
        report.verdictTone = ReportTone::Notice;
        report.verdictText = Text::tr("The file says that the phantom drew it. No run is shown "
                                      "with it, so there are no gates.");
    } else {
        report.verdict = Text::tr("Not judged");
        report.verdictText = Text::tr("No run is known for this file, so there are no gates and "
                                      "no identity; it was measured by the same code as a run.");
    }
    return report;
}

RunReport reportOfNifti(const fs::path &file, const volume::VolumeRecord &record)
{
    RunReport report = emptyReport(file, record.facts ? record.facts->description : QString());
    const Json sample = sampleRecord(record, std::nullopt);
    const bool placed = record.facts &&
                        (record.facts->sformCode > 0 || record.facts->qformCode > 0) &&
                        !record.facts->description.contains(volume::kOrientationUnknownMark);
    if (!placed)
        report.warnings.push_back(
            {Text::tr("The file does not say which way its axes run; left and right may be "
                      "swapped."),
             {},
             Text::tr("Do not rely on the letters at the edges."),
             ReportTone::Notice});
    report.sections = sampleSections(JsonView(&sample),
                                     {.modality = {}, .suffix = {}, .orientationKnown = placed});
    return report;
}

/// What sampleRecord() says of a volume comes from facts, so those of another format are told in
/// the same words; only what NIfTI alone has is left out.
volume::VolumeRecord recordOf(const volume::VolumeFile &read, const std::stop_token &stop)
{
    volume::VolumeRecord record;
    record.path = read.file;
    std::error_code failed;
    if (const std::uintmax_t bytes = fs::file_size(read.file, failed); !failed)
        record.bytes = bytes;
    if (auto hash = sha256OfFile(read.file))
        record.sha256 = *hash;
    const volume::Volume &voxels = read.volume;
    record.facts = volume::NiftiFacts{};
    record.facts->geometry = voxels.geometry;
    record.facts->storedType = voxels.storedType;
    if (stop.stop_requested())
        return record;
    volume::StatisticsAccumulator statistics(voxels.storedType, false, voxels.slope,
                                             voxels.intercept);
    statistics.add(*voxels.voxels);
    record.statistics = statistics.result();
    if (stop.stop_requested())
        return record;
    if (auto measured = volume::measureVolume(voxels))
        record.measurements = *measured;
    else
        record.measurementError = measured.error();
    return record;
}

Error cancelled(const fs::path &file)
{
    return {volume::error_codes::kCancelled,
            Text::tr("Measuring %1 was cancelled.").arg(toQString(file)),
            {},
            toQString(file)};
}

Result<RunReport> reportOfOther(const fs::path &file, const std::stop_token &stop)
{
    const Result<volume::VolumeFile> read = volume::readVolumeFile(file, stop);
    if (!read)
        return read.error();
    Json sample = sampleRecord(recordOf(*read, stop), std::nullopt);
    if (stop.stop_requested())
        return cancelled(file);
    sample.erase("image_header");
    RunReport report = emptyReport(file, read->description);
    report.sections = sampleSections(
        JsonView(&sample),
        {.modality = {}, .suffix = {}, .orientationKnown = read->volume.geometry.orientationKnown});
    ReportSection &about = report.sections.back();
    about.rows.push_back({Text::tr("Format"), read->format, {}, ReportTone::Plain});
    about.rows.push_back({Text::tr("Voxel type"),
                          QString::fromUtf8(volume::scalarName(read->volume.storedType)),
                          {},
                          ReportTone::Plain});
    if (!read->description.isEmpty())
        about.rows.push_back(
            {Text::tr("Description"), tidyText(read->description), {}, ReportTone::Plain});
    for (const Error &note : read->notes)
        report.warnings.push_back({note.message, {}, note.hint, ReportTone::Notice});
    return report;
}

} // namespace

Result<RunReport> reportOfVolume(const fs::path &volume, std::stop_token stop)
{
    const volume::VolumeRecord record =
        volume::inspectNifti(volume, {.keepVoxels = false, .measure = true}, stop);
    if (stop.stop_requested())
        return cancelled(volume);
    if (record.readable())
        return reportOfNifti(volume, record);
    // What is no NIfTI at all may be another format; what is a damaged one may not.
    if (record.error->code == volume::error_codes::kNotNifti)
        return reportOfOther(volume, stop);
    return *record.error;
}

} // namespace mrb::backend
