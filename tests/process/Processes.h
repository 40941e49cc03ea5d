// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>

#include <sys/types.h>
#include <sys/wait.h>

#include <filesystem>
#include <vector>

namespace mrb::test {

inline QByteArray contentOf(const std::filesystem::path &file)
{
    QFile device(QString::fromStdString(file.string()));
    return device.open(QIODevice::ReadOnly) ? device.readAll() : QByteArray("(no file)");
}

struct FoundProcess
{
    pid_t pid = 0;
    pid_t parent = 0;
    bool supervisor = false;
};

/// All living processes whose command line contains the marker.
inline std::vector<FoundProcess> processesWith(const QString &marker)
{
    std::vector<FoundProcess> found;
    for (const QString &name : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        bool isNumber = false;
        const int pid = name.toInt(&isNumber);
        const std::filesystem::path folder = "/proc/" + name.toStdString();
        // Zombies have an empty command line.
        if (!isNumber || !contentOf(folder / "cmdline").contains(marker.toUtf8()))
            continue;
        const QByteArray stat = contentOf(folder / "stat");
        const QList<QByteArray> fields = stat.sliced(stat.lastIndexOf(')') + 2).split(' ');
        std::error_code gone;
        const std::filesystem::path program = std::filesystem::read_symlink(folder / "exe", gone);
        if (fields.size() > 1 && !gone)
            found.push_back({pid, fields[1].toInt(), program.filename() == "mrbrain-supervisor"});
    }
    return found;
}

/// Of this process, ended ones included.
inline bool hasChildren()
{
    siginfo_t info = {};
    return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

} // namespace mrb::test
