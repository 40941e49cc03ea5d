// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/RunFolder.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/request/StagedConfigs.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

bool present(const fs::path &path)
{
    std::error_code ignored;
    const fs::file_type type = fs::symlink_status(path, ignored).type();
    return type != fs::file_type::not_found && type != fs::file_type::none;
}

Error refusedWrite(const QString &what, int reason)
{
    const bool forbidden = reason == EACCES || reason == EPERM;
    return Error{mrb::error_codes::kCannotWrite, what,
                 forbidden ? Text::tr("Choose a folder that you may write to with --output-dir.")
                           : writeFailureHint(reason),
                 QStringLiteral("--output-dir")};
}

Error cannotUse(const fs::path &folder, int reason)
{
    return refusedWrite(Text::tr("The output folder %1 cannot be used: %2")
                            .arg(toQString(folder), systemErrorText(reason)),
                        reason);
}

Error cannotMake(const fs::path &path, int reason)
{
    return refusedWrite(
        Text::tr("%1 cannot be created: %2").arg(toQString(path), systemErrorText(reason)), reason);
}

bool lockIsFree(const fs::path &folder)
{
    const int descriptor = ::open((folder / kLockFile).c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return true;
    // Shared: two that look at the same time must not take each other for the run.
    const bool isFree = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    ::close(descriptor);
    return isFree;
}

Error taken(const QString &what, const QString &hint)
{
    return Error{error_codes::kFolderHasResult, what, hint, QStringLiteral("--output-dir")};
}

/// What a folder that holds one of a run's files is. `locked`: by the one who asks.
Error whatHolds(const fs::path &folder, const char *name, bool locked)
{
    const QString shown = toQString(folder);
    const QString another = Text::tr("Choose another folder with --output-dir.");
    if (!locked && !lockIsFree(folder))
        return taken(
            Text::tr("%1 is the folder of a run that is still going on.").arg(shown),
            Text::tr("Wait until it has ended, or choose another folder with --output-dir."));
    switch (runStateOf(folder)) {
    case RunState::Ended:
        return taken(Text::tr("%1 holds a finished run, and nothing is overwritten.").arg(shown),
                     another);
    case RunState::Running: // the lock is the asker's, or was free a moment ago
    case RunState::Interrupted:
        return taken(
            Text::tr("%1 holds a run that was interrupted; what it left is kept.").arg(shown),
            Text::tr("Choose another folder with --output-dir, or remove this one if "
                     "you need nothing of it."));
    case RunState::NoRun:
        break;
    }
    if (present(folder / kJournalFile))
        return taken(Text::tr("%1 holds a run whose journal %2 cannot be read; it was interrupted, "
                              "or the disk is damaged.")
                         .arg(shown, QLatin1StringView(kJournalFile)),
                     Text::tr("Choose another folder with --output-dir, and keep this one until "
                              "you have looked at its volumes."));
    return taken(Text::tr("%1 already holds %2 of another run; nothing is overwritten.")
                     .arg(shown, QLatin1StringView(name)),
                 another);
}

std::optional<Error> whyTaken(const fs::path &folder, bool locked)
{
    std::error_code failed;
    if (present(folder) && !fs::is_directory(folder, failed)) {
        return Error{
            error_codes::kFolderNotAFolder, Text::tr("%1 is not a folder.").arg(toQString(folder)),
            Text::tr("Choose another folder with --output-dir."), QStringLiteral("--output-dir")};
    }
    for (const char *name : {kResultFile, kJournalFile, kLogFolder, kStagedFolder}) {
        if (present(folder / name))
            return whatHolds(folder, name, locked);
    }
    return std::nullopt;
}

/// The folders that would have to be made, the innermost first.
std::vector<fs::path> missingFolders(const fs::path &folder)
{
    std::vector<fs::path> missing;
    for (fs::path path = folder; path.has_relative_path() && !present(path);
         path = path.parent_path())
        missing.push_back(path);
    return missing;
}

void removeFolders(const std::vector<fs::path> &folders)
{
    std::error_code ignored; // somebody else's files are in it by now
    for (const fs::path &folder : folders)
        fs::remove(folder, ignored);
}

/// Whether the lock is still the file of that name: its holder may have taken it away.
bool isLockOf(const fs::path &folder, int lock)
{
    struct stat opened = {};
    struct stat named = {};
    return ::fstat(lock, &opened) == 0 && ::lstat((folder / kLockFile).c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/// What a run that was killed before its first journal left half-written: under the lock it is
/// nobody's.
void removeHalfWritten(const fs::path &folder)
{
    std::error_code failed;
    std::vector<fs::path> leftovers;
    for (fs::directory_iterator it(folder, failed); !failed && it != fs::directory_iterator();
         it.increment(failed)) {
        const std::string name = it->path().filename().string();
        for (const char *document : {kJournalFile, kResultFile})
            if (name.starts_with("." + std::string(document) + ".") && name.ends_with(".part"))
                leftovers.push_back(it->path());
    }
    std::error_code ignored; // no reader takes them for anything
    for (const fs::path &path : leftovers)
        fs::remove(path, ignored);
}

std::int64_t nanoseconds(const timespec &time)
{
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

} // namespace

std::optional<Error> checkFolderIsFree(const fs::path &folder)
{
    return whyTaken(folder, false);
}

RunFolder::RunFolder(fs::path path, std::vector<fs::path> made, int lock)
    : m_path(std::move(path)),
      m_made(std::move(made)),
      m_lock(lock),
      m_folder(::open(m_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))
{
}

RunFolder::RunFolder(RunFolder &&other) noexcept
    : m_path(std::move(other.m_path)),
      m_made(std::move(other.m_made)),
      m_lock(std::exchange(other.m_lock, -1)),
      m_folder(std::exchange(other.m_folder, -1)),
      m_before(std::move(other.m_before))
{
}

RunFolder::~RunFolder()
{
    if (m_lock >= 0)
        ::close(m_lock); // gives the lock back
    if (m_folder >= 0)
        ::close(m_folder);
}

Result<RunFolder> RunFolder::claim(const fs::path &folder)
{
    const std::vector<fs::path> made = missingFolders(folder);
    std::error_code failed;
    fs::create_directories(folder, failed);
    std::error_code ignored;
    if (failed && !fs::is_directory(folder, ignored)) {
        removeFolders(made);
        return cannotUse(folder, failed.value());
    }
    const int lock =
        ::open((folder / kLockFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (lock < 0) {
        const int reason = errno;
        removeFolders(made);
        return cannotMake(folder / kLockFile, reason);
    }
    RunFolder claimed(folder, made, lock);
    const int refused = ::flock(lock, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
    if (refused != 0 && refused != EWOULDBLOCK) {
        if (!made.empty()) // nobody else's, then
            claimed.abandon();
        return cannotUse(folder, refused);
    }
    if (refused != 0 || !isLockOf(folder, lock))
        return Error{error_codes::kFolderInUse,
                     Text::tr("Another run is using %1.").arg(toQString(folder)),
                     Text::tr("Wait for it, or choose another folder with --output-dir."),
                     QStringLiteral("--output-dir")};
    // Looked at again under the lock: another run may have ended here in the meantime.
    if (auto taken = whyTaken(folder, true))
        return *taken;
    removeHalfWritten(folder);
    claimed.m_before = volumesIn(folder);
    return claimed;
}

std::optional<Error> RunFolder::checkItIsStillThere() const
{
    struct stat claimed = {};
    struct stat named = {};
    if (m_folder < 0 || ::fstat(m_folder, &claimed) != 0 ||
        (::stat(m_path.c_str(), &named) == 0 && claimed.st_dev == named.st_dev &&
         claimed.st_ino == named.st_ino))
        return std::nullopt;
    return Error{error_codes::kFolderReplaced,
                 Text::tr("The output folder %1 is no longer the one in which the run began: it "
                          "was removed, replaced or unmounted.")
                     .arg(toQString(m_path)),
                 Text::tr("Nothing was written there; what the run printed is all that is left of "
                          "it.")};
}

Result<> RunFolder::makeFolders() const
{
    for (const char *name : {kLogFolder, kStagedFolder}) {
        std::error_code reason;
        fs::create_directories(m_path / name, reason);
        if (reason)
            return cannotMake(m_path / name, reason.value());
    }
    return {};
}

void RunFolder::abandon() const
{
    std::error_code ignored;
    fs::remove_all(m_path / kStagedFolder, ignored); // did not exist when it was claimed
    fs::remove(m_path / kLogFolder, ignored);
    fs::remove(m_path / kJournalFile, ignored);
    fs::remove(m_path / kLockFile, ignored);
    removeFolders(m_made);
}

Result<> RunFolder::writeJournal(const Json &journal) const
{
    return writeFileAtomically(m_path / kJournalFile, writeJson(journal));
}

RunFolder::Stamps RunFolder::volumesIn(const fs::path &folder)
{
    Stamps stamps;
    std::error_code failed;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied,
                                        failed);
    for (; !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
        struct stat info = {};
        if (it->path().filename().string().find(".nii") == std::string::npos ||
            ::lstat(it->path().c_str(), &info) != 0 || S_ISDIR(info.st_mode) || info.st_size == 0)
            continue;
        stamps[it->path()] = {.inode = info.st_ino,
                              .size = info.st_size,
                              .modifiedNs = nanoseconds(info.st_mtim),
                              .changedNs = nanoseconds(info.st_ctim)};
    }
    return stamps;
}

std::vector<fs::path> RunFolder::newVolumes() const
{
    std::vector<fs::path> paths;
    for (const auto &[path, stamp] : volumesIn(m_path)) {
        const auto before = m_before.find(path);
        if (before == m_before.end() || before->second != stamp)
            paths.push_back(path);
    }
    return paths;
}

RunState runStateOf(const fs::path &folder)
{
    const Result<Json> journal = readJsonFile(folder / kJournalFile);
    if (!journal)
        return RunState::NoRun;
    const auto state = journal->find("state"); // end() when the journal is no object
    if (state != journal->end() && *state == "ended")
        return RunState::Ended;
    return lockIsFree(folder) ? RunState::Interrupted : RunState::Running;
}

} // namespace mrb::backend
