// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/BatchFolder.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/batch/BatchItem.h"
#include "backend/library/StoredRun.h"
#include "backend/request/StagedConfigs.h"
#include "backend/run/RunFolder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostSummaryBytes = std::size_t{64} << 20;

QString option()
{
    return QStringLiteral("--output-dir");
}

Error cannotUse(const fs::path &path, int reason)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("The batch's folder %1 cannot be used: %2")
                .arg(toQString(path), systemErrorText(reason)),
            writeFailureHint(reason), option()};
}

/// A file of that name which no batch wrote must not be lost.
std::optional<Error> foreignSummary(const fs::path &file)
{
    std::error_code ignored;
    if (fs::symlink_status(file, ignored).type() == fs::file_type::not_found)
        return std::nullopt;
    const Result<Json> json =
        isPlainFile(file) ? readJsonFile(file, kMostSummaryBytes) : Result<Json>(Json::object());
    if (json && textAt(*json, {"format"}) == QLatin1StringView(kBatchFormat))
        return std::nullopt;
    return Error{error_codes::kBatchFolder,
                 Text::tr("%1 is there and was not written by a batch.").arg(toQString(file)),
                 Text::tr("Move it away, or choose another folder with --output-dir."), option()};
}

} // namespace

Result<fs::path> batchFolder(const fs::path &given)
{
    std::error_code failed;
    fs::path folder = fs::weakly_canonical(given, failed);
    if (failed)
        return cannotUse(given, failed.value());
    if (!folder.has_filename() && folder.has_relative_path()) // a slash at the end
        folder = folder.parent_path();
    if (const auto error = checkOutputFolderName(folder))
        return *error;
    const fs::file_type type = fs::status(folder, failed).type();
    if (type == fs::file_type::not_found)
        return folder;
    if (type != fs::file_type::directory)
        return cannotUse(folder, ENOTDIR);
    if (readStoredRun(folder).isRun())
        return Error{error_codes::kBatchFolder,
                     Text::tr("%1 is the folder of a run.").arg(toQString(folder)),
                     Text::tr("Choose another folder with --output-dir, such as the one that it "
                              "is in."),
                     option()};
    if (const auto error = foreignSummary(folder / kBatchFile))
        return *error;
    return folder;
}

Result<BatchLock> BatchLock::take(const fs::path &folder)
{
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed && !fs::is_directory(folder))
        return cannotUse(folder, failed.value());
    const fs::path path = folder / kBatchLockFile;
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
    if (!file.isOpen())
        return cannotUse(path, errno);
    const bool isTaken = ::flock(file.number(), LOCK_EX | LOCK_NB) == 0;
    if (!isTaken && errno != EWOULDBLOCK) // a file system without locks, say
        return cannotUse(path, errno);
    if (!isTaken)
        return Error{error_codes::kBatchInUse,
                     Text::tr("Another batch is working in %1.").arg(toQString(folder)),
                     Text::tr("Wait until it has ended, or choose another folder with "
                              "--output-dir."),
                     option()};
    return BatchLock(std::move(file));
}

} // namespace mrb::backend
