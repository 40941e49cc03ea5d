// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/picture/ReportOptions.h"
#include "backend/run/ExitCode.h"

namespace mrb::picture {

/// Makes the report where the run has none that fits, writes the copies, and prints one JSON
/// document that lists the files.
backend::ExitCode makeReport(const ReportOptions &options);

} // namespace mrb::picture
