// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/LaunchFields.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/run/CostFields.h"

namespace mrb::backend {

namespace {

constexpr int kSecondsDecimals = 3;
constexpr const char *kOutOfMemory = "gpu_out_of_memory"; // of FailureCause

Json versionsJson(const LaunchFacts &launch)
{
    Json versions = Json::object();
    for (const auto &[name, version] : launch.versions)
        versions[name] = version;
    return versions;
}

QString retryText(const RetryOf &retryOf, int mostAtOnce)
{
    const QString run = QString::fromStdString(retryOf.runId);
    if (retryOf.reason != kOutOfMemory)
        return Text::tr("This run repeats run %1, which failed (%2).")
            .arg(run, QString::fromStdString(retryOf.reason));
    // Only what happened: another one may have started beside it all the same.
    return mostAtOnce > 1
               ? Text::tr("This run repeats run %1, which ran out of GPU memory beside other runs.")
                     .arg(run)
               : Text::tr("This run repeats run %1, which ran out of GPU memory beside other runs. "
                          "It ran alone.")
                     .arg(run);
}

} // namespace

const char *launchName(const LaunchFacts &launch)
{
    return launch.warm ? "warm" : "cold";
}

Json warmStartField(const LaunchFacts &launch)
{
    if (!launch.warmWanted && !launch.warm)
        return nullptr;
    Json json = {{"used", launch.warm}};
    json["reason"] = launch.warm ? Json(nullptr) : Json(launch.whyCold.toStdString());
    json["warm_up_seconds"] =
        launch.warm ? Json(roundLikePython(launch.warmUpSeconds, kSecondsDecimals)) : Json(nullptr);
    json["warm_up_cpu_seconds"] =
        launch.warm ? measuredOrNull(launch.warmUpCpuSeconds, kSecondsDecimals) : Json(nullptr);
    json["versions"] = versionsJson(launch);
    return json;
}

Json retryField(const std::optional<RetryOf> &retryOf)
{
    if (!retryOf)
        return nullptr;
    return {{"run_id", retryOf->runId}, {"reason", retryOf->reason}};
}

Errors launchWarnings(const LaunchFacts &launch, const std::optional<RetryOf> &retryOf,
                      int mostAtOnce)
{
    Errors warnings;
    if (launch.warmWanted && !launch.warm)
        warnings.push_back(
            {error_codes::kWarmStartNotUsed,
             launch.whyCold.isEmpty()
                 ? Text::tr("A warm start was asked for and not used.")
                 : Text::tr("A warm start was asked for and not used: %1").arg(launch.whyCold),
             Text::tr("The documented command was used, which takes longer and makes the same "
                      "volume. Without the wish for a warm start this message goes away.")});
    if (retryOf)
        warnings.push_back({error_codes::kRetriedAlone, retryText(*retryOf, mostAtOnce),
                            Text::tr("Fewer runs at once, or smaller volumes, avoid the failed "
                                     "attempt; its folder is kept.")});
    return warnings;
}

} // namespace mrb::backend
