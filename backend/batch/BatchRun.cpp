// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/BatchRun.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/batch/FinishedRuns.h"

#include <QUuid>

#include <algorithm>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

using Clock = std::chrono::steady_clock;

/// One may have been bad luck with a disk or a driver; so many are what every run would meet.
constexpr int kRefusedInARow = 3;
/// Writing the summary of a large batch takes at most a twentieth of the time.
constexpr int kPauseAfterWriting = 19;

RunSettings settingsOf(const BatchPlan &plan, const BatchItem &item, const QString &group)
{
    const GenerateOptions &run = plan.options.run;
    RunSettings settings;
    settings.overrides = item.document;
    settings.engine = run.engine;
    settings.upstreamRoot = run.upstreamRoot.value_or("");
    settings.python = run.python.value_or("");
    settings.manifest = run.manifest.value_or("");
    settings.visibleGpus = plan.options.gpus;
    settings.timeLimit = std::chrono::ceil<std::chrono::seconds>(run.timeLimit);
    settings.allowCheckout = run.allowCheckout;
    settings.allowWeights = run.allowWeights;
    settings.acceptCost = run.acceptCost;
    settings.resultsFolder = plan.folder;
    settings.expectedSeconds = item.expectedSeconds;
    settings.expectedGpuMemoryMb = item.expectedGpuMemoryMb;
    settings.expectedGpuHeldMb = item.expectedGpuHeldMb;
    settings.group = group;
    return settings;
}

void take(const QueueEntry &entry, BatchItem &item)
{
    item.verdict = entry.verdict;
    item.overallStatus = entry.overallStatus;
    item.exitCode = entry.exitCode;
    item.problems = entry.problems;
    item.runFolder = entry.runFolder;
    item.seconds = static_cast<double>(entry.startedAt.msecsTo(entry.endedAt)) / 1000;
    if (entry.runFolder.empty())
        return;
    const Result<BatchRecord> record = readBatchRecord(entry.runFolder);
    if (!record)
        return; // its problems say why
    item.volumes = record->summary.volumes;
    item.launch = record->launch;
    item.onOneGpu = record->summary.mostAtOnce;
    if (record->wallSeconds > 0)
        item.seconds = record->wallSeconds;
}

} // namespace

BatchRun::BatchRun(BatchPlan plan, std::vector<Gpu> gpus, std::unique_ptr<RunTarget> target,
                   QObject *parent)
    : QObject(parent), m_plan(std::move(plan)), m_queue({}, std::move(target))
{
    m_facts.gpus = std::move(gpus);
    m_queue.setPolicy({.runsAtOnce = m_plan.options.jobs, .warmStart = m_plan.options.warmStart});
    m_writeTimer.setSingleShot(true);
    connect(&m_writeTimer, &QTimer::timeout, this, &BatchRun::write);
    connect(&m_queue, &RunQueue::entryChanged, this, &BatchRun::onEntryChanged);
    connect(&m_queue, &RunQueue::listChanged, this, &BatchRun::findRetries);
    connect(&m_queue, &RunQueue::ended, this, &BatchRun::onEnded);
    connect(&m_queue, &RunQueue::idle, this, &BatchRun::finish);
}

BatchRun::~BatchRun() = default;

void BatchRun::start()
{
    m_began = Clock::now();
    m_facts.state = BatchFacts::State::Running;
    m_facts.startedAt = QDateTime::currentDateTimeUtc();
    fillQueue();
    write();
    finishWhenIdle();
}

void BatchRun::fillQueue()
{
    const QString group = QUuid::createUuid().toString(QUuid::WithoutBraces);
    std::vector<RunSettings> runs;
    std::vector<std::size_t> items;
    for (std::size_t i = 0; i < m_plan.items.size(); ++i) {
        if (m_plan.items[i].madeBefore)
            continue;
        runs.push_back(settingsOf(m_plan, m_plan.items[i], group));
        items.push_back(i);
        m_byDocument.emplace(m_plan.items[i].document, i);
    }
    const QStringList ids = m_queue.add(runs);
    for (qsizetype i = 0; i < ids.size(); ++i)
        m_items.insert(ids[i], items[static_cast<std::size_t>(i)]);
}

void BatchRun::stopStarting()
{
    m_facts.stoppedByUser = true;
    m_queue.setPaused(true);
    Q_EMIT stopped();
    finishWhenIdle();
}

void BatchRun::cancel()
{
    m_facts.stoppedByUser = true;
    m_queue.setPaused(true);
    m_queue.cancelAll();
    finishWhenIdle();
}

BatchFacts BatchRun::facts() const
{
    BatchFacts facts = m_facts;
    facts.running = static_cast<int>(m_running.size());
    if (m_facts.state == BatchFacts::State::Running)
        facts.wallSeconds = std::chrono::duration<double>(Clock::now() - m_began).count();
    return facts;
}

ExitCode BatchRun::exitCode() const
{
    return m_writeProblem ? ExitCode::NotWritten : exitCodeOf(m_plan, m_facts);
}

void BatchRun::onEntryChanged(const QString &id)
{
    const auto item = m_items.constFind(id);
    const QueueEntry *entry = m_queue.find(id);
    if (item == m_items.constEnd() || !entry || entry->state != EntryState::Running ||
        !m_running.insert(*item).second)
        return;
    m_facts.mostAtOnce = std::max(m_facts.mostAtOnce, static_cast<int>(m_running.size()));
    Q_EMIT itemStarted(*item);
}

void BatchRun::onEnded(const QString &id)
{
    findRetries(); // one of this run is in the list already
    const auto at = m_items.constFind(id);
    const QueueEntry *entry = m_queue.find(id);
    if (at == m_items.constEnd() || !entry)
        return;
    const std::size_t index = *at;
    m_running.erase(index);
    BatchItem &item = m_plan.items[index];
    take(*entry, item);
    for (const QueueEntry &other : m_queue.entries()) {
        if (other.id != id && other.settings.retryOf && other.state == EntryState::Pending &&
            m_items.value(other.id, m_plan.items.size()) == index) {
            noteRetry(index, other.settings.retryOf->reason);
            return;
        }
    }
    judgeRefusal(item);
    writeSoon();
    Q_EMIT itemEnded(index);
}

/// Retries come from the queue, as entries of their own with the document of the run they repeat.
void BatchRun::findRetries()
{
    for (const QueueEntry &entry : m_queue.entries()) {
        if (!entry.settings.retryOf || m_items.contains(entry.id))
            continue;
        const auto found = m_byDocument.find(entry.settings.overrides);
        if (found == m_byDocument.end())
            continue;
        m_items.insert(entry.id, found->second);
        if (m_plan.items[found->second].verdict != EntryVerdict::None)
            noteRetry(found->second, entry.settings.retryOf->reason);
    }
}

void BatchRun::noteRetry(std::size_t item, const std::string &reason)
{
    BatchItem &failed = m_plan.items[item];
    failed.retried =
        BatchRetry{.runFolder = failed.runFolder, .exitCode = failed.exitCode, .reason = reason};
    failed.verdict = EntryVerdict::None;
    failed.overallStatus.clear();
    failed.runFolder.clear();
    failed.volumes.clear();
    failed.problems.clear();
    writeSoon();
    Q_EMIT itemRetried(item);
}

void BatchRun::judgeRefusal(const BatchItem &item)
{
    if (item.verdict != EntryVerdict::Refused || item.problems.empty()) {
        m_refusedInARow = 0;
        return;
    }
    const Error &problem = item.problems.front();
    const std::string code(problem.code.id());
    m_refusedInARow = code == std::exchange(m_lastRefusal, code) ? m_refusedInARow + 1 : 1;
    if (m_refusedInARow < kRefusedInARow || m_facts.stopped)
        return;
    m_facts.stopped =
        Error{error_codes::kBatchRefused,
              Text::tr("%1 runs in a row were refused for the same reason, so no further ones are "
                       "started: %2")
                  .arg(kRefusedInARow)
                  .arg(problem.message),
              problem.hint, problem.field};
    m_queue.setPaused(true);
    Q_EMIT stopped();
}

/// For when nothing ever runs, which the queue does not tell as its end.
void BatchRun::finishWhenIdle()
{
    const bool nothingLeft = m_queue.isPaused() || m_plan.outstanding() == 0;
    if (nothingLeft && !m_queue.isBusy())
        // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): Qt's event owns it
        QMetaObject::invokeMethod(
            this, [this] { finish(); }, Qt::QueuedConnection);
}

void BatchRun::finish()
{
    if (std::exchange(m_isFinished, true))
        return;
    m_facts.wallSeconds = facts().wallSeconds;
    m_facts.state = BatchFacts::State::Ended;
    m_facts.endedAt = QDateTime::currentDateTimeUtc();
    m_writeTimer.stop();
    write();
    Q_EMIT finished();
}

void BatchRun::writeSoon()
{
    if (m_writeTimer.isActive())
        return;
    const auto allowed = m_written + kPauseAfterWriting * m_writeTook;
    const auto pause = std::max(allowed - Clock::now(), Clock::duration::zero());
    m_writeTimer.start(std::chrono::ceil<std::chrono::milliseconds>(pause));
}

void BatchRun::write()
{
    const auto begin = Clock::now();
    const Result<> written =
        writeFileAtomically(m_plan.folder / kBatchFile, writeJson(batchDocument(m_plan, facts())));
    m_writeProblem = written ? std::nullopt : std::optional(written.error());
    m_written = Clock::now();
    m_writeTook = m_written - begin;
}

} // namespace mrb::backend
