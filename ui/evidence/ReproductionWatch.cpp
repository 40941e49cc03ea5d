// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/ReproductionWatch.h"

#include "ui/common/InBackground.h"

#include <iterator>
#include <utility>

namespace mrb::ui {

namespace {

bool hasResult(backend::EntryVerdict verdict)
{
    return verdict == backend::EntryVerdict::Passed || verdict == backend::EntryVerdict::Demo ||
           verdict == backend::EntryVerdict::GateFailed;
}

} // namespace

ReproductionWatch::ReproductionWatch(backend::RunQueue &queue, QObject *parent)
    : QObject(parent), m_queue(queue)
{
    connect(&queue, &backend::RunQueue::ended, this, &ReproductionWatch::onEnded);
    // A waiting run that is cancelled or taken back never ends.
    connect(&queue, &backend::RunQueue::entryChanged, this, &ReproductionWatch::forgetGone);
    connect(&queue, &backend::RunQueue::listChanged, this, &ReproductionWatch::forgetGone);
}

ReproductionWatch::~ReproductionWatch() = default;

void ReproductionWatch::repeat(const std::filesystem::path &original, const QString &title,
                               const backend::RunSettings &settings)
{
    inBackground(
        this, [original] { return backend::repeatableRun(original); },
        [this, what = Repetition{original, title},
         settings](const Result<backend::RepeatableRun> &run) {
            if (run)
                order(what, *run, settings);
            else
                Q_EMIT failed(run.error());
        });
}

void ReproductionWatch::order(const Repetition &what, const backend::RepeatableRun &run,
                              backend::RunSettings settings)
{
    if (run.numGpus > 1) {
        Q_EMIT failed({backend::error_codes::kNothingToCompare,
                       tr("%1 was made on %2 GPUs at once, and the queue uses one.")
                           .arg(what.title)
                           .arg(run.numGpus),
                       tr("Repeat it in a terminal: mrbrain reproduce RUN_DIR.")});
        return;
    }
    settings.overrides = run.overrides;
    settings.engine = run.engine;
    settings.acceptCost = true; // known from the first time, and asked about where it is long
    const QStringList ids = m_queue.add({settings});
    for (const QString &id : ids)
        m_entries.emplace(id, what);
    Q_EMIT ordered(what.title);
}

int ReproductionWatch::waiting() const
{
    return static_cast<int>(m_entries.size() + m_ended.size()) + (m_job.isRunning() ? 1 : 0);
}

void ReproductionWatch::onEnded(const QString &id)
{
    const auto found = m_entries.find(id);
    const backend::QueueEntry *entry = m_queue.find(id);
    if (found == m_entries.end() || !entry)
        return;
    Repetition what = std::move(found->second);
    m_entries.erase(found);
    if (!hasResult(entry->verdict)) {
        Q_EMIT runFailed(id, what.title);
        return;
    }
    what.again = entry->runFolder;
    m_ended.push_back(std::move(what));
    judgeNext();
}

void ReproductionWatch::forgetGone()
{
    std::erase_if(m_entries, [this](const auto &item) {
        const backend::QueueEntry *entry = m_queue.find(item.first);
        return !entry ||
               (entry->verdict == backend::EntryVerdict::Cancelled && !entry->startedAt.isValid());
    });
}

void ReproductionWatch::judgeNext()
{
    if (m_job.isRunning() || m_ended.empty())
        return;
    const Repetition what = m_ended.front();
    m_ended.pop_front();
    m_job.start(
        [what](const std::stop_token &stop, const TellNews &) {
            return backend::judgeReproduction(what.original, what.again, {}, stop);
        },
        [](const JobNews &) {},
        [this, what](const Result<backend::Reproduction> &reproduction) {
            if (reproduction)
                Q_EMIT judged(*reproduction, what.title);
            else
                Q_EMIT failed(reproduction.error());
            judgeNext();
        });
}

} // namespace mrb::ui
