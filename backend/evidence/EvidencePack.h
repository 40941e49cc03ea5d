// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mrb::backend {

/// The version of the format that is written; mirrors CONTRACT.md section 10.
inline constexpr const char *kPackFormatVersion = "1.0.0";

/// Names of a pack's files, which belong to the format (CONTRACT.md section 10) and must not be
/// changed.
namespace pack_file {
inline constexpr const char *kOutput = "output.json";
inline constexpr const char *kManifest = "manifest.json";
inline constexpr const char *kValidation = "validation_summary.json";
inline constexpr const char *kRuntime = "runtime_profile.json";
inline constexpr const char *kCost = "cost_profile.json";
inline constexpr const char *kIntegrity = "integrity_check.json";
inline constexpr const char *kTrace = "agent_run_trace.jsonl";
inline constexpr const char *kLock = "environment.lock";
inline constexpr const char *kRecord = "workflow_run_record.md";
inline constexpr const char *kReplay = "replay.sh";
/// Ours: the settings that ask for the same run again.
inline constexpr const char *kSettings = "settings.json";
} // namespace pack_file

/// One file of text of a bundle, and what it was made from where that differs.
struct PackedText
{
    std::string name; ///< inside the run's folder, or inside the bundle
    std::string content;
    bool program = false;
    std::string originalSha256 = {}; ///< empty: the file is made here, or is the original
    std::uint64_t originalBytes = 0;
    std::map<std::string, int> replaced = {}; ///< how often each token stands in it
};

/// What a pack is made from.
struct PackSource
{
    Json result; ///< the record, with tokens in place of paths
    /// As output.json has it: the same with the volumes' paths relative to the pack.
    Json output;
    std::string settings;           ///< settings.json
    bool withVolumes = true;        ///< their bytes were compared with the record
    bool schemaPassed = true;       ///< the record keeps the result schema
    std::string schemaProblem = {}; ///< of one that does not
};

/// What a pack says as its overall status, in the format's words: "passed" only for a run that
/// passed under the built-in manifest and inside its limits for time and cost; "demo" for a
/// phantom.
std::string packStatus(const Json &result);

/// All documents of the format, with replay.sh. Pure: the same source gives the same bytes.
std::vector<PackedText> packDocuments(const PackSource &source);

} // namespace mrb::backend
