// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/run/ExitCode.h"
#include "backend/run/GenerateOptions.h"
#include "backend/run/GenerateRun.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

enum class ProgressStyle { Auto, Plain, None };

struct GenerateArguments
{
    GenerateOptions options;
    RunMode mode = RunMode::Generate;
    ProgressStyle progress = ProgressStyle::Auto;
};

struct InspectArguments
{
    std::vector<std::string> files;
    bool measure = false;
};

struct ModalitiesArguments
{
    bool json = false;
    std::optional<std::string> manifest;
};

struct ConvertArguments
{
    std::string file;
    std::string output;
    bool overwrite = false;
    int compressionLevel = 1; ///< see volume::SaveOptions
};

struct DiagnosticsArguments
{
    GenerateOptions options; ///< upstreamRoot, python, manifest and the surroundings
    std::optional<std::string> runFolder;
    bool json = false;
};

ExitCode runGenerate(const GenerateArguments &arguments);
ExitCode runInspect(const InspectArguments &arguments);
ExitCode runModalities(const ModalitiesArguments &arguments);
ExitCode runDiagnostics(const DiagnosticsArguments &arguments);

/// Replaces this process by the program that makes pictures, which is apart because it needs VTK
/// and QtGui. Returns only when it cannot be started.
/// @param arguments from the command's word on, "snapshot" or "report", ended by a null pointer
ExitCode runPictureHelper(char **arguments);
ExitCode runConvert(const ConvertArguments &arguments);

namespace error_codes {
inline constexpr ErrorCode kUsage = "usage";
inline constexpr ErrorCode kFileExists = "file_exists";
inline constexpr ErrorCode kSameFile = "same_file";
inline constexpr ErrorCode kHelperMissing = "helper_missing";
} // namespace error_codes

/// Prints a refusal that no preparation describes: the document on stdout, words on stderr.
/// Returns the exit code, or NotWritten where stdout took no document.
ExitCode refuse(const QString &title, const Errors &errors, ExitCode code = ExitCode::Refused);

/// Refuses a file that was given to be written and is the one that is read.
std::optional<Error> sameFileProblem(const std::filesystem::path &source,
                                     const std::filesystem::path &target);

/// Writes the document to stdout and reports whether all of it arrived.
bool printDocument(const std::string &document);

/// "error: The message. The next step.", for instance.
QString findingText(const QString &kind, const Error &finding);

/// One line on stderr, with the prefix that callers of the reference look for.
void printNote(const QString &text);

} // namespace mrb::backend
