// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTemporaryDir>

namespace mrb::studio {

/// For as long as it lives this process belongs to a user who never started the program: neither
/// settings nor results of the real one are read or written. To be made before a QApplication is;
/// where there is no display to make one on, it names the platform that needs none.
class NobodysHome
{
public:
    NobodysHome();
    /// False: there is nowhere to make it, and nothing was changed.
    bool isValid() const;

private:
    QTemporaryDir m_home;
};

/// Looks whether the installed program is whole and works, one line a check and a verdict on
/// stdout. Needs a NobodysHome and a QApplication; GUI thread; takes some seconds.
/// @return the exit code: 0 when nothing failed
int runSelfTest();

} // namespace mrb::studio
