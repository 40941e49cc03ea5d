// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/ApplicationIcon.h"

#include "ui/settings/Resources.h"

namespace mrb::ui {

QIcon applicationIcon()
{
    registerResources();
    QIcon icon;
    for (const int side : {16, 24, 32, 48, 64, 128, 256}) {
        icon.addFile(QStringLiteral(":/mrbrain/icons/mrbrain-studio-%1.png").arg(side),
                     QSize(side, side));
    }
    return icon;
}

} // namespace mrb::ui
