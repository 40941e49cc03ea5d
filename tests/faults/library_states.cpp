// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

/// What the library of the window says of every run below a folder, for tests in Python:
/// library_states FOLDER prints a line for each run: its folder, its state and its verdict.

#include "backend/library/RunLibrary.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <cstdio>

namespace {

const char *nameOf(mrb::backend::RunState state)
{
    using mrb::backend::RunState;
    switch (state) {
    case RunState::NoRun:
        return "none";
    case RunState::Running:
        return "running";
    case RunState::Interrupted:
        return "interrupted";
    case RunState::Ended:
        break;
    }
    return "ended";
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 2)
        return 2;
    mrb::backend::RunLibrary library;
    QObject::connect(&library, &mrb::backend::RunLibrary::scanFinished, &application, [&library] {
        for (const mrb::backend::RunSummary &run : library.runs())
            std::printf("%s\t%s\t%s\n", run.folder.c_str(), nameOf(run.state),
                        run.verdict == mrb::backend::EntryVerdict::None ? "none" : "judged");
        QCoreApplication::quit();
    });
    library.setFolders({argv[1]});
    return QCoreApplication::exec();
}
