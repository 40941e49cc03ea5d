// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace mrb::backend {

/// The text with "***" for what stands between "://" and "@" in addresses, to be shown.
QString withoutCredentials(const QString &text);
/// An address that holds a user name or a password.
bool hasCredentials(const QString &address);

} // namespace mrb::backend
