// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/cost/RunCost.h"
#include "backend/failure/FailureCause.h"
#include "backend/process/UpstreamRunner.h"
#include "backend/run/ExitCode.h"
#include "backend/run/LaunchFacts.h"
#include "backend/run/Preparation.h"
#include "backend/volume/VolumeRecord.h"

#include <QDateTime>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

// The documents on stdout; shapes in docs/cli.md, facts in CONTRACT sections 5 and 7. Pure.

/// {skill, error, detail, errors, ...} for a preparation that was refused.
Json refusalDocument(const Preparation &preparation);
/// The same shape for a failure that no preparation describes, such as a wrong option.
Json refusalDocument(const std::string &skill, const QString &title, const Errors &errors);
/// {preflight: "ok", ...} for a preparation that was not refused.
Json preflightDocument(const Preparation &preparation);
/// {model_config, environment_config, command, environment, warnings}.
Json dryRunDocument(const Preparation &preparation);

/// One finding as {code, field, message, hint}.
Json toJson(const Error &error);
Json toJson(const Errors &errors);
/// {code, what, why, advice, evidence}.
Json toJson(const FailureCause &cause);

/// Gates that a phantom fails without being judged for it: it is no checkout and loads no weights.
inline constexpr std::array<std::string_view, 3> kGatesPhantomFails = {
    "invocation.upstream_identity.trusted", "invocation.model_inventory.all_present",
    "invocation.model_inventory.all_sha256_match"};

/// Everything a finished run left behind.
struct RunFacts
{
    std::string runId;
    QDateTime startedAt, endedAt; ///< by the time of day, which may be set meanwhile
    double wallSeconds = 0;       ///< by a clock that nobody sets
    double clockShiftSeconds = 0; ///< by which the time of day was set forward meanwhile
    RunOutcome outcome;
    LaunchFacts launch = {};
    /// The most runs of this program that shared its GPU at once, itself included.
    int mostAtOnce = 1;
    RunCost cost;
    std::vector<volume::VolumeRecord> volumes; ///< sorted by path
    bool cancelledWhileMeasuring = false;
    QString errorLogEnd = {}; ///< of logs/stderr.log, see readLogEnd()
};

/// The result document with gates evaluated, and the exit code that follows from it.
struct RunVerdict
{
    Json document;
    std::string overallStatus;
    ExitCode exitCode = ExitCode::GateFailed;
    /// Upstream's failure, its recognised cause first, or every gate that counts and failed.
    Errors problems;
    Errors warnings; ///< of the run and its volumes, besides those of the preparation
    std::optional<FailureCause> failure; ///< of upstream, also in the document
};

RunVerdict judgeRun(const Preparation &preparation, const RunFacts &facts);

} // namespace mrb::backend
