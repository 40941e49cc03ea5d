// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/base/Json.h"
#include "backend/report/RunReport.h"

#include <filesystem>

namespace mrb::backend {

// Each gives back what it was given where there is no redaction. Pure.

QString redacted(const QString &text, const TextRedaction &redact);
std::filesystem::path redacted(const std::filesystem::path &path, const TextRedaction &redact);
Error redacted(Error error, const TextRedaction &redact);
/// Every string in it; keys stay.
Json redacted(Json document, const TextRedaction &redact);

} // namespace mrb::backend
