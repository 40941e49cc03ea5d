// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/QueueEntry.h"
#include "backend/queue/TargetPolicy.h"
#include "ui/common/Tones.h"

#include <QString>

#include <optional>

namespace mrb::ui {

/// How an entry stands, in one line of words.
QString stateText(const backend::QueueEntry &entry,
                  const std::optional<backend::RunProgress> &progress);
Tone toneOf(const backend::QueueEntry &entry);

/// Everything that is known to be wrong with it, with the next steps; empty when nothing is.
QString problemsText(const backend::QueueEntry &entry);

/// "Interpreter ready: Python 3.12.3, torch 2.11.0"; empty where none is wanted.
/// @param importingSeconds since none is ready
QString warmText(const backend::WarmState &state, int importingSeconds);
Tone toneOf(const backend::WarmState &state);

/// "3 waiting, 1 running, about 12 min left"
QString totalsText(const backend::QueueOverview &overview, bool isPaused);

} // namespace mrb::ui
