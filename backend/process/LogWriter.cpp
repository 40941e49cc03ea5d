// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LogWriter.h"

#include <QMetaObject>

#include <utility>

namespace mrb::backend {

LogWriter::LogWriter(std::filesystem::path folder)
    : m_folder(std::move(folder)), m_thread([this] { work(); })
{
}

LogWriter::~LogWriter()
{
    const std::scoped_lock lock(m_mutex);
    m_isEnded = true;
    m_arrived.notify_one();
}

void LogWriter::append(Channel channel, const QByteArray &bytes)
{
    const auto size = static_cast<std::size_t>(bytes.size());
    std::unique_lock lock(m_mutex);
    m_taken.wait(lock, [this, size] { return m_bytes == 0 || m_bytes + size <= kMostBytes; });
    m_chunks.push_back({channel, bytes});
    m_bytes += size;
    m_arrived.notify_one();
}

void LogWriter::finish(QObject *context, std::function<void(const Logs &)> then)
{
    const std::scoped_lock lock(m_mutex);
    m_context = context;
    m_then = std::move(then);
    m_isEnded = true;
    m_arrived.notify_one();
}

/// Waits for the next bytes; nothing when there will be no more.
std::optional<LogWriter::Chunk> LogWriter::next()
{
    std::unique_lock lock(m_mutex);
    m_arrived.wait(lock, [this] { return m_isEnded || !m_chunks.empty(); });
    if (m_chunks.empty())
        return std::nullopt;
    Chunk chunk = std::move(m_chunks.front());
    m_chunks.pop_front();
    return chunk;
}

void LogWriter::work()
{
    const auto file = [this](const char *name) {
        return m_folder.empty() ? m_folder : m_folder / name;
    };
    std::array<LogSink, 2> sinks{{LogSink(file("stdout.log")), LogSink(file("stderr.log"))}};
    while (const std::optional<Chunk> chunk = next()) {
        sinks[static_cast<std::size_t>(chunk->channel)].append(chunk->bytes);
        const std::scoped_lock lock(m_mutex);
        m_bytes -= static_cast<std::size_t>(chunk->bytes.size());
        m_taken.notify_one();
    }
    Logs logs;
    for (std::size_t i = 0; i < sinks.size(); ++i) {
        sinks[i].close();
        logs[i] = {sinks[i].tail(), sinks[i].error()};
    }
    const std::scoped_lock lock(m_mutex);
    if (m_then)
        QMetaObject::invokeMethod(
            m_context, [then = std::move(m_then), logs] { then(logs); }, Qt::QueuedConnection);
}

} // namespace mrb::backend
