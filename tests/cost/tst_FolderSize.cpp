// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/FolderSize.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <string>

using namespace mrb::backend;
namespace fs = std::filesystem;

class TestFolderSize : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void size_isThatOfTheFilesBelowAndOfNothingLinked()
    {
        const QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()) / "cache";
        fs::create_directories(folder / "deep" / "er");
        const auto write = [](const fs::path &file, std::size_t kibibytes) {
            std::ofstream(file) << std::string(kibibytes << 10, 'x');
        };
        write(folder / "a", 512);
        write(folder / "deep" / "er" / "b", 1024);
        write(folder.parent_path() / "outside", 2048);
        fs::create_symlink(folder.parent_path() / "outside", folder / "link");
        fs::create_directory_symlink(folder.parent_path(), folder / "up");
        QCOMPARE(folderSizeMb(folder), std::optional(1.5));
    }

    void aFolderThatIsNotThere_hasNoSize()
    {
        QCOMPARE(folderSizeMb("/nonexistent/folder"), std::nullopt);
    }
};

QTEST_GUILESS_MAIN(TestFolderSize)
#include "tst_FolderSize.moc"
