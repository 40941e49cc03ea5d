// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/run/Provenance.h"
#include "backend/run/RunDocuments.h"
#include "backend/volume/SaveVolume.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VolumeFile.h"

namespace mrb::backend {

namespace {

/// What can be refused before the file is read.
std::optional<Error> targetProblem(const ConvertArguments &arguments)
{
    const std::filesystem::path target = arguments.output;
    if (auto same = sameFileProblem(arguments.file, target))
        return same;
    std::error_code ignored; // what cannot be looked at cannot be written either, which says why
    if (!arguments.overwrite && std::filesystem::exists(target, ignored))
        return Error{error_codes::kFileExists, Text::tr("%1 exists").arg(toQString(target)),
                     Text::tr("Name another file after -o, or give --overwrite."),
                     QStringLiteral("--output")};
    return std::nullopt;
}

Json convertedDocument(const ConvertArguments &arguments, const volume::VolumeFile &read,
                       const Errors &warnings)
{
    const volume::VolumeGeometry &geometry = read.volume.geometry;
    return {{"volume", arguments.output},
            {"source", arguments.file},
            {"source_format", read.format.toStdString()},
            {"shape", geometry.dims},
            {"spacing", geometry.spacingMm},
            {"type", volume::scalarName(read.volume.storedType)},
            {"provenance", provenanceBanner(provenanceOf(read.description)).toStdString()},
            {"warnings", toJson(warnings)}};
}

} // namespace

ExitCode runConvert(const ConvertArguments &arguments)
{
    if (const auto problem = targetProblem(arguments))
        return refuse(Text::tr("usage"), {*problem});
    const Result<volume::VolumeFile> read = volume::readVolumeFile(arguments.file);
    if (!read)
        return refuse(Text::tr("volume not readable"), {read.error()}, ExitCode::GateFailed);
    const Result<Errors> saved =
        volume::saveVolume(read->volume, arguments.output,
                           {.description = read->description,
                            .spaceCode = read->spaceCode,
                            .compressionLevel = arguments.compressionLevel});
    if (!saved) {
        const bool usage = saved.error().code == volume::error_codes::kUnknownExtension;
        return refuse(usage ? Text::tr("usage") : Text::tr("volume not written"), {saved.error()},
                      usage ? ExitCode::Refused : ExitCode::NotWritten);
    }
    Errors warnings = read->notes;
    warnings.insert(warnings.end(), saved->begin(), saved->end());
    for (const Error &warning : warnings)
        printNote(findingText(Text::tr("warning"), warning));
    return printDocument(writeJson(convertedDocument(arguments, *read, warnings)))
               ? ExitCode::Passed
               : ExitCode::NotWritten;
}

} // namespace mrb::backend
