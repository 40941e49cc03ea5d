// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/JsonView.h"

#include <QString>

#include <array>
#include <cstdint>

namespace mrb::backend {

// How numbers and the like look in a report. Pure.

/// Every digit the document has: 132.943, 950.
QString numberText(double value);
/// At most this many significant digits, no trailing zeros.
QString roundedText(double value, int digits);
/// "256 × 256 × 128".
QString tripleText(const std::array<double, 3> &values, int digits = 15);
/// "25.11 %" of a fraction; never 0 or 100 for what only rounds to it.
QString percentText(double fraction);
/// "+0.3 %", how far a value is from another.
QString deviationText(double value, double from);
/// "2.3 s", "4 min 5 s", "1 h 2 min".
QString secondsText(double seconds);
/// "7.7 MiB (8,046,274 bytes)".
QString bytesText(std::int64_t bytes);
/// ISO 8601 as local time with its zone; what is no time stays as it is.
QString timeText(const QString &iso);
/// Which program made a result, from its `run.software`: "MR Brain Studio 0.1.0 (b92ee73af012)".
/// Without commit where the record has none, as those of the first versions.
QString softwareText(const JsonView &result);

} // namespace mrb::backend
