// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/picture/ReportMode.h"

#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/cli/CancellableJob.h"
#include "backend/cli/Commands.h"
#include "backend/library/RunLibrary.h"
#include "backend/run/RunDocuments.h"
#include "ui/document/ReportFiles.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

namespace mrb::picture {

namespace fs = std::filesystem;
using backend::ExitCode;

namespace {

struct Made
{
    std::optional<ui::ReportFiles> report; ///< nothing where the run's folder takes none
    std::vector<ui::ReportFile> copies;    ///< with their paths as names
    Errors warnings;
};

std::vector<fs::path> targetsOf(const ReportOptions &options)
{
    std::vector<fs::path> targets;
    for (const std::string &target : {options.html, options.pdf})
        if (!target.empty())
            targets.emplace_back(target);
    return targets;
}

Result<Made> make(const fs::path &runFolder, const std::vector<fs::path> &targets,
                  const std::stop_token &stop)
{
    Made made;
    const Result<ui::ReportFiles> report = ui::makeReportDocument(runFolder, stop);
    if (report)
        made.report = *report;
    else if (report.error().code == mrb::error_codes::kCannotWrite && !targets.empty())
        made.warnings.push_back(report.error());
    else
        return report.error();
    for (const fs::path &target : targets) {
        if (const Result<> saved = ui::saveReport(runFolder, target, stop); !saved)
            return saved.error();
        const Result<std::string> hash = sha256OfFile(target);
        if (!hash)
            return hash.error();
        made.copies.push_back({target.string(), *hash});
    }
    return made;
}

Json document(const fs::path &runFolder, const Made &made)
{
    Json files = Json::array();
    if (made.report)
        for (const ui::ReportFile &file : made.report->files)
            files.push_back(
                {{"path", (made.report->folder / file.name).string()}, {"sha256", file.sha256}});
    for (const ui::ReportFile &copy : made.copies)
        files.push_back({{"path", copy.name}, {"sha256", copy.sha256}});
    Json json = {{"run", runFolder.string()}, {"report_folder", nullptr}};
    if (made.report)
        json["report_folder"] = made.report->folder.string();
    json["files"] = std::move(files);
    json["made"] = !made.report || made.report->made;
    json["warnings"] = backend::toJson(made.warnings);
    return json;
}

ExitCode refusal(const Error &error)
{
    if (error.code == mrb::error_codes::kCannotWrite)
        return backend::refuse(Text::tr("report not written"), {error}, ExitCode::NotWritten);
    const bool noRun = error.code == backend::error_codes::kNoRunHere ||
                       error.code == backend::error_codes::kRunUnderWay;
    return backend::refuse(noRun ? Text::tr("no report") : Text::tr("run not readable"), {error},
                           noRun ? ExitCode::Refused : ExitCode::GateFailed);
}

} // namespace

ExitCode makeReport(const ReportOptions &options)
{
    const fs::path runFolder = backend::runFolderOf(options.run).value_or(options.run);
    const std::vector<fs::path> targets = targetsOf(options);
    const auto made = backend::runCancellable(
        [&](const std::stop_token &stop) { return make(runFolder, targets, stop); });
    if (!made)
        return ExitCode::Cancelled;
    if (!*made)
        return refusal(made->error());
    for (const Error &warning : (*made)->warnings)
        backend::printNote(backend::findingText(Text::tr("warning"), warning));
    return backend::printDocument(writeJson(document(runFolder, **made))) ? ExitCode::Passed
                                                                          : ExitCode::NotWritten;
}

} // namespace mrb::picture
