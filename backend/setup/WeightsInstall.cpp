// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/WeightsInstall.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/environment/ChildProcess.h"
#include "backend/environment/HashCache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;
namespace codes = error_codes;

namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr int kMostSetAside = 1000;
// Hashing less than this again costs less time than remembering it takes.
constexpr std::uint64_t kWorthRemembering = 100'000'000;

Error cannotWrite(const fs::path &file, int reason)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("%1 cannot be written: %2").arg(toQString(file), systemErrorText(reason)),
            writeFailureHint(reason), toQString(file)};
}

Error cancelled(const WeightPlace &place)
{
    return {codes::kSetupCancelled,
            Text::tr("Cancelled while %1 was checked.").arg(toQString(place.weight.path)),
            Text::tr("Start the step again to go on.")};
}

Error wrongContent(const WeightPlace &place, const fs::path &file, const std::string &sha256)
{
    return {codes::kWeightMismatch,
            Text::tr("%1 is not the pinned file: its SHA-256 is %2, expected %3.")
                .arg(toQString(file), QString::fromStdString(sha256),
                     QString::fromStdString(place.weight.sha256)),
            {},
            toQString(place.weight.path)};
}

/// Hashes an open file and hands its bytes on.
template <class Take>
Result<std::string> readAndHash(const Descriptor &file, const fs::path &path,
                                const WeightPlace &place, const std::stop_token &stop,
                                const StepProgress &progress, const Take &take)
{
    const auto cannotRead = [&path](int reason) {
        return Error{
            mrb::error_codes::kCannotRead,
            Text::tr("%1 cannot be read: %2").arg(toQString(path), systemErrorText(reason)),
            Text::tr("Check its permissions and the disk."), toQString(path)};
    };
    struct stat info = {};
    if (!file.isOpen() || ::fstat(file.number(), &info) != 0)
        return cannotRead(errno);
    SetupProgress now{.text = toQString(place.weight.path),
                      .totalBytes = static_cast<std::uint64_t>(info.st_size)};
    Sha256 sum;
    std::vector<std::byte> buffer(kChunk);
    while (true) {
        if (stop.stop_requested())
            return cancelled(place);
        const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannotRead(errno);
        if (got == 0)
            return sum.finish();
        const std::span<const std::byte> piece(buffer.data(), static_cast<std::size_t>(got));
        sum.add(piece);
        if (const Result<> taken = take(piece); !taken)
            return taken.error();
        now.doneBytes += piece.size();
        if (now.totalBytes > 0)
            now.fraction = static_cast<double>(now.doneBytes) / static_cast<double>(now.totalBytes);
        if (progress)
            progress(now);
    }
}

Descriptor openToRead(const fs::path &file)
{
    return Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

/// Under the first name that is free; never over something.
Result<fs::path> setAside(const fs::path &file)
{
    for (int i = 1; i <= kMostSetAside; ++i) {
        fs::path kept = file;
        kept += ".set-aside-" + std::to_string(i);
        struct stat info = {};
        if (::lstat(kept.c_str(), &info) == 0)
            continue;
        int done = ::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, kept.c_str(), RENAME_NOREPLACE);
        // Some file systems do not know the flag; the name was free a moment ago.
        if (done != 0 && (errno == EINVAL || errno == ENOSYS))
            done = ::rename(file.c_str(), kept.c_str());
        if (done == 0)
            return kept;
        if (errno != EEXIST)
            return cannotWrite(kept, errno);
    }
    return cannotWrite(file, EEXIST);
}

Result<InstalledWeight> putInPlace(const WeightPlace &place)
{
    InstalledWeight installed{.file = place.target, .sha256 = place.weight.sha256, .keptAs = {}};
    struct stat info = {};
    const bool isThere = ::lstat(place.target.c_str(), &info) == 0;
    // What came there since it was looked at, hours ago perhaps, is nobody's leftover.
    struct stat content = {};
    const bool mayGo = place.former == FormerFile::Replaced &&
                       ::stat(place.target.c_str(), &content) == 0 &&
                       static_cast<std::uint64_t>(content.st_size) == place.found.bytes;
    if (isThere && !mayGo) {
        Result<fs::path> kept = setAside(place.target);
        if (!kept)
            return kept.error();
        installed.keptAs = *kept;
    }
    if (::rename(place.staged.c_str(), place.target.c_str()) != 0) {
        const int reason = errno;
        if (installed.keptAs)
            ::rename(installed.keptAs->c_str(), place.target.c_str()); // as if nothing had begun
        return cannotWrite(place.target, reason);
    }
    // Until its folder is on the disk, too, the file could be gone after a power failure.
    const Descriptor folder(
        ::open(place.target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.isOpen())
        ::fsync(folder.number());
    return installed;
}

} // namespace

Result<InstalledWeight> installStaged(const WeightPlace &place, const std::stop_token &stop,
                                      const StepProgress &progress)
{
    const Descriptor file = openToRead(place.staged);
    const Result<std::string> sha256 =
        readAndHash(file, place.staged, place, stop, progress, [](auto) { return Result<>(); });
    if (!sha256)
        return sha256.error();
    if (*sha256 != place.weight.sha256) {
        std::error_code ignored;
        fs::remove(place.staged, ignored);
        Error error = wrongContent(place, place.weight.path, *sha256);
        error.hint = Text::tr("What came was deleted and nothing was installed. Start the step "
                              "again: it is fetched anew. If that does not help, something on the "
                              "way changes what is sent; bring the file from elsewhere.");
        return error;
    }
    if (::fsync(file.number()) != 0)
        return cannotWrite(place.staged, errno);
    return putInPlace(place);
}

Result<> stageCopy(const WeightPlace &place, const fs::path &source, const std::stop_token &stop,
                   const StepProgress &progress)
{
    std::error_code failed;
    fs::create_directories(place.staged.parent_path(), failed);
    if (failed)
        return cannotWrite(place.staged.parent_path(), failed.value());
    auto copy = AtomicFileWriter::open(place.staged);
    if (!copy)
        return copy.error();
    const Result<std::string> sha256 =
        readAndHash(openToRead(source), source, place, stop, progress,
                    [&copy](std::span<const std::byte> piece) { return copy->write(piece); });
    if (!sha256)
        return sha256.error();
    if (*sha256 != place.weight.sha256) {
        Error error = wrongContent(place, source, *sha256);
        error.hint = Text::tr("It was not taken. Bring the file of %1 at revision %2.")
                         .arg(QString::fromStdString(place.weight.repository),
                              QString::fromStdString(place.weight.revision));
        return error;
    }
    return copy->commit();
}

void rememberHashes(const std::vector<InstalledWeight> &weights, const fs::path &cacheFile,
                    const std::stop_token &stop)
{
    std::vector<FileIdentity> identities;
    std::uint64_t bytes = 0;
    for (const InstalledWeight &weight : weights) {
        struct stat info = {};
        if (::stat(weight.file.c_str(), &info) != 0)
            return;
        identities.push_back(FileIdentity::of(info));
        bytes += identities.back().size;
    }
    if (bytes < kWorthRemembering)
        return;
    // The cache takes nothing that changed a moment ago, and renaming counts as a change. Waiting
    // is quicker than hashing gigabytes again.
    constexpr auto kSettled = std::chrono::milliseconds(2'100);
    std::mutex mutex;
    std::unique_lock lock(mutex);
    if (std::condition_variable_any().wait_for(lock, stop, kSettled, [] { return false; }) ||
        stop.stop_requested())
        return;
    const std::int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count();
    HashCache cache = HashCache::load(cacheFile);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        struct stat info = {};
        if (::stat(weights[i].file.c_str(), &info) == 0 && FileIdentity::of(info) == identities[i])
            cache.store(weights[i].file, identities[i], weights[i].sha256, now);
    }
    // Only costs time if it fails; who looks at the weights next says so.
    (void)cache.save();
}

} // namespace mrb::backend
