// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/FailureLog.h"

#include "backend/failure/FailureCause.h"

#include <QRegularExpression>

#include <map>
#include <optional>
#include <utility>

namespace mrb::backend {

namespace {

/// Well over the 256 KiB that are read of a log.
constexpr qsizetype kMostCharacters = 1 << 19;

constexpr QStringView kLogMark = u"][ INFO](";

/// Removes "[rank0]: " from the front; -1 without it.
int takeRank(QString &line)
{
    static const QRegularExpression mark(QStringLiteral(R"(^\[rank(\d{1,4})\]:\s?)"));
    if (!line.startsWith(u"[rank"))
        return -1;
    const QRegularExpressionMatch match = mark.match(line);
    if (!match.hasMatch())
        return -1;
    const int rank = match.captured(1).toInt();
    line.remove(0, match.capturedLength());
    return rank;
}

/// What stands behind a progress bar that was not ended; empty for nothing but bars.
QString behindBars(const QString &line)
{
    static const QRegularExpression bar(QStringLiteral(R"(\d/\d{1,9} \[[^\]]{0,80}\])"));
    qsizetype end = 0;
    for (auto matches = bar.globalMatch(line); matches.hasNext();)
        end = matches.next().capturedEnd();
    return line.mid(end).trimmed();
}

/// A line of torchrun's own log, such as "E0301 12:00:00.000000 ... failed (exitcode: 1)".
bool isOfLauncher(const QString &line)
{
    static const QRegularExpression log(
        QStringLiteral(R"(^(?:[EWI]\d{4} \d\d:|(?:ERROR|WARNING|INFO):torch\.distributed))"));
    return log.match(line).hasMatch();
}

/// Puts the lines of one stream into parts, one after the other.
class StreamReader
{
public:
    void read(const QString &line, qsizetype number)
    {
        if (line.startsWith(u"Traceback (most recent call last):"))
            begin(true, number);
        else if (takeMarker(line))
            return;
        else if (line.startsWith(u"  File \"") && !(m_part && m_part->isTraceback))
            begin(true, number); // its head was cut off
        else if (!m_part || endsTraceback(line))
            begin(false, number);
        m_part->lines << line;
        if (m_part->isTraceback && m_part->exceptionAt < 0 && endsFrames(line))
            m_part->exceptionAt = m_part->lines.size() - 1;
        if (namesLauncher(line))
            m_part->isLauncher = true;
    }

    std::vector<LogPart> take()
    {
        close();
        return std::move(m_parts);
    }

private:
    void begin(bool isTraceback, qsizetype number)
    {
        close();
        m_part.emplace();
        m_part->isTraceback = isTraceback;
        m_part->number = number;
        if (isTraceback) {
            m_part->link = std::exchange(m_link, LogPart::Link::None);
            m_part->isIgnored = std::exchange(m_isIgnored, false);
        }
    }

    void close()
    {
        if (m_part)
            m_parts.push_back(std::move(*m_part));
        m_part.reset();
    }

    /// CPython's lines between chained tracebacks, and before one that ends nothing.
    bool takeMarker(const QString &line)
    {
        if (line.startsWith(u"The above exception was the direct cause of the following"))
            m_link = LogPart::Link::DirectCause;
        else if (line.startsWith(u"During handling of the above exception, another exception"))
            m_link = LogPart::Link::Handling;
        else if (line.startsWith(u"Exception ignored ") || line.startsWith(u"Error in atexit."))
            m_isIgnored = true;
        else
            return false;
        close();
        return true;
    }

    bool endsTraceback(const QString &line) const
    {
        return m_part->isTraceback && m_part->exceptionAt >= 0 &&
               (line.contains(kLogMark) || (!m_part->isLauncher && isOfLauncher(line)));
    }

    /// The first line below the frames that is not indented names the exception, whatever it is
    /// called.
    bool endsFrames(const QString &line) const
    {
        static const QRegularExpression name(QStringLiteral(R"(^[A-Za-z_][\w.]*(?::|$))"));
        return name.match(line).hasMatch() && (m_part->lines.size() > 2 || namesAnException(line));
    }

    std::vector<LogPart> m_parts;
    std::optional<LogPart> m_part;
    LogPart::Link m_link = LogPart::Link::None;
    bool m_isIgnored = false;
};

} // namespace

bool namesAnException(const QString &line)
{
    static const QRegularExpression expression(
        QStringLiteral(R"(^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)(?:: .*)?$)"));
    return expression.match(line).hasMatch();
}

bool namesLauncher(const QString &line)
{
    return line.contains(u"torch.distributed.elastic.") &&
           (line.contains(u"ChildFailedError") || line.contains(u"SignalException"));
}

std::vector<LogStream> readFailureLog(const QString &logEnd)
{
    QString text = logEnd.right(kMostCharacters);
    text.replace(u'\r', u'\n');
    QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    if (lines.size() > kMostLines)
        lines = lines.mid(lines.size() - kMostLines);
    std::map<int, StreamReader> readers;
    for (qsizetype number = 0; number < lines.size(); ++number) {
        QString line = lines[number].left(kLongestLine);
        if (logLevelOf(line) == LogLevel::Progress) {
            line = behindBars(line);
            if (line.isEmpty())
                continue;
        }
        const int rank = takeRank(line);
        readers[rank].read(line, number);
    }
    std::vector<LogStream> streams;
    for (auto &[rank, reader] : readers)
        streams.push_back({rank, reader.take()});
    return streams;
}

} // namespace mrb::backend
