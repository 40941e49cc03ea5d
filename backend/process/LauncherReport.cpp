// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LauncherReport.h"

#include <QRegularExpression>

namespace mrb::backend {

void LauncherReport::feed(const QString &line)
{
    if (m_failure || !line.contains(u"elastic"))
        return;
    // Older versions name the logger with dots, newer ones the file.
    static const QRegularExpression report(QStringLiteral(
        R"(torch[./]distributed[./]elastic[./]multiprocessing[./]api\b.*\b(?:closing signal|failed \(exitcode: (-?\d{1,6})\) local_rank: (\d{1,6})))"));
    const QRegularExpressionMatch match = report.match(line);
    if (!match.hasMatch())
        return;
    m_began = true;
    if (match.hasCaptured(2))
        m_failure = {match.capturedView(2).toInt(), match.capturedView(1).toInt()};
}

} // namespace mrb::backend
