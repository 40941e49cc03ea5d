// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/AtomicFile.h"

#include "backend/base/Text.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>

namespace mrb {

namespace {

Error cannotWrite(const std::filesystem::path &file, int reason)
{
    return Error{error_codes::kCannotWrite,
                 Text::tr("%1 cannot be written: %2").arg(toQString(file), systemErrorText(reason)),
                 reason == ENOSPC || reason == EDQUOT
                     ? Text::tr("Free some disk space or choose another folder.")
                     : Text::tr("Check that the folder exists and that you may write to it.")};
}

bool writeAll(int descriptor, std::string_view content)
{
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
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
    const std::filesystem::path folder =
        file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    // Created with open's own mode, so that the user's umask decides who may read the result.
    static std::atomic<unsigned> counter{0};
    const std::filesystem::path temporary =
        folder / ("." + file.filename().string() + "." + std::to_string(::getpid()) + "." +
                  std::to_string(counter.fetch_add(1)) + ".part");
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return cannotWrite(file, errno);

    bool ok = writeAll(descriptor, content) && ::fsync(descriptor) == 0;
    int reason = errno;
    if (::close(descriptor) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    if (ok && ::rename(temporary.c_str(), file.c_str()) != 0) {
        ok = false;
        reason = errno;
    }
    if (!ok) {
        ::unlink(temporary.c_str());
        return cannotWrite(file, reason);
    }
    syncFolder(folder);
    return {};
}

} // namespace mrb
