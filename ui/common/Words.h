// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace mrb::ui {

/// How long something is expected to take, as exact as such a figure is: "40 s", "12 min",
/// "1 h 20 min". At least a second.
QString roughDurationText(double seconds);

/// How long something took: "2.0 s", "3 min 12 s"; empty for 0.
QString durationText(double seconds);

/// "8.4 MB".
QString bytesText(quint64 bytes);

} // namespace mrb::ui
