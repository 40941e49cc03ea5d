// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RunTrash.h"

#include "backend/base/Text.h"
#include "backend/library/RunLibrary.h"
#include "backend/library/StoredRun.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QStorageInfo>
#include <QTemporaryFile>

#include <unistd.h>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

Error underWay(const fs::path &folder)
{
    return {error_codes::kRunUnderWay,
            Text::tr("The run in %1 is under way and stays.").arg(toQString(folder)),
            Text::tr("Cancel it first."), toQString(folder)};
}

Error noTrash(const fs::path &folder)
{
    return {
        error_codes::kNoTrash,
        Text::tr("%1 could not be moved to the trash; nothing was deleted.").arg(toQString(folder)),
        Text::tr("There may be no trash on this disk, or you may not change the folder above. "
                 "Delete the run in the file manager."),
        toQString(folder)};
}

/// Whether the file that describes a trashed one can be made there.
bool canDescribeIn(const QString &trash)
{
    QTemporaryFile probe(trash + QStringLiteral("/info/XXXXXX.probe"));
    return QDir().mkpath(trash + QStringLiteral("/info")) && probe.open();
}

/// Whether QFile::moveToTrash() can be called. Qt 6.4 takes the working folder for the trash where
/// it can make none, and tries for ever where it cannot make the file that describes a trashed one.
bool hasTrashFor(const fs::path &folder)
{
    constexpr std::size_t kLongestName = 255;
    constexpr std::size_t kSuffix = 24; // a counter and .trashinfo
    if (folder.filename().native().size() + kSuffix > kLongestName ||
        ::access(folder.parent_path().c_str(), W_OK) != 0)
        return false;
    const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    const QString trash = data + QStringLiteral("/Trash");
    if (data.isEmpty() || !QDir().mkpath(data))
        return false;
    if (QDir().mkdir(trash))
        QFile::setPermissions(trash, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const QStorageInfo disk(toQString(folder));
    if (disk != QStorageInfo(QDir::home())) {
        const QString user = QString::number(::getuid());
        for (const QString &name : {QStringLiteral("/.Trash/"), QStringLiteral("/.Trash-")}) {
            const QString onDisk = disk.rootPath() + name + user;
            if (QFileInfo(onDisk).isDir() && !canDescribeIn(onDisk))
                return false;
        }
    }
    return canDescribeIn(trash);
}

} // namespace

TrashOutcome moveRunsToTrash(const std::vector<fs::path> &folders)
{
    TrashOutcome outcome;
    for (const fs::path &folder : folders) {
        std::error_code ignored;
        const fs::file_type type = fs::symlink_status(folder, ignored).type();
        if (type == fs::file_type::not_found) { // another window was faster
            outcome.gone.push_back(folder);
            continue;
        }
        if (type != fs::file_type::directory || !readStoredRun(folder).isRun()) {
            outcome.errors.push_back(noRunHere(folder));
            continue;
        }
        if (runStateOf(folder) == RunState::Running) {
            outcome.errors.push_back(underWay(folder));
            continue;
        }
        const std::uint64_t bytes = bytesBelow(folder);
        if (hasTrashFor(folder) && QFile::moveToTrash(toQString(folder))) {
            ++outcome.trashed;
            outcome.bytes += bytes;
            outcome.gone.push_back(folder);
        } else if (!fs::exists(fs::symlink_status(folder, ignored))) {
            outcome.gone.push_back(folder);
        } else {
            outcome.errors.push_back(noTrash(folder));
        }
    }
    return outcome;
}

} // namespace mrb::backend
