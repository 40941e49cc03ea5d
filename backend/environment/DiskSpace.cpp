// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/DiskSpace.h"

#include "backend/base/Text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace mrb::backend {

namespace {

namespace codes = error_codes;
constexpr double kBytesPerMb = 1024.0 * 1024.0;
constexpr double kReserveFactor = 2.0;

Error notReadable(const std::filesystem::path &folder, int reason)
{
    return Error{codes::kDiskNotReadable,
                 Text::tr("The free space for %1 cannot be found out: %2")
                     .arg(toQString(folder), systemErrorText(reason)),
                 Text::tr("Choose another output folder."), toQString(folder)};
}

// Up to the nearest path that exists; a file on the way is an error.
Result<std::filesystem::path> nearestExistingFolder(const std::filesystem::path &folder)
{
    std::error_code failure;
    std::filesystem::path current = std::filesystem::absolute(folder, failure);
    if (failure)
        return notReadable(folder, failure.value());
    while (true) {
        struct stat info = {};
        if (::stat(current.c_str(), &info) == 0) {
            if (S_ISDIR(info.st_mode))
                return current;
            return Error{codes::kOutputNotAFolder,
                         Text::tr("%1 is not a folder.").arg(toQString(current)),
                         Text::tr("Choose another output folder."), toQString(folder)};
        }
        // ENOTDIR: the file that is in the way is found further up.
        if (errno != ENOENT && errno != ENOTDIR)
            return notReadable(current, errno);
        // A dangling symbolic link: the folder could not be created there either.
        if (::lstat(current.c_str(), &info) == 0)
            return Error{
                codes::kOutputNotAFolder,
                Text::tr("%1 is a symbolic link that leads nowhere.").arg(toQString(current)),
                Text::tr("Remove the link or choose another output folder."), toQString(folder)};
        if (!current.has_relative_path())
            return notReadable(folder, ENOENT);
        current = current.parent_path();
    }
}

} // namespace

Result<DiskSpace> diskSpaceFor(const std::filesystem::path &folder)
{
    try {
        const auto existing = nearestExistingFolder(folder);
        if (!existing)
            return existing.error();
        struct statvfs info = {};
        int done = 0;
        do {
            done = ::statvfs(existing->c_str(), &info);
        } while (done != 0 && errno == EINTR);
        if (done != 0)
            return notReadable(*existing, errno);
        DiskSpace space;
        space.existingFolder = *existing;
        space.freeBytes = std::uint64_t{info.f_bavail} * std::uint64_t{info.f_frsize};
        space.readOnlyFileSystem = (info.f_flag & ST_RDONLY) != 0;
        space.writable = ::faccessat(AT_FDCWD, existing->c_str(), W_OK | X_OK, AT_EACCESS) == 0;
        return space;
    } catch (const std::exception &failure) {
        return Error{codes::kDiskNotReadable,
                     Text::tr("The free space for the output folder cannot be found out: %1")
                         .arg(QString::fromUtf8(failure.what())),
                     Text::tr("Choose another output folder.")};
    }
}

Findings judgeDiskSpace(const DiskSpace &space, double estimatedMb)
{
    Findings findings;
    const QString folder = toQString(space.existingFolder);
    if (space.readOnlyFileSystem)
        findings.refusals.push_back(
            {codes::kOutputReadOnlyFileSystem,
             Text::tr("%1 is on a file system mounted read-only.").arg(folder),
             Text::tr("Choose an output folder on another disk."), folder});
    else if (!space.writable)
        findings.refusals.push_back(
            {codes::kOutputNotWritable, Text::tr("You may not write to %1.").arg(folder),
             Text::tr("Choose another output folder or ask its owner."), folder});
    const double freeMb = static_cast<double>(space.freeBytes) / kBytesPerMb;
    const double neededMb = kReserveFactor * estimatedMb;
    if (freeMb < neededMb)
        findings.refusals.push_back(
            {codes::kDiskNearlyFull,
             Text::tr("%1 MB are free at %2, but the run should have %3 MB (twice the estimate).")
                 .arg(QString::number(freeMb, 'f', 0), folder, QString::number(neededMb, 'f', 0)),
             Text::tr("Free some disk space or choose an output folder on another disk."), folder});
    return findings;
}

} // namespace mrb::backend
