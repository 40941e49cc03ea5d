// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/JsonView.h"
#include "backend/report/RunReport.h"

#include <string>
#include <vector>

namespace mrb::backend {

struct SampleContext
{
    /// A name of the manifest, with whose training median the field of view is compared; empty:
    /// nothing to compare with.
    std::string modality;
    QString suffix; ///< of the titles, which tells several volumes apart; may be empty
    bool orientationKnown = true;
};

/// Geometry, intensity, measurements, affine and file of one record as sampleRecord() writes it.
std::vector<ReportSection> sampleSections(const JsonView &sample, const SampleContext &context);

} // namespace mrb::backend
