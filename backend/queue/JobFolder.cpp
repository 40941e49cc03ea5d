// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/JobFolder.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Json.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/process/RunEnvironment.h"
#include "backend/queue/RunTarget.h"
#include "backend/request/OverrideDocument.h"
#include "backend/run/RunFolder.h"
#include "backend/run/SpareFolder.h"

#include <QDateTime>

#include <algorithm>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

Error cannotMake(const fs::path &folder, const QString &why)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("The run's folder cannot be made in %1: %2").arg(toQString(folder), why),
            Text::tr("Choose another results folder in the settings."), toQString(folder)};
}

/// "-mri_t1-seed42". A modality that is no plain word is refused later and keeps only its letters
/// here.
std::string requestName(const RunSettings &settings)
{
    namespace key = contract::model_config;
    constexpr std::size_t kLongestModality = 60;
    const Json overrides = parseOverrides(settings.overrides, QString()).overrides;
    std::string name;
    if (const auto found = overrides.find(key::kModality); found != overrides.end()) {
        auto modality = found->get<std::string>().substr(0, kLongestModality);
        std::ranges::replace_if(
            modality,
            [](char c) {
                return !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
                       !(c >= '0' && c <= '9') && c != '_';
            },
            '_');
        name += "-" + modality;
    }
    if (const auto found = overrides.find(key::kRandomSeed); found != overrides.end())
        name += "-seed" + std::to_string(found->get<std::int64_t>());
    return name;
}

/// A folder that nobody else has: it is made, not found.
Result<fs::path> makeFolder(const RunSettings &settings, bool isKnown)
{
    const fs::path &results = settings.resultsFolder;
    if (!results.is_absolute())
        return cannotMake(results, Text::tr("its path is not absolute."));
    std::error_code failed;
    fs::create_directories(results, failed);
    if (failed && !fs::is_directory(results))
        return cannotMake(results, systemErrorText(failed.value()));
    const std::string name =
        QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString() +
        (isKnown ? requestName(settings) : "-warm");
    fs::path folder = results / name;
    for (int copy = 2; !fs::create_directory(folder, failed); ++copy) {
        if (failed && failed != std::errc::file_exists)
            return cannotMake(results, systemErrorText(failed.value()));
        folder = results / (name + "-" + std::to_string(copy));
    }
    return folder;
}

} // namespace

Result<fs::path> makeJobFolder(const RunSettings &settings, bool isKnown)
{
    try {
        return makeFolder(settings, isKnown);
    } catch (const std::exception &failure) {
        return cannotMake(settings.resultsFolder, QString::fromUtf8(failure.what()));
    }
}

Result<> writeRequest(const RunSettings &settings, const fs::path &folder)
{
    return writeFileAtomically(folder / kRequestFile, settings.overrides);
}

void removeUnusedFolder(const fs::path &folder)
{
    std::error_code failed;
    if (folder.empty() || fs::exists(folder / kJournalFile, failed) || failed)
        return;
    fs::remove(folder / kRequestFile, failed);
    fs::remove(folder / kLockFile, failed);
    fs::remove_all(folder / kRuntimeCacheFolder, failed); // of an interpreter that had waited
    fs::remove(folder / kSpareMarker, failed);
    fs::remove(folder, failed);
}

} // namespace mrb::backend
