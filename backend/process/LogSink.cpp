// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LogSink.h"

#include "backend/base/Text.h"

#include <QStringConverter>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace {

// A code point has at most four bytes, and "\r\n" is two for one.
constexpr std::size_t kEndBytes = std::size_t{4} * LogSink::kTailLength + 4;
// Memory moves only once per this many bytes.
constexpr std::size_t kSlackBytes = std::size_t{64} << 10;

} // namespace

LogSink::LogSink(std::filesystem::path file) : m_file(std::move(file))
{
    if (m_file.empty())
        return;
    std::error_code failure;
    std::filesystem::create_directories(m_file.parent_path(), failure);
    // A link left in the place of a log must not lead the output elsewhere.
    m_descriptor =
        ::open(m_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (m_descriptor < 0)
        fail(failure ? failure.value() : errno);
}

LogSink::~LogSink()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void LogSink::append(QByteArrayView bytes)
{
    m_end.append(bytes.data(), static_cast<std::size_t>(bytes.size()));
    if (m_end.size() > kEndBytes + kSlackBytes) {
        m_end.erase(0, m_end.size() - kEndBytes);
        m_cut = true;
    }
    while (m_descriptor >= 0 && !bytes.isEmpty()) {
        const ssize_t written =
            ::write(m_descriptor, bytes.data(), static_cast<std::size_t>(bytes.size()));
        if (written > 0) {
            m_written += static_cast<std::uint64_t>(written);
            bytes = bytes.sliced(written);
        } else if (written == 0 || errno != EINTR) {
            fail(written == 0 ? EIO : errno);
        }
    }
}

void LogSink::close()
{
    if (m_descriptor < 0)
        return;
    noticeMove();
    const int closed = ::close(m_descriptor);
    m_descriptor = -1;
    if (closed != 0 && errno != EINTR)
        fail(errno);
}

/// What was written is whole, but nobody will find it under the name that the result gives.
void LogSink::noticeMove()
{
    struct stat opened = {};
    struct stat named = {};
    if (::fstat(m_descriptor, &opened) != 0 ||
        (::lstat(m_file.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino))
        return;
    m_error = Error{
        error_codes::kCannotWrite,
        Text::tr("The log %1 was moved or removed while it was written.").arg(toQString(m_file)),
        Text::tr("The end of it is in the result.")};
}

void LogSink::fail(int reason)
{
    m_error = Error{error_codes::kCannotWrite,
                    Text::tr("The log %1 is incomplete, it ends after %2 bytes: %3")
                        .arg(toQString(m_file))
                        .arg(m_written)
                        .arg(systemErrorText(reason)),
                    writeFailureHint(reason)};
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
}

QString LogSink::tail() const
{
    std::string_view bytes = m_end;
    bool cut = m_cut;
    if (bytes.size() > kEndBytes) {
        bytes.remove_prefix(bytes.size() - kEndBytes);
        cut = true;
    }
    // Not the second half of a character.
    for (int i = 0; cut && i < 3 && (static_cast<unsigned char>(bytes.front()) & 0xC0U) == 0x80U;
         ++i)
        bytes.remove_prefix(1);
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless |
                                                       QStringConverter::Flag::ConvertInitialBom);
    QString text = decoder(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    text.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    text.replace(u'\r', u'\n');

    qsizetype begin = text.size();
    for (int points = 0; points < kTailLength && begin > 0; ++points) {
        --begin;
        if (begin > 0 && text.at(begin).isLowSurrogate() && text.at(begin - 1).isHighSurrogate())
            --begin;
    }
    if (begin == 0 && !cut)
        return text;
    return QStringLiteral("...") + text.sliced(begin);
}

} // namespace mrb::backend
