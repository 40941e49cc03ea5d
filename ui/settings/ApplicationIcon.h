// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIcon>

namespace mrb::ui {

/// The program's own icon, in the sizes that desktops ask for. Needs a QGuiApplication.
QIcon applicationIcon();

} // namespace mrb::ui
