// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::ui {

namespace error_codes {
inline constexpr ErrorCode kReportCancelled = "report_cancelled";
/// Neither .html nor .pdf.
inline constexpr ErrorCode kReportFormat = "report_format";
} // namespace error_codes

struct ReportFile
{
    std::string name; ///< "report.html", "planes-2.png"
    std::string sha256;
};

struct ReportFiles
{
    std::filesystem::path folder;  ///< RUN_DIR/report
    std::vector<ReportFile> files; ///< without made.json
    bool made = false;             ///< false: it was there already and nothing was written
};

/// The report document of a run that ended, stored in RUN_DIR/report: report.html, report.pdf,
/// planes.png and mosaic.png (planes-2.png … for further volumes, four at most), thumbnail.png, and
/// made.json, which says what it was made of. Made once: while reportIsCurrent() nothing is
/// written. Paths in it are tokens. Each file appears whole or not at all, made.json last; what an
/// older report left and this one has not is removed. A volume that cannot be drawn is a gap that
/// the report names. Two callers at once make it one after the other. Blocks; any thread; needs a
/// QGuiApplication with a font. A stop request ends it with kReportCancelled and leaves no half
/// report.
Result<ReportFiles> makeReportDocument(const std::filesystem::path &runFolder,
                                       std::stop_token stop = {});

/// Writes the report to a file; its extension, .html or .pdf, says which. The stored one is made
/// first where the run's folder can be written to, so that both are the same bytes.
Result<> saveReport(const std::filesystem::path &runFolder, const std::filesystem::path &targetFile,
                    std::stop_token stop = {});

/// Whether saveReport() knows the file's format.
Result<> checkReportTarget(const std::filesystem::path &targetFile);

} // namespace mrb::ui
