// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/WeightsInventory.h"

#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/environment/HashCache.h"
#include "backend/environment/HashFlight.h"
#include "backend/environment/HashLock.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>

namespace mrb::backend {

namespace {

namespace fs = std::filesystem;
namespace codes = error_codes;

constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kHeadBytes = 512;
// The end record of a zip archive and the longest comment that may follow it.
constexpr std::size_t kZipTailBytes = 22 + 65535;
constexpr std::size_t kThreads = 2;

class OpenFile
{
public:
    // Not blocking: a pipe in the place of a file must not stop the program.
    explicit OpenFile(const fs::path &file)
        : m_descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
    {
    }
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;
    ~OpenFile()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    int descriptor() const { return m_descriptor; }
    bool isOpen() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

// Everything about one file that its record and the cache need.
struct Job
{
    const ExpectedWeight *expected = nullptr;
    fs::path root;
    fs::path file;
    WeightFile record;
    FileIdentity identity;
    std::shared_ptr<HashFlight> flight; ///< shared with whoever wants the same hash now
    bool mustHash = false;
    std::optional<Error> cacheError;
};

QString fetchHint(const Job &job)
{
    if (job.expected->repository.empty())
        return Text::tr("Fetch the pinned file again.");
    return Text::tr("Fetch the pinned file: hf download %1 %2 --revision %3 --local-dir %4")
        .arg(QString::fromStdString(job.expected->repository), toQString(job.expected->path),
             QString::fromStdString(job.expected->revision), toQString(job.root));
}

void fail(Job &job, ErrorCode code, const QString &message, const QString &hint)
{
    job.record.error = Error{code, message, hint, toQString(job.record.path)};
    job.record.matches = false;
}

void failUnreadable(Job &job, int reason)
{
    fail(job, codes::kWeightUnreadable,
         Text::tr("The weight file %1 cannot be read: %2")
             .arg(toQString(job.file), systemErrorText(reason)),
         Text::tr("Check its permissions and the disk."));
}

// Fills in what is known without reading: presence and size.
void inspect(Job &job)
{
    struct stat info = {};
    if (::stat(job.file.c_str(), &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
            fail(job, codes::kWeightMissing,
                 Text::tr("The weight file %1 is missing.").arg(toQString(job.file)),
                 fetchHint(job));
        else
            failUnreadable(job, errno);
        return;
    }
    if (!S_ISREG(info.st_mode)) {
        fail(job, codes::kWeightNotAFile,
             Text::tr("%1 is not a regular file, so it cannot hold weights.")
                 .arg(toQString(job.file)),
             Text::tr("Remove it. %1").arg(fetchHint(job)));
        return;
    }
    job.record.present = true;
    job.record.bytes = static_cast<std::uint64_t>(info.st_size);
    job.identity = FileIdentity::of(info);
    job.mustHash = true;
}

void lookUp(Job &job, const HashCache &cache)
{
    if (auto known = cache.find(job.file, job.identity)) {
        job.record.sha256 = std::move(*known);
        job.record.fromCache = true;
        job.mustHash = false;
    }
}

void failChanged(Job &job)
{
    fail(job, codes::kWeightChangedWhileRead,
         Text::tr("The weight file %1 changed while it was read.").arg(toQString(job.file)),
         Text::tr("Wait until its download is finished and try again."));
}

void failCancelled(Job &job)
{
    fail(job, codes::kWeightsCancelled,
         Text::tr("Checking %1 was cancelled.").arg(toQString(job.file)), {});
}

std::optional<FileIdentity> identityNow(const fs::path &file)
{
    struct stat info = {};
    if (::stat(file.c_str(), &info) != 0)
        return std::nullopt;
    return FileIdentity::of(info);
}

class ProgressMeter
{
public:
    ProgressMeter(const std::function<void(const HashProgress &)> &callback, std::uint64_t total)
        : m_callback(callback), m_progress{.doneBytes = 0, .totalBytes = total}
    {
    }

    void add(std::uint64_t bytes)
    {
        const std::scoped_lock lock(m_mutex);
        m_progress.doneBytes += bytes;
        if (m_callback)
            m_callback(m_progress);
    }

private:
    const std::function<void(const HashProgress &)> &m_callback;
    std::mutex m_mutex;
    HashProgress m_progress;
};

// sha256OfFile() reads the same bytes; this loop also can be stopped and tells how far it is.
void hash(Job &job, ProgressMeter &meter, const std::stop_token &stop)
{
    const OpenFile file(job.file);
    if (!file.isOpen())
        return failUnreadable(job, errno);
    struct stat info = {};
    if (::fstat(file.descriptor(), &info) != 0)
        return failUnreadable(job, errno);
    if (FileIdentity::of(info) != job.identity)
        return failChanged(job);
    ::posix_fadvise(file.descriptor(), 0, 0, POSIX_FADV_SEQUENTIAL);
    Sha256 sum;
    std::vector<std::byte> buffer(kChunk);
    std::uint64_t total = 0;
    while (true) {
        if (stop.stop_requested())
            return failCancelled(job);
        const ssize_t got = ::read(file.descriptor(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failUnreadable(job, errno);
        if (got == 0)
            break;
        const auto bytes = static_cast<std::size_t>(got);
        total += bytes;
        if (total > job.identity.size)
            return failChanged(job); // it may grow faster than it is read
        sum.add({buffer.data(), bytes});
        meter.add(bytes);
    }
    if (identityNow(job.file) != job.identity)
        return failChanged(job);
    job.record.sha256 = sum.finish();
}

// What all the hashing threads of one inventory need.
struct Work
{
    const InventoryOptions &options;
    std::stop_token stop;
    ProgressMeter &meter;
    // The clock before hashing: a write during it must count as recent.
    std::int64_t startedNs = 0;
};

// Alone in this process; other processes hash the same file neither, or did so meanwhile.
void hashAlone(Job &job, const Work &work)
{
    const fs::path &cacheFile = work.options.cacheFile;
    const HashLock lock = HashLock::ofFile(cacheFile, job.file, work.stop);
    HashCache cache = HashCache::load(cacheFile);
    if (!work.options.rehash)
        lookUp(job, cache);
    if (!job.mustHash)
        return work.meter.add(job.record.bytes);
    hash(job, work.meter, work.stop);
    if (job.record.sha256.empty())
        return;
    cache.store(job.file, job.identity, job.record.sha256, work.startedNs);
    if (const auto saved = cache.save(); !saved)
        job.cacheError = saved.error();
}

// Ends a flight whatever happens.
class FlightEnd
{
public:
    explicit FlightEnd(Job &job) : m_job(job) {}
    FlightEnd(const FlightEnd &) = delete;
    FlightEnd &operator=(const FlightEnd &) = delete;
    ~FlightEnd()
    {
        const std::string &sha256 = m_job.record.sha256;
        m_job.flight->end(sha256.empty() ? std::nullopt : std::optional(sha256));
    }

private:
    Job &m_job;
};

void hashOnce(Job &job, const Work &work)
{
    if (work.options.rehash)
        return hashAlone(job, work);
    switch (job.flight->wait(work.stop)) {
    case HashFlight::Turn::Cancelled:
        return failCancelled(job);
    case HashFlight::Turn::Mine: {
        const FlightEnd end(job);
        return hashAlone(job, work);
    }
    case HashFlight::Turn::Known:
        break;
    }
    if (identityNow(job.file) != job.identity)
        return failChanged(job);
    job.record.sha256 = job.flight->sha256();
    job.record.fromCache = true;
    work.meter.add(job.record.bytes);
}

std::string readAt(int descriptor, std::uint64_t offset, std::size_t bytes)
{
    std::string content(bytes, '\0');
    std::size_t filled = 0;
    while (filled < bytes) {
        const ssize_t got = ::pread(descriptor, content.data() + filled, bytes - filled,
                                    static_cast<off_t>(offset + filled));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    content.resize(filled);
    return content;
}

// Why a file is not the pinned one, as far as its ends tell.
ErrorCode kindOfMismatch(const Job &job)
{
    if (job.record.bytes == 0)
        return codes::kWeightEmpty;
    const OpenFile file(job.file);
    if (!file.isOpen())
        return codes::kWeightMismatch;
    const std::string head = readAt(file.descriptor(), 0, kHeadBytes);
    const std::size_t text = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (text != std::string::npos && head[text] == '<')
        return codes::kWeightIsHtml;
    if (head.starts_with("version https://git-lfs.github.com/spec/"))
        return codes::kWeightIsLfsPointer;
    if (head.starts_with("PK")) {
        const std::size_t tail = std::min<std::uint64_t>(job.record.bytes, kZipTailBytes);
        const std::string end = readAt(file.descriptor(), job.record.bytes - tail, tail);
        return end.find("PK\x05\x06") == std::string::npos ? codes::kWeightTruncated
                                                           : codes::kWeightMismatch;
    }
    // torch.save() wrote plain pickles, which begin with the protocol mark, before its version 1.6.
    return head.starts_with('\x80') ? codes::kWeightMismatch : codes::kWeightNotACheckpoint;
}

QString mismatchMessage(ErrorCode kind, const Job &job)
{
    const QString file = toQString(job.file);
    if (kind == codes::kWeightEmpty)
        return Text::tr("The weight file %1 is empty.").arg(file);
    if (kind == codes::kWeightIsHtml)
        return Text::tr("The weight file %1 is a web page, not a checkpoint; a download page or a "
                        "login page was saved in its place.")
            .arg(file);
    if (kind == codes::kWeightIsLfsPointer)
        return Text::tr("The weight file %1 is a Git LFS pointer, not the checkpoint itself.")
            .arg(file);
    if (kind == codes::kWeightTruncated)
        return Text::tr("The weight file %1 is cut off; its download did not finish.").arg(file);
    if (kind == codes::kWeightNotACheckpoint)
        return Text::tr("The weight file %1 is not a checkpoint that torch could load.").arg(file);
    return Text::tr("The weight file %1 is not the pinned one: its SHA-256 is %2, expected %3.")
        .arg(file, QString::fromStdString(job.record.sha256),
             QString::fromStdString(job.record.expectedSha256));
}

void compare(Job &job)
{
    if (job.record.error)
        return;
    job.record.matches = job.record.sha256 == job.record.expectedSha256;
    if (job.record.matches)
        return;
    const ErrorCode kind = kindOfMismatch(job);
    fail(job, kind, mismatchMessage(kind, job), fetchHint(job));
}

std::int64_t systemClockNs()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void hashAll(const std::vector<Job *> &jobs, const InventoryOptions &options,
             const std::stop_token &stop)
{
    std::uint64_t total = 0;
    for (const Job *job : jobs)
        total += job->record.bytes;
    ProgressMeter meter(options.progress, total);
    const Work shared{.options = options,
                      .stop = stop,
                      .meter = meter,
                      .startedNs = options.clock ? options.clock() : systemClockNs()};
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < jobs.size(); i = next++) {
            try {
                hashOnce(*jobs[i], shared);
            } catch (const std::exception &failure) {
                fail(*jobs[i], codes::kWeightUnreadable, QString::fromUtf8(failure.what()), {});
            }
        }
    };
    std::optional<std::jthread> helper;
    try {
        if (jobs.size() >= kThreads)
            helper.emplace(work);
    } catch (const std::system_error &) {
        // No thread to be had: this one does it all.
    }
    work();
}

std::vector<Job> inspectAll(const fs::path &root, const std::vector<ExpectedWeight> &expected,
                            const InventoryOptions &options)
{
    std::error_code failure;
    const fs::path absoluteRoot = fs::absolute(root, failure);
    std::vector<Job> jobs;
    jobs.reserve(expected.size());
    for (const ExpectedWeight &weight : expected) {
        Job &job = jobs.emplace_back();
        job.expected = &weight;
        job.root = failure ? root : absoluteRoot;
        job.file = job.root / weight.path;
        job.record.path = weight.path;
        job.record.expectedSha256 = weight.sha256;
        inspect(job);
        // Before the cache is read: who hashes now writes it before his flight ends.
        if (job.mustHash)
            job.flight = HashFlight::of(job.file, job.identity);
    }
    if (options.rehash)
        return jobs;
    const HashCache cache = HashCache::load(options.cacheFile);
    for (Job &job : jobs)
        if (job.mustHash)
            lookUp(job, cache);
    return jobs;
}

WeightsInventory take(const fs::path &root, const std::vector<ExpectedWeight> &expected,
                      const InventoryOptions &options, const std::stop_token &stop)
{
    std::vector<Job> jobs = inspectAll(root, expected, options);
    std::vector<Job *> toHash;
    for (Job &job : jobs)
        if (job.mustHash)
            toHash.push_back(&job);
    hashAll(toHash, options, stop);

    WeightsInventory inventory{.allPresent = !jobs.empty(), .allMatch = !jobs.empty()};
    for (Job &job : jobs) {
        compare(job);
        inventory.allPresent &= job.record.present;
        inventory.allMatch &= job.record.matches;
        inventory.files.push_back(std::move(job.record));
        if (job.cacheError && !inventory.cacheError)
            inventory.cacheError = Error{codes::kHashCacheNotWritten, job.cacheError->message,
                                         Text::tr("The weights will be hashed again next time. %1")
                                             .arg(job.cacheError->hint)};
    }
    return inventory;
}

} // namespace

WeightsInventory takeInventory(const fs::path &root, const std::vector<ExpectedWeight> &expected,
                               const InventoryOptions &options, std::stop_token stop)
{
    try {
        return take(root, expected, options, stop);
    } catch (const std::exception &failure) {
        WeightsInventory inventory;
        for (const ExpectedWeight &weight : expected)
            inventory.files.push_back(
                {.path = weight.path,
                 .expectedSha256 = weight.sha256,
                 .error = Error{codes::kWeightUnreadable,
                                Text::tr("The weight file %1 could not be checked: %2")
                                    .arg(toQString(weight.path), QString::fromUtf8(failure.what())),
                                Text::tr("Check the machine's memory."), toQString(weight.path)}});
        return inventory;
    }
}

Findings judgeWeights(const WeightsInventory &inventory, bool acceptOthers)
{
    Findings findings;
    for (const WeightFile &file : inventory.files) {
        if (!file.error)
            continue;
        const bool isAccepted = acceptOthers && file.error->code == codes::kWeightMismatch;
        (isAccepted ? findings.warnings : findings.refusals).push_back(*file.error);
    }
    if (inventory.cacheError)
        findings.warnings.push_back(*inventory.cacheError);
    return findings;
}

} // namespace mrb::backend
