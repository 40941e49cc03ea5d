// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/cli/CommandDescription.h"

#include <string>
#include <variant>

namespace mrb::picture {

/// What `mrbrain report` was asked for.
struct ReportOptions
{
    std::string run;  ///< a run's folder, or a file in it
    std::string html; ///< where to write a copy; empty: nowhere
    std::string pdf;
};

/// The options, the text that was asked for instead (--help), or what is wrong with them.
Result<std::variant<ReportOptions, std::string>> parseReportOptions(int argc, char **argv);

/// What there is to give.
backend::CommandDescription describeReport();

} // namespace mrb::picture
