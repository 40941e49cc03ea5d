// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/LaunchChecks.h"

#include "backend/base/Text.h"
#include "backend/evidence/EvidenceWords.h"
#include "backend/evidence/RecordChecks.h"
#include "backend/library/RecordedCommand.h"
#include "backend/library/StoredRun.h"
#include "backend/run/LaunchFields.h"

namespace mrb::backend {

namespace {

bool isObject(const Json *value)
{
    return value && value->is_object();
}

QStringList warmProblems(const Json &record, bool warm)
{
    QStringList problems;
    const Json *start = valueAt(record, {"invocation", "warm_start"});
    const bool used = isObject(start) && isTrue(valueAt(*start, {"used"}));
    if (used != warm)
        problems << Text::tr("launch and warm_start do not say the same");
    const RecordedCommand command = recordedCommand(valueAt(record, {"invocation", "command"}));
    if (command.launcher.empty() == warm)
        problems << (warm ? Text::tr("it started warm and the command names no launcher")
                          : Text::tr("it started cold and the command names a launcher"));
    const bool wasRefused = isObject(start) && !used;
    if (wasRefused && textAt(*start, {"reason"}).isEmpty())
        problems << Text::tr("it does not say why the start was not warm");
    if (wasRefused != hasWarning(record, error_codes::kWarmStartNotUsed))
        problems << Text::tr("a warm start that was not used and its warning do not go together");
    return problems;
}

QStringList retryProblems(const Json &record)
{
    QStringList problems;
    const Json *retry = valueAt(record, {"run", "retry_of"});
    if (isObject(retry) != hasWarning(record, error_codes::kRetriedAlone))
        problems << Text::tr("a retry and its warning do not go together");
    if (isObject(retry) && textAt(*retry, {"run_id"}) == textAt(record, {"run", "id"}))
        problems << Text::tr("it repeats itself");
    return problems;
}

} // namespace

void checkLaunch(const Json &record, EvidenceFindings &findings)
{
    const Json *launch = valueAt(record, {"invocation", "launch"});
    if (!launch)
        return;
    const bool warm = *launch == "warm";
    QStringList problems = warmProblems(record, warm) + retryProblems(record);
    if (!warm && *launch != "cold")
        problems.prepend(Text::tr("launch is %1").arg(brief(launch)));
    findings.check("launch_as_recorded", problems,
                   warm ? Text::tr("a warm start, as its command says")
                        : Text::tr("the documented command"));
}

} // namespace mrb::backend
