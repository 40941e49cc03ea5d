// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/SpareFolder.h"

#include "backend/base/Text.h"
#include "backend/process/RunEnvironment.h"
#include "backend/run/RunFolder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr const char *kMarker = ".warm";

bool present(const fs::path &path)
{
    std::error_code failed;
    return fs::symlink_status(path, failed).type() != fs::file_type::not_found;
}

/// The lock must be held: nobody begins a run there.
void removeSpare(const fs::path &folder)
{
    if (present(folder / kJournalFile) || present(folder / kResultFile))
        return;
    std::error_code ignored; // what cannot be removed is no run and is shown as none
    fs::remove_all(folder / kRuntimeCacheFolder, ignored);
    fs::remove(folder / kMarker, ignored);
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
    const fs::path marker = folder / kMarker;
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

void SpareFolder::becomeRun()
{
    std::error_code ignored; // without a lock on it, it means nothing beside a journal
    fs::remove(m_path / kMarker, ignored);
    if (m_lock >= 0)
        ::close(std::exchange(m_lock, -1));
}

void SpareFolder::remove()
{
    if (m_lock < 0)
        return;
    removeSpare(m_path);
    ::close(std::exchange(m_lock, -1));
}

void SpareFolder::sweep(const fs::path &results)
{
    std::error_code failed;
    std::vector<fs::path> marked;
    for (fs::directory_iterator it(results, failed), end; !failed && it != end;
         it.increment(failed)) {
        if (present(it->path() / kMarker))
            marked.push_back(it->path());
    }
    for (const fs::path &folder : marked) {
        const int lock =
            ::open((folder / kMarker).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (lock < 0)
            continue;
        if (::flock(lock, LOCK_EX | LOCK_NB) == 0)
            removeSpare(folder);
        ::close(lock);
    }
}

} // namespace mrb::backend
