// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace mrb::backend {

/// "mri_t1_skull_stripped" -> "T1, skull-stripped", from the built-in manifest; a name that it does
/// not know is returned as it is.
QString modalityLabel(const QString &name);

} // namespace mrb::backend
