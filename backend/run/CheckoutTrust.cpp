// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/CheckoutTrust.h"

#include "backend/base/Text.h"

#include <array>

namespace mrb::backend {

namespace {

// Older ones are refused anyway and could not read the question.
constexpr std::array<int, 3> kOldestAskable{3, 8, 0};

void tell(Preparation &preparation, const Errors &reasons, bool accepted)
{
    for (const Error &reason : reasons) {
        if (accepted)
            preparation.findings.warnings.push_back(
                {error_codes::kCheckoutAccepted, reason.message, reason.hint, reason.field});
        else
            preparation.findings.refusals.push_back(reason);
    }
    if (!accepted && !reasons.empty())
        preparation.refusal = RefusalKind::Identity;
}

} // namespace

void judgeIdentity(Preparation &preparation, PreparationDepth depth, const std::stop_token &stop)
{
    const ManifestUpstream &upstream = preparation.manifest.upstream;
    if (preparation.options.engine == Engine::Phantom) { // its gate fails honestly
        preparation.identity.expectedCommit = upstream.commit;
        preparation.identity.reasons.push_back(
            {error_codes::kPhantomEngine, Text::tr("The phantom is not a checkout of the model."),
             Text::tr("Leave out --engine phantom for a real run.")});
        return;
    }
    preparation.identity = identifyCheckout(preparation.root, upstream.commit,
                                            {upstream.networkConfig, upstream.modelConfig,
                                             upstream.environmentConfig, upstream.modalityMapping},
                                            preparation.options.environment, stop);
    if (!preparation.identity.trusted)
        tell(preparation, preparation.identity.reasons,
             preparation.options.allowCheckout || depth == PreparationDepth::DryRun);
}

ImportCheckRequest importQuestion(const Preparation &preparation,
                                  const EnvironmentPairs &environmentOfRun)
{
    return {.executable = preparation.pythonExecutable,
            .environment = environmentOfRun,
            .root = preparation.root,
            .trackedFiles = preparation.identity.trackedFiles};
}

void judgeImports(Preparation &preparation, const Result<ImportCheck> &imports)
{
    if (!preparation.python || preparation.python->version < kOldestAskable)
        return;
    if (!imports) {
        preparation.findings.refusals.push_back(imports.error());
        return;
    }
    preparation.findings.add({.warnings = imports->warnings});
    CheckoutIdentity &identity = preparation.identity;
    identity.reasons.insert(identity.reasons.end(), imports->reasons.begin(),
                            imports->reasons.end());
    identity.trusted = identity.trusted && imports->reasons.empty();
    tell(preparation, imports->reasons, preparation.options.allowCheckout);
}

} // namespace mrb::backend
