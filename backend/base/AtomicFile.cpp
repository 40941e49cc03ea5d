// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/AtomicFile.h"

#include "backend/base/Text.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <utility>

namespace mrb {

namespace {

constexpr std::size_t kSendBytes = std::size_t{8} << 20U;

Error cannotWrite(const std::filesystem::path &file, int reason)
{
    return Error{error_codes::kCannotWrite,
                 Text::tr("%1 cannot be written: %2").arg(toQString(file), systemErrorText(reason)),
                 writeFailureHint(reason)};
}

std::filesystem::path folderOf(const std::filesystem::path &file)
{
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

// The rename is only durable once the folder's own entry is on disk.
void syncFolder(const std::filesystem::path &folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

} // namespace

Result<> writeFileAtomically(const std::filesystem::path &file, std::string_view content)
{
    auto writer = AtomicFileWriter::open(file);
    if (!writer)
        return writer.error();
    if (auto written = writer->write(std::as_bytes(std::span(content))); !written)
        return written;
    return writer->commit();
}

AtomicFileWriter::AtomicFileWriter(std::filesystem::path file, std::filesystem::path temporary,
                                   int descriptor)
    : m_file(std::move(file)), m_temporary(std::move(temporary)), m_descriptor(descriptor)
{
}

AtomicFileWriter::~AtomicFileWriter()
{
    discard();
}

AtomicFileWriter::AtomicFileWriter(AtomicFileWriter &&other) noexcept
    : m_file(std::move(other.m_file)),
      m_temporary(std::exchange(other.m_temporary, {})),
      m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_unsent(other.m_unsent)
{
}

AtomicFileWriter &AtomicFileWriter::operator=(AtomicFileWriter &&other) noexcept
{
    if (this != &other) {
        discard();
        m_file = std::move(other.m_file);
        m_temporary = std::exchange(other.m_temporary, {});
        m_descriptor = std::exchange(other.m_descriptor, -1);
        m_unsent = other.m_unsent;
    }
    return *this;
}

void AtomicFileWriter::discard()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
    if (!m_temporary.empty())
        ::unlink(std::exchange(m_temporary, {}).c_str());
}

Result<AtomicFileWriter> AtomicFileWriter::open(const std::filesystem::path &file)
{
    // Created with open's own mode, so that the user's umask decides who may read the result.
    static std::atomic<unsigned> counter{0};
    std::filesystem::path temporary =
        folderOf(file) / ("." + file.filename().string() + "." + std::to_string(::getpid()) + "." +
                          std::to_string(counter.fetch_add(1)) + ".part");
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return cannotWrite(file, errno);
    return AtomicFileWriter(file, std::move(temporary), descriptor);
}

Result<> AtomicFileWriter::write(std::span<const std::byte> piece)
{
    Q_ASSERT(m_descriptor >= 0);
    while (!piece.empty()) {
        const ssize_t written = ::write(m_descriptor, piece.data(), piece.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return cannotWrite(m_file, errno);
        piece = piece.subspan(static_cast<std::size_t>(written));
        m_unsent += static_cast<std::size_t>(written);
    }
    // The disk begins while more is being made, and commit() has less to wait for. Only a hint:
    // whether it worked shows there.
    if (m_unsent >= kSendBytes) {
        ::sync_file_range(m_descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
        m_unsent = 0;
    }
    return {};
}

Result<> AtomicFileWriter::commit()
{
    Q_ASSERT(m_descriptor >= 0);
    int failed = ::fsync(m_descriptor) != 0 ? errno : 0;
    if (::close(std::exchange(m_descriptor, -1)) != 0 && failed == 0)
        failed = errno;
    if (failed == 0 && ::rename(m_temporary.c_str(), m_file.c_str()) != 0)
        failed = errno;
    if (failed != 0) {
        discard();
        return cannotWrite(m_file, failed);
    }
    m_temporary.clear();
    syncFolder(folderOf(m_file));
    return {};
}

} // namespace mrb
