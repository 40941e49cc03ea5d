// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <filesystem>
#include <map>
#include <string>

namespace mrb::backend {

/// In a run's folder: its report document and the pictures in it.
inline constexpr const char *kReportFolder = "report";
/// In that folder: what the report was made of. Written last, so that it never vouches for files
/// that are not there yet.
inline constexpr const char *kMadeFile = "made.json";

/// What made.json says. SHA-256 as 64 lower-case digits.
struct ReportRecord
{
    std::string resultSha256;  ///< of result.json; empty where the run left none
    std::string journalSha256; ///< of run.json, only where there is no result
    std::string version;       ///< of this program
    /// Of the names of people, machines and homes that were left out. Under others it is made
    /// again.
    std::string namesSha256;
    std::map<std::string, std::string> files; ///< beside made.json, by name
    /// The volumes that were there, by their path in the run's folder, with the hash they had;
    /// empty for one that could not be read.
    std::map<std::string, std::string> volumes;

    friend bool operator==(const ReportRecord &, const ReportRecord &) = default;
};

std::string reportRecordJson(const ReportRecord &record);
/// Of the report in that run's folder. Blocks shortly; any thread.
Result<ReportRecord> readReportRecord(const std::filesystem::path &runFolder);

/// A record of the run as it is now, without files and volumes: a report with other values in it is
/// out of date. Blocks shortly; any thread.
Result<ReportRecord> reportRecordOf(const std::filesystem::path &runFolder);

/// Present: for who hashes the files anyway, and compares them with the record.
enum class ReportCheck { Hashed, Present };

/// Whether the run has a report that this version made of its present documents, and nobody changed
/// it since. A volume that has gone since does not matter: the report shows it as it was. Blocks
/// (hashes the report); any thread.
bool reportIsCurrent(const std::filesystem::path &runFolder,
                     ReportCheck check = ReportCheck::Hashed);

} // namespace mrb::backend
