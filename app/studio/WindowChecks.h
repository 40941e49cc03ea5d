// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/studio/Check.h"

namespace mrb::studio {

/// Opens the whole window, shows a volume in it and looks at what was painted. Needs a QApplication
/// whose user is nobody's (NobodysHome), since it starts like any other window; GUI thread; waits
/// in event loops, for some seconds.
void checkWindow(const Checks &report);

} // namespace mrb::studio
