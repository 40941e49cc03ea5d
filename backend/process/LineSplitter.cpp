// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LineSplitter.h"

#include <QStringConverter>

#include <algorithm>

namespace mrb::backend {

namespace {

// Stateless, because a line is decoded when it is complete. A byte order mark is kept like any
// other character.
QString decoded(std::string_view bytes)
{
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless |
                                                       QStringConverter::Flag::ConvertInitialBom);
    return decoder(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
}

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Length of the text without a last character whose bytes have not all come.
std::size_t wholeCharacters(std::string_view bytes)
{
    std::size_t lead = bytes.size();
    for (int back = 0; back < 4 && lead > 0; ++back) {
        --lead;
        if (!isContinuation(bytes[lead])) {
            const auto first = static_cast<unsigned char>(bytes[lead]);
            const std::size_t length = first >= 0xF0U   ? 4
                                       : first >= 0xE0U ? 3
                                       : first >= 0xC0U ? 2
                                                        : 1;
            return lead + length > bytes.size() ? lead : bytes.size();
        }
    }
    return bytes.size(); // only continuation bytes: invalid anyway
}

} // namespace

LineSplitter::LineSplitter(Channel channel, std::size_t maxLineBytes)
    : m_channel(channel), m_maxLineBytes(std::max<std::size_t>(maxLineBytes, 4))
{
}

std::vector<LogLine> LineSplitter::feed(QByteArrayView bytes, double seconds)
{
    std::vector<LogLine> lines;
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    while (at != end) {
        const char *stop = std::find_if(at, end, [](char c) { return c == '\n' || c == '\r'; });
        if (stop != at)
            take(QByteArrayView(at, stop - at), seconds, lines);
        if (stop == end)
            break;
        if (*stop == '\n')
            endLine(seconds, lines);
        else
            m_returnPending = true;
        at = stop + 1;
    }
    showUnfinished(seconds, lines);
    return lines;
}

std::vector<LogLine> LineSplitter::finish(double seconds)
{
    std::vector<LogLine> lines;
    if (!m_pending.empty())
        endLine(seconds, lines);
    m_afterReturn = false;
    m_returnPending = false;
    return lines;
}

void LineSplitter::take(QByteArrayView part, double seconds, std::vector<LogLine> &lines)
{
    if (m_returnPending)
        overwriteLine(seconds, lines);
    while (!part.isEmpty()) {
        if (m_pending.size() >= m_maxLineBytes) {
            // Cut between characters. What stays is fewer than four bytes, so there is room again.
            const std::size_t whole = wholeCharacters(m_pending);
            lines.push_back({m_channel, decoded({m_pending.data(), whole}), false, seconds});
            m_pending.erase(0, whole);
            m_shownBytes = 0;
            m_afterReturn = false;
        }
        const auto room = static_cast<qsizetype>(m_maxLineBytes - m_pending.size());
        const qsizetype taken = std::min(room, part.size());
        m_pending.append(part.data(), static_cast<std::size_t>(taken));
        part = part.sliced(taken);
    }
}

void LineSplitter::endLine(double seconds, std::vector<LogLine> &lines)
{
    lines.push_back({m_channel, decoded(m_pending), false, seconds});
    m_pending.clear();
    m_shownBytes = 0;
    m_afterReturn = false;
    m_returnPending = false;
}

void LineSplitter::overwriteLine(double seconds, std::vector<LogLine> &lines)
{
    if (m_pending.size() > m_shownBytes)
        lines.push_back({m_channel, decoded(m_pending), true, seconds});
    m_pending.clear();
    m_shownBytes = 0;
    m_returnPending = false;
    m_afterReturn = true;
}

void LineSplitter::showUnfinished(double seconds, std::vector<LogLine> &lines)
{
    if (!m_afterReturn && !m_returnPending)
        return;
    const std::size_t whole = m_returnPending ? m_pending.size() : wholeCharacters(m_pending);
    if (whole <= m_shownBytes)
        return;
    lines.push_back({m_channel, decoded({m_pending.data(), whole}), true, seconds});
    m_shownBytes = whole;
}

} // namespace mrb::backend
