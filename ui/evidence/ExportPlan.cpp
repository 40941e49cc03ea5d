// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/ExportPlan.h"

#include "backend/base/Text.h"

#include <algorithm>

namespace mrb::ui {

namespace {

constexpr QLatin1StringView kArchive(".zip");

} // namespace

quint64 exportBytes(const std::vector<ExportCandidate> &runs, bool withVolumes)
{
    quint64 bytes = 0;
    for (const ExportCandidate &run : runs)
        bytes += withVolumes ? run.bytes : run.bytes - std::min(run.volumeBytes, run.bytes);
    return bytes;
}

QString bundleName(const std::vector<ExportCandidate> &runs, bool asFolder)
{
    const QString name = runs.size() == 1 ? toQString(runs.front().folder.filename())
                                          : QStringLiteral("mrbrain-%1-runs").arg(runs.size());
    return asFolder ? name + QStringLiteral("-bundle") : name + kArchive;
}

QString withFormat(const QString &target, bool asFolder)
{
    const bool isArchive = target.endsWith(kArchive, Qt::CaseInsensitive);
    if (asFolder && isArchive)
        return target.chopped(kArchive.size());
    if (!asFolder && !isArchive && !target.isEmpty())
        return target + kArchive;
    return target;
}

} // namespace mrb::ui
