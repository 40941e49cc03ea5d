// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/SetupSettings.h"

#include "backend/base/Text.h"

namespace mrb::ui {

using backend::SetupReport;
using backend::SetupStep;
using backend::StepState;

namespace {

QString rootFor(const StudioSettings &settings, const backend::SetupOptions &options,
                const SetupReport &report)
{
    const QString root = toQString(report.root);
    // The same place, perhaps by another name.
    if (settings.upstreamRoot == root ||
        (!options.root.empty() && settings.upstreamRoot.toStdString() == options.root))
        return settings.upstreamRoot;
    return report.rootFoundByDefault ? QString() : root;
}

QString pythonFor(const StudioSettings &settings, const SetupReport &report)
{
    const QString python = toQString(report.python);
    if (settings.python == python || python.isEmpty())
        return settings.python;
    return report.pythonFoundByDefault ? QString() : python;
}

} // namespace

StudioSettings settingsForSetup(const StudioSettings &settings,
                                const backend::SetupOptions &options, const SetupReport &report)
{
    StudioSettings wanted = settings;
    if (report.error || report.at(SetupStep::Checkout).state != StepState::Done)
        return wanted;
    wanted.upstreamRoot = rootFor(settings, options, report);
    const bool isTheSame = options.intoPython && !settings.python.isEmpty() &&
                           settings.python.toStdString() == options.python;
    if (report.at(SetupStep::Packages).state == StepState::Done && !isTheSame)
        wanted.python = pythonFor(settings, report);
    return wanted;
}

QString setupChangeText(const StudioSettings &before, const StudioSettings &after,
                        const SetupReport &report)
{
    const bool isRoot = before.upstreamRoot != after.upstreamRoot;
    const bool isPython = before.python != after.python;
    if (isRoot && isPython)
        return Text::tr("Runs use the checkout %1 and the interpreter %2; the settings say so.")
            .arg(toQString(report.root), toQString(report.python));
    if (isRoot)
        return Text::tr("Runs use the checkout %1; the settings say so.")
            .arg(toQString(report.root));
    if (isPython)
        return Text::tr("Runs use the interpreter %1; the settings say so.")
            .arg(toQString(report.python));
    return {};
}

} // namespace mrb::ui
