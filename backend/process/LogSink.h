// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"

#include <QByteArrayView>
#include <QString>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace mrb::backend {

/// Keeps what a program printed on one channel: all of it in a file, as raw bytes and as it
/// arrives, and the end of it in memory. A file that cannot be opened or written is remembered as
/// an error and the rest goes on; nothing more is written then, so that the file has no gap.
class LogSink
{
public:
    /// Characters of the tail, in code points (the result's `logs`, contract section 7).
    static constexpr int kTailLength = 4000;

    /// @param file replaced when it exists; an empty path means no file
    explicit LogSink(std::filesystem::path file);
    ~LogSink();
    LogSink(const LogSink &) = delete;
    LogSink &operator=(const LogSink &) = delete;

    void append(QByteArrayView bytes);
    /// Closes the file, which can report a late write error, or that it is no longer in its place.
    void close();

    /// The last 4,000 code points, "\r\n" and "\r" turned into "\n", "..." in front when cut.
    QString tail() const;
    const std::optional<Error> &error() const { return m_error; }

private:
    void noticeMove();
    void fail(int reason);

    std::filesystem::path m_file;
    int m_descriptor = -1;
    std::uint64_t m_written = 0;
    std::optional<Error> m_error;
    std::string m_end; // enough bytes for the tail
    bool m_cut = false;
};

} // namespace mrb::backend
