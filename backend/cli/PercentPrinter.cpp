// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/PercentPrinter.h"

#include "backend/base/Text.h"

#include <unistd.h>

#include <cstdio>

namespace mrb::backend {

namespace {

constexpr int kTenth = 10;

} // namespace

PercentPrinter::PercentPrinter(const QString &what, ProgressStyle style)
    : m_what(what),
      m_silent(style == ProgressStyle::None),
      m_terminal(style == ProgressStyle::Auto && ::isatty(STDERR_FILENO) == 1)
{
}

void PercentPrinter::show(std::uint64_t done, std::uint64_t all)
{
    const int percent =
        all == 0 ? 100
                 : static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(all));
    const int step = m_terminal ? 1 : kTenth;
    if (m_silent || (m_last >= 0 && percent / step == m_last / step))
        return;
    m_last = percent;
    const QString text = Text::tr("%1: %2 %").arg(m_what).arg(percent);
    if (m_terminal) {
        std::fprintf(stderr, "\r\033[K%s", text.toUtf8().constData());
        m_shown = true;
    } else {
        printNote(text);
    }
}

void PercentPrinter::clear()
{
    if (m_shown)
        std::fprintf(stderr, "\r\033[K");
    m_shown = false;
}

} // namespace mrb::backend
