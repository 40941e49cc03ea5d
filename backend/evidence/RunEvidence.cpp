// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/RunEvidence.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/evidence/EvidencePack.h"
#include "backend/library/StoredRun.h"
#include "backend/volume/NiftiReader.h"

#include <algorithm>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// Whether the bundle's index says that this volume was not exported.
bool isLeftOut(const Json &index, const std::string &run, const std::string &path)
{
    const Json *runs = valueAt(index, {"runs"});
    if (!runs || !runs->is_array())
        return false;
    for (const Json &entry : *runs) {
        const Json *volumes = valueAt(entry, {"volumes"});
        if (textAt(entry, {"name"}).toStdString() != run || !volumes || !volumes->is_array())
            continue;
        return std::ranges::any_of(*volumes, [&path](const Json &volume) {
            const Json *included = valueAt(volume, {"included"});
            return textAt(volume, {"path"}).toStdString() == path && included && *included == false;
        });
    }
    return false;
}

/// No part of the path may be a link: what is verified must be in the run's folder.
bool hasLink(const fs::path &folder, const fs::path &relative)
{
    fs::path at = folder;
    return std::ranges::any_of(relative, [&at](const fs::path &part) {
        at /= part;
        std::error_code failed;
        return fs::is_symlink(fs::symlink_status(at, failed));
    });
}

ReadVolume readVolume(const RunEvidence &evidence, const std::string &path,
                      const BundleContent *content, const Json &index, const std::stop_token &stop)
{
    ReadVolume volume;
    const fs::path file = evidence.run.folder / path;
    std::error_code failed;
    if (hasLink(evidence.run.folder, path)) {
        volume.state = ReadVolume::State::Refused;
        volume.reason = Text::tr("it is a link");
        return volume;
    }
    if (!fs::exists(file, failed)) {
        const bool leftOut = isLeftOut(index, evidence.run.name, path);
        volume.state = leftOut ? ReadVolume::State::LeftOut : ReadVolume::State::Missing;
        volume.reason = leftOut ? Text::tr("volumes were left out") : Text::tr("it is missing");
        return volume;
    }
    volume.state = ReadVolume::State::Read;
    const BundleEntry *entry = nullptr;
    if (content) {
        const std::string name =
            std::string(bundle_file::kRuns) + '/' + evidence.run.name + '/' + path;
        const auto found = std::ranges::find(content->entries, name, &BundleEntry::name);
        entry = found == content->entries.end() ? nullptr : &*found;
    }
    volume.record = volume::readNiftiFile(file, {.hash = entry == nullptr}, stop).record;
    if (entry) {
        volume.record.bytes = entry->bytes;
        volume.record.sha256 = entry->sha256;
    }
    return volume;
}

} // namespace

const Json &samplesOf(const Json &document)
{
    static const Json kNone = Json::array();
    const Json *samples = valueAt(document, {"output", "samples"});
    return samples && samples->is_array() ? *samples : kNone;
}

std::optional<std::string> volumePathOf(const Json &sample, const Json &document, bool inOutput)
{
    const Json *path = valueAt(sample, {"image_path"});
    if (!path || !path->is_string())
        return std::nullopt;
    std::string text = path->get<std::string>();
    if (!inOutput) {
        const Json *folder = valueAt(document, {"output", "directory"});
        if (!folder || !folder->is_string())
            return std::nullopt;
        const std::string start = folder->get<std::string>() + '/';
        if (!text.starts_with(start))
            return std::nullopt;
        text.erase(0, start.size());
    }
    return checkBundleName(text) ? std::nullopt : std::optional(text);
}

const ReadVolume *RunEvidence::volumeOf(const Json &sample, bool inOutput) const
{
    const bool relative = inOutput && isPack;
    const auto path = volumePathOf(sample, relative ? output.json : record.json, relative);
    const auto found = path ? volumes.find(*path) : volumes.end();
    return found == volumes.end() ? nullptr : &found->second;
}

ReadDocument readRunDocument(const fs::path &file)
{
    ReadDocument document;
    std::error_code failed;
    if (fs::is_symlink(fs::symlink_status(file, failed))) {
        document.error = Error{mrb::error_codes::kCannotRead,
                               Text::tr("%1 is a link.").arg(toQString(file.filename()))};
        return document;
    }
    Result<Json> read = readJsonFile(file, kMaxRunDocumentBytes);
    if (!read)
        document.error = read.error();
    else if (!read->is_object())
        document.error = Error{mrb::error_codes::kJsonNotAnObject,
                               Text::tr("%1 is no object.").arg(toQString(file.filename()))};
    else
        document.json = std::move(*read);
    return document;
}

RunEvidence readRunEvidence(const EvidenceRun &run, const BundleContent *content, const Json &index,
                            const std::stop_token &stop,
                            const std::function<void(std::uint64_t)> &volumeRead)
{
    RunEvidence evidence;
    evidence.run = run;
    evidence.record = readRunDocument(run.folder / kResultFile);
    std::error_code failed;
    evidence.isPack = content || fs::exists(run.folder / pack_file::kOutput, failed);
    evidence.output =
        evidence.isPack ? readRunDocument(run.folder / pack_file::kOutput) : evidence.record;
    const auto readAll = [&](const Json &document, bool relative) {
        for (const Json &sample : samplesOf(document)) {
            const auto path = volumePathOf(sample, document, relative);
            if (!path || evidence.volumes.contains(*path) || stop.stop_requested())
                continue;
            const ReadVolume &volume =
                evidence.volumes.emplace(*path, readVolume(evidence, *path, content, index, stop))
                    .first->second;
            if (volumeRead)
                volumeRead(volume.record.bytes.value_or(0));
        }
    };
    readAll(evidence.record.json, false);
    if (evidence.isPack)
        readAll(evidence.output.json, true);
    return evidence;
}

} // namespace mrb::backend
