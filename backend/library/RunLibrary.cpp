// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RunLibrary.h"

#include "backend/base/Text.h"
#include "backend/library/JobThread.h"
#include "backend/library/RunList.h"
#include "backend/library/RunTrash.h"

#include <QFileSystemWatcher>
#include <QMetaObject>
#include <QTimer>

#include <algorithm>
#include <set>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr int kAnnounceMs = 200; // runsChanged() comes at most this often
constexpr int kSettleMs = 300;   // a run makes several files; look once
constexpr std::size_t kMostWatchedRuns = 64;

fs::path plain(const fs::path &folder)
{
    std::error_code failed;
    const fs::path absolute = fs::absolute(folder, failed).lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
}

/// The path below the folder ("." for itself), or nothing when it is elsewhere.
std::optional<fs::path> below(const fs::path &path, const fs::path &folder)
{
    const fs::path relative = path.lexically_relative(folder);
    if (relative.empty() || *relative.begin() == "..")
        return std::nullopt;
    return relative;
}

} // namespace

struct RunLibrary::State
{
    explicit State(RunLibrary *library);
    ~State() { scanStop.request_stop(); }

    /// Runs `function` in the library's thread. Any thread.
    template <class Function> void inLibrary(Function function)
    {
        QMetaObject::invokeMethod(owner, std::move(function), Qt::QueuedConnection);
    }

    fs::path realFolder(const fs::path &folder) const;
    bool isOurs(const fs::path &folder) const;

    void startScan();
    void useFolders(const std::vector<LibraryFolder> &resolved);
    void takeBatch(const std::vector<ReadRun> &batch);
    void endScan(const ScanEnd &end);
    QStringList foldersToWatch(const std::vector<fs::path> &fromScan) const;
    bool updateWatches(const std::vector<fs::path> &fromScan);
    void noteChange(const fs::path &folder);
    void lookAtChanges();
    void lookForMissing();
    void takeRefreshed(const std::optional<ReadRun> &run, const std::string &key, std::uint64_t at);
    void announce();
    void flush();
    void storeReview(const fs::path &folder, const Review &review);
    void endTrash(const TrashOutcome &outcome, std::uint64_t at);

    RunLibrary *owner;
    std::vector<fs::path> given;
    std::vector<LibraryFolder> folders; ///< the given ones, once a worker has looked at them
    RunList list;

    bool scanning = false;
    bool scanAgain = false;
    std::stop_source scanStop;
    QTimer announceTimer;
    bool announcePending = false;

    QFileSystemWatcher watcher;
    QTimer settleTimer;
    std::set<fs::path> changedRuns;
    bool foldersChanged = false;
    bool aboveChanged = false;
    bool saidCannotWatch = false;

    SummaryCache cache;
    // Last, so that they end before what they work on.
    JobThread scans;
    JobThread stores; ///< single readings, reviews, trash: in order
};

RunLibrary::State::State(RunLibrary *library) : owner(library)
{
    announceTimer.setSingleShot(true);
    announceTimer.setInterval(kAnnounceMs);
    QObject::connect(&announceTimer, &QTimer::timeout, owner, [this] {
        if (std::exchange(announcePending, false))
            announce();
    });
    settleTimer.setSingleShot(true);
    settleTimer.setInterval(kSettleMs);
    QObject::connect(&settleTimer, &QTimer::timeout, owner, [this] { lookAtChanges(); });
    QObject::connect(&watcher, &QFileSystemWatcher::directoryChanged, owner,
                     [this](const QString &path) { noteChange(path.toStdString()); });
}

fs::path RunLibrary::State::realFolder(const fs::path &folder) const
{
    const fs::path path = plain(folder);
    if (list.find(keyOf(path)))
        return path;
    for (const LibraryFolder &library : folders)
        if (const auto relative = below(path, library.given))
            return plain(library.real / *relative);
    return path;
}

bool RunLibrary::State::isOurs(const fs::path &folder) const
{
    return std::ranges::any_of(folders, [&folder](const LibraryFolder &library) {
        return library.aboveMissing.empty() && below(folder, library.real);
    });
}

void RunLibrary::State::startScan()
{
    scanning = true;
    scanAgain = false;
    scanStop = std::stop_source();
    ScanOrder order{.folders = {}, .known = list.keys()};
    scans.post(
        [this, order = std::move(order), paths = given, stop = scanStop.get_token()]() mutable {
            order.folders = resolveFolders(paths);
            inLibrary([this, resolved = order.folders, stop] {
                if (!stop.stop_requested())
                    useFolders(resolved);
            });
            const ScanEnd end = scanRuns(order, cache, stop, [this](std::vector<ReadRun> batch) {
                inLibrary([this, batch = std::move(batch)] { takeBatch(batch); });
            });
            inLibrary([this, end] { endScan(end); });
        });
}

/// Runs below folders that are no longer the library's go at once.
void RunLibrary::State::useFolders(const std::vector<LibraryFolder> &resolved)
{
    folders = resolved;
    for (const RunSummary &run : list.runs())
        if (!isOurs(run.folder))
            list.leave(keyOf(run.folder));
    announce();
}

void RunLibrary::State::takeBatch(const std::vector<ReadRun> &batch)
{
    // A search in folders that are no longer the library's may still be ending.
    for (const ReadRun &run : batch)
        if (isOurs(run.summary->folder))
            list.accept(run);
    announce();
}

void RunLibrary::State::endScan(const ScanEnd &end)
{
    bool watchesMore = false;
    if (!end.stopped) {
        list.keepSeen(end.seen, end.startedAt);
        flush();
        // What happened in a folder before it was watched is seen by one more look.
        watchesMore = updateWatches(end.toWatch);
    }
    if (scanAgain || watchesMore) {
        startScan();
        return;
    }
    scanning = false;
    Q_EMIT owner->scanFinished();
}

QStringList RunLibrary::State::foldersToWatch(const std::vector<fs::path> &fromScan) const
{
    QStringList wanted;
    for (const fs::path &folder : fromScan)
        wanted << toQString(folder);
    for (const LibraryFolder &folder : folders)
        if (!folder.aboveMissing.empty())
            wanted << toQString(folder.aboveMissing);
    std::size_t runs = 0;
    for (const RunSummary &run : list.runs())
        if (run.state == RunState::Running && runs++ < kMostWatchedRuns)
            wanted << toQString(run.folder);
    wanted.removeDuplicates();
    return wanted;
}

/// Whether a folder is watched now that was not before.
bool RunLibrary::State::updateWatches(const std::vector<fs::path> &fromScan)
{
    const QStringList wanted = foldersToWatch(fromScan);
    const QStringList watchedBefore = watcher.directories();
    QStringList noLonger;
    for (const QString &path : watchedBefore)
        if (!wanted.contains(path))
            noLonger << path;
    if (!noLonger.isEmpty())
        watcher.removePaths(noLonger);
    QStringList more;
    for (const QString &path : wanted)
        if (!watchedBefore.contains(path))
            more << path;
    if (more.isEmpty())
        return false;
    const QStringList refused = watcher.addPaths(more);
    std::error_code ignored;
    // A folder that is already gone again needs no watch.
    if (!refused.isEmpty() && fs::exists(refused.first().toStdString(), ignored) &&
        !std::exchange(saidCannotWatch, true)) {
        Q_EMIT owner->failed({error_codes::kCannotWatch,
                              Text::tr("%1 cannot be watched for new runs.").arg(refused.first()),
                              Text::tr("Refresh the results by hand, or raise the system's limit "
                                       "of watched folders."),
                              refused.first()});
    }
    return refused.size() < more.size();
}

void RunLibrary::State::noteChange(const fs::path &folder)
{
    if (list.find(keyOf(folder)))
        changedRuns.insert(folder);
    else if (isOurs(folder))
        foldersChanged = true;
    else
        aboveChanged = true;
    if (!settleTimer.isActive())
        settleTimer.start();
}

void RunLibrary::State::lookAtChanges()
{
    const auto changed = std::exchange(changedRuns, {});
    const bool missingMayExist = std::exchange(aboveChanged, false);
    if (std::exchange(foldersChanged, false)) {
        owner->refresh(); // that includes the rest
        return;
    }
    for (const fs::path &folder : changed)
        owner->refreshRun(folder);
    if (missingMayExist)
        lookForMissing();
}

void RunLibrary::State::lookForMissing()
{
    stores.post([this, missing = folders] {
        for (const LibraryFolder &folder : missing) {
            std::error_code ignored;
            if (folder.aboveMissing.empty())
                continue;
            // A folder on the way to it counts as well: it is the one to watch then.
            if (fs::is_directory(folder.given, ignored) ||
                !fs::is_directory(folder.aboveMissing, ignored) ||
                resolveFolders({folder.given}).front().aboveMissing != folder.aboveMissing) {
                inLibrary([this] { owner->refresh(); });
                return;
            }
        }
    });
}

void RunLibrary::State::takeRefreshed(const std::optional<ReadRun> &run, const std::string &key,
                                      std::uint64_t at)
{
    if (!run) {
        if (list.leaveIfOlder(key, at))
            announce();
        return;
    }
    if (!isOurs(run->summary->folder)) {
        // Below a folder that did not exist when it was looked for, or none of ours.
        const bool isGiven = std::ranges::any_of(given, [&run](const fs::path &folder) {
            return below(run->summary->folder, folder).has_value();
        });
        if (isGiven)
            owner->refresh();
    } else if (list.replaceInPlace(*run)) {
        Q_EMIT owner->runChanged(run->summary->folder);
    } else if (list.accept(*run)) {
        announce();
    }
}

void RunLibrary::State::announce()
{
    if (announceTimer.isActive()) {
        announcePending = true;
        return;
    }
    announceTimer.start();
    flush();
}

void RunLibrary::State::flush()
{
    if (list.flush())
        Q_EMIT owner->runsChanged();
}

void RunLibrary::State::storeReview(const fs::path &folder, const Review &review)
{
    stores.post([this, folder, review] {
        const Result<> written = writeReview(folder, review);
        inLibrary([this, folder, at = cache.now(),
                   error = written ? std::nullopt : std::optional(written.error())] {
            list.endReview(keyOf(folder), at, error.has_value());
            if (!error)
                return;
            Q_EMIT owner->failed(*error);
            owner->refreshRun(folder);
        });
    });
}

void RunLibrary::State::endTrash(const TrashOutcome &outcome, std::uint64_t at)
{
    for (const fs::path &folder : outcome.gone)
        list.remove(keyOf(folder), at);
    flush();
    if (outcome.trashed > 0)
        Q_EMIT owner->trashed(outcome.trashed, outcome.bytes);
    for (const Error &error : outcome.errors)
        Q_EMIT owner->failed(error);
}

RunLibrary::RunLibrary(QObject *parent) : QObject(parent), m_state(std::make_unique<State>(this)) {}

RunLibrary::~RunLibrary() = default;

void RunLibrary::setFolders(std::vector<fs::path> folders)
{
    m_state->given.clear();
    for (const fs::path &folder : folders)
        if (const fs::path path = plain(folder);
            std::ranges::find(m_state->given, path) == m_state->given.end())
            m_state->given.push_back(path);
    m_state->scanStop.request_stop();
    refresh();
}

std::vector<fs::path> RunLibrary::folders() const
{
    return m_state->given;
}

void RunLibrary::refresh()
{
    if (m_state->scanning)
        m_state->scanAgain = true;
    else
        m_state->startScan();
}

void RunLibrary::refreshRun(const fs::path &folder)
{
    m_state->stores.post([state = m_state.get(), path = m_state->realFolder(folder)] {
        const auto reading = state->cache.read(path);
        state->inLibrary([state, key = keyOf(path), at = state->cache.now(),
                          run = reading ? std::optional(reading->run) : std::nullopt] {
            state->takeRefreshed(run, key, at);
        });
    });
}

bool RunLibrary::isScanning() const
{
    return m_state->scanning;
}

const std::vector<RunSummary> &RunLibrary::runs() const
{
    return m_state->list.runs();
}

const RunSummary *RunLibrary::find(const fs::path &folder) const
{
    return m_state->list.find(keyOf(m_state->realFolder(folder)));
}

void RunLibrary::setReview(const fs::path &folder, const Review &review)
{
    const fs::path path = m_state->realFolder(folder);
    if (m_state->list.beginReview(keyOf(path), review))
        Q_EMIT runChanged(path);
    m_state->storeReview(path, review);
}

void RunLibrary::moveToTrash(const std::vector<fs::path> &folders)
{
    std::vector<fs::path> paths;
    for (const fs::path &folder : folders)
        paths.push_back(m_state->realFolder(folder));
    m_state->stores.post([state = m_state.get(), paths = std::move(paths)] {
        const TrashOutcome outcome = moveRunsToTrash(paths);
        state->inLibrary(
            [state, outcome, at = state->cache.now()] { state->endTrash(outcome, at); });
    });
}

} // namespace mrb::backend
