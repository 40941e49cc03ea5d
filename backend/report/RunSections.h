// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/JsonView.h"
#include "backend/report/RunReport.h"

#include <vector>

namespace mrb::backend {

// What a result document says besides its volumes. Each may be without rows. Pure.

ReportSection requestSection(const JsonView &result);
ReportSection phaseSection(const JsonView &result);
ReportSection costSection(const JsonView &result);
ReportSection identitySection(const JsonView &result);
ReportSection weightsSection(const JsonView &result);
ReportSection environmentSection(const JsonView &result);
ReportSection runSection(const JsonView &result);
/// What the journal knows of a run that has no result.
std::vector<ReportSection> journalSections(const JsonView &journal);
std::vector<ReportRow> warningRows(const JsonView &result);

} // namespace mrb::backend
