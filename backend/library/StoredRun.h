// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/library/RunSummary.h"

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace mrb::backend {

// What lies in a run's folder, read without trusting it. For the library and for evidence.

/// Largest run.json or result.json that is read.
inline constexpr std::size_t kMaxRunDocumentBytes = std::size_t{4} << 20;

/// A value inside a document by its path; null when it is missing or something on the way is no
/// object.
const Json *valueAt(const Json &document, std::initializer_list<std::string_view> path);
/// Empty for anything but a string; very long ones are cut.
QString textAt(const Json &document, std::initializer_list<std::string_view> path);
std::optional<std::int64_t> integerAt(const Json &document,
                                      std::initializer_list<std::string_view> path);
std::optional<double> numberAt(const Json &document, std::initializer_list<std::string_view> path);

struct StoredDocument
{
    enum class Kind {
        Absent,
        Foreign, ///< a file of that name which no run wrote
        Damaged, ///< see error
        Sound,
    };
    Kind kind = Kind::Absent;
    Json json = Json::object(); ///< an object, also where nothing was read
    std::optional<Error> error; ///< of a damaged one, or that it is newer
    bool isRuns() const { return kind == Kind::Damaged || kind == Kind::Sound; }
    bool isSound() const { return kind == Kind::Sound; }
};

/// The two documents of a run. Links are not followed: a link in their place counts as absent.
struct StoredRun
{
    StoredDocument journal;
    StoredDocument result;
    bool isRun() const { return journal.isRuns() || result.isRuns(); }
};

StoredRun readStoredRun(const std::filesystem::path &folder);
Error noRunHere(const std::filesystem::path &folder);

/// All volumes that the result lists; the path is empty where the file is not below the folder.
/// Only the part of a recorded path that lies inside the run counts.
struct ListedVolume
{
    RunVolume volume;
    QString recordedName;
    std::size_t sample = 0; ///< its place in output.samples, of which some may name no volume
};
std::vector<ListedVolume> listedVolumes(const std::filesystem::path &folder, const Json &result);

/// The values of the staged model config that upstream was given; an empty object without one.
Json stagedBlock(const std::filesystem::path &folder, const StoredRun &run);

/// Whether a regular file, not a link, has this name.
bool isPlainFile(const std::filesystem::path &path);
/// Of everything below the folder, without following links.
std::uint64_t bytesBelow(const std::filesystem::path &folder);

} // namespace mrb::backend
