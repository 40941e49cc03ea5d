// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/ProgressEstimate.h"

#include "backend/base/Json.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/request/OverrideDocument.h"

#include <algorithm>
#include <numeric>

namespace mrb::backend {

namespace {

constexpr std::size_t kMeasuring = 6;
// Loading Python and the weights takes as long for a small volume as for a large one.
constexpr std::size_t kFixedStages = 2;

/// How much larger a request is than the default one, 256 x 256 x 128 in 30 steps.
struct Work
{
    double voxels = 1;
    double steps = 1;
};

Work workOf(const RunSettings &settings)
{
    namespace key = contract::model_config;
    const Json overrides = parseOverrides(settings.overrides, QString()).overrides;
    Work work;
    if (const auto dim = overrides.find(key::kDim); dim != overrides.end()) {
        work.voxels = 1.0 / (256.0 * 256.0 * 128.0);
        for (const Json &voxels : *dim)
            work.voxels *= std::clamp(voxels.get<double>(), 1.0, 1e4);
    }
    const auto steps = overrides.find(key::kNumInferenceSteps);
    if (steps != overrides.end())
        work.steps = std::clamp(steps->get<double>(), 1.0, 1e4) / 30.0;
    return work;
}

QString inWords(const Progress &progress)
{
    switch (progress.phase) {
    case Phase::Imports:
        return Text::tr("Loading Python packages");
    case Phase::Models:
        return Text::tr("Loading the model");
    case Phase::Diffusion:
        return progress.total > 0
                   ? Text::tr("Diffusion, step %1 of %2").arg(progress.step).arg(progress.total)
                   : Text::tr("Diffusion");
    case Phase::Decoding:
        return progress.total > 0
                   ? Text::tr("Decoding, part %1 of %2").arg(progress.step).arg(progress.total)
                   : Text::tr("Decoding");
    case Phase::Saving:
        return Text::tr("Saving");
    case Phase::Done:
        break;
    }
    return Text::tr("Ending");
}

} // namespace

ProgressEstimate::ProgressEstimate(const RunSettings &settings)
{
    const Work work = workOf(settings);
    const double wanted = settings.expectedSeconds.value_or(0);
    // Seconds of the default request: upstream's on one H100 (contract, section 4), the phantom's
    // on one core of a desktop.
    if (settings.engine == Engine::Upstream)
        m_seconds = {16.0,
                     2.0,
                     2.0 * work.voxels * work.steps,
                     0.8 * work.voxels,
                     0.5 * work.voxels,
                     0.5,
                     0.3 * work.voxels};
    else
        m_seconds = {0.15, 0.02, 1.8 * work.voxels, 0.02, 0.02, 0.02, 0.2 * work.voxels};
    const double total = std::accumulate(m_seconds.begin(), m_seconds.end(), 0.0);
    const double fixed = std::accumulate(m_seconds.begin(), m_seconds.begin() + kFixedStages, 0.0);
    m_isKnown = wanted > 0;
    if (m_isKnown) {
        const bool isFaster = wanted < total;
        const double scale = isFaster ? wanted / total : (wanted - fixed) / (total - fixed);
        for (std::size_t stage = isFaster ? 0 : kFixedStages; stage < kStages; ++stage)
            m_seconds[stage] *= scale;
        m_now.etaSeconds = wanted;
    }
    m_now.what = Text::tr("Preparing");
}

void ProgressEstimate::update(const Progress &progress)
{
    const auto stage = static_cast<std::size_t>(progress.phase);
    // Without a count, time tells; but only the next phase tells that this one is over.
    constexpr double kNearlyDone = 0.95;
    const double expected = m_seconds[stage] * (stage < kFixedStages ? 1.0 : m_pace);
    double part = std::min(kNearlyDone, progress.phaseElapsedSeconds / std::max(expected, 1e-3));
    if (progress.total > 0)
        part = static_cast<double>(progress.step) / progress.total;
    if (progress.phase == Phase::Diffusion && progress.etaSeconds && m_seconds[stage] > 0) {
        m_pace = (progress.phaseElapsedSeconds + *progress.etaSeconds) / m_seconds[stage];
        m_isKnown = true;
    }
    m_now.progress = progress;
    m_now.what = inWords(progress);
    show(stage, part, progress.etaSeconds, progress.phaseElapsedSeconds);
}

void ProgressEstimate::beginMeasuring()
{
    m_now.progress.etaSeconds.reset();
    m_now.what = Text::tr("Measuring the volume");
    show(kMeasuring, 0, std::nullopt, 0);
}

void ProgressEstimate::show(std::size_t stage, double part, std::optional<double> stageEta,
                            double elapsed)
{
    double before = 0;
    double after = 0;
    for (std::size_t i = 0; i < kStages; ++i) {
        before += i < stage ? m_seconds[i] : 0;
        after += i > stage ? m_seconds[i] * (i < kFixedStages ? 1.0 : m_pace) : 0;
    }
    const double total = std::accumulate(m_seconds.begin(), m_seconds.end(), 0.0);
    const double fraction = (before + m_seconds[stage] * std::clamp(part, 0.0, 1.0)) / total;
    m_now.fraction = std::clamp(fraction, m_now.fraction, 1.0);
    m_now.etaSeconds.reset();
    if (!m_isKnown)
        return;
    const double expected = m_seconds[stage] * (stage < kFixedStages ? 1.0 : m_pace);
    m_now.etaSeconds = stageEta.value_or(std::max(0.0, expected - elapsed)) + after;
}

} // namespace mrb::backend
