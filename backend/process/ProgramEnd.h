// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/LauncherReport.h"
#include "backend/process/SupervisedProcess.h"

#include <QString>

namespace mrb::backend {

/// Whether the record says that the program could not be started.
bool isStartFailure(const supervisor::Record &record);

/// Why a program could not be started, one sentence.
QString startFailureText(const supervisor::Record &record, const SupervisedCommand &command);

/// How a program ended by itself, one or more sentences; empty when it exited with 0.
/// @param lastLine what it printed last on stderr; may be empty
QString endText(const supervisor::Record &record, const QString &lastLine,
                const LauncherReport &launcher = {});

} // namespace mrb::backend
