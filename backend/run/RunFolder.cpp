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

Error cannotUse(const fs::path &folder, int reason)
{
    return Error{mrb::error_codes::kCannotWrite,
                 Text::tr("The output folder %1 cannot be used: %2")
                     .arg(toQString(folder), systemErrorText(reason)),
                 Text::tr("Choose a folder that you may write to with --output-dir."),
                 QStringLiteral("--output-dir")};
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

std::int64_t nanoseconds(const timespec &time)
{
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

} // namespace

std::optional<Error> checkFolderIsFree(const fs::path &folder)
{
    std::error_code failed;
    if (present(folder) && !fs::is_directory(folder, failed)) {
        return Error{
            error_codes::kFolderNotAFolder, Text::tr("%1 is not a folder.").arg(toQString(folder)),
            Text::tr("Choose another folder with --output-dir."), QStringLiteral("--output-dir")};
    }
    for (const char *name : {kResultFile, kJournalFile, kLogFolder, kStagedFolder}) {
        if (!present(folder / name))
            continue;
        return Error{error_codes::kFolderHasResult,
                     Text::tr("%1 already holds %2 of another run; nothing is overwritten.")
                         .arg(toQString(folder), QLatin1StringView(name)),
                     Text::tr("Choose another folder with --output-dir."),
                     QStringLiteral("--output-dir")};
    }
    return std::nullopt;
}

RunFolder::RunFolder(fs::path path, int lock) : m_path(std::move(path)), m_lock(lock) {}

RunFolder::RunFolder(RunFolder &&other) noexcept
    : m_path(std::move(other.m_path)),
      m_lock(std::exchange(other.m_lock, -1)),
      m_before(std::move(other.m_before))
{
}

RunFolder::~RunFolder()
{
    if (m_lock >= 0)
        ::close(m_lock); // gives the lock back
}

Result<RunFolder> RunFolder::claim(const fs::path &folder)
{
    std::error_code failed;
    fs::create_directories(folder, failed);
    std::error_code ignored;
    if (failed && !fs::is_directory(folder, ignored))
        return cannotUse(folder, failed.value());
    const int lock =
        ::open((folder / kLockFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (lock < 0)
        return cannotUse(folder, errno);
    RunFolder claimed(folder, lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return cannotUse(folder, errno);
        return Error{error_codes::kFolderInUse,
                     Text::tr("Another run is using %1.").arg(toQString(folder)),
                     Text::tr("Wait for it, or choose another folder with --output-dir."),
                     QStringLiteral("--output-dir")};
    }
    // Looked at again under the lock: another run may have ended here in the meantime.
    if (auto taken = checkFolderIsFree(folder))
        return *taken;
    for (const char *name : {kLogFolder, kStagedFolder}) {
        fs::create_directories(folder / name, failed);
        if (failed)
            return cannotUse(folder / name, failed.value());
    }
    claimed.m_before = volumesIn(folder);
    return claimed;
}

void RunFolder::abandon() const
{
    std::error_code ignored;
    fs::remove_all(m_path / kStagedFolder, ignored); // did not exist when it was claimed
    fs::remove(m_path / kLogFolder, ignored);
    fs::remove(m_path / kJournalFile, ignored);
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
