// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"
#include "backend/evidence/OpenEvidence.h"
#include "backend/volume/VolumeRecord.h"

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace mrb::backend {

/// One volume that a record lists, as it was read again.
struct ReadVolume
{
    enum class State {
        Read, ///< see record, which may say that the file is no volume
        LeftOut,
        Missing,
        Refused, ///< a link, or a path that leads out of the run
    };
    State state = State::Missing;
    QString reason; ///< of all but Read, without the name
    volume::VolumeRecord record;

    bool isReadable() const { return state == State::Read && record.readable(); }
};

/// A document that was read, or why it was not.
struct ReadDocument
{
    Json json = Json::object(); ///< an object, also where nothing was read
    std::optional<Error> error;
};

/// The documents and volumes of one run, each read once. Inside evidence only.
struct RunEvidence
{
    EvidenceRun run;
    bool isPack = false; ///< has what a bundle adds to a run's own folder
    ReadDocument record; ///< result.json
    ReadDocument output; ///< output.json of a pack; elsewhere the same as the record
    std::map<std::string, ReadVolume> volumes; ///< by their path in the run's folder

    /// Of a sample; null where its path is none inside the run.
    const ReadVolume *volumeOf(const Json &sample, bool inOutput) const;
};

/// Where a sample's volume is below the run's folder; nothing when its path leads elsewhere.
/// @param inOutput the sample is one of output.json's, whose paths are relative
std::optional<std::string> volumePathOf(const Json &sample, const Json &document, bool inOutput);

/// The samples of a document; an empty list where it has none.
const Json &samplesOf(const Json &document);

/// Reads a document of a run without following a link.
ReadDocument readRunDocument(const std::filesystem::path &file);

/// Reads the documents, and every volume that they list. Volumes of a bundle were hashed when it
/// was opened; they are only inflated again. A stop request ends it early, for the caller to see.
/// @param content of the bundle; null for a run's own folder
RunEvidence readRunEvidence(const EvidenceRun &run, const BundleContent *content,
                            const Json &bundleIndex, const std::stop_token &stop,
                            const std::function<void(std::uint64_t)> &volumeRead);

} // namespace mrb::backend
