// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// What the window has to draw with, as the window itself says.
#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/diagnostics/Sections.h"
#include "backend/environment/ShortCommand.h"

#include <QSet>

#include <system_error>

namespace mrb::backend {

namespace {

constexpr std::chrono::seconds kLimit{15}; ///< software rendering on a busy machine is slow
constexpr qsizetype kMostLines = 40;

QString valueOrNot(const EnvironmentPairs &environment, std::string_view name)
{
    const auto value = environmentValue(environment, name);
    return !value || value->empty() ? QStringLiteral("not set") : QString::fromStdString(*value);
}

bool isSet(const EnvironmentPairs &environment, std::string_view name)
{
    return !environmentValue(environment, name).value_or("").empty();
}

Result<CommandOutput> askWindow(const std::filesystem::path &program, EnvironmentPairs environment,
                                bool offscreen, const std::stop_token &stop)
{
    if (offscreen)
        environment.insert(environment.begin(), {"QT_QPA_PLATFORM", "offscreen"});
    return runShortCommand({.program = program,
                            .arguments = {"--test-gl"},
                            .environment = std::move(environment),
                            .workingFolder = "/",
                            .timeLimit = kLimit,
                            .maxOutputBytes = std::size_t{1} << 16},
                           stop);
}

/// "Name: value" lines become facts; what is no such line is a message.
void addLines(FactSection &section, const std::string &answer)
{
    const QStringList lines = QString::fromStdString(answer).split(u'\n', Qt::SkipEmptyParts);
    for (const QString &line : lines.first(std::min(lines.size(), kMostLines))) {
        const qsizetype colon = line.indexOf(QStringLiteral(": "));
        constexpr qsizetype kLongestName = 40;
        const bool isFact = colon > 0 && colon < kLongestName &&
                            line.first(colon).count(u' ') < 6 && !line.first(colon).contains(u'.');
        section.add(isFact ? line.first(colon) : QStringLiteral("message"),
                    isFact ? line.sliced(colon + 2) : line);
    }
}

} // namespace

FactSection displayFacts(const EnvironmentPairs &environment, std::stop_token stop)
{
    FactSection section{QStringLiteral("display")};
    section.add(QStringLiteral("session"), valueOrNot(environment, "XDG_SESSION_TYPE"));
    section.add(QStringLiteral("desktop"), valueOrNot(environment, "XDG_CURRENT_DESKTOP"));
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY"})
        section.add(QString::fromLatin1(name),
                    isSet(environment, name) ? QStringLiteral("set") : QStringLiteral("not set"));
    const std::filesystem::path window = executableFolder() / "mrbrain-studio";
    std::error_code ignored;
    if (!std::filesystem::exists(window, ignored)) {
        section.add(QStringLiteral("OpenGL"),
                    QStringLiteral("not known, mrbrain-studio is not installed"));
        return section;
    }
    const bool hasDisplay = isSet(environment, "DISPLAY") ||
                            isSet(environment, "WAYLAND_DISPLAY") ||
                            isSet(environment, "QT_QPA_PLATFORM");
    if (!hasDisplay)
        section.add(QStringLiteral("OpenGL"), QStringLiteral("asked without a display"));
    Result<CommandOutput> answer = askWindow(window, environment, !hasDisplay, stop);
    if (!answer && hasDisplay && answer.error().code == error_codes::kCommandDiedBySignal) {
        // Qt gives up this way on a display that it cannot use.
        section.add(QStringLiteral("OpenGL"),
                    QStringLiteral("the display cannot be used: ") + factText(answer.error()));
        answer = askWindow(window, environment, true, stop);
    }
    if (!answer)
        section.add(QStringLiteral("problem"), factText(answer.error()));
    else
        addLines(section, answer->out);
    return section;
}

} // namespace mrb::backend
