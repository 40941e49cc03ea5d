// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/QueueStore.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Text.h"
#include "backend/queue/QueueJournal.h"

#include <QRegularExpression>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

// Nobody has as many windows; a limit only ends the search in a folder that behaves strangely.
constexpr int kMaxNumber = 1000;
// Far below what readJournal() accepts, and so much that the file is seldom written anew.
constexpr std::size_t kMostOutOfDate = std::size_t{16} << 20;

using Entries = std::vector<QueueEntry>;

/// Without a file the queue is empty.
Result<QueueJournal> readIfThere(const fs::path &file)
{
    std::error_code ignored;
    if (fs::symlink_status(file, ignored).type() == fs::file_type::not_found)
        return QueueJournal{.entries = {}, .isCompact = false};
    return readJournal(file);
}

} // namespace

QueueStore::QueueStore(fs::path folder) : m_folder(std::move(folder)) {}

QueueStore::~QueueStore()
{
    if (m_appending >= 0)
        ::close(m_appending);
    if (m_lock >= 0)
        ::close(m_lock); // gives the lock back
}

fs::path QueueStore::fileNumber(int number, const char *suffix) const
{
    return m_folder / ("queue-" + std::to_string(number) + suffix);
}

/// A descriptor that holds the lock, or -1 and the reason. Lock files stay: to delete one while
/// somebody opens it would give two owners.
int QueueStore::lockFile(int number, int &reason) const
{
    const int descriptor = ::open(fileNumber(number, ".lock").c_str(),
                                  O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor;
    reason = errno;
    if (descriptor >= 0)
        ::close(descriptor);
    return -1;
}

QueueStore::Take QueueStore::take(int number, Entries &entries)
{
    int reason = 0;
    const int lock = lockFile(number, reason);
    if (lock < 0 && reason == EWOULDBLOCK)
        return Take::Next;
    if (lock < 0) {
        m_problems.push_back({mrb::error_codes::kCannotWrite,
                              Text::tr("The queue cannot be stored in %1: %2")
                                  .arg(toQString(m_folder), systemErrorText(reason)),
                              Text::tr("Runs that wait are lost when the program ends. Check that "
                                       "you may write to that folder."),
                              toQString(m_folder)});
        return Take::Impossible;
    }
    const fs::path file = fileNumber(number, ".jsonl");
    Result<QueueJournal> journal = readIfThere(file);
    if (!journal) {
        m_problems.push_back(journal.error());
        ::close(lock);
        return Take::Next;
    }
    entries = std::move(journal->entries);
    m_file = file;
    m_number = number;
    m_lock = lock;
    m_stored = entries;
    if (journal->isCompact)
        m_appending = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    return Take::Done;
}

Entries QueueStore::open()
{
    Entries entries;
    if (m_folder.empty())
        return entries;
    std::error_code shownByTheLock;
    fs::create_directories(m_folder, shownByTheLock);
    Take taken = Take::Next;
    for (int number = 1; taken == Take::Next && number <= kMaxNumber; ++number)
        taken = take(number, entries);
    if (taken == Take::Done)
        adopt(entries);
    return entries;
}

void QueueStore::adopt(Entries &entries)
{
    static const QRegularExpression pattern(QStringLiteral("^queue-(\\d{1,4})\\.jsonl$"));
    std::set<int> numbers;
    std::error_code failed;
    for (fs::directory_iterator it(m_folder, failed), end; !failed && it != end;
         it.increment(failed)) {
        const auto match = pattern.match(QString::fromStdString(it->path().filename().string()));
        if (const int number = match.captured(1).toInt(); number > m_number)
            numbers.insert(number);
    }
    // The locks are held until the files are gone.
    std::vector<std::pair<int, fs::path>> adopted;
    std::set<QString> known;
    for (const QueueEntry &entry : entries)
        known.insert(entry.id);
    for (const int number : numbers) {
        int reason = 0;
        const int lock = lockFile(number, reason);
        if (lock < 0)
            continue; // its owner lives
        const fs::path file = fileNumber(number, ".jsonl");
        Result<QueueJournal> journal = readIfThere(file);
        if (!journal) {
            m_problems.push_back(journal.error());
            ::close(lock);
            continue;
        }
        for (QueueEntry &entry : journal->entries) {
            if (known.insert(entry.id).second)
                entries.push_back(std::move(entry));
        }
        adopted.emplace_back(lock, file);
    }
    sortAsListed(entries);
    const bool kept = adopted.empty() || write(entries);
    for (const auto &[lock, file] : adopted) {
        std::error_code ignored;
        if (kept)
            fs::remove(file, ignored);
        ::close(lock);
    }
}

Result<> QueueStore::write(const Entries &entries)
{
    if (!isOpen())
        return {};
    struct stat info = {};
    // Somebody may have deleted it under us.
    if (m_appending < 0 || ::fstat(m_appending, &info) != 0 || info.st_nlink == 0 ||
        m_outOfDate > kMostOutOfDate)
        return writeWhole(entries);
    const QueueChange change = changeBetween(m_stored, entries);
    if (change.isEmpty())
        return {};
    const std::string line = lineOf(change);
    if (const auto failed = append(line)) {
        // What was written of the line must not stay: the next one would continue it.
        (void)::ftruncate(m_appending, info.st_size);
        ::close(std::exchange(m_appending, -1));
        return Error{
            mrb::error_codes::kCannotWrite,
            Text::tr("The queue cannot be stored in %1: %2")
                .arg(toQString(m_file), systemErrorText(*failed)),
            Text::tr("Free some disk space. The queue goes on, but what waits is lost when "
                     "the program ends."),
            toQString(m_file)};
    }
    // What is said of an entry once more takes the place of what was said before.
    if (entries.size() <= m_stored.size())
        m_outOfDate += line.size();
    m_stored = entries;
    return {};
}

/// The reason when it failed.
std::optional<int> QueueStore::append(std::string_view line)
{
    while (!line.empty()) {
        const ssize_t written = ::write(m_appending, line.data(), line.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written == 0 ? EIO : errno;
        line.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fdatasync(m_appending) != 0)
        return errno;
    return std::nullopt;
}

Result<> QueueStore::writeWhole(const Entries &entries)
{
    if (m_appending >= 0)
        ::close(std::exchange(m_appending, -1));
    if (const Result<> written = writeFileAtomically(m_file, journalOf(entries)); !written)
        return written;
    m_stored = entries;
    m_outOfDate = 0;
    m_appending = ::open(m_file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    return {};
}

} // namespace mrb::backend
