// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/failure/FailureCause.h"
#include "backend/run/Provenance.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace mrb::backend {

enum class ReportTone { Plain, Good, Notice, Bad };

/// One entry of a section: a name, a value ("\n" between the lines of a matrix), and what it means
/// where that is not obvious.
struct ReportRow
{
    QString name;
    QString value;
    QString note; ///< may be empty
    ReportTone tone = ReportTone::Plain;
};

struct ReportSection
{
    QString title;
    std::vector<ReportRow> rows;
    QString key = {}; ///< stable, the same for every volume of a run: "geometry"
};

/// One gate of the manifest as it was evaluated.
struct ReportGate
{
    QString path;      ///< "output.all_images_finite"
    QString question;  ///< in words: "Is every voxel a finite number?"
    QString requested; ///< "= true"
    QString observed;
    bool passed = false;
    bool counts = true; ///< false for what a phantom cannot pass: it is no checkout of the model
    QString meaning;    ///< of a failure: what it says and what to do; empty when passed
    QString note;       ///< what the check cannot see; may be empty
};

/// A report as a value: everything the Report dock, and later the report document, shows. All
/// strings are plain text: whoever shows them as HTML escapes them.
struct RunReport
{
    Provenance provenance = Provenance::Unknown;
    QString title;
    QString verdict; ///< overall, in words
    ReportTone verdictTone = ReportTone::Plain;
    QString verdictText;                 ///< a sentence below it
    std::optional<FailureCause> cause;   ///< of a failed run
    std::vector<ReportGate> gates;       ///< empty for a file without a run
    bool gatesAreBuiltIn = false;        ///< false: another manifest's, which pins other things
    std::vector<ReportSection> sections; ///< request, geometry, intensity, measurements, ...
    std::vector<ReportRow> warnings;     ///< name: what; note: advice
    QString disclaimer;
    std::filesystem::path runFolder; ///< empty for a file without a run
    std::filesystem::path volume;    ///< the volume the report is about; may be empty
};

/// What a text becomes before it is shown to others, such as paths without the user's name.
using TextRedaction = std::function<QString(const QString &)>;

/// The report of a run, from its documents. Blocks shortly; any thread.
/// @param redact applied to every string of the documents and of the log before anything is made of
///        them, and to runFolder and volume, which then name files no more; none: as recorded
Result<RunReport> reportOfRun(const std::filesystem::path &runFolder,
                              const TextRedaction &redact = {});

/// The report of a volume that no run claims: read and measured by the same code as a run's.
/// Blocks; any thread.
Result<RunReport> reportOfVolume(const std::filesystem::path &volume, std::stop_token stop = {});

} // namespace mrb::backend
