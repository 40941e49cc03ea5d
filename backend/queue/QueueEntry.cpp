// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/QueueEntry.h"

#include "backend/run/ExitCode.h"

namespace mrb::backend {

EntryVerdict verdictOf(int exitCode, const QString &overallStatus)
{
    switch (static_cast<ExitCode>(exitCode)) {
    case ExitCode::Passed:
        return overallStatus == QLatin1StringView("demo") ? EntryVerdict::Demo
                                                          : EntryVerdict::Passed;
    case ExitCode::GateFailed:
        return EntryVerdict::GateFailed;
    case ExitCode::Refused:
        return EntryVerdict::Refused;
    case ExitCode::Cancelled:
        return EntryVerdict::Cancelled;
    case ExitCode::UpstreamFailed:
    case ExitCode::NotWritten:
    case ExitCode::TimedOut:
        break;
    }
    return EntryVerdict::Failed;
}

} // namespace mrb::backend
