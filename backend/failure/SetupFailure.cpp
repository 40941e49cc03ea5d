// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/SetupFailure.h"

#include "backend/base/Text.h"
#include "backend/failure/FailureLog.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <vector>

namespace mrb::backend {

namespace {

constexpr qsizetype kLongestEvidence = 600;

const std::vector<QRegularExpression> &patterns()
{
    static const std::vector<QRegularExpression> compiled = [] {
        std::vector<QRegularExpression> all;
        for (const FailureRule &rule : setupFailureRules())
            all.emplace_back(QString::fromUtf8(rule.line));
        return all;
    }();
    return compiled;
}

QStringList linesOf(const QString &logEnd)
{
    static const QRegularExpression ends(QStringLiteral("[\n\r]"));
    QStringList lines = logEnd.split(ends, Qt::SkipEmptyParts);
    if (lines.size() > kMostLines)
        lines = lines.mid(lines.size() - kMostLines);
    for (QString &line : lines)
        line = line.left(kLongestLine).trimmed();
    lines.removeAll(QString());
    return lines;
}

QString filled(const char *text, const QString &argument)
{
    const QString translation = *text ? Text::tr(text) : QString();
    return translation.contains(QLatin1StringView("%1")) ? translation.arg(argument) : translation;
}

std::optional<FailureCause> causeIn(const QStringList &lines)
{
    const auto rules = setupFailureRules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
            const QRegularExpressionMatch match = patterns()[i].match(*line);
            if (!match.hasMatch())
                continue;
            const QString group = match.captured(1);
            return FailureCause{.code = QString::fromUtf8(rules[i].code),
                                .what = filled(rules[i].what, group),
                                .why = filled(rules[i].why, group),
                                .advice = filled(rules[i].advice, group),
                                .evidence = line->left(kLongestEvidence)};
        }
    }
    return {};
}

FailureCause notStarted()
{
    return {.code = QStringLiteral("not_started"),
            .what = Text::tr("The command could not be started."),
            .why = Text::tr("The program that it names moved, or may not be used."),
            .advice = Text::tr("Look at the step again, which searches for the program anew.")};
}

} // namespace

std::optional<FailureCause> recogniseSetupFailure(const QString &logEnd, int exitCode,
                                                  FailureEnd end)
{
    if (end == FailureEnd::NotStarted)
        return notStarted();
    if (exitCode == 0)
        return {};
    const QStringList lines = linesOf(logEnd);
    if (auto cause = causeIn(lines))
        return cause;
    if (exitCode < 0) // what ends any program says the same of this one
        return recogniseFailure({}, exitCode, end);
    return FailureCause{.code = QStringLiteral("unknown"),
                        .what = Text::tr("The command failed with exit code %1.").arg(exitCode),
                        .advice = Text::tr("Read the log from its first error on."),
                        .evidence =
                            lines.isEmpty() ? QString() : lines.last().left(kLongestEvidence)};
}

} // namespace mrb::backend
