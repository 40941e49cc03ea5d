// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/diagnostics/Diagnostics.h"
#include "backend/run/GenerateOptions.h"

#include <filesystem>
#include <optional>
#include <stop_token>

namespace mrb::backend {

struct DiagnosticsOptions
{
    /// What a run would be prepared with; read are upstreamRoot, python, manifest, environment and
    /// workingFolder.
    GenerateOptions run;
    /// Where runs go; empty: where the command line puts them.
    std::filesystem::path resultsFolder = {};
    /// A run to be told about, whatever became of it.
    std::optional<std::filesystem::path> runFolder = {};
};

/// Looks at the program, the machine, the checkout and the run, and leaves out names and secrets.
/// What is missing, broken or hanging is a fact like any other: it never fails.
///
/// Nothing is written, no weights are hashed (only what an earlier run remembered is told), and
/// nothing of a checkout that is not trusted is run, its .venv included. Blocks until every program
/// that is asked has answered or reached its limit, in the worst case some 60 s; call it in a
/// worker. After a stop request it returns within a tenth of a second, with less.
Diagnostics collectDiagnostics(const DiagnosticsOptions &options, std::stop_token stop = {});

} // namespace mrb::backend
