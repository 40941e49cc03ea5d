// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/Resources.h"

#include <QtGlobal>

/// The macro declares a function, so it must stand outside of namespaces.
static void initialiseResources()
{
    Q_INIT_RESOURCE(studio);
}

namespace mrb::ui {

void registerResources()
{
    static const bool kDone = [] {
        initialiseResources();
        return true;
    }();
    Q_UNUSED(kDone)
}

} // namespace mrb::ui
