// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/UpstreamProgress.h"

#include <QRegularExpression>

#include <algorithm>
#include <limits>
#include <utility>

namespace mrb::backend {

QString phaseName(Phase phase)
{
    switch (phase) {
    case Phase::Imports:
        return QStringLiteral("imports");
    case Phase::Models:
        return QStringLiteral("models");
    case Phase::Diffusion:
        return QStringLiteral("diffusion");
    case Phase::Decoding:
        return QStringLiteral("decoding");
    case Phase::Saving:
        return QStringLiteral("saving");
    case Phase::Done:
        break;
    }
    return QStringLiteral("shutdown");
}

qsizetype endOfBar(const QString &line)
{
    static const QRegularExpression bar(QStringLiteral(R"(%\|[^|]*\|\s*\d+/\d+ \[[^\]]*\]\s*)"));
    qsizetype end = 0;
    if (!line.contains(u"%|"))
        return end;
    for (auto it = bar.globalMatch(line); it.hasNext();)
        end = it.next().capturedEnd();
    return end;
}

UpstreamProgress::UpstreamProgress(int expectedSteps, int ranks)
    : m_steps(std::max(expectedSteps, 0)), m_tracks(static_cast<std::size_t>(std::max(ranks, 1)))
{
}

bool UpstreamProgress::feed(const LogLine &line)
{
    const Phase phaseBefore = phase();
    const int countBefore = count();
    m_seconds = std::max(m_seconds, line.seconds);

    // A warning may follow a bar on the same line, and so may a log line: both are looked for.
    if (line.text.contains(u"%|")) {
        static const QRegularExpression pattern(
            QStringLiteral(R"(%\|[^|]*\|\s*(\d{1,6})/(\d{1,6}) \[)"));
        const QRegularExpressionMatch match = pattern.match(line.text);
        const Bar seen{match.capturedView(1).toInt(), match.capturedView(2).toInt(),
                       !line.transient, m_seconds};
        // A bar that came in two pieces was reported twice, the second time whole.
        const bool same = !m_lastBarText.isEmpty() && line.text.startsWith(m_lastBarText) &&
                          seen.step == m_lastBar.step && seen.total == m_lastBar.total;
        if (match.hasMatch() && (!same || seen.complete()))
            readBar(seen);
        m_lastBar = seen;
        m_lastBarText = line.transient ? line.text : QString();
    }
    if (!line.transient) {
        static const QString prefix = QStringLiteral("](inference) - ");
        const qsizetype at = line.text.indexOf(prefix);
        if (at >= 0)
            readMessage(line.text.mid(at + prefix.size()));
        else if (line.text.contains(u"invalid value encountered in cast"))
            m_castWarning = true;
    }
    updatePhase();
    if (phase() != phaseBefore || count() != countBefore) {
        m_lastCount = count();
        m_lastCountSeconds = m_seconds;
        if (m_lastCount > 0 && m_firstCount == 0) {
            m_firstCount = m_lastCount;
            m_firstCountSeconds = m_seconds;
        }
        return true;
    }
    return false;
}

void UpstreamProgress::readMessage(const QString &message)
{
    static const QRegularExpression world(
        QStringLiteral(R"(^Using \S+ of (\d+) with random seed: )"));
    static const QRegularExpression scale(QStringLiteral(R"(^scale_factor -> (.*?)\.?$)"));
    static const QRegularExpression saved(QStringLiteral(R"(^Saved (.+)\.$)"));
    static const QRegularExpression loaded(QStringLiteral(R"(^checkpoints .* loaded\.$)"));

    if (const auto match = world.match(message); match.hasMatch()) {
        const auto ranks = static_cast<std::size_t>(std::clamp(match.captured(1).toInt(), 1, 1024));
        if (ranks > m_tracks.size() && !m_barsBegan)
            m_tracks.resize(ranks);
        enter(Phase::Models);
    } else if (message.startsWith(u"[config] ") || loaded.match(message).hasMatch()) {
        enter(Phase::Models);
    } else if (const auto factor = scale.match(message); factor.hasMatch()) {
        m_scaleFactor = factor.captured(1);
        enter(Phase::Models);
    } else if (message.startsWith(u"noise: ")) {
        m_noiseSeen = true;
        enter(Phase::Diffusion);
    } else if (const auto path = saved.match(message); path.hasMatch()) {
        m_savedPaths.push_back(path.captured(1));
        enter(m_tracks.size() == 1 ? Phase::Done : Phase::Saving);
    }
}

// Gives a line to one of several bars that do not say who they are; false when it fits none. A bar
// counts up, so the nearest one below is taken; but tqdm draws at most every 0.1 s, so a bar that
// has only just moved gives way to another. A bar's last line comes up to twice, the second time
// with a newline.
bool UpstreamProgress::advance(const std::vector<Bar *> &bars, const Bar &seen)
{
    constexpr double kRedrawSeconds = 0.09;
    const auto fits = [&seen](const Bar &bar) {
        return std::pair(seen.seconds - bar.seconds > kRedrawSeconds, bar.step);
    };
    Bar *best = nullptr;
    bool repeated = false;
    for (Bar *bar : bars) {
        if (seen.complete() && bar->complete() && !bar->closed) {
            bar->closed = seen.closed;
            return true;
        }
        if (bar->step < seen.step && (!best || fits(*bar) > fits(*best)))
            best = bar;
        repeated = repeated || bar->step == seen.step;
    }
    if (!best)
        return repeated && !seen.complete();
    *best = seen;
    best->closed = seen.closed && seen.complete();
    return true;
}

void UpstreamProgress::readBar(const Bar &seen)
{
    if (seen.total <= 0 || seen.step > seen.total)
        return;
    if (!m_barsBegan) {
        // Other ranks than 0 do not log: their bar may come before rank 0's `noise:`.
        const bool expected = seen.total == m_steps && phase() >= Phase::Models;
        if (!m_noiseSeen && !expected)
            return;
        m_barsBegan = true;
        m_steps = seen.total;
    }
    std::vector<Bar *> diffusion;
    std::vector<Bar *> decoding;
    for (Track &track : m_tracks) {
        diffusion.push_back(&track.diffusion);
        if (track.diffusion.complete())
            decoding.push_back(&track.decoding);
    }
    if (seen.total == m_steps && advance(diffusion, seen))
        return;
    // Bars of one kind have one total; another one is neither ours nor upstream's.
    const int tiles = total();
    if (phase() >= Phase::Decoding && tiles > 0 && tiles != seen.total)
        return;
    if (advance(decoding, seen)) {
        for (Track &track : m_tracks) {
            if (track.decoding.step >= 0)
                track.diffusion.closed = true;
        }
    }
}

void UpstreamProgress::updatePhase()
{
    const auto all = [this](auto &&claim) {
        return std::all_of(m_tracks.begin(), m_tracks.end(), claim);
    };
    if (m_barsBegan)
        enter(Phase::Diffusion);
    if (all([](const Track &track) { return track.diffusion.complete(); }))
        enter(Phase::Decoding);
    if (all([](const Track &track) { return track.decoding.complete(); }))
        enter(Phase::Saving);
}

void UpstreamProgress::enter(Phase next)
{
    if (next <= phase())
        return;
    m_entries.push_back({next, m_seconds});
    m_firstCount = 0;
}

int UpstreamProgress::count() const
{
    if (phase() != Phase::Diffusion && phase() != Phase::Decoding)
        return 0;
    const bool decoding = phase() == Phase::Decoding;
    int least = std::numeric_limits<int>::max();
    for (const Track &track : m_tracks)
        least = std::min(least, decoding ? track.decoding.step : track.diffusion.step);
    return std::max(least, 0);
}

int UpstreamProgress::total() const
{
    if (phase() == Phase::Diffusion)
        return m_steps;
    int tiles = 0;
    if (phase() == Phase::Decoding) {
        for (const Track &track : m_tracks)
            tiles = std::max(tiles, track.decoding.total);
    }
    return tiles;
}

Progress UpstreamProgress::at(double seconds) const
{
    const double now = std::max(seconds, m_seconds);
    const double begin = m_entries.back().begin;
    Progress progress{.phase = phase(),
                      .step = count(),
                      .total = total(),
                      .etaSeconds = std::nullopt,
                      .phaseElapsedSeconds = now - begin,
                      .elapsedSeconds = now,
                      .ranks = static_cast<int>(m_tracks.size())};
    if (progress.step > 0 && progress.step < progress.total) {
        // The first step also pays for warming up; it counts only while there is no other.
        const int steps = m_lastCount - m_firstCount;
        const double perStep = steps > 0 ? (m_lastCountSeconds - m_firstCountSeconds) / steps
                                         : (m_firstCountSeconds - begin) / m_firstCount;
        const double remaining = perStep * (progress.total - progress.step);
        progress.etaSeconds = std::max(0.0, remaining - (now - m_lastCountSeconds));
    }
    return progress;
}

void UpstreamProgress::finish(double seconds)
{
    m_seconds = std::max(m_seconds, seconds);
}

std::vector<PhaseTime> UpstreamProgress::phases() const
{
    std::vector<PhaseTime> times;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const double end = i + 1 < m_entries.size() ? m_entries[i + 1].begin : m_seconds;
        times.push_back({phaseName(m_entries[i].phase), end - m_entries[i].begin});
    }
    return times;
}

} // namespace mrb::backend
