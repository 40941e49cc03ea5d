// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/LearnedCost.h"

#include <algorithm>
#include <set>

namespace mrb::backend {

namespace {

constexpr std::size_t kNewest = 50;     // older ones ran with other drivers and other loads
constexpr std::size_t kFewestSizes = 3; // two points always lie on a line
constexpr double kFarthest = 2.0;       // how far beyond the known ones a line is trusted

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
    double work() const { return voxels * static_cast<double>(steps); }
};

/// What other programs held on the card says nothing about the next run. A run that worked without
/// any was faster than the measuring.
std::optional<double> ownGpuMemoryMb(const RunMeasurements &measured)
{
    const bool own = measured.gpuBasis == u"processes" && measured.gpuMemoryMbPeak.value_or(0) > 0;
    return own ? measured.gpuMemoryMbPeak : std::nullopt;
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
                      .gpuMemoryMb = ownGpuMemoryMb(run.measured)};
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

/// Memory follows the size; steps follow one another.
void learnGpuMemory(const std::vector<Sample> &samples, double voxels, CostForecast &forecast)
{
    constexpr double kMebibytesPerGigabyte = 1024.0;
    double peak = 0;
    for (const Sample &sample : samples) {
        if (sample.voxels == voxels && sample.gpuMemoryMb) {
            peak = std::max(peak, *sample.gpuMemoryMb);
            ++forecast.memoryLearnedFrom;
        }
    }
    if (forecast.memoryLearnedFrom > 0)
        forecast.gpuMemoryGb = peak / kMebibytesPerGigabyte;
}

double learnedDiskMb(const std::vector<Sample> &samples, double voxels, double otherwise)
{
    constexpr double kMebibyte = 1024.0 * 1024.0;
    std::vector<double> bytesPerVoxel;
    for (const Sample &sample : samples)
        if (sample.bytes > 0)
            bytesPerVoxel.push_back(sample.bytes / sample.voxels);
    return bytesPerVoxel.empty() ? otherwise : median(bytesPerVoxel) * voxels / kMebibyte;
}

} // namespace

CostForecast forecastCost(const CostEstimate &formula, bool phantom,
                          const std::vector<RunSummary> &pastRuns, const QString &gpuName)
{
    CostForecast forecast{.seconds = formula.wallSeconds,
                          .diskMb = formula.diskMb,
                          .gpuMemoryGb = formula.peakVramGb};
    std::vector<Sample> samples = samplesOf(pastRuns, phantom);
    if (samples.empty())
        return forecast;
    const QString gpu = gpuName.isEmpty() ? samples.front().gpuName : gpuName;
    if (!phantom)
        std::erase_if(samples, [&gpu](const Sample &sample) { return sample.gpuName != gpu; });
    if (samples.size() > kNewest)
        samples.resize(kNewest);

    const auto voxels = static_cast<double>(formula.voxelsPerSample);
    learnGpuMemory(samples, voxels, forecast);
    std::vector<Sample> alike;
    std::ranges::copy_if(samples, std::back_inserter(alike), [&](const Sample &sample) {
        return sample.voxels == voxels && sample.steps == formula.steps;
    });
    std::optional<double> seconds;
    if (!alike.empty()) {
        std::vector<double> times;
        for (const Sample &sample : alike)
            times.push_back(sample.seconds);
        seconds = median(std::move(times));
    } else {
        alike = samples;
        seconds = onTheLine(samples, voxels * static_cast<double>(formula.steps));
    }
    if (!seconds)
        return forecast;
    forecast.seconds = *seconds;
    forecast.diskMb = learnedDiskMb(alike, voxels, formula.diskMb);
    forecast.learnedFrom = static_cast<int>(alike.size());
    return forecast;
}

} // namespace mrb::backend
