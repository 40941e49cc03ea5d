// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/run/SampleRecord.h"
#include "backend/volume/NiftiReader.h"

namespace mrb::backend {

ExitCode runInspect(const InspectArguments &arguments)
{
    Json samples = Json::array();
    bool allReadable = true;
    for (const std::string &file : arguments.files) {
        const volume::VolumeRecord record =
            volume::inspectNifti(file, {.keepVoxels = false, .measure = arguments.measure});
        if (!record.readable()) {
            allReadable = false;
            printNote(findingText(Text::tr("error"), *record.error));
        }
        samples.push_back(sampleRecord(record, std::nullopt));
    }
    if (!printDocument(writeJson({{"samples", std::move(samples)}})))
        return ExitCode::NotWritten;
    return allReadable ? ExitCode::Passed : ExitCode::GateFailed;
}

} // namespace mrb::backend
