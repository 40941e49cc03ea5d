// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/SetupFolders.h"

#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/environment/HashCache.h"
#include "backend/setup/StepWork.h"

#include <QDateTime>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>
#include <vector>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kKeptLogs = 20;

Error cannotMake(const fs::path &path, int reason)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("%1 cannot be created: %2.").arg(toQString(path), systemErrorText(reason)),
            Text::tr("Logs and locks of the set-up are kept there; make room, or set "
                     "XDG_CACHE_HOME to a folder that you may write to.")};
}

/// Beside the cache of hashes.
Result<fs::path> folderInCache(const EnvironmentPairs &environment, const char *name)
{
    const fs::path cache = defaultHashCacheFile(environment).parent_path();
    if (cache.empty())
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("There is no place for logs: HOME is not set."),
                     Text::tr("Set HOME, or XDG_CACHE_HOME to an absolute path.")};
    const fs::path folder = cache / "setup" / name;
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        return cannotMake(folder, failed.value());
    return folder;
}

std::string nameOf(const fs::path &root)
{
    const std::string text = root.string();
    return Sha256::ofBytes(std::as_bytes(std::span(text)));
}

void removeOldest(const fs::path &folder)
{
    std::vector<fs::path> logs;
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed); !failed && it != fs::directory_iterator();
         it.increment(failed))
        logs.push_back(it->path());
    if (logs.size() < kKeptLogs)
        return;
    std::ranges::sort(logs); // names begin with the time
    logs.resize(logs.size() - kKeptLogs + 1);
    for (const fs::path &log : logs)
        fs::remove_all(log, failed);
}

} // namespace

Result<fs::path> newLogFolder(const EnvironmentPairs &environment, SetupStep step)
{
    const Result<fs::path> folder = folderInCache(environment, "logs");
    if (!folder)
        return folder.error();
    removeOldest(*folder);
    const std::string time = QDateTime::currentDateTimeUtc()
                                 .toString(QStringLiteral("yyyyMMdd-HHmmsszzz"))
                                 .toStdString();
    return *folder /
           (time + "-" + std::string(setupStepName(step)) + "-" + std::to_string(::getpid()));
}

Result<SetupLock> SetupLock::take(const EnvironmentPairs &environment, const fs::path &root)
{
    // Not beside the root, where this user may have no right to write.
    const Result<fs::path> folder = folderInCache(environment, "locks");
    if (!folder)
        return folder.error();
    const fs::path path = *folder / (nameOf(root) + ".lock");
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.isOpen())
        return cannotMake(path, errno);
    const bool isTaken = ::flock(file.number(), LOCK_EX | LOCK_NB) == 0;
    if (!isTaken && errno != EWOULDBLOCK) // a file system without locks, say
        return cannotMake(path, errno);
    if (!isTaken)
        return Error{error_codes::kSetupInUse,
                     Text::tr("Another set-up is working on %1.").arg(toQString(root)),
                     Text::tr("Wait until it has ended, or cancel it, in the window or terminal "
                              "in which it runs."),
                     toQString(root)};
    return SetupLock(std::move(file));
}

} // namespace mrb::backend
