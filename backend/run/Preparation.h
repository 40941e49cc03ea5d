// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/environment/CheckoutIdentity.h"
#include "backend/environment/DiskSpace.h"
#include "backend/environment/Findings.h"
#include "backend/environment/GpuProbe.h"
#include "backend/environment/PythonProbe.h"
#include "backend/environment/UpstreamRoot.h"
#include "backend/environment/WeightsInventory.h"
#include "backend/process/RunEnvironment.h"
#include "backend/process/UpstreamCommand.h"
#include "backend/request/CostEstimate.h"
#include "backend/request/Manifest.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/OverrideDocument.h"
#include "backend/run/GenerateOptions.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kTooFewGpus = "gpu_too_few";
inline constexpr ErrorCode kPhantomGpus = "phantom_gpus";
inline constexpr ErrorCode kCostNotAccepted = "cost_not_accepted";
inline constexpr ErrorCode kCheckoutAccepted = "checkout_accepted";
inline constexpr ErrorCode kPhantomEngine = "phantom_engine";
inline constexpr ErrorCode kCancelled = "cancelled";
inline constexpr ErrorCode kPreparationFailed = "preparation_failed";
} // namespace error_codes

/// What stands in the way, the most fundamental first: the reference reports one kind at a time and
/// its names are kept, while `findings` lists every single problem.
enum class RefusalKind { None, Manifest, RootMissing, Identity, Preflight, CostGate, Cancelled };

/// Everything that is decided and known before a run starts. A value; nothing was written yet.
struct Preparation
{
    GenerateOptions options;
    Manifest manifest; ///< with the phantom's own files where that engine runs
    RootSearch rootSearch;
    std::filesystem::path root; ///< the checkout, or the phantom's folder
    CheckoutIdentity identity;

    std::optional<std::filesystem::path> requestPath; ///< absolute; none for `default`
    std::string requestText;                          ///< of that document, byte by byte
    Json overrides = Json::object();
    std::optional<ModelRequest> request;
    Json stagedEnvironment;
    std::filesystem::path outputFolder; ///< absolute; does not exist yet in most cases

    std::optional<CostEstimate> cost;
    GpuProbe gpuProbe;
    std::vector<Gpu> gpus;         ///< those a CUDA program would see
    bool gpuSliceSelected = false; ///< a MIG slice, of which nothing more is known
    std::optional<PythonFacts> python;
    std::filesystem::path pythonExecutable;
    WeightsInventory weights;

    UpstreamCommand command;
    EnvironmentPairs environment;

    Findings findings;
    RefusalKind refusal = RefusalKind::None;

    std::filesystem::path stagedModelPath() const;
    std::filesystem::path stagedEnvironmentPath() const;
};

/// How far to look: a dry run needs no GPU, weights or Python and does not ask for consent.
/// A preflight looks at everything, but a cost that needs consent is only a warning.
enum class PreparationDepth { DryRun, Preflight, Full };

/// Steps 1 to 4 of CONTRACT section 1: manifest, checkout and its identity, request, staged
/// documents, preflight, cost gate. Writes nothing but the cache of hashes, and runs nothing of a
/// checkout that is neither trusted nor accepted.
/// Blocks, for some tenths of a second when the weights are hashed already; call it in a worker.
Preparation prepareRun(const GenerateOptions &options, PreparationDepth depth,
                       std::stop_token stop = {});

} // namespace mrb::backend
