// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kRunUnderWay = "run_under_way";
/// The desktop has no trash for this folder; nothing was deleted.
inline constexpr ErrorCode kNoTrash = "no_trash";
/// A file in a run's folder is not what its record lists, or there is no record yet.
inline constexpr ErrorCode kNotAsRecorded = "not_as_recorded";
inline constexpr ErrorCode kCannotWatch = "cannot_watch_folder";
} // namespace error_codes

/// The runs below any number of folders, found by their run.json (and result folders without one by
/// their result.json); no import step. Scanning happens in a worker and arrives in batches, so that
/// 10,000 runs stay fluid; what was read before is read again only when its documents changed (time
/// and size). Folders are watched: a new run appears by itself. Links are not followed; a
/// run's own folder is not searched for more. GUI thread.
class RunLibrary final : public QObject
{
    Q_OBJECT

public:
    explicit RunLibrary(QObject *parent = nullptr);
    ~RunLibrary() override;

    /// Replaces the folders and scans.
    void setFolders(std::vector<std::filesystem::path> folders);
    std::vector<std::filesystem::path> folders() const;
    /// Scans again; runs that are gone disappear.
    void refresh();
    /// Reads one run again, for instance when it has ended or was reviewed.
    void refreshRun(const std::filesystem::path &folder);
    bool isScanning() const;

    /// Newest first. The reference is valid until the event loop runs again.
    const std::vector<RunSummary> &runs() const;
    const RunSummary *find(const std::filesystem::path &folder) const;

    /// Stores it in the background; runs() has it at once. A failure comes with failed(), and the
    /// run is read again.
    void setReview(const std::filesystem::path &folder, const Review &review);
    /// Moves the whole run folder to the desktop's trash, in the background. Refuses runs that are
    /// under way.
    void moveToTrash(const std::vector<std::filesystem::path> &folders);

Q_SIGNALS:
    /// Runs were added, removed or reordered: read runs() again.
    void runsChanged();
    void runChanged(const std::filesystem::path &folder);
    void scanFinished();
    void trashed(int runs, quint64 bytes);
    void failed(const mrb::Error &error);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// What is known of where a volume comes from, and the run that says so.
struct VolumeOrigin
{
    Provenance provenance = Provenance::Unknown;
    std::filesystem::path runFolder;  ///< empty: none claims it
    std::optional<Error> note;        ///< for instance: it lies in a run's folder but was changed
    std::optional<std::int64_t> seed; ///< of this volume, where the record says it
};

/// Whether a run's record beside or above the file lists it with the hash that its bytes have: only
/// then it counts as that run's. Hashes the file. Blocks; any thread.
VolumeOrigin originOf(const std::filesystem::path &volume, std::stop_token stop = {});

/// The run that a person means by a path: a run folder, its result.json or run.json, or a volume in
/// it. Empty when there is none. Blocks shortly; any thread.
std::optional<std::filesystem::path> runFolderOf(const std::filesystem::path &path);

} // namespace mrb::backend
