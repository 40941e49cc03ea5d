// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kFolderHasResult = "output_folder_has_a_result";
inline constexpr ErrorCode kFolderInUse = "output_folder_in_use";
inline constexpr ErrorCode kFolderReplaced = "output_folder_replaced";
inline constexpr ErrorCode kFolderNotAFolder = "output_folder_not_a_folder";
inline constexpr ErrorCode kVolumeIsALink = "volume_is_a_link";
} // namespace error_codes

/// Names inside a run's folder.
inline constexpr const char *kRequestFile =
    "request.json"; ///< its override document, where we chose the folder
inline constexpr const char *kResultFile = "result.json";
inline constexpr const char *kJournalFile = "run.json";
inline constexpr const char *kLockFile = "run.lock";
inline constexpr const char *kLogFolder = "logs";

/// Whether a run may write into this folder, without touching it: it may be missing or hold other
/// files, but no result, journal, logs or staged documents: nothing is overwritten. The error says
/// what the folder holds: a finished run, one that is going on, or one that was interrupted.
std::optional<Error> checkFolderIsFree(const std::filesystem::path &folder);

/// A run's folder, held by an exclusive lock for as long as the object lives, so that after a kill
/// anyone can tell "interrupted": the lock is free and the journal has no end state.
class RunFolder
{
public:
    /// Creates the folder where needed, takes the lock, notes the volumes that are already there.
    /// Makes nothing else: whatever else is in the folder of a run has its journal beside it.
    static Result<RunFolder> claim(const std::filesystem::path &folder);
    ~RunFolder();
    RunFolder(RunFolder &&other) noexcept;
    RunFolder &operator=(RunFolder &&) = delete;

    const std::filesystem::path &path() const { return m_path; }

    /// Makes the folders of the logs and of the staged documents; after the first journal.
    Result<> makeFolders() const;

    /// Takes back what claiming and staging made, for a run that never started: folders that were
    /// not there before, and the lock.
    void abandon() const;

    /// An error when another folder, or none, has the name of the claimed one by now. Results of
    /// this run do not belong there.
    std::optional<Error> checkItIsStillThere() const;

    /// Replaces the journal; `state` is preparing, running, measuring or ended.
    Result<> writeJournal(const Json &journal) const;

    /// Non-empty `*.nii*` entries below the folder that were not there, or were different, when it
    /// was claimed; sorted by path. Symbolic links are listed but never followed.
    std::vector<std::filesystem::path> newVolumes() const;

private:
    struct Stamp
    {
        std::uint64_t inode = 0;
        std::int64_t size = 0, modifiedNs = 0, changedNs = 0;
        friend bool operator==(const Stamp &, const Stamp &) = default;
    };
    using Stamps = std::map<std::filesystem::path, Stamp>;

    RunFolder(std::filesystem::path path, std::vector<std::filesystem::path> made, int lock);
    static Stamps volumesIn(const std::filesystem::path &folder);

    std::filesystem::path m_path;
    std::vector<std::filesystem::path> m_made; ///< by this claim, the innermost first
    int m_lock = -1;
    int m_folder = -1; ///< a descriptor, so that its inode is not given to another
    Stamps m_before;
};

enum class RunState { NoRun, Running, Interrupted, Ended };

/// What a run folder says of itself, also after its process was killed.
RunState runStateOf(const std::filesystem::path &folder);

} // namespace mrb::backend
