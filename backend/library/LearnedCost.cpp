// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/LearnedCost.h"

#include "backend/base/Text.h"

#include <queue>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>

namespace mrb::backend {

namespace {

constexpr std::size_t kNewest = 50;     // older ones ran with other drivers and other loads
constexpr std::size_t kFewestSizes = 3; // two points always lie on a line
constexpr double kFarthest = 2.0;       // how far beyond the known ones a line is trusted
constexpr int kFarthestAtOnce = 2;      // the same, for runs at once

/// One past run as a point. work: voxels × steps.
struct Sample
{
    QDateTime startedAt;
    QString gpuName;
    double voxels = 0;
    std::int64_t steps = 0;
    double seconds = 0;
    double bytes = 0;                  ///< for each volume
    std::optional<double> gpuMemoryMb; ///< of the run's own processes
    std::optional<double> gpuHeldMb;   ///< the same
    std::optional<double> importSeconds;
    int atOnce = 1;
    bool warm = false;
    double work() const { return voxels * static_cast<double>(steps); }
};

/// What other programs held on the card says nothing about the next run. A run that worked without
/// any was faster than the measuring.
std::optional<double> ownGpuMemoryMb(const RunMeasurements &measured,
                                     const std::optional<double> &memoryMb)
{
    const bool own = measured.gpuBasis == u"processes" && memoryMb.value_or(0) > 0;
    return own ? memoryMb : std::nullopt;
}

std::vector<Sample> samplesOf(const std::vector<RunSummary> &runs, bool phantom)
{
    const EntryVerdict worked = phantom ? EntryVerdict::Demo : EntryVerdict::Passed;
    std::vector<Sample> samples;
    for (const RunSummary &run : runs) {
        Sample sample{.startedAt = run.startedAt,
                      .gpuName = run.gpuName,
                      .voxels = static_cast<double>(run.dim[0]) * static_cast<double>(run.dim[1]) *
                                static_cast<double>(run.dim[2]),
                      .steps = run.steps,
                      .seconds = run.seconds,
                      .bytes = static_cast<double>(run.bytes) /
                               static_cast<double>(std::max<std::size_t>(run.volumes.size(), 1)),
                      .gpuMemoryMb = ownGpuMemoryMb(run.measured, run.measured.gpuMemoryMbPeak),
                      .gpuHeldMb = ownGpuMemoryMb(run.measured, run.measured.gpuMemoryMbHeld),
                      .importSeconds = run.importSeconds,
                      .atOnce = std::max(run.mostAtOnce, 1),
                      .warm = run.warm};
        if (run.verdict == worked && run.phantom == phantom && sample.seconds > 0 &&
            sample.voxels > 0 && sample.steps > 0)
            samples.push_back(std::move(sample));
    }
    std::ranges::stable_sort(samples, std::greater(), &Sample::startedAt);
    return samples;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Least squares; nothing where the runs are too alike, the line would fall, or `work` is far away
/// from what was measured.
std::optional<double> onTheLine(const std::vector<Sample> &samples, double work)
{
    std::set<double> different;
    double meanWork = 0;
    double meanSeconds = 0;
    const auto count = static_cast<double>(samples.size());
    for (const Sample &sample : samples) {
        different.insert(sample.work());
        meanWork += sample.work() / count;
        meanSeconds += sample.seconds / count;
    }
    if (different.size() < kFewestSizes || work < *different.begin() / kFarthest ||
        work > *different.rbegin() * kFarthest)
        return std::nullopt;
    double covariance = 0;
    double variance = 0;
    for (const Sample &sample : samples) {
        const double offset = sample.work() - meanWork;
        covariance += offset * (sample.seconds - meanSeconds);
        variance += offset * offset;
    }
    const double slope = covariance / variance;
    const double seconds = meanSeconds + slope * (work - meanWork);
    return slope > 0 && seconds > 0 ? std::optional(seconds) : std::nullopt;
}

using Samples = std::vector<Sample>;

/// The samples are in the order of time.
void keepNewest(Samples &samples)
{
    if (samples.size() > kNewest)
        samples.resize(kNewest);
}

/// Of the runs that worked there.
Samples samplesOn(const std::vector<RunSummary> &runs, bool phantom, const QString &gpuName)
{
    Samples samples = samplesOf(runs, phantom);
    if (phantom || samples.empty())
        return samples;
    const QString gpu = gpuName.isEmpty() ? samples.front().gpuName : gpuName;
    std::erase_if(samples, [&gpu](const Sample &sample) { return sample.gpuName != gpu; });
    return samples;
}

/// What is known for one number of runs at once.
struct Known
{
    double seconds = 0;
    Samples samples;
};
using KnownByCount = std::map<int, Known>;

KnownByCount knownSeconds(const Samples &samples, const CostEstimate &asked, bool sameSize)
{
    const auto voxels = static_cast<double>(asked.voxelsPerSample);
    std::map<int, Samples> groups;
    for (const Sample &sample : samples)
        if (!sameSize || (sample.voxels == voxels && sample.steps == asked.steps))
            groups[sample.atOnce].push_back(sample);
    KnownByCount known;
    for (auto &[count, group] : groups) {
        keepNewest(group);
        std::vector<double> times;
        for (const Sample &sample : group)
            times.push_back(sample.seconds);
        const std::optional<double> seconds =
            sameSize ? median(std::move(times))
                     : onTheLine(group, voxels * static_cast<double>(asked.steps));
        if (seconds)
            known[count] = {*seconds, std::move(group)};
    }
    return known;
}

struct LearnedSeconds
{
    double seconds = 0;
    int fewest = 0, most = 0;
};

double between(const std::pair<const int, Known> &low, const std::pair<const int, Known> &high,
               int atOnce)
{
    const double slope = (high.second.seconds - low.second.seconds) / (high.first - low.first);
    return low.second.seconds + slope * (atOnce - low.first);
}

/// As forecastCost() says. @param known at least one
LearnedSeconds secondsAt(const KnownByCount &known, int atOnce)
{
    const auto upper = known.lower_bound(atOnce);
    const auto only = [](const auto &entry) {
        return LearnedSeconds{entry.second.seconds, entry.first, entry.first};
    };
    if (upper != known.end() && (upper->first == atOnce || upper == known.begin()))
        return only(*upper);
    const auto lower = std::prev(upper);
    if (upper != known.end())
        return {between(*lower, *upper, atOnce), lower->first, upper->first};
    if (known.size() == 1 || atOnce > kFarthestAtOnce * lower->first)
        return only(*lower);
    const auto before = std::prev(lower);
    // More company never makes a run faster; a line that falls is noise.
    return {std::max(between(*before, *lower, atOnce), lower->second.seconds), before->first,
            lower->first};
}

/// Memory follows the size; steps follow one another.
void learnGpuMemory(Samples samples, double voxels, CostForecast &forecast)
{
    constexpr double kMebibytesPerGigabyte = 1024.0;
    std::erase_if(samples, [voxels](const Sample &sample) {
        return sample.voxels != voxels || !sample.gpuMemoryMb;
    });
    keepNewest(samples);
    double peak = 0;
    for (const Sample &sample : samples) {
        peak = std::max(peak, *sample.gpuMemoryMb);
        if (sample.gpuHeldMb)
            forecast.gpuHeldGb =
                std::max(forecast.gpuHeldGb.value_or(0), *sample.gpuHeldMb / kMebibytesPerGigabyte);
    }
    forecast.memoryLearnedFrom = static_cast<int>(samples.size());
    if (forecast.memoryLearnedFrom > 0)
        forecast.gpuMemoryGb = peak / kMebibytesPerGigabyte;
}

double learnedDiskMb(const Samples &samples, double voxels, double otherwise)
{
    constexpr double kMebibyte = 1024.0 * 1024.0;
    std::vector<double> bytesPerVoxel;
    for (const Sample &sample : samples)
        if (sample.bytes > 0)
            bytesPerVoxel.push_back(sample.bytes / sample.voxels);
    return bytesPerVoxel.empty() ? otherwise : median(bytesPerVoxel) * voxels / kMebibyte;
}

/// False where these samples say nothing of such a run.
bool learnSeconds(const Samples &samples, const CostEstimate &formula, CostForecast &forecast)
{
    bool sameSize = true;
    KnownByCount known = knownSeconds(samples, formula, sameSize);
    if (known.empty()) {
        sameSize = false;
        known = knownSeconds(samples, formula, sameSize);
    }
    if (known.empty())
        return false;
    const LearnedSeconds learned = secondsAt(known, forecast.asked.atOnce);
    Samples behind = known.at(learned.fewest).samples;
    if (learned.most != learned.fewest)
        std::ranges::copy(known.at(learned.most).samples, std::back_inserter(behind));
    forecast.seconds = learned.seconds;
    forecast.diskMb =
        learnedDiskMb(behind, static_cast<double>(formula.voxelsPerSample), formula.diskMb);
    forecast.learnedFrom = static_cast<int>(behind.size());
    forecast.learnedAtOnce = learned.fewest;
    forecast.learnedAtOnceMost = learned.most;
    forecast.learnedWarm = behind.front().warm;
    forecast.learnedSameSize = sameSize;
    return true;
}

QString atOnceText(const CostForecast &forecast)
{
    if (forecast.learnedAtOnce != forecast.learnedAtOnceMost)
        return Text::tr("%1 to %2 at once")
            .arg(forecast.learnedAtOnce)
            .arg(forecast.learnedAtOnceMost);
    if (forecast.learnedAtOnce > 1)
        return Text::tr("%1 at once").arg(forecast.learnedAtOnce);
    // Nobody who asks for a single run expects another thing.
    return forecast.asked.atOnce > 1 ? Text::tr("one at a time") : QString();
}

QString runsBehind(const CostForecast &forecast)
{
    const int runs = forecast.learnedFrom;
    if (forecast.learnedSameSize && !forecast.phantom)
        return runs == 1 ? Text::tr("from 1 run of this size on this GPU")
                         : Text::tr("from %1 runs of this size on this GPU").arg(runs);
    if (forecast.learnedSameSize)
        return runs == 1 ? Text::tr("from 1 run of this size on this machine")
                         : Text::tr("from %1 runs of this size on this machine").arg(runs);
    return forecast.phantom ? Text::tr("from %1 runs of other sizes on this machine").arg(runs)
                            : Text::tr("from %1 runs of other sizes on this GPU").arg(runs);
}

/// Of what there is of `warm`, the runs that were alone, else all.
std::vector<double> importTimes(const Samples &samples, bool warm)
{
    std::vector<double> alone;
    std::vector<double> all;
    for (const Sample &sample : samples) {
        if (sample.warm != warm || !sample.importSeconds)
            continue;
        all.push_back(*sample.importSeconds);
        if (sample.atOnce == 1)
            alone.push_back(*sample.importSeconds);
    }
    std::vector<double> times = alone.empty() ? std::move(all) : std::move(alone);
    if (times.size() > kNewest)
        times.resize(kNewest);
    return times;
}

} // namespace

CostForecast forecastCost(const CostEstimate &formula, bool phantom,
                          const std::vector<RunSummary> &pastRuns, const ForecastFor &asked)
{
    CostForecast forecast{.seconds = formula.wallSeconds,
                          .diskMb = formula.diskMb,
                          .gpuMemoryGb = formula.peakVramGb,
                          .phantom = phantom,
                          .asked = asked};
    forecast.asked.atOnce = std::max(asked.atOnce, 1);
    const Samples samples = samplesOn(pastRuns, phantom, asked.gpuName);
    learnGpuMemory(samples, static_cast<double>(formula.voxelsPerSample), forecast);
    Samples cold;
    Samples warm;
    for (const Sample &sample : samples)
        (sample.warm ? warm : cold).push_back(sample);
    if (!asked.warm || !learnSeconds(warm, formula, forecast))
        (void)learnSeconds(cold, formula, forecast);
    return forecast;
}

CostForecast forecastCost(const CostEstimate &formula, bool phantom,
                          const std::vector<RunSummary> &pastRuns, const QString &gpuName,
                          int atOnce)
{
    return forecastCost(formula, phantom, pastRuns,
                        ForecastFor{.gpuName = gpuName, .atOnce = atOnce});
}

QString forecastBasis(const CostForecast &forecast)
{
    if (forecast.learnedFrom == 0)
        return Text::tr("from the reference formula");
    QStringList parts = {runsBehind(forecast)};
    if (const QString atOnce = atOnceText(forecast); !atOnce.isEmpty())
        parts << atOnce;
    if (forecast.asked.warm)
        parts << (forecast.learnedWarm ? Text::tr("started warm") : Text::tr("started cold"));
    return parts.join(QStringLiteral(", "));
}

double batchSeconds(const std::vector<double> &seconds, int atOnce)
{
    // When each place becomes free, the earliest first.
    std::priority_queue<double, std::vector<double>, std::greater<>> places;
    for (int i = 0; i < std::max(atOnce, 1); ++i)
        places.push(0);
    double end = 0;
    for (const double run : seconds) {
        const double free = places.top() + std::max(run, 0.0);
        places.pop();
        places.push(free);
        end = std::max(end, free);
    }
    return end;
}

double batchSeconds(const std::vector<CostForecast> &runs, int atOnce)
{
    std::vector<double> seconds;
    seconds.reserve(runs.size());
    for (const CostForecast &run : runs)
        seconds.push_back(run.seconds);
    return batchSeconds(seconds, atOnce);
}

std::optional<WarmSaving> warmSavesSeconds(const std::vector<RunSummary> &pastRuns,
                                           const QString &gpuName)
{
    const Samples samples = samplesOn(pastRuns, false, gpuName);
    std::vector<double> cold = importTimes(samples, false);
    std::vector<double> warm = importTimes(samples, true);
    if (cold.empty())
        return std::nullopt;
    WarmSaving saving{.learnedFrom = static_cast<int>(cold.size()),
                      .warmRuns = static_cast<int>(warm.size())};
    saving.seconds = median(std::move(cold)) - (warm.empty() ? 0.0 : median(std::move(warm)));
    return saving.seconds > 0 ? std::optional(saving) : std::nullopt;
}

} // namespace mrb::backend
