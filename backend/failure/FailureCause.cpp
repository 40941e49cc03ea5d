// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/FailureCause.h"

#include "backend/base/Text.h"
#include "backend/failure/FailureLog.h"
#include "backend/failure/FailureRules.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

constexpr int kNotStartableExit = 126;
constexpr int kNotFoundExit = 127;
/// A message may go on below its first line; what comes much later belongs to something else.
constexpr qsizetype kLongestMessage = 60;
constexpr qsizetype kLongestEvidence = 600;
/// Somebody else's wish; whatever the log says of earlier need not have to do with it.
constexpr std::array kSignalsFromOutside = {1, 2, 9, 15};
constexpr int kTerminated = 15;

using Link = LogPart::Link;

struct CompiledRule
{
    const FailureRule *rule;
    QRegularExpression line;
    std::optional<QRegularExpression> context;
};

/// A line of a part.
struct Place
{
    const LogPart *part = nullptr;
    qsizetype at = -1;
    const QString &line() const { return part->lines[at]; }
};

/// What one process' part of the log amounts to.
struct Finding
{
    const CompiledRule *rule = nullptr; ///< that fits; null: none
    Place told = {};                    ///< the line it fits
    Place unknown = {};                 ///< the last exception that no rule knows
    int rank = -1;

    bool isReason() const { return rule && rule->rule->weight != RuleWeight::Consequence; }
    bool isOftenHandled() const { return rule && rule->rule->weight == RuleWeight::OftenHandled; }
    bool inTraceback() const { return rule && told.part->isTraceback; }
    qsizetype number() const
    {
        const LogPart *part = told.part ? told.part : unknown.part;
        return part ? part->number : 0;
    }
};

const std::vector<CompiledRule> &compiledRules()
{
    static const std::vector<CompiledRule> rules = [] {
        std::vector<CompiledRule> compiled;
        for (const FailureRule &rule : failureRules()) {
            std::optional<QRegularExpression> context;
            if (rule.context)
                context.emplace(QString::fromUtf8(rule.context));
            compiled.push_back({&rule, QRegularExpression(QString::fromUtf8(rule.line)), context});
        }
        return compiled;
    }();
    return rules;
}

QString translated(const char *text, const QString &argument = {})
{
    if (!text || !*text)
        return {};
    const QString translation = Text::tr(text);
    return translation.contains(QLatin1StringView("%1")) ? translation.arg(argument) : translation;
}

QString shortened(const QString &line)
{
    const QString trimmed = line.trimmed();
    return trimmed.size() <= kLongestEvidence ? trimmed
                                              : trimmed.left(kLongestEvidence) + u'\u2026';
}

/// Only lines that tell of a failure are compared: a path, an echoed setting, a warning or the
/// source code in a traceback must not be taken for one.
bool mayTell(const QString &line)
{
    return !line.contains(u"][ INFO](") && !line.startsWith(u"  File \"") &&
           !line.startsWith(u"    ") && !line.contains(u"Warning: ");
}

bool hasContext(const CompiledRule &rule, const QStringList &lines, qsizetype before)
{
    return !rule.context ||
           std::any_of(lines.begin(), lines.begin() + before, [&rule](const QString &line) {
               return rule.context->match(line).hasMatch();
           });
}

bool fits(const CompiledRule &rule, const Place &place)
{
    return rule.line.match(place.line()).hasMatch() &&
           hasContext(rule, place.part->lines, place.at);
}

FailureCause causeOf(const CompiledRule &rule, const Place &place)
{
    const QString group = shortened(rule.line.match(place.line()).captured(1));
    return {.code = QString::fromUtf8(rule.rule->code),
            .what = translated(rule.rule->what, group),
            .why = translated(rule.rule->why, group),
            .advice = translated(rule.rule->advice, group),
            .evidence = shortened(place.line())};
}

/// The exception with its whole message: a rule that says more wins, whichever line it fits.
Finding findingInTraceback(const LogPart &part)
{
    const qsizetype end = std::min(part.lines.size(), part.exceptionAt + kLongestMessage);
    for (const CompiledRule &rule : compiledRules()) {
        for (qsizetype at = part.exceptionAt; at < end; ++at) {
            const Place place{&part, at};
            if (mayTell(place.line()) && fits(rule, place))
                return {.rule = &rule, .told = place};
        }
    }
    return {.unknown = {&part, part.exceptionAt}};
}

/// Lines without a traceback: the last that tells.
Finding findingInText(const LogPart &part)
{
    for (qsizetype at = part.lines.size() - 1; at >= 0; --at) {
        const Place place{&part, at};
        if (!mayTell(place.line()))
            continue;
        for (const CompiledRule &rule : compiledRules())
            if (fits(rule, place))
                return {.rule = &rule, .told = place};
        if (namesAnException(place.line()) && !namesLauncher(place.line()))
            return {.unknown = place};
    }
    return {};
}

/// From the last part backwards, until an exception ends the search that has nothing before it.
Finding findingIn(const LogStream &stream, bool withIgnored)
{
    Finding best{.rank = stream.rank};
    Link link = Link::None; // by which an unknown exception led here
    for (auto part = stream.parts.rbegin(); part != stream.parts.rend(); ++part) {
        const bool wasCutOff = part->isTraceback && part->exceptionAt < 0;
        if ((part->isTraceback && part->isLauncher) || wasCutOff ||
            (part->isIgnored && !withIgnored) || (link != Link::None && !part->isTraceback))
            continue;
        const Finding found = part->isTraceback ? findingInTraceback(*part) : findingInText(*part);
        const bool explains = !(link == Link::Handling && found.isOftenHandled());
        if (explains && (found.isReason() || (found.rule && !best.rule))) {
            best.rule = found.rule;
            best.told = found.told;
            if (found.isReason())
                break;
        }
        if (!best.unknown.part)
            best.unknown = found.unknown;
        if (part->isTraceback || found.unknown.part) {
            link = part->link;
            if (link == Link::None)
                break;
        }
    }
    return best;
}

std::optional<FailureCause> causeOfSignal(int number)
{
    for (const SignalRule &rule : signalRules()) {
        if (rule.number == number) {
            return FailureCause{.code = QString::fromUtf8(rule.code),
                                .what = translated(rule.what),
                                .why = translated(rule.why),
                                .advice = translated(rule.advice)};
        }
    }
    return {};
}

/// What torchrun tells of a child that died without a word of its own: the last entry of its
/// summary is the first failure.
std::optional<FailureCause> signalOfChild(const std::vector<LogStream> &streams)
{
    static const QRegularExpression told(
        QStringLiteral(R"(Signal (\d{1,3}) \(SIG\w+\) received by PID)"));
    std::optional<FailureCause> cause;
    for (const LogStream &stream : streams)
        for (const LogPart &part : stream.parts)
            for (const QString &line : part.lines) {
                const QRegularExpressionMatch match = told.match(line);
                const int number = match.hasMatch() ? match.captured(1).toInt() : kTerminated;
                if (number == kTerminated) // torchrun's own way to end the others
                    continue;
                if (auto found = causeOfSignal(number)) {
                    cause = std::move(found);
                    cause->evidence = shortened(line);
                }
            }
    return cause;
}

struct LogVerdict
{
    std::optional<FailureCause> cause;
    bool isClear = false; ///< an exception tells, not a line somewhere
    Place unknown;        ///< in the streams
};

LogVerdict judgeLog(const std::vector<LogStream> &streams, bool withIgnored)
{
    std::vector<Finding> findings;
    for (const LogStream &stream : streams)
        findings.push_back(findingIn(stream, withIgnored));
    // Ranks before what is not marked, the earliest of them first.
    std::ranges::stable_sort(findings, [](const Finding &a, const Finding &b) {
        return std::pair(a.rank < 0, a.number()) < std::pair(b.rank < 0, b.number());
    });
    LogVerdict verdict;
    for (const Finding &finding : findings)
        if (!verdict.unknown.part)
            verdict.unknown = finding.unknown;
    const auto take = [&](auto &&wanted) {
        const auto found = std::ranges::find_if(findings, wanted);
        if (verdict.cause || found == findings.end())
            return;
        verdict.cause = causeOf(*found->rule, found->told);
        verdict.isClear = found->inTraceback() || found->rank >= 0;
    };
    take([](const Finding &finding) {
        return finding.isReason() && (finding.inTraceback() || finding.rank >= 0);
    });
    if (!verdict.cause) {
        verdict.cause = signalOfChild(streams);
        verdict.isClear = verdict.cause.has_value();
    }
    // An unknown exception explains more than a line somewhere, and than what followed from it.
    if (!verdict.unknown.part) {
        take([](const Finding &finding) { return finding.isReason(); });
        take([](const Finding &finding) { return finding.rule != nullptr; });
    }
    return verdict;
}

FailureCause timeLimit()
{
    return {.code = QStringLiteral("time_limit"),
            .what = Text::tr("The time limit was reached."),
            .why = Text::tr("The run took longer than it was given; a busy GPU, a slow disk or a "
                            "large request are usual reasons."),
            .advice = Text::tr("Raise the time limit (in the settings, or --timeout-seconds), or "
                               "ask for fewer voxels or steps.")};
}

FailureCause notStarted(int exitCode)
{
    const bool missing = exitCode == kNotFoundExit;
    return {.code = QStringLiteral("not_started"),
            .what = missing ? Text::tr("The program or its folder was not found.")
                            : Text::tr("The program could not be started."),
            .why = Text::tr("The Python or the checkout of the settings moved or may not be used."),
            .advice = Text::tr("Choose both again and run preflight.")};
}

FailureCause crashed(int number)
{
    return {.code = QStringLiteral("crashed"),
            .what = Text::tr("The program was ended by signal %1.").arg(number),
            .advice = Text::tr("Read the end of the log, then run again.")};
}

/// The last frame above the exception.
QString placeOf(const Place &exception)
{
    static const QRegularExpression place(
        QStringLiteral(R"re(^ {0,4}File "(.+)", line (\d+), in (.+)$)re"));
    for (qsizetype at = exception.at; at-- > 0;) {
        const QRegularExpressionMatch match = place.match(exception.part->lines[at]);
        if (match.hasMatch())
            return Text::tr("It was raised in %1, line %2, in %3.")
                .arg(match.captured(1), match.captured(2), match.captured(3));
    }
    return {};
}

FailureCause unknownCause(const std::vector<LogStream> &streams, const Place &exception,
                          int exitCode)
{
    FailureCause cause{.code = QStringLiteral("unknown"),
                       .what = Text::tr("The program failed with exit code %1.").arg(exitCode),
                       .advice = Text::tr("Read the log from its first error on.")};
    if (exception.part) {
        cause.what = Text::tr("The program failed with an error this program does not know.");
        cause.evidence = shortened(exception.line());
        cause.why = placeOf(exception);
        return cause;
    }
    // The last line with words, of whichever process: not a ruler of torchrun's summary.
    qsizetype last = -1;
    for (const LogStream &stream : streams) {
        for (const LogPart &text : stream.parts) {
            for (qsizetype at = 0; at < text.lines.size(); ++at) {
                const QString &line = text.lines[at];
                if (text.number + at > last &&
                    std::any_of(line.begin(), line.end(), [](QChar c) { return c.isLetter(); })) {
                    last = text.number + at;
                    cause.evidence = shortened(line);
                }
            }
        }
    }
    return cause;
}

} // namespace

std::optional<FailureCause> recogniseFailure(const QString &logEnd, int exitCode, FailureEnd end)
{
    if (end == FailureEnd::TimeLimit)
        return timeLimit();
    if (end == FailureEnd::NotStarted)
        return notStarted(exitCode);
    if (exitCode == 0)
        return {};
    const std::vector<LogStream> streams = readFailureLog(logEnd);
    LogVerdict verdict = judgeLog(streams, false);
    if (!verdict.cause && !verdict.unknown.part)
        verdict = judgeLog(streams, true);
    // A shell in between turns signal N into 128 + N.
    const int number = exitCode < 0 ? -exitCode : exitCode - 128;
    auto ofSignal = causeOfSignal(number);
    if (verdict.cause &&
        (verdict.isClear || !ofSignal ||
         std::ranges::find(kSignalsFromOutside, number) == kSignalsFromOutside.end()))
        return verdict.cause;
    if (ofSignal)
        return ofSignal;
    if (exitCode < 0)
        return crashed(number);
    if ((exitCode == kNotFoundExit || exitCode == kNotStartableExit) && streams.empty())
        return notStarted(exitCode);
    return unknownCause(streams, verdict.unknown, exitCode);
}

LogLevel logLevelOf(const QString &line)
{
    static const QRegularExpression bar(
        QStringLiteral(R"(\d+%\|.*\| *\d+/\d+ \[|^\s*\d+it \[\d+:\d+)"));
    if ((line.contains(u"%|") || line.contains(u"it [")) && bar.match(line).hasMatch())
        return LogLevel::Progress;
    static const QRegularExpression error(QStringLiteral(
        R"((?:^|[\[\s|])(?:ERROR|CRITICAL|FATAL)(?:[\]:\s|]|$)|^Traceback \(most recent call last\))"
        R"(|^Fatal Python error|^terminate called|^Killed$|^Segmentation fault)"));
    static const QRegularExpression rank(QStringLiteral(R"(^\[rank\d{1,4}\]:\s?)"));
    const QString plain = line.startsWith(u"[rank") ? QString(line).remove(rank) : line;
    if (error.match(plain).hasMatch() || namesAnException(plain))
        return LogLevel::Error;
    static const QRegularExpression warning(
        QStringLiteral(R"((?:^|[\[\s|])(?:WARNING|WARN)(?:[\]:\s|]|$)|\b\w*Warning: )"));
    return warning.match(plain).hasMatch() ? LogLevel::Warning : LogLevel::Plain;
}

} // namespace mrb::backend
