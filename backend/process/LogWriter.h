// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/LineSplitter.h"
#include "backend/process/LogSink.h"

#include <QByteArray>
#include <QObject>

#include <array>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace mrb::backend {

/// What is known of one channel's log at the end.
struct KeptLog
{
    QString tail;               ///< see LogSink::tail()
    std::optional<Error> error; ///< the file is missing or incomplete
};

/// Writes a run's two logs in a thread of its own, so that a slow disk does not stop the event
/// loop. Bytes wait in memory, at most kMostBytes of them; beyond that append() waits until the
/// disk has taken enough for the new ones, so nothing is lost and a program that prints faster than
/// the disk writes is held up by its pipe.
class LogWriter
{
public:
    static constexpr std::size_t kMostBytes = std::size_t{8} << 20;
    using Logs = std::array<KeptLog, 2>; ///< stdout, stderr

    /// @param folder gets stdout.log and stderr.log; empty: no files, only the tails
    explicit LogWriter(std::filesystem::path folder);
    /// Waits until everything is written.
    ~LogWriter();
    LogWriter(const LogWriter &) = delete;
    LogWriter &operator=(const LogWriter &) = delete;

    void append(Channel channel, const QByteArray &bytes);
    /// Once, after the last append(): calls `then` from the event loop of `context` when both files
    /// are written and closed.
    void finish(QObject *context, std::function<void(const Logs &)> then);

private:
    struct Chunk
    {
        Channel channel;
        QByteArray bytes;
    };

    void work();
    std::optional<Chunk> next();

    std::filesystem::path m_folder;
    std::mutex m_mutex; // guards what follows
    std::condition_variable m_arrived;
    std::condition_variable m_taken;
    std::deque<Chunk> m_chunks;
    std::size_t m_bytes = 0; // in m_chunks and in the one being written
    bool m_isEnded = false;
    QObject *m_context = nullptr;
    std::function<void(const Logs &)> m_then;
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace mrb::backend
