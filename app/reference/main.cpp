// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// Writes the reference from the tables that read the command lines: manual pages and completion at
// build time, the tables of docs/cli.md when asked. Not installed.
#include "app/reference/Completion.h"
#include "app/reference/ManualPage.h"
#include "app/reference/Programs.h"
#include "app/reference/ReferenceJson.h"
#include "app/reference/ReferencePage.h"
#include "backend/base/AtomicFile.h"
#include "backend/request/Manifest.h"

#include <QFile>

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;
using namespace mrb;

namespace {

int fail(const Error &error)
{
    std::fprintf(stderr, "mrbrain-reference: %s %s\n", qPrintable(error.message),
                 qPrintable(error.hint));
    return 1;
}

int usage()
{
    std::fputs("usage: mrbrain-reference files FOLDER | json | check PAGE | update PAGE\n", stderr);
    return 2;
}

/// Manual pages and completion below FOLDER/man/man1 and FOLDER/bash-completion/completions.
int writeFiles(const std::vector<reference::Program> &programs, const backend::Manifest &manifest,
               const fs::path &folder)
{
    std::vector<std::string> modalities;
    for (const backend::Modality &modality : manifest.modalities)
        modalities.push_back(modality.name);
    for (const reference::Program &program : programs) {
        const std::string &name = program.line.name;
        const fs::path page = folder / "man" / "man1" / (name + ".1");
        const fs::path completion = folder / "bash-completion" / "completions" / name;
        fs::create_directories(page.parent_path());
        fs::create_directories(completion.parent_path());
        if (const auto written = writeFileAtomically(page, reference::manualPage(program));
            !written)
            return fail(written.error());
        if (const auto written = writeFileAtomically(
                completion, reference::bashCompletion(program.line, modalities));
            !written)
            return fail(written.error());
    }
    return 0;
}

/// The first line of one text that the other does not have in its place, for people.
void printDifference(const QByteArray &was, const QByteArray &is)
{
    const QList<QByteArray> before = was.split('\n');
    const QList<QByteArray> after = is.split('\n');
    for (qsizetype i = 0; i < qMax(before.size(), after.size()); ++i)
        if (before.value(i) != after.value(i)) {
            std::fprintf(stderr, "line %lld has:\n  %s\nthe tables say:\n  %s\n",
                         static_cast<long long>(i + 1), before.value(i).constData(),
                         after.value(i).constData());
            return;
        }
}

int treatPage(const std::vector<reference::Program> &programs, const backend::Manifest &manifest,
              bool update, const char *path)
{
    QFile file(QFile::decodeName(path));
    if (!file.open(QIODevice::ReadOnly)) {
        std::fprintf(stderr, "%s: %s\n", path, qPrintable(file.errorString()));
        return 1;
    }
    const QByteArray text = file.readAll();
    const Result<std::string> made =
        reference::pageWithTables(text.toStdString(), programs, manifest);
    if (!made)
        return fail(made.error());
    if (QByteArray::fromStdString(*made) == text)
        return 0;
    if (update) {
        const auto written = writeFileAtomically(path, *made);
        return written ? 0 : fail(written.error());
    }
    printDifference(text, QByteArray::fromStdString(*made));
    std::fprintf(stderr,
                 "%s is not what the command lines are. Write its tables again:\n"
                 "cmake --build --preset release --target update_cli_md\n",
                 path);
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string_view order = argc > 1 ? argv[1] : "";
    const Result<std::vector<reference::Program>> programs = reference::programs();
    if (!programs)
        return fail(programs.error());
    const Result<backend::Manifest> manifest = backend::builtInManifest();
    if (!manifest)
        return fail(manifest.error());
    if (order == "json" && argc == 2)
        return std::fputs((reference::referenceJson(*programs) + "\n").c_str(), stdout) < 0 ? 1 : 0;
    if (argc != 3)
        return usage();
    if (order == "files")
        return writeFiles(*programs, *manifest, argv[2]);
    if (order == "check" || order == "update")
        return treatPage(*programs, *manifest, order == "update", argv[2]);
    return usage();
}
