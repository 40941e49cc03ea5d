// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/RunReport.h"

namespace mrb::backend {

/// The report as plain text, to be pasted into a mail or an issue: everything in it, the gates that
/// failed first. Pure.
QString reportText(const RunReport &report);

/// The gates as they are to be shown: failures that count, then those that do not, then the rest;
/// within each in the order of the manifest.
std::vector<ReportGate> gatesFailedFirst(std::vector<ReportGate> gates);

} // namespace mrb::backend
