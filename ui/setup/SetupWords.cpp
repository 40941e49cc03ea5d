// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/SetupWords.h"

#include "backend/base/Text.h"
#include "backend/setup/CudaAdvice.h"
#include "ui/common/Words.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <array>

namespace mrb::ui {

using backend::SetupConclusion;
using backend::SetupStep;
using backend::StepPlan;
using backend::StepState;

namespace {

/// Whether the step takes what lies on this machine in place of a download.
bool isBrought(SetupStep step, const backend::SetupOptions &options)
{
    return (step == SetupStep::Packages && !options.wheelFolder.empty()) ||
           (step == SetupStep::Weights && !options.weightsFolder.empty());
}

} // namespace

Tone toneOf(StepState state)
{
    switch (state) {
    case StepState::Done:
        return Tone::Good;
    case StepState::Interrupted:
        return Tone::Notice;
    case StepState::Wrong:
        return Tone::Bad;
    case StepState::Missing:
    case StepState::Blocked:
        break;
    }
    return Tone::Neutral;
}

QString wordsOf(StepState state)
{
    switch (state) {
    case StepState::Done:
        return Text::tr("Done");
    case StepState::Interrupted:
        return Text::tr("Interrupted");
    case StepState::Wrong:
        return Text::tr("Wrong");
    case StepState::Missing:
        return Text::tr("Missing");
    case StepState::Blocked:
        break;
    }
    return Text::tr("Waits for an earlier step");
}

QString shortTitle(SetupStep step)
{
    switch (step) {
    case SetupStep::Checkout:
        return Text::tr("Checkout");
    case SetupStep::Packages:
        return Text::tr("Packages");
    case SetupStep::Weights:
        return Text::tr("Weights");
    case SetupStep::Check:
        break;
    }
    return Text::tr("Check");
}

QString startText(const StepPlan &plan, const backend::SetupOptions &options)
{
    const bool goesOn = plan.state == StepState::Interrupted;
    switch (plan.step) {
    case SetupStep::Checkout:
        return goesOn ? Text::tr("&Start: go on cloning") : Text::tr("&Start: clone");
    case SetupStep::Packages:
        return goesOn ? Text::tr("&Start: go on installing packages")
                      : Text::tr("&Start: install packages");
    case SetupStep::Weights:
        if (isBrought(plan.step, options))
            return Text::tr("&Start: copy weights");
        return goesOn ? Text::tr("&Start: go on fetching weights")
                      : Text::tr("&Start: fetch weights");
    case SetupStep::Check:
        break;
    }
    return Text::tr("&Start: check");
}

QString consentText(const StepPlan &plan, const backend::SetupOptions &options)
{
    if (plan.state == StepState::Done && plan.step != SetupStep::Check)
        return Text::tr("Done: nothing is left to start here.");
    if (plan.state == StepState::Blocked)
        return Text::tr("Cannot be started before the earlier steps are done.");
    if (!plan.mayStart)
        return Text::tr("Cannot be started yet: see what stands above.");
    if (plan.step == SetupStep::Check)
        return Text::tr("Looks at everything that a run needs. Nothing is written or downloaded.");
    QStringList parts;
    if (plan.commands.size() == 1)
        parts += Text::tr("runs the command shown above");
    else if (!plan.commands.empty())
        parts += Text::tr("runs the %1 commands shown above").arg(plan.commands.size());
    if (isBrought(plan.step, options))
        parts += Text::tr("downloads nothing");
    else if (plan.downloadBytes)
        parts += Text::tr("downloads at most %1").arg(bytesText(*plan.downloadBytes));
    else if (!plan.commands.empty())
        parts += Text::tr("downloads as much as it needs");
    if (plan.neededBytes > 0)
        parts += Text::tr("writes up to %1").arg(bytesText(plan.neededBytes));
    if (parts.isEmpty())
        return Text::tr("Nothing starts before this button is pressed.");
    const QString list = parts.join(QStringLiteral(", "));
    return Text::tr("The button %1. Nothing starts before it is pressed.").arg(list);
}

QString inWindow(const QString &text)
{
    struct Field
    {
        const char *option;
        QString label;
    };
    const std::array fields{Field{"repository", Text::tr("Clone from")},
                            Field{"upstream", Text::tr("Folder")},
                            Field{"python", Text::tr("Python")},
                            Field{"venv", Text::tr("Environment")},
                            Field{"torch-index-url", Text::tr("Wheels of torch")},
                            Field{"wheels", Text::tr("Folder with wheels")},
                            Field{"weights", Text::tr("Downloaded weights")}};
    QString shown = text;
    for (const Field &field : fields) {
        // With its placeholder, and not as the beginning of another option's name.
        const QRegularExpression option(
            QStringLiteral("--%1(?: [A-Z]{3,})?(?![\\w-])").arg(QLatin1StringView(field.option)));
        const QString label = Text::tr("\u201c%1\u201d").arg(field.label);
        shown.replace(option, label);
        // Some sentences name both already.
        shown.replace(Text::tr("%1, or %1 in the window").arg(label), label);
    }
    return shown;
}

QString withNextStep(const Error &error)
{
    const QString message = inWindow(error.message);
    return error.hint.isEmpty() ? message : Text::tr("%1\n→ %2").arg(message, inWindow(error.hint));
}

QString commandsText(const StepPlan &plan)
{
    QStringList blocks;
    for (const backend::SetupCommand &command : plan.commands)
        blocks += QStringLiteral("# ") + command.purpose + u'\n' + command.text();
    return blocks.join(QStringLiteral("\n\n"));
}

QString amountsText(const StepPlan &plan)
{
    QStringList parts;
    if (plan.downloadBytes)
        parts += Text::tr("Download: at most %1").arg(bytesText(*plan.downloadBytes));
    if (plan.neededBytes > 0)
        parts += Text::tr("Disk: needs %1, %2 are free")
                     .arg(bytesText(plan.neededBytes), bytesText(plan.freeBytes));
    else if (plan.freeBytes > 0)
        parts += Text::tr("Disk: %1 are free").arg(bytesText(plan.freeBytes));
    return parts.join(QStringLiteral("  ·  "));
}

QString conclusionText(const SetupConclusion &conclusion)
{
    const QString title = shortTitle(conclusion.step);
    switch (conclusion.kind) {
    case SetupConclusion::Kind::Done:
        return conclusion.step == SetupStep::Check
                   ? Text::tr("Check: passed. The model can run here.")
                   : Text::tr("%1: done.").arg(title);
    case SetupConclusion::Kind::Cancelled:
        return Text::tr("%1: cancelled. What was there before is as it was; starting again goes on "
                        "with what is complete.")
            .arg(title);
    case SetupConclusion::Kind::Failed:
        return Text::tr("%1: failed. What was there before is as it was.").arg(title);
    case SetupConclusion::Kind::Refused:
        break;
    }
    return Text::tr("%1: not started.").arg(title);
}

Tone toneOf(const SetupConclusion &conclusion)
{
    switch (conclusion.kind) {
    case SetupConclusion::Kind::Done:
        return conclusion.warnings.empty() ? Tone::Good : Tone::Notice;
    case SetupConclusion::Kind::Cancelled:
        return Tone::Notice;
    case SetupConclusion::Kind::Failed:
    case SetupConclusion::Kind::Refused:
        break;
    }
    return Tone::Bad;
}

QString progressText(const backend::SetupProgress &progress, const QString &purpose)
{
    QStringList parts;
    const QString text = progress.text.isEmpty() ? purpose : progress.text;
    if (!text.isEmpty())
        parts += text;
    if (progress.fraction >= 0)
        parts += Text::tr("%1 %").arg(static_cast<int>(std::min(progress.fraction, 1.0) * 100));
    if (progress.totalBytes > 0)
        parts +=
            Text::tr("%1 of %2").arg(bytesText(progress.doneBytes), bytesText(progress.totalBytes));
    else if (progress.doneBytes > 0)
        parts += bytesText(progress.doneBytes);
    return parts.join(QStringLiteral("  ·  "));
}

QString cudaHintText(const backend::GpuProbe &probe)
{
    if (probe.gpus.empty())
        return {};
    const QString driver = probe.gpus.front().driverVersion;
    const QString cuda = backend::newestCudaOf(driver);
    return cuda.isEmpty()
               ? Text::tr("The driver %1 of this machine is older than any CUDA that fits.")
                     .arg(driver)
               : Text::tr("The driver %1 of this machine runs wheels for CUDA up to %2.")
                     .arg(driver, cuda);
}

QString verdictText(const backend::SetupReport &report)
{
    if (report.error)
        return withNextStep(*report.error);
    if (report.isComplete())
        return report.at(SetupStep::Check).state == StepState::Done
                   ? Text::tr("The model is set up and can run here.")
                   : Text::tr("Checkout, packages and weights are there. The check comes last.");
    QStringList missing;
    for (const StepPlan &plan : report.steps) {
        if (plan.step != SetupStep::Check && plan.state != StepState::Done)
            missing += shortTitle(plan.step);
    }
    return Text::tr("The model still needs: %1").arg(missing.join(QStringLiteral(", ")));
}

Tone verdictTone(const backend::SetupReport &report)
{
    if (report.error)
        return Tone::Bad;
    const bool isChecked =
        report.isComplete() && report.at(SetupStep::Check).state == StepState::Done;
    return isChecked ? Tone::Good : Tone::Notice;
}

} // namespace mrb::ui
