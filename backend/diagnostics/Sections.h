// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/diagnostics/CollectDiagnostics.h"
#include "backend/diagnostics/Diagnostics.h"
#include "backend/request/Manifest.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace mrb::backend {

// What collectDiagnostics() is made of. Inside this folder only. Each blocks as long as what it
// asks does, in a thread of its own; names and secrets are still in what comes back, except for
// the end of a log.

/// The manifest that counts, or the built-in one and why the other does not.
struct ManifestInUse
{
    Manifest manifest = {};
    std::optional<Error> error = {};
};

ManifestInUse manifestInUse(const GenerateOptions &options);

FactSection programFacts(const ManifestInUse &manifest);
FactSection systemFacts(const EnvironmentPairs &environment);
/// Asks `mrbrain-studio --test-gl`, because mrbrain links neither QtGui nor VTK.
FactSection displayFacts(const EnvironmentPairs &environment, std::stop_token stop);
FactSection gpuFacts(const EnvironmentPairs &environment, std::stop_token stop);
/// Checkout, Python and weights: the second depends on whether the first is trusted.
std::vector<FactSection> modelFacts(const GenerateOptions &options, const Manifest &manifest,
                                    std::stop_token stop);
FactSection diskFacts(const DiagnosticsOptions &options);
FactSection fileFacts(const EnvironmentPairs &environment);
FactSection environmentFacts(const EnvironmentPairs &environment);
/// Of a run that is there, went wrong, was interrupted, or never was one.
FactSection runFacts(const std::filesystem::path &folder, const PrivateNames &names);

/// "code: The message."; what to do next is for the user and not for who helps.
QString factText(const Error &error);
/// "1.5 GiB", as exact as somebody who helps needs it.
QString bytesText(double bytes);
/// Folders that appear in one line after the other are written as a word: <upstream>.
struct PlaceLabel
{
    std::filesystem::path folder;
    QString label;
};
QString withLabels(QString text, const std::vector<PlaceLabel> &places);

} // namespace mrb::backend
