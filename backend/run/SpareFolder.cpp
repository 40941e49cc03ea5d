// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/SpareFolder.h"

#include "backend/base/Text.h"
#include "backend/process/RunEnvironment.h"
#include "backend/run/RunFolder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

bool present(const fs::path &path)
{
    std::error_code failed;
    return fs::symlink_status(path, failed).type() != fs::file_type::not_found;
}

/// The marker's lock must be held.
void removeSpare(const fs::path &folder)
{
    if (!present(folder))
        return;
    std::error_code ignored; // what cannot be removed is no run and is shown as none
    if (checkFolderIsFree(folder)) {
        fs::remove(folder / kSpareMarker, ignored); // a run has begun; only the mark is ours
        return;
    }
    // Somebody may begin a run there at this moment, as anybody may in any folder.
    const auto claimed = RunFolder::claim(folder);
    if (!claimed)
        return;
    fs::remove_all(folder / kRuntimeCacheFolder, ignored);
    fs::remove(folder / kRequestFile, ignored);
    fs::remove(folder / kSpareMarker, ignored);
    claimed->abandon(); // the lock
    fs::remove(folder, ignored);
}

} // namespace

SpareFolder::SpareFolder(fs::path path, int lock) : m_path(std::move(path)), m_lock(lock) {}

SpareFolder::SpareFolder(SpareFolder &&other) noexcept
    : m_path(std::move(other.m_path)), m_lock(std::exchange(other.m_lock, -1))
{
}

SpareFolder &SpareFolder::operator=(SpareFolder &&other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_lock, other.m_lock);
    return *this;
}

SpareFolder::~SpareFolder()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

Result<SpareFolder> SpareFolder::mark(const fs::path &folder)
{
    const fs::path marker = folder / kSpareMarker;
    const int lock =
        ::open(marker.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (lock >= 0 && ::flock(lock, LOCK_EX | LOCK_NB) == 0)
        return SpareFolder(folder, lock);
    const int reason = errno;
    if (lock >= 0)
        ::close(lock);
    return Error{mrb::error_codes::kCannotWrite,
                 Text::tr("%1 cannot be made: %2.").arg(toQString(marker), systemErrorText(reason)),
                 Text::tr("Choose another results folder."), toQString(folder)};
}

bool SpareFolder::isStillThere() const
{
    struct stat held = {};
    struct stat named = {};
    return m_lock >= 0 && ::fstat(m_lock, &held) == 0 &&
           ::lstat((m_path / kSpareMarker).c_str(), &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

void SpareFolder::becomeRun()
{
    if (m_lock < 0)
        return;
    std::error_code ignored; // without a lock on it, it means nothing beside a journal
    fs::remove(m_path / kSpareMarker, ignored);
    ::close(std::exchange(m_lock, -1));
}

void SpareFolder::remove()
{
    if (m_lock < 0)
        return;
    if (isStillThere()) // else that name is another's by now
        removeSpare(m_path);
    ::close(std::exchange(m_lock, -1));
}

void SpareFolder::sweep(const fs::path &results)
{
    std::error_code failed;
    std::vector<fs::path> marked;
    for (fs::directory_iterator it(results, failed), end; !failed && it != end;
         it.increment(failed)) {
        if (present(it->path() / kSpareMarker))
            marked.push_back(it->path());
    }
    for (const fs::path &folder : marked) {
        const int lock =
            ::open((folder / kSpareMarker).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (lock < 0)
            continue;
        if (::flock(lock, LOCK_EX | LOCK_NB) == 0)
            removeSpare(folder);
        ::close(lock);
    }
}

} // namespace mrb::backend
