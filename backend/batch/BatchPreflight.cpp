// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/BatchPreflight.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Text.h"
#include "backend/environment/GpuChoice.h"
#include "backend/queue/RunTarget.h"
#include "backend/run/RunFolder.h"

#include <QTemporaryDir>

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// No run has this name; the place is what is looked at.
constexpr const char *kAnyRun = ".preflight";

Preparation notPrepared(const GenerateOptions &options, const Error &error)
{
    Preparation failed;
    failed.options = options;
    failed.refusal = RefusalKind::Preflight;
    failed.findings.refusals = {error};
    return failed;
}

/// CUDA leaves out what it does not find, and a batch would quietly take longer.
void judgeChosenGpus(const BatchOptions &options, Preparation &preparation)
{
    const auto named = static_cast<std::size_t>(std::ranges::count(options.gpus, ',')) + 1;
    if (options.gpus.empty() || preparation.refusal != RefusalKind::None ||
        preparation.gpuSliceSelected || preparation.gpus.size() == named)
        return;
    preparation.refusal = RefusalKind::Preflight;
    preparation.findings.refusals.push_back(
        {error_codes::kTooFewGpus,
         Text::tr("--gpus names %1 GPUs, of which %2 can be used.")
             .arg(named)
             .arg(preparation.gpus.size()),
         Text::tr("Name those that nvidia-smi -L lists, by index or UUID."),
         QStringLiteral("--gpus")});
}

} // namespace

Preparation preflightBatch(const BatchPlan &plan, const std::stop_token &stop)
{
    GenerateOptions options = plan.options.run;
    options.modality.reset(); // it is in the documents
    const auto first = std::ranges::find(plan.items, false, &BatchItem::madeBefore);
    const QTemporaryDir place;
    const fs::path request = fs::path(place.path().toStdString()) / kRequestFile;
    if (const auto written = writeFileAtomically(request, first->document); !written)
        return notPrepared(options, written.error());
    options.request = request.string();
    options.outputFolder = (plan.folder / kAnyRun).string();
    if (!plan.options.gpus.empty())
        options.environment = withGpuChoice(std::move(options.environment), plan.options.gpus);
    Preparation preparation = prepareRun(options, PreparationDepth::Full, stop);
    judgeChosenGpus(plan.options, preparation);
    return preparation;
}

} // namespace mrb::backend
