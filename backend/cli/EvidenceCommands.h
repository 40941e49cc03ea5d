// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cli/Commands.h"
#include "backend/evidence/Bundle.h"
#include "backend/evidence/Reproduction.h"
#include "backend/evidence/Verify.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mrb::backend {

namespace error_codes {
/// A bundle was written without the report of a run.
inline constexpr ErrorCode kReportMissing = "report_missing";
} // namespace error_codes

struct BundleArguments
{
    std::vector<std::string> runs;
    std::string output;
    BundleOrder order; ///< runs and target are filled from the texts above
    bool acceptedOnly = false;
    ProgressStyle progress = ProgressStyle::Auto;
};

struct VerifyArguments
{
    std::string path;
    std::optional<std::string> manifest;
    std::optional<std::string> digest;
    ProgressStyle progress = ProgressStyle::Auto;
};

struct ReproduceArguments
{
    std::string path;
    std::string run;         ///< of a bundle with several
    GenerateOptions options; ///< of the second run, but for its request, seed, GPUs and engine
    ReproductionTolerance tolerance;
    ProgressStyle progress = ProgressStyle::Auto;
};

struct DiffArguments
{
    std::string first, second;
    bool json = false;
};

ExitCode runBundle(const BundleArguments &arguments);
ExitCode runVerify(const VerifyArguments &arguments);
ExitCode runReproduce(const ReproduceArguments &arguments);
ExitCode runDiff(const DiffArguments &arguments);

/// Declares the commands about evidence, and runs the one that was parsed.
class EvidenceCommandLine
{
public:
    /// @param app borrowed
    explicit EvidenceCommandLine(CLI::App &app);
    ~EvidenceCommandLine();

    /// Nothing when the command line named none of them.
    std::optional<ExitCode> run() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace mrb::backend
