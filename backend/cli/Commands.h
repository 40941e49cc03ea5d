// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/run/ExitCode.h"
#include "backend/run/GenerateOptions.h"
#include "backend/run/GenerateRun.h"

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

ExitCode runGenerate(const GenerateArguments &arguments);
ExitCode runInspect(const InspectArguments &arguments);
ExitCode runModalities(const ModalitiesArguments &arguments);

/// Prints a refusal that no preparation describes: the document on stdout, words on stderr.
ExitCode refuse(const QString &title, const Errors &errors);

/// Writes the document to stdout and reports whether all of it arrived.
bool printDocument(const std::string &document);

/// "error: The message. The next step.", for instance.
QString findingText(const QString &kind, const Error &finding);

/// One line on stderr, with the prefix that callers of the reference look for.
void printNote(const QString &text);

} // namespace mrb::backend
