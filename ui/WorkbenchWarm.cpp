// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of Workbench that has to do with how runs use the machine: what is learned from them,
// and the interpreter that is kept ready.
#include "backend/library/LearnedCost.h"
#include "ui/Workbench.h"
#include "ui/common/Words.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/runs/QueuePanel.h"

#include <QDockWidget>

#include <algorithm>

namespace mrb::ui {

namespace {

// Less is not worth a process that waits with some GB of memory.
constexpr double kWorthOffering = 5;

QString offerText(const backend::RunSummary &run, const backend::WarmSaving &saving)
{
    const QString question =
        Workbench::tr("Keep an interpreter ready and save about %1 in each run?")
            .arg(roughDurationText(saving.seconds));
    if (!run.importSeconds || run.seconds <= 0)
        return question;
    return Workbench::tr("%1 of the %2 of this run were Python imports. %3")
        .arg(roughDurationText(*run.importSeconds), roughDurationText(run.seconds), question);
}

} // namespace

void Workbench::connectWarmStart()
{
    connect(m_library.get(), &backend::RunLibrary::runsChanged, this, [this] {
        m_generate->setPastRuns(m_library->runs());
        learnFromEnded();
    });
    connect(m_library.get(), &backend::RunLibrary::runChanged, this, &Workbench::learnFromEnded);
    connect(m_queuePanel, &QueuePanel::warmStartAccepted, this, [this] {
        StudioSettings settings = m_settings.settings();
        settings.warmStart = true;
        m_settings.set(settings);
    });
    connect(m_queuePanel, &QueuePanel::warmStartDeclined, this, [this] {
        StudioSettings settings = m_settings.settings();
        settings.offerWarmStart = false;
        m_settings.set(settings);
    });
}

void Workbench::applyPolicy()
{
    const StudioSettings &settings = m_settings.settings();
    m_queue->setPolicy(settings.targetPolicy());
    m_generate->setUse(settings.runsAtOnce, settings.warmStart);
    if (settings.warmStart)
        m_queuePanel->withdrawOffer();
    expectNext();
}

/// What an order of now would be, so that what is kept ready fits it.
void Workbench::expectNext()
{
    const std::vector<std::int64_t> seeds = m_form->seeds();
    if (seeds.empty() || !m_form->errors().empty())
        return;
    backend::RunSettings next = m_settings.settings().runSettings();
    next.overrides = m_form->documentFor(seeds.front());
    m_queue->expectNext(next);
}

/// Once the library has read the records of runs that ended.
void Workbench::learnFromEnded()
{
    std::vector<const backend::RunSummary *> read;
    std::erase_if(m_ended, [this, &read](const std::filesystem::path &folder) {
        const backend::RunSummary *run = m_library->find(folder);
        if (!run || run->state != backend::RunState::Ended)
            return false;
        read.push_back(run);
        return true;
    });
    if (read.empty())
        return;
    m_generate->setPastRuns(m_library->runs());
    for (const backend::RunSummary *run : read)
        offerWarmStart(*run);
}

/// Once a session, after a run that shows what there is to gain.
void Workbench::offerWarmStart(const backend::RunSummary &run)
{
    const StudioSettings &settings = m_settings.settings();
    if (m_warmOffered || settings.warmStart || !settings.offerWarmStart || run.phantom ||
        run.warm || run.verdict != backend::EntryVerdict::Passed)
        return;
    const auto saving = backend::warmSavesSeconds(m_library->runs(), run.gpuName);
    if (!saving || saving->seconds < kWorthOffering)
        return;
    m_warmOffered = true;
    m_queuePanel->offerWarmStart(offerText(run, *saving));
}

/// For the settings; empty where nothing is known.
QString Workbench::warmSavingText() const
{
    const auto saving = backend::warmSavesSeconds(m_library->runs());
    if (!saving)
        return {};
    const QString seconds = roughDurationText(saving->seconds);
    return saving->warmRuns > 0
               ? tr("It saves about %1 of each run here (from %n cold run(s)).", nullptr,
                    saving->learnedFrom)
                     .arg(seconds)
               : tr("It would save about %1 of each run here (from %n cold run(s)).", nullptr,
                    saving->learnedFrom)
                     .arg(seconds);
}

} // namespace mrb::ui
