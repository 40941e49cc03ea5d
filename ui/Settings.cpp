// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/Settings.h"

#include <QSettings>

namespace mrb::ui {

std::unique_ptr<QSettings> openSettings()
{
    return std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope,
                                       QStringLiteral("mrbrain"), QStringLiteral("studio"));
}

} // namespace mrb::ui
