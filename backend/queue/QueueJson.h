// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"
#include "backend/queue/QueueEntry.h"

namespace mrb::backend {

namespace error_codes {
/// A problem that was read back from a document: only its words are kept.
inline constexpr ErrorCode kRecordedProblem = "recorded_problem";
inline constexpr ErrorCode kQueueEntry = "queue_entry_not_readable";
} // namespace error_codes

Json toJson(const RunSettings &settings);
Json toJson(const QueueEntry &entry);

/// Everything that toJson() wrote; a key that is missing or of another kind is an error.
Result<QueueEntry> entryFromJson(const Json &json);

/// What a run's folder says of an entry whose program is gone: its end is taken over when there is
/// a result, else it becomes Interrupted. Reads the folder.
void recoverEntry(QueueEntry &entry);

} // namespace mrb::backend
