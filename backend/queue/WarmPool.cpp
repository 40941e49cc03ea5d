// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/WarmPool.h"

#include "backend/base/Text.h"
#include "backend/queue/JobFolder.h"

#include <QStringList>

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace {

// One that dies may have been killed by somebody; three in a row will not do.
constexpr int kMostFailures = 3;

/// What may keep an interpreter from starting has nothing to do with the card.
RunSettings anywhere(RunSettings kind)
{
    kind.visibleGpus.clear();
    return kind;
}

/// "Python 3.12.3, torch 2.11.0"
QString versionsText(const LaunchFacts &facts)
{
    QStringList parts;
    for (const auto &[name, version] : facts.versions) {
        const QString shown = QString::fromStdString(version);
        if (name == "python")
            parts << Text::tr("Python %1").arg(shown);
        else if (name == "torch")
            parts << QStringLiteral("torch %1").arg(shown);
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace

/// What an interpreter's start depends on; the rest is the run's own.
RunSettings WarmPool::kindOf(const RunSettings &settings)
{
    RunSettings kind;
    kind.engine = settings.engine;
    kind.upstreamRoot = settings.upstreamRoot;
    kind.python = settings.python;
    kind.manifest = settings.manifest;
    kind.visibleGpus = settings.visibleGpus;
    kind.allowCheckout = settings.allowCheckout;
    kind.allowWeights = settings.allowWeights;
    kind.resultsFolder = settings.resultsFolder;
    return kind;
}

WarmPool::~WarmPool()
{
    for (const Spare &spare : m_spares)
        spare.process->requestEnd();
    for (const Spare &spare : m_spares) {
        spare.process->disconnect(this);
        spare.process->endNow();
    }
}

WarmPool::Spares::const_iterator WarmPool::find(const QString &id, const RunSettings &kind) const
{
    return std::ranges::find_if(
        m_spares, [&](const Spare &spare) { return spare.id == id && spare.kind == kind; });
}

void WarmPool::keep(const std::vector<WarmWish> &wishes, const std::optional<RunSettings> &next,
                    std::size_t most)
{
    m_isOn = most > 0;
    Spares kept;
    const auto keepIfThere = [&](const QString &id, const QString &asId, const RunSettings &kind) {
        const auto found = find(id, kind);
        if (found == m_spares.end())
            return false;
        const auto at = m_spares.begin() + (found - m_spares.cbegin());
        kept.push_back({asId, std::move(at->kind), std::move(at->process)});
        m_spares.erase(at);
        return true;
    };
    for (const WarmWish &wish : wishes) {
        if (kept.size() >= most)
            break;
        const RunSettings kind = kindOf(wish.settings);
        if (!keepIfThere(wish.id, wish.id, kind) && !keepIfThere({}, wish.id, kind) &&
            !isRefused(kind))
            add(kept, wish.id, wish.settings);
    }
    if (next && kept.size() < most) {
        const RunSettings kind = kindOf(*next);
        if (!keepIfThere({}, {}, kind) && !isRefused(kind))
            add(kept, {}, *next);
    }
    m_spares = std::move(kept); // those that nobody wants any more end
}

void WarmPool::add(Spares &kept, const QString &id, const RunSettings &settings)
{
    const RunSettings kind = kindOf(settings);
    auto process =
        std::make_unique<WarmSpare>(optionsFor(kind, {}, {}), [settings, isKnown = !id.isEmpty()] {
            SpareFolder::sweep(settings.resultsFolder);
            return makeJobFolder(settings, isKnown);
        });
    connect(process.get(), &WarmSpare::changed, this,
            [this, changed = process.get()] { onChanged(changed); });
    process->start();
    kept.push_back({id, kind, std::move(process)});
}

void WarmPool::onChanged(const WarmSpare *process)
{
    const auto spare = std::ranges::find_if(
        m_spares, [process](const Spare &each) { return each.process.get() == process; });
    if (spare == m_spares.end())
        return;
    if (process->state() == WarmSpare::State::Ready) {
        std::erase_if(m_failures, [kind = anywhere(spare->kind)](const Failure &failure) {
            return failure.kind == kind;
        });
    }
    if (process->state() == WarmSpare::State::Failed) {
        noteFailure(*spare);
        spare->process.release()->deleteLater(); // it is telling this
        m_spares.erase(spare);
    }
    Q_EMIT changed();
}

void WarmPool::noteFailure(const Spare &spare)
{
    const RunSettings kind = anywhere(spare.kind);
    const auto known = std::ranges::find(m_failures, kind, &Failure::kind);
    Failure &failure = known != m_failures.end()
                           ? *known
                           : m_failures.emplace_back(Failure{.kind = kind, .why = {}});
    failure.why = spare.process->problem();
    failure.wasStarted = spare.process->wasStarted();
    // What is not allowed or not there will not be the next time either.
    failure.inARow += spare.process->wasStarted() ? 1 : kMostFailures;
}

bool WarmPool::isRefused(const RunSettings &kind) const
{
    const auto known = std::ranges::find(m_failures, anywhere(kind), &Failure::kind);
    return known != m_failures.end() && known->inARow >= kMostFailures;
}

void WarmPool::forgetRefusal(const RunSettings &settings)
{
    std::erase_if(m_failures, [kind = anywhere(kindOf(settings))](const Failure &failure) {
        return failure.kind == kind && !failure.wasStarted;
    });
}

void WarmPool::endLike(const RunSettings &settings)
{
    std::erase_if(m_spares, [kind = anywhere(kindOf(settings))](const Spare &spare) {
        return anywhere(spare.kind) == kind;
    });
}

std::optional<std::string> WarmPool::gpuOfNext(const RunSettings &settings) const
{
    const RunSettings kind = anywhere(kindOf(settings));
    for (const Spare &spare : m_spares)
        if (spare.id.isEmpty() && anywhere(spare.kind) == kind)
            return spare.kind.visibleGpus;
    return std::nullopt;
}

std::vector<pid_t> WarmPool::programs() const
{
    std::vector<pid_t> programs;
    for (const Spare &spare : m_spares)
        if (const qint64 pid = spare.process->pid(); pid != 0)
            programs.push_back(static_cast<pid_t>(pid));
    return programs;
}

WarmPool::Answer WarmPool::answerFor(const WarmWish &wish) const
{
    const RunSettings kind = kindOf(wish.settings);
    const auto spare = find(wish.id, kind);
    if (spare == m_spares.end())
        return isRefused(kind) ? Answer::Refused : Answer::NotYet;
    return spare->process->state() == WarmSpare::State::Ready ? Answer::Ready : Answer::Wait;
}

QString WarmPool::whyNone(const RunSettings &settings) const
{
    const auto known = std::ranges::find(m_failures, anywhere(kindOf(settings)), &Failure::kind);
    return known == m_failures.end() ? QString() : known->why;
}

std::unique_ptr<WarmSpare> WarmPool::take(const WarmWish &wish)
{
    const auto found = find(wish.id, kindOf(wish.settings));
    if (found == m_spares.end())
        return nullptr;
    const auto at = m_spares.begin() + (found - m_spares.cbegin());
    std::unique_ptr<WarmSpare> process = std::move(at->process);
    process->disconnect(this);
    m_spares.erase(at);
    return process;
}

WarmState WarmPool::state() const
{
    WarmState state;
    if (!m_isOn)
        return state;
    state.kind = WarmState::Kind::Importing;
    for (const Spare &spare : m_spares) {
        if (spare.process->state() != WarmSpare::State::Ready) {
            ++state.importing;
            continue;
        }
        ++state.ready;
        state.kind = WarmState::Kind::Ready;
        state.text = versionsText(spare.process->facts());
    }
    if (m_spares.empty() && !m_failures.empty()) {
        state.kind = WarmState::Kind::NotPossible;
        state.text = m_failures.back().why;
    }
    return state;
}

int WarmPool::importing() const
{
    return static_cast<int>(std::ranges::count_if(m_spares, [](const Spare &spare) {
        return spare.process->state() != WarmSpare::State::Ready;
    }));
}

} // namespace mrb::backend
