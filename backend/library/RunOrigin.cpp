// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/library/RunLibrary.h"
#include "backend/library/StoredRun.h"

#include <algorithm>
#include <fstream>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// The run whose folder is the file's or the one above it.
std::optional<fs::path> runAround(const fs::path &file)
{
    fs::path folder = file.parent_path();
    for (int level = 0; level < 2 && folder.has_relative_path(); ++level) {
        if (readStoredRun(folder).isRun())
            return folder;
        folder = folder.parent_path();
    }
    return std::nullopt;
}

/// Empty when it cannot be read or `stop` was asked for.
std::string hashOf(const fs::path &file, const std::stop_token &stop)
{
    std::ifstream in(file, std::ios::binary);
    std::vector<char> buffer(std::size_t{1} << 20);
    Sha256 hash;
    while (in && !stop.stop_requested()) {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        const auto got = static_cast<std::size_t>(in.gcount());
        hash.add(std::as_bytes(std::span(buffer.data(), got)));
    }
    return in.eof() ? hash.finish() : std::string();
}

Error notAsRecorded(const QString &what, const QString &hint, const fs::path &volume)
{
    return {error_codes::kNotAsRecorded, what, hint, toQString(volume)};
}

Provenance provenanceOf(const StoredRun &run)
{
    const QString inResult = textAt(run.result.json, {"engine"});
    const QString inJournal = textAt(run.journal.json, {"engine"});
    const QString phantom = QString::fromUtf8(engineName(Engine::Phantom));
    const QString upstream = QString::fromUtf8(engineName(Engine::Upstream));
    if (inResult == phantom || inJournal == phantom)
        return Provenance::Phantom;
    // The reference's results name no engine; it runs nothing but the upstream command.
    const bool isReference =
        !valueAt(run.result.json, {"engine"}) &&
        !textAt(run.result.json, {"invocation", "official_entrypoint"}).isEmpty();
    return inResult == upstream || isReference ? Provenance::ModelRun : Provenance::Unknown;
}

} // namespace

VolumeOrigin originOf(const fs::path &volume, std::stop_token stop)
{
    VolumeOrigin origin;
    std::error_code failed;
    const fs::path file = fs::canonical(volume, failed);
    if (failed || !isPlainFile(file))
        return origin; // who reads the volume says why it cannot
    const std::optional<fs::path> folder = runAround(file);
    if (!folder)
        return origin;
    origin.runFolder = *folder;
    const StoredRun run = readStoredRun(*folder);
    const QString name = toQString(file.filename());
    if (!run.result.isSound()) {
        origin.note = notAsRecorded(
            Text::tr("%1 lies in the folder of a run without a readable result.").arg(name),
            Text::tr("Only a result can say which volumes are the run's."), file);
        return origin;
    }
    const std::vector<ListedVolume> listed = listedVolumes(*folder, run.result.json);
    const std::uintmax_t size = fs::file_size(file, failed);
    // The size alone can already tell that it is another file, without reading all of it.
    const auto mayBe = [size](const ListedVolume &row) { return row.volume.bytes == size; };
    const std::string hash =
        !failed && std::ranges::any_of(listed, mayBe) ? hashOf(file, stop) : std::string();
    if (stop.stop_requested())
        return {};
    const auto own = std::ranges::find_if(listed, [&](const ListedVolume &row) {
        return !hash.empty() && row.volume.sha256 == hash;
    });
    if (own != listed.end()) {
        origin.provenance = provenanceOf(run);
        origin.seed = own->volume.seed;
        return origin;
    }
    const bool isListed = std::ranges::any_of(
        listed, [&](const ListedVolume &row) { return row.recordedName == name; });
    origin.note = notAsRecorded(
        isListed ? Text::tr("%1 is not as the run wrote it: its bytes have changed.").arg(name)
                 : Text::tr("%1 lies in a run's folder, but the run does not list it.").arg(name),
        Text::tr("It is treated as a file of unknown origin."), file);
    return origin;
}

std::optional<fs::path> runFolderOf(const fs::path &path)
{
    std::error_code failed;
    fs::path absolute = fs::absolute(path, failed).lexically_normal();
    if (!absolute.has_filename()) // a slash at the end
        absolute = absolute.parent_path();
    const fs::file_status status = fs::status(absolute, failed);
    if (fs::is_directory(status))
        return readStoredRun(absolute).isRun() ? std::optional(absolute) : std::nullopt;
    return fs::is_regular_file(status) ? runAround(absolute) : std::nullopt;
}

} // namespace mrb::backend
