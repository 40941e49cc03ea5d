// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The program itself: what it was built from, and whether all of it is there.
#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/diagnostics/Sections.h"

#include <QDateTime>

#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), std::ssize(text));
}

QString presence(const fs::path &path)
{
    std::error_code failed;
    const bool present = fs::exists(path, failed);
    const QString fault = QString::fromStdString(failed.message());
    return toQString(path) + (failed    ? QStringLiteral(", cannot be looked at: ") + fault
                              : present ? QStringLiteral(", present")
                                        : QStringLiteral(", missing"));
}

fs::path settingsFile(const EnvironmentPairs &environment)
{
    fs::path base = environmentValue(environment, "XDG_CONFIG_HOME").value_or("");
    if (!base.is_absolute()) // which the variable's specification says to ignore
        base = fs::path(environmentValue(environment, "HOME").value_or("/")) / ".config";
    return base / "mrbrain" / "studio.ini";
}

} // namespace

ManifestInUse manifestInUse(const GenerateOptions &options)
{
    ManifestInUse inUse;
    if (options.manifest) {
        if (Result<Manifest> chosen = readManifest(options.workingFolder / *options.manifest))
            return {.manifest = std::move(chosen).value()};
        else
            inUse.error = chosen.error();
    }
    if (Result<Manifest> own = builtInManifest())
        inUse.manifest = std::move(own).value();
    else
        inUse.error = own.error();
    return inUse;
}

FactSection programFacts(const ManifestInUse &inUse)
{
    FactSection section{QStringLiteral("program")};
    const Manifest &manifest = inUse.manifest;
    section.add(QStringLiteral("version"), QStringLiteral("MR Brain Studio ") + textOf(kVersion));
    section.add(QStringLiteral("commit"), textOf(buildCommit()));
    section.add(QStringLiteral("build type"), sizeof(MRB_BUILD_TYPE) > 1
                                                  ? QStringLiteral(MRB_BUILD_TYPE)
                                                  : QStringLiteral("none"));
    section.add(QStringLiteral("compiler"), QStringLiteral(MRB_COMPILER));
#ifdef __SANITIZE_ADDRESS__
    section.add(QStringLiteral("sanitizers"), QStringLiteral("address, undefined"));
#else
    section.add(QStringLiteral("sanitizers"), QStringLiteral("none"));
#endif
    section.add(QStringLiteral("Qt"),
                QStringLiteral("%1, built with %2")
                    .arg(QString::fromLatin1(qVersion()), QStringLiteral(QT_VERSION_STR)));
    section.add(QStringLiteral("ITK"), QStringLiteral("built with " MRB_ITK_VERSION));
    section.add(QStringLiteral("folder"), toQString(executableFolder()));
    if (inUse.error)
        section.add(QStringLiteral("manifest problem"), factText(*inUse.error));
    section.add(QStringLiteral("manifest"),
                QStringLiteral("%1 %2, %3, sha256 %4")
                    .arg(textOf(manifest.id), textOf(manifest.version),
                         manifest.builtIn ? QStringLiteral("built in") : toQString(manifest.source),
                         textOf(manifest.sha256)));
    section.add(QStringLiteral("written"), QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    return section;
}

FactSection fileFacts(const EnvironmentPairs &environment)
{
    FactSection section{QStringLiteral("files")};
    const auto add = [&section](const char *name, const fs::path &path) {
        section.add(QString::fromLatin1(name), presence(path));
    };
    add("window", executableFolder() / "mrbrain-studio");
    add("supervisor", helperProgram("mrbrain-supervisor"));
    add("picture helper", helperProgram("mrbrain-picture"));
    add("phantom", dataFile("phantom_upstream"));
    add("guide", dataFile("guide/guide.md"));
    add("settings", settingsFile(environment));
    return section;
}

} // namespace mrb::backend
