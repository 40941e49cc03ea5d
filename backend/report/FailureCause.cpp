// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/FailureCause.h"

#include "backend/base/Text.h"
#include "backend/report/FailureRules.h"

#include <QRegularExpression>

#include <algorithm>
#include <vector>

namespace mrb::backend {

namespace {

constexpr int kTimeLimitExit = 124;
constexpr int kCancelledExit = 130;
constexpr int kNotStartableExit = 126;
constexpr int kNotFoundExit = 127;
/// More than any traceback of upstream; a log of megabytes must not be searched line by line.
constexpr qsizetype kLinesSearched = 400;
constexpr qsizetype kCharactersSearched = 1 << 18;
constexpr qsizetype kLongestEvidence = 600;

struct CompiledRule
{
    const FailureRule *rule;
    QRegularExpression line;
    std::optional<QRegularExpression> context;
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

/// "RuntimeError: ...", "torch.OutOfMemoryError: ...", "KeyboardInterrupt".
const QRegularExpression &exceptionLine()
{
    static const QRegularExpression expression(
        QStringLiteral(R"(^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)(?:: .*)?$)"));
    return expression;
}

/// torchrun puts "[rank0]: " before the lines of some tracebacks.
QString withoutRank(const QString &line)
{
    static const QRegularExpression rank(QStringLiteral(R"(^\[rank\d+\]:\s?)"));
    return line.startsWith(u"[rank") ? QString(line).remove(rank) : line;
}

QStringList lastLines(const QString &logEnd)
{
    QString text = logEnd.right(kCharactersSearched);
    text.replace(u'\r', u'\n');
    QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    if (lines.size() > kLinesSearched)
        lines = lines.mid(lines.size() - kLinesSearched);
    for (QString &line : lines)
        line = withoutRank(line);
    return lines;
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

std::optional<FailureCause> causeAt(const QStringList &lines, qsizetype at)
{
    for (const CompiledRule &candidate : compiledRules()) {
        const QRegularExpressionMatch match = candidate.line.match(lines[at]);
        if (!match.hasMatch())
            continue;
        if (candidate.context &&
            std::none_of(lines.begin(), lines.begin() + at, [&candidate](const QString &line) {
                return candidate.context->match(line).hasMatch();
            }))
            continue;
        const QString group = match.captured(1);
        return FailureCause{.code = QString::fromUtf8(candidate.rule->code),
                            .what = translated(candidate.rule->what, group),
                            .why = translated(candidate.rule->why, group),
                            .advice = translated(candidate.rule->advice, group),
                            .evidence = shortened(lines[at])};
    }
    return {};
}

/// Only lines that tell of a failure are compared: a path, an echoed setting or the source code in
/// a traceback must not be taken for one.
bool mayTell(const QString &line)
{
    return !line.contains(u"][ INFO](") && !line.startsWith(u"  File \"") &&
           !line.startsWith(u"    ") && logLevelOf(line) != LogLevel::Progress;
}

std::optional<FailureCause> causeInLog(const QStringList &lines)
{
    for (qsizetype at = lines.size() - 1; at >= 0; --at) {
        if (!mayTell(lines[at]))
            continue;
        if (auto cause = causeAt(lines, at))
            return cause;
        // The last exception decides, also when it is unknown; what torchrun and its like say
        // about their children is not the reason.
        if (exceptionLine().match(lines[at]).hasMatch() && !lines[at].contains(u"ChildFailedError"))
            return {};
    }
    return {};
}

std::optional<FailureCause> causeOfSignal(int exitCode)
{
    // A shell in between turns signal N into 128 + N.
    const int number = exitCode < 0 ? -exitCode : exitCode - 128;
    for (const SignalRule &rule : signalRules()) {
        if (rule.number == number) {
            return FailureCause{.code = QString::fromUtf8(rule.code),
                                .what = translated(rule.what),
                                .why = translated(rule.why),
                                .advice = translated(rule.advice)};
        }
    }
    if (exitCode >= 0)
        return {};
    return FailureCause{.code = QStringLiteral("crashed"),
                        .what = Text::tr("The program was ended by signal %1.").arg(number),
                        .why = {},
                        .advice = Text::tr("Read the end of the log, then run again.")};
}

FailureCause timeLimit()
{
    return {.code = QStringLiteral("time_limit"),
            .what = Text::tr("The time limit was reached."),
            .why = Text::tr("The run took longer than it was given; a busy GPU, a slow disk or a "
                            "large request are usual reasons."),
            .advice = Text::tr("Raise the time limit in the settings, or ask for fewer voxels or "
                               "steps.")};
}

FailureCause notStarted(int exitCode)
{
    const bool missing = exitCode == kNotFoundExit;
    return {.code = QStringLiteral("not_started"),
            .what = missing ? Text::tr("The program or its folder was not found.")
                            : Text::tr("The program could not be started."),
            .why = Text::tr("The Python or the checkout of the settings moved or may not be used."),
            .advice = Text::tr("Choose both again in the settings and run preflight.")};
}

FailureCause unknown(const QStringList &lines, int exitCode)
{
    FailureCause cause{.code = QStringLiteral("unknown"),
                       .what = Text::tr("The program failed with exit code %1.").arg(exitCode),
                       .why = {},
                       .advice = Text::tr("Read the log from its first error on.")};
    qsizetype at = lines.size() - 1;
    while (at >= 0 && (!exceptionLine().match(lines[at]).hasMatch() ||
                       lines[at].contains(u"ChildFailedError")))
        --at;
    if (at < 0) {
        if (!lines.isEmpty())
            cause.evidence = shortened(lines.last());
        return cause;
    }
    cause.evidence = shortened(lines[at]);
    cause.what = Text::tr("The program failed with an error this program does not know.");
    static const QRegularExpression place(
        QStringLiteral(R"re(^\s*File "(.+)", line (\d+), in (.+)$)re"));
    while (--at >= 0) {
        const QRegularExpressionMatch match = place.match(lines[at]);
        if (!match.hasMatch())
            continue;
        cause.why = Text::tr("It was raised in %1, line %2, in %3.")
                        .arg(match.captured(1), match.captured(2), match.captured(3));
        break;
    }
    return cause;
}

} // namespace

std::optional<FailureCause> recogniseFailure(const QString &logEnd, int exitCode)
{
    if (exitCode == 0 || exitCode == kCancelledExit)
        return {};
    if (exitCode == kTimeLimitExit)
        return timeLimit();
    const QStringList lines = lastLines(logEnd);
    if (auto cause = causeInLog(lines))
        return cause;
    if (auto cause = causeOfSignal(exitCode))
        return cause;
    if ((exitCode == kNotFoundExit || exitCode == kNotStartableExit) && lines.isEmpty())
        return notStarted(exitCode);
    return unknown(lines, exitCode);
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
    const QString plain = withoutRank(line);
    if (error.match(plain).hasMatch() || exceptionLine().match(plain).hasMatch())
        return LogLevel::Error;
    static const QRegularExpression warning(
        QStringLiteral(R"((?:^|[\[\s|])(?:WARNING|WARN)(?:[\]:\s|]|$)|\b\w*Warning: )"));
    return warning.match(plain).hasMatch() ? LogLevel::Warning : LogLevel::Plain;
}

} // namespace mrb::backend
