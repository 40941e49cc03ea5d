// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

class QSettings;

namespace mrb::ui {

/// The program's settings, in the user's configuration folder.
std::unique_ptr<QSettings> openSettings();

} // namespace mrb::ui
