// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayView>
#include <QString>

#include <cstddef>
#include <string>
#include <vector>

namespace mrb::backend {

/// The stream a line came from.
enum class Channel { Stdout, Stderr };

/// One line of a program's output, without its line ending.
/// transient: the line will be overwritten by the next one of its channel, as a progress bar that
/// returns the carriage does; a view shows it in place and a log keeps only what is not transient.
/// seconds: when it arrived, since the start of the run.
struct LogLine
{
    Channel channel = Channel::Stderr;
    QString text;
    bool transient = false;
    double seconds = 0;

    friend bool operator==(const LogLine &, const LogLine &) = default;
};

/// Cuts a byte stream into lines, however it is chunked. "\n" and "\r\n" end a line that stays, a
/// lone "\r" ends one that is transient. Text after a "\r" is also reported, as transient, at the
/// end of the chunk it came with: tqdm writes the carriage return *before* a bar, and without that
/// a bar would show one step late. UTF-8 is decoded across chunks; invalid bytes become U+FFFD.
/// A line longer than the limit is cut, so that memory stays bounded without any newline.
/// One object serves one stream, in one thread.
class LineSplitter
{
public:
    static constexpr std::size_t kMaxLineBytes = std::size_t{64} << 10;

    explicit LineSplitter(Channel channel, std::size_t maxLineBytes = kMaxLineBytes);

    /// The lines that these bytes completed or, for a bar, changed.
    std::vector<LogLine> feed(QByteArrayView bytes, double seconds);
    /// The stream ended: an unfinished line is reported as one that stays.
    std::vector<LogLine> finish(double seconds);

private:
    void take(QByteArrayView part, double seconds, std::vector<LogLine> &lines);
    void endLine(double seconds, std::vector<LogLine> &lines);
    void overwriteLine(double seconds, std::vector<LogLine> &lines);
    void showUnfinished(double seconds, std::vector<LogLine> &lines);

    Channel m_channel;
    std::size_t m_maxLineBytes;
    std::string m_pending;
    std::size_t m_shownBytes = 0; // how much of m_pending was already reported as transient
    bool m_afterReturn = false;   // m_pending began after a "\r": it overwrites
    bool m_returnPending = false; // m_pending was ended by "\r"; "\n" may follow
};

} // namespace mrb::backend
