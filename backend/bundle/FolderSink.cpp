// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/FolderSink.h"

#include "backend/base/Text.h"
#include "backend/bundle/BundleFormat.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

int syncFolder(const fs::path &folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return errno;
    const int failed = ::fsync(descriptor) != 0 ? errno : 0;
    ::close(descriptor);
    return failed;
}

Error cannotWrite(const fs::path &path, int reason)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("%1 cannot be written: %2").arg(toQString(path), systemErrorText(reason)),
            writeFailureHint(reason), toQString(path)};
}

fs::path parentOf(const fs::path &path)
{
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

} // namespace

Result<std::unique_ptr<FolderSink>> FolderSink::open(const fs::path &folder)
{
    std::string pattern =
        (parentOf(folder) / ("." + folder.filename().string() + ".XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr)
        return cannotWrite(folder, errno);
    // mkdtemp() lets nobody else in; a bundle is for others.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::chmod(pattern.c_str(), 0777 & ~mask);
    return std::unique_ptr<FolderSink>(new FolderSink(folder, pattern));
}

FolderSink::FolderSink(fs::path folder, fs::path temporary)
    : m_folder(std::move(folder)), m_temporary(std::move(temporary))
{
}

FolderSink::~FolderSink()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    std::error_code ignored;
    if (!m_temporary.empty())
        fs::remove_all(m_temporary, ignored);
}

Error FolderSink::failed(const fs::path &file, int reason) const
{
    // Under the name that it will have, which is the one that a person knows.
    return cannotWrite(m_folder / file.lexically_relative(m_temporary), reason);
}

Result<> FolderSink::begin(const std::string &name, std::uint64_t bytes, bool program)
{
    m_file = m_temporary / name;
    std::error_code code;
    fs::create_directories(m_file.parent_path(), code);
    if (code)
        return failed(m_file, code.value());
    m_descriptor =
        ::open(m_file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, program ? 0777 : 0666);
    if (m_descriptor < 0)
        return failed(m_file, errno);
    m_missing = bytes;
    return {};
}

Result<> FolderSink::add(std::span<const std::byte> piece)
{
    if (piece.size() > m_missing)
        return Error{
            mrb::error_codes::kCannotWrite,
            Text::tr("%1 has grown while it was copied.").arg(toQString(m_file.filename())),
            Text::tr("Wait until nobody writes to it any more.")};
    m_missing -= piece.size();
    while (!piece.empty()) {
        const ssize_t written = ::write(m_descriptor, piece.data(), piece.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return failed(m_file, errno);
        piece = piece.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<> FolderSink::end()
{
    if (m_missing > 0)
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("%1 has become shorter while it was copied.")
                         .arg(toQString(m_file.filename())),
                     Text::tr("Wait until nobody writes to it any more.")};
    int reason = ::fsync(m_descriptor) != 0 ? errno : 0;
    if (::close(std::exchange(m_descriptor, -1)) != 0 && reason == 0)
        reason = errno;
    if (reason != 0)
        return failed(m_file, reason);
    return {};
}

Result<> FolderSink::commit()
{
    // Folders first, so that no name leads to nothing after a power loss.
    std::error_code code;
    for (fs::recursive_directory_iterator it(m_temporary, code), end; !code && it != end;
         it.increment(code))
        if (std::error_code ignored; it->is_directory(ignored))
            if (const int reason = syncFolder(it->path()); reason != 0)
                return failed(it->path(), reason);
    if (const int reason = code ? code.value() : syncFolder(m_temporary); reason != 0)
        return cannotWrite(m_folder, reason);
    // Fails where something has that name by now, unless it is an empty folder.
    if (::rename(m_temporary.c_str(), m_folder.c_str()) != 0) {
        if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
            return Error{error_codes::kTargetExists,
                         Text::tr("%1 exists already.").arg(toQString(m_folder)),
                         Text::tr("Name another folder."), toQString(m_folder)};
        return cannotWrite(m_folder, errno);
    }
    m_temporary.clear();
    syncFolder(parentOf(m_folder));
    return {};
}

} // namespace mrb::backend
