// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cli/Commands.h"

#include <QString>

#include <cstdint>

namespace mrb::backend {

/// How far a job with a known number of bytes is, on stderr: a line that is rewritten on a
/// terminal, a line for each tenth elsewhere. One thread at a time.
class PercentPrinter
{
public:
    PercentPrinter(const QString &what, ProgressStyle style);
    void show(std::uint64_t done, std::uint64_t all);
    /// Takes the line away.
    void clear();

private:
    QString m_what;
    bool m_silent;
    bool m_terminal;
    bool m_shown = false;
    int m_last = -1; ///< per cent
};

} // namespace mrb::backend
