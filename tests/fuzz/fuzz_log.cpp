// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// Upstream's output on its way to lines, phases, causes and the tail. First byte: how the rest is
// cut into chunks. Second byte: ranks and expected steps.

#include "backend/failure/FailureCause.h"
#include "backend/process/LauncherReport.h"
#include "backend/process/LineSplitter.h"
#include "backend/process/LogSink.h"
#include "backend/process/UpstreamProgress.h"
#include "backend/queue/ProgressEstimate.h"
#include "tests/fuzz/FuzzSupport.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

namespace {

constexpr double kSecondsPerChunk = 0.05;

std::vector<std::string_view> chunksOf(std::string_view text, std::uint32_t seed)
{
    std::vector<std::string_view> chunks;
    while (!text.empty()) {
        seed = seed * 1664525U + 1013904223U;
        const std::size_t length = std::min<std::size_t>(text.size(), 1 + (seed >> 24U) % 97);
        chunks.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return chunks;
}

QByteArrayView viewOf(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

std::vector<LogLine> linesOf(const std::vector<std::string_view> &chunks, std::size_t limit)
{
    LineSplitter splitter(Channel::Stderr, limit);
    std::vector<LogLine> lines;
    double seconds = 0;
    for (const std::string_view chunk : chunks) {
        for (LogLine &line : splitter.feed(viewOf(chunk), seconds += kSecondsPerChunk))
            lines.push_back(std::move(line));
    }
    for (LogLine &line : splitter.finish(seconds))
        lines.push_back(std::move(line));
    return lines;
}

std::vector<QString> lastingTexts(const std::vector<LogLine> &lines)
{
    std::vector<QString> texts;
    for (const LogLine &line : lines) {
        if (!line.transient)
            texts.push_back(line.text);
    }
    return texts;
}

/// What stays of a stream, told the slow way: of each line the text after its last carriage return,
/// not counting those at its end.
std::vector<QString> expectedTexts(std::string_view stream)
{
    std::vector<QString> texts;
    while (!stream.empty()) {
        const std::size_t end = stream.find('\n');
        std::string_view line = stream.substr(0, end);
        line = line.substr(0, line.find_last_not_of('\r') + 1);
        const std::size_t before = line.rfind('\r');
        line.remove_prefix(before == std::string_view::npos ? 0 : before + 1);
        if (end != std::string_view::npos || !line.empty())
            texts.push_back(QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size())));
        stream.remove_prefix(end == std::string_view::npos ? stream.size() : end + 1);
    }
    return texts;
}

void checkSplitting(std::string_view stream, std::uint32_t seed)
{
    const auto chunks = chunksOf(stream, seed);
    // QString::fromUtf8() drops a byte order mark, which a log line keeps.
    if (stream.find("\xEF\xBB\xBF") == std::string_view::npos) {
        require(lastingTexts(linesOf(chunks, LineSplitter::kMaxLineBytes)) == expectedTexts(stream),
                "the lines that stay are those of the stream");
    }
    for (const std::size_t limit : {std::size_t{4}, std::size_t{33}}) {
        const std::vector<LogLine> lines = linesOf(chunks, limit);
        require(lastingTexts(lines) == lastingTexts(linesOf({stream}, limit)),
                "how the stream is cut into chunks does not matter");
        for (const LogLine &line : lines)
            require(line.text.size() <= static_cast<qsizetype>(limit),
                    "a line is cut at the limit");
    }
}

void checkTail(std::string_view stream, std::uint32_t seed)
{
    LogSink sink{std::filesystem::path()};
    for (const std::string_view chunk : chunksOf(stream, seed))
        sink.append(viewOf(chunk));
    LogSink whole{std::filesystem::path()};
    whole.append(viewOf(stream));
    require(sink.tail() == whole.tail(), "the tail does not depend on the chunks");
    require(sink.tail().toUcs4().size() <= LogSink::kTailLength + 3, "the tail is bounded");
    require(!sink.tail().contains(u'\r'), "the tail has one kind of line end");
}

class ProgressWatch
{
public:
    void see(const Progress &now)
    {
        require(now.phase >= m_last.phase, "a phase never goes back");
        if (now.phase == m_last.phase)
            require(now.step >= m_last.step, "a count never goes back within a phase");
        require(now.step >= 0 && now.total >= 0 && now.step <= now.total,
                "a count is within its total");
        require(now.elapsedSeconds >= m_last.elapsedSeconds, "time never goes back");
        require(now.phaseElapsedSeconds >= 0 && now.phaseElapsedSeconds <= now.elapsedSeconds,
                "a phase lies within the run");
        if (now.etaSeconds)
            require(std::isfinite(*now.etaSeconds) && *now.etaSeconds >= 0, "an ETA is a time");
        m_last = now;
        m_estimate.update(now);
        const RunProgress &shown = m_estimate.now();
        require(shown.fraction >= m_fraction && shown.fraction <= 1, "a bar never goes back");
        if (shown.etaSeconds)
            require(std::isfinite(*shown.etaSeconds) && *shown.etaSeconds >= 0,
                    "the run's ETA is a time");
        m_fraction = shown.fraction;
    }

private:
    Progress m_last;
    static RunSettings aMinute()
    {
        RunSettings settings;
        settings.expectedSeconds = 60.0;
        return settings;
    }

    ProgressEstimate m_estimate{aMinute()};
    double m_fraction = 0;
};

void checkProgress(const std::vector<LogLine> &lines, int steps, int ranks)
{
    UpstreamProgress progress(steps, ranks);
    ProgressWatch watch;
    for (const LogLine &line : lines) {
        const Progress before = progress.at(line.seconds);
        const bool changed = progress.feed(line);
        const Progress after = progress.at(line.seconds);
        require(changed || (before.phase == after.phase && before.step == after.step),
                "a change is told");
        watch.see(after);
    }
    const double end = lines.empty() ? 1.0 : lines.back().seconds + 1.0;
    progress.finish(end);
    watch.see(progress.at(end));
    const std::vector<PhaseTime> phases = progress.phases();
    const double sum = std::accumulate(
        phases.begin(), phases.end(), 0.0,
        [](double seconds, const PhaseTime &phase) { return seconds + phase.seconds; });
    require(std::abs(sum - end) < 1e-6, "the phases make up the run");
}

void checkCause(const QString &log, std::uint8_t choice)
{
    require(!recogniseFailure(log, 0), "a run that worked has no cause of failure");
    constexpr std::array kExitCodes{2, 124, 127, 134, 137, -6, -9, -64};
    for (const int exitCode : {1, kExitCodes[choice % kExitCodes.size()]}) {
        const auto cause = recogniseFailure(log, exitCode);
        require(cause.has_value(), "every failure has a cause");
        fuzz::note(cause->code.toStdString());
        require(!cause->code.isEmpty() && !cause->what.isEmpty() && !cause->advice.isEmpty(),
                "a cause says what happened and what to do");
        require(cause->evidence.size() <= 601 && !cause->evidence.contains(u'\n') &&
                    !cause->evidence.contains(u'\r'),
                "the evidence is one line");
        require(!cause->what.contains(QStringLiteral("%1")) || log.contains(QStringLiteral("%1")),
                "no placeholder is left");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view stream = fuzz::textOf(data + 2, size - 2);
    const int ranks = 1 + data[1] % 4;
    const int steps = (data[1] & 0x80U) != 0 ? 30 : 0;
    checkSplitting(stream, data[0]);
    checkTail(stream, data[0]);
    const std::vector<LogLine> lines =
        linesOf(chunksOf(stream, data[0]), LineSplitter::kMaxLineBytes);
    checkProgress(lines, steps, ranks);
    LauncherReport launcher;
    for (const LogLine &line : lines) {
        fuzz::note("level " + std::to_string(static_cast<int>(logLevelOf(line.text))));
        launcher.feed(line.text);
    }
    require(!launcher.failure() || launcher.began(), "a report that names a failure has begun");
    checkCause(fuzz::toText(stream), data[0]);
    return 0;
}
