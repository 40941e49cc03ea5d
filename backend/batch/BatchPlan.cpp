// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/BatchPlan.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/batch/BatchFolder.h"
#include "backend/batch/FinishedRuns.h"
#include "backend/batch/RequestKey.h"
#include "backend/batch/RequestsFile.h"
#include "backend/contract/Keys.h"
#include "backend/library/LearnedCost.h"
#include "backend/request/CostEstimate.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/OverrideDocument.h"
#include "backend/run/PhantomFiles.h"
#include "backend/run/Preparation.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

namespace keys = contract::model_config;

Error inFile(Error error, const QString &where)
{
    error.message = Text::tr("%1: %2", "a file and what is wrong in it").arg(where, error.message);
    return error;
}

/// From the REQUESTS to validated items.
class Expander
{
public:
    Expander(BatchPlan &plan, const FormContext &context)
        : m_plan(plan), m_options(plan.options), m_context(context)
    {
    }

    void expand(const std::stop_token &stop)
    {
        readSeeds();
        // A problem of the checkout's own values would be told once for each request.
        const Errors ofCheckout = resolve(Json::object()).errors;
        if (!ofCheckout.empty()) {
            m_plan.errors.insert(m_plan.errors.end(), ofCheckout.begin(), ofCheckout.end());
            return;
        }
        for (const std::string &request : m_options.requests) {
            if (stop.stop_requested() || m_isTooLarge)
                return;
            expandOne(request);
        }
        judgeCosts();
    }

private:
    RequestResolution resolve(const Json &overrides) const
    {
        return resolveRequest(overrides, {}, m_context.modelConfig, m_context.modalityMapping,
                              m_context.manifest);
    }

    void readSeeds()
    {
        if (!m_options.seeds)
            return;
        const auto seeds = parseSeedList(QString::fromStdString(*m_options.seeds));
        if (!seeds) {
            Error error = seeds.error();
            error.field = QStringLiteral("--seeds");
            m_plan.errors.push_back(std::move(error));
            return;
        }
        m_seeds = SweepAxis{.key = std::string(keys::kRandomSeed), .values = {}};
        for (const std::int64_t seed : *seeds)
            m_seeds->jsonValues.emplace_back(seed);
    }

    RequestsFile readRequest(const std::string &request, const QString &name) const
    {
        if (request != "default")
            return readRequestsFile(m_options.run.workingFolder / request, name);
        RequestsFile none;
        none.bases = {{.document = "{}\n"}};
        return none;
    }

    void expandOne(const std::string &request)
    {
        const QString name = QString::fromStdString(request);
        RequestsFile file = readRequest(request, name);
        checkChoices(file, name);
        if (!file.errors.empty()) {
            m_plan.errors.insert(m_plan.errors.end(), file.errors.begin(), file.errors.end());
            return;
        }
        if (m_seeds)
            file.axes.push_back(*m_seeds);
        for (const RequestsFile::Base &base : file.bases) {
            if (m_isTooLarge)
                return;
            expandBase(base, file.axes, name);
        }
    }

    /// An option wins over a value, but a list that it would make useless is a mistake.
    void checkChoices(RequestsFile &file, const QString &name) const
    {
        for (const SweepAxis &axis : file.axes) {
            const bool bySeeds = m_seeds && axis.key == keys::kRandomSeed;
            if (!bySeeds && !(m_options.run.modality && axis.key == keys::kModality))
                continue;
            const QString option =
                bySeeds ? QStringLiteral("--seeds") : QStringLiteral("--modality");
            file.errors.push_back({error_codes::kBatchChoice,
                                   Text::tr("%1 varies %2, and %3 names others.")
                                       .arg(name, QString::fromStdString(axis.key), option),
                                   Text::tr("Leave one of the two out."), option});
        }
    }

    void expandBase(const RequestsFile::Base &base, const std::vector<SweepAxis> &axes,
                    const QString &name)
    {
        const QString where = base.row > 0 ? Text::tr("%1, run %2").arg(name).arg(base.row) : name;
        Json overrides = parseOverrides(base.document, where).overrides;
        if (m_options.run.modality)
            overrides[std::string(keys::kModality)] = *m_options.run.modality;
        const SweepPlan sweep = planSweep(writeOverrides(overrides), axes, m_context);
        for (const Error &error : sweep.errors)
            m_plan.errors.push_back(inFile(error, where));
        if (m_plan.items.size() + m_twice + sweep.runs.size() > kMostSweepRuns) {
            m_isTooLarge = true;
            m_plan.errors.push_back(
                {error_codes::kSweepTooLarge,
                 Text::tr("The batch has more than %1 runs.").arg(kMostSweepRuns),
                 Text::tr("Make several batches, each in a folder of its own."),
                 QStringLiteral("REQUESTS")});
            return;
        }
        for (const SweepRun &run : sweep.runs)
            addRun(run, {.name = name, .row = base.row});
    }

    void addRun(const SweepRun &run, const BatchSource &source)
    {
        const Json overrides = parseOverrides(run.document, source.name).overrides;
        if (m_options.run.engine == Engine::Phantom) {
            if (const auto error = phantomCannotDraw(m_options.run, overrides, m_context.manifest,
                                                     m_context.modalityMapping)) {
                m_plan.errors.push_back(inFile(*error, source.name));
                return;
            }
        }
        const RequestResolution resolution = resolve(overrides);
        if (!resolution.request)
            return; // planSweep() said why
        const ModelRequest &request = *resolution.request;
        BatchItem item{.document = run.document,
                       .key = requestKey(request, m_options.run.engine, m_context.manifest.sha256),
                       .label = labelOf(request, run, source),
                       .source = source,
                       .expectedSeconds = {}};
        if (const auto [first, isNew] = m_known.emplace(item.key, item.label); !isNew) {
            ++m_twice;
            m_plan.warnings.push_back(
                {error_codes::kBatchTwice,
                 Text::tr("%1 is asked for more than once and made once.").arg(item.label),
                 Text::tr("Give it another seed where another volume is meant."), source.name});
            return;
        }
        m_plan.costs.push_back(
            estimateCost(request.dim, request.steps, m_context.manifest.model.version));
        m_plan.items.push_back(std::move(item));
    }

    /// What a person tells it from the others by: modality, seed, and the file where there are
    /// many.
    QString labelOf(const ModelRequest &request, const SweepRun &run,
                    const BatchSource &source) const
    {
        QString label = Text::tr("%1 seed %2")
                            .arg(QString::fromStdString(request.modalityName))
                            .arg(request.seed);
        if (!run.details.isEmpty())
            label += QStringLiteral(", ") + run.details;
        if (source.row > 0)
            label += Text::tr(" (%1, run %2)").arg(source.name).arg(source.row);
        else if (m_options.requests.size() > 1)
            label += Text::tr(" (%1)").arg(source.name);
        return label;
    }

    void judgeCosts()
    {
        const bool asks = m_options.run.engine != Engine::Phantom && !m_options.run.acceptCost;
        const auto most = std::ranges::max_element(
            m_plan.costs, {}, [](const CostEstimate &cost) { return cost.wallSeconds; });
        const auto many = std::ranges::count_if(m_plan.costs, needsConsent);
        if (!asks || many == 0)
            return;
        m_plan.errors.push_back(
            {error_codes::kCostNotAccepted,
             Text::tr("%1 of %2 runs are expected to be long or large; the longest takes %3 s and "
                      "%4 GB of GPU memory.")
                 .arg(many)
                 .arg(m_plan.costs.size())
                 .arg(most->wallSeconds, 0, 'f', 1)
                 .arg(most->peakVramGb, 0, 'f', 1),
             Text::tr("Add --yes to accept that, or ask for smaller volumes or fewer steps."),
             QStringLiteral("--yes")});
    }

    BatchPlan &m_plan;
    const BatchOptions &m_options;
    const FormContext &m_context;
    std::optional<SweepAxis> m_seeds;
    std::unordered_map<std::string, QString> m_known;
    std::size_t m_twice = 0;
    bool m_isTooLarge = false;
};

constexpr double kMebibytesPerGigabyte = 1024;
// So many are learned from; older ones ran with other drivers and other loads.
constexpr std::size_t kEnoughRuns = 50;

void markFinished(BatchPlan &plan, const BatchHistory &history)
{
    for (BatchItem &item : plan.items) {
        item.madeBefore = false;
        item.verdict = EntryVerdict::None;
        const auto found = history.finished.find(item.key);
        if (found == history.finished.end())
            continue;
        const BatchRecord &record = found->second;
        item.madeBefore = true;
        item.verdict = record.summary.verdict;
        item.overallStatus = record.summary.overallStatus;
        item.exitCode = record.summary.exitCode;
        item.runFolder = record.summary.folder;
        item.seconds = record.wallSeconds;
        item.launch = record.launch;
        item.volumes = record.summary.volumes;
    }
}

/// The most that shared a GPU in runs that worked and were at least as large as what is left.
int provenAtOnce(const BatchPlan &plan, const std::vector<RunSummary> &runs)
{
    const bool phantom = plan.options.run.engine == Engine::Phantom;
    std::int64_t largest = 0;
    for (std::size_t i = 0; i < plan.items.size(); ++i)
        if (!plan.items[i].madeBefore)
            largest = std::max(largest, plan.costs[i].voxelsPerSample);
    int most = 1;
    for (const RunSummary &run : runs) {
        const bool worked = run.verdict == (phantom ? EntryVerdict::Demo : EntryVerdict::Passed);
        if (worked && run.phantom == phantom && run.dim[0] * run.dim[1] * run.dim[2] >= largest)
            most = std::max(most, run.mostAtOnce);
    }
    return most;
}

/// How many will share the machine: as many as are asked for, else as shared it before.
int expectedAtOnce(const BatchPlan &plan, int cards, const std::vector<RunSummary> &runs)
{
    const int wanted = plan.options.jobs > 0 ? plan.options.jobs : provenAtOnce(plan, runs) * cards;
    return std::clamp(wanted, 1, std::max(static_cast<int>(plan.outstanding()), 1));
}

/// A forecast for each item; those of one size and so many steps are the same.
std::vector<CostForecast> forecastsOf(const BatchPlan &plan, const ForecastFor &asked,
                                      const std::vector<RunSummary> &runs)
{
    const bool phantom = plan.options.run.engine == Engine::Phantom;
    std::map<std::pair<std::int64_t, std::int64_t>, CostForecast> known;
    std::vector<CostForecast> forecasts;
    for (const CostEstimate &cost : plan.costs) {
        const auto [at, isNew] = known.try_emplace({cost.voxelsPerSample, cost.steps});
        if (isNew)
            at->second = forecastCost(cost, phantom, runs, asked);
        forecasts.push_back(at->second);
    }
    return forecasts;
}

void estimate(BatchPlan &plan, const std::vector<Gpu> &gpus, const std::vector<RunSummary> &runs)
{
    const bool phantom = plan.options.run.engine == Engine::Phantom;
    const int cards = std::max(static_cast<int>(gpus.size()), 1);
    const int atOnce = expectedAtOnce(plan, cards, runs);
    const std::vector<CostForecast> forecasts =
        forecastsOf(plan,
                    {.gpuName = gpus.empty() ? QString() : gpus.front().name,
                     .atOnce = (atOnce + cards - 1) / cards,
                     .warm = plan.options.warmStart},
                    runs);
    plan.estimate = BatchEstimate();
    plan.estimate.atOnce = atOnce;
    std::vector<double> seconds;
    bool isWhole = true;
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        BatchItem &item = plan.items[i];
        const CostForecast &forecast = forecasts[i];
        // The formula is the model's; what a phantom takes it does not say.
        item.expectedSeconds.reset();
        if (!phantom || forecast.learnedFrom > 0)
            item.expectedSeconds = forecast.seconds;
        if (forecast.memoryLearnedFrom > 0) {
            item.expectedGpuMemoryMb = forecast.gpuMemoryGb * kMebibytesPerGigabyte;
            if (forecast.gpuHeldGb)
                item.expectedGpuHeldMb = *forecast.gpuHeldGb * kMebibytesPerGigabyte;
        }
        if (item.madeBefore)
            continue;
        isWhole = isWhole && item.expectedSeconds;
        seconds.push_back(item.expectedSeconds.value_or(0));
        if (seconds.size() > 1 && forecast.learnedFrom <= plan.estimate.learnedFrom)
            continue;
        plan.estimate.learnedFrom = forecast.learnedFrom;
        plan.estimate.basisText = forecastBasis(forecast);
    }
    if (isWhole) {
        const bool learned = plan.estimate.learnedFrom > 0;
        // The formula knows nothing of company on a GPU.
        if (!learned)
            plan.estimate.atOnce = std::min(atOnce, cards);
        plan.estimate.seconds = batchSeconds(seconds, plan.estimate.atOnce);
        plan.estimate.basis =
            learned ? BatchEstimate::Basis::Learned : BatchEstimate::Basis::Formula;
    } else {
        plan.estimate.basisText = Text::tr("nothing is known of such runs on this machine");
    }
}

} // namespace

std::size_t BatchPlan::outstanding() const
{
    return static_cast<std::size_t>(std::ranges::count(items, false, &BatchItem::madeBefore));
}

BatchPlan planBatch(const BatchOptions &options, const std::stop_token &stop)
{
    BatchPlan plan;
    plan.options = options;
    const FormContext context = loadFormContext(options.run);
    plan.manifest = context.manifest;
    const Result<fs::path> folder = batchFolder(options.run.workingFolder / options.folder);
    if (folder)
        plan.folder = *folder;
    else
        plan.errors.push_back(folder.error());
    if (!options.gpus.empty() && options.run.engine == Engine::Phantom)
        plan.errors.push_back({error_codes::kPhantomGpus,
                               Text::tr("The phantom engine uses no GPU."),
                               Text::tr("Leave out --gpus."), QStringLiteral("--gpus")});
    if (context.problem) {
        plan.errors.push_back(*context.problem);
        return plan; // what the defaults are is not known
    }
    Expander(plan, context).expand(stop);
    if (!plan.errors.empty())
        plan.items.clear();
    return plan;
}

void recogniseFinished(BatchPlan &plan, const std::vector<Gpu> &gpus, const std::stop_token &stop)
{
    BatchHistory history = readBatchHistory(plan.folder, stop);
    markFinished(plan, history);
    std::vector<RunSummary> runs = std::move(history.runs);
    if (runs.size() < kEnoughRuns)
        std::ranges::move(readRunsBeside(plan.folder, kEnoughRuns, stop), std::back_inserter(runs));
    estimate(plan, gpus, runs);
}

} // namespace mrb::backend
