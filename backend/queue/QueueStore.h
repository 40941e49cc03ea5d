// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/queue/QueueEntry.h"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// The queue on disk: queue-N.jsonl in a folder, owned through a lock on queue-N.lock for as long
/// as the object lives. The first number that nobody holds is taken. What other processes left in
/// files with higher numbers moves into ours. A file that is damaged or newer is never written to;
/// the next number is used instead.
///
/// One line is one change, so that a long queue takes no longer to change than a short one; the
/// file is made short again when it is opened, and when much of it is out of date.
class QueueStore
{
public:
    /// @param folder empty: nothing is stored, which is no problem then
    explicit QueueStore(std::filesystem::path folder);
    ~QueueStore();
    QueueStore(const QueueStore &) = delete;
    QueueStore &operator=(const QueueStore &) = delete;

    /// Once, before anything else. Returns what was stored; problems() says what was not readable.
    std::vector<QueueEntry> open();
    const Errors &problems() const { return m_problems; }
    /// Without a file nothing is stored, and problems() says why.
    bool isOpen() const { return m_lock >= 0; }
    /// Empty without a file.
    const std::filesystem::path &file() const { return m_file; }

    /// Writes what differs from the last time; on disk when it returns. After a failure the file
    /// says what it said before, and the next call writes all of it anew.
    /// @param entries as sortAsListed() puts them
    Result<> write(const std::vector<QueueEntry> &entries);

private:
    enum class Take { Done, Next, Impossible };
    Take take(int number, std::vector<QueueEntry> &entries);
    void adopt(std::vector<QueueEntry> &entries);
    Result<> writeWhole(const std::vector<QueueEntry> &entries);
    std::optional<int> append(std::string_view line);
    int lockFile(int number, int &reason) const;
    std::filesystem::path fileNumber(int number, const char *suffix) const;

    std::filesystem::path m_folder;
    std::filesystem::path m_file;
    int m_number = 0;
    int m_lock = -1;
    int m_appending = -1;             ///< the file, or -1: it has to be written as a whole
    std::size_t m_outOfDate = 0;      ///< about so many bytes of the file say nothing any more
    std::vector<QueueEntry> m_stored; ///< what the file says
    Errors m_problems;
};

} // namespace mrb::backend
