// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/VolumeNames.h"

#include "backend/base/Text.h"
#include "backend/contract/VolumeFileName.h"

#include <QStringList>

#include <algorithm>
#include <array>
#include <map>

namespace mrb::backend {

namespace {

namespace fs = std::filesystem;
using contract::VolumeFileName;

QString said(const char *what, const QString &found, const QString &expected)
{
    return Text::tr("%1 %2 instead of %3").arg(Text::tr(what), found, expected);
}

template <class List> QString joined(const List &list)
{
    QStringList texts;
    for (const auto &one : list) {
        if constexpr (std::is_integral_v<std::decay_t<decltype(one)>>)
            texts << QString::number(one);
        else
            texts << QString::fromStdString(one);
    }
    return texts.join(u'×');
}

/// What of a name differs from the request; empty when it agrees.
QStringList differences(const VolumeFileName &name, const ModelRequest &request, int gpus)
{
    QStringList found;
    if (name.rank >= gpus)
        found << said(QT_TRANSLATE_NOOP("mrb::Text", "rank"), QString::number(name.rank),
                      gpus == 1 ? QStringLiteral("0") : Text::tr("0 to %1").arg(gpus - 1));
    if (const std::int64_t seed = request.seed + name.rank; name.seed != seed)
        found << said(QT_TRANSLATE_NOOP("mrb::Text", "seed"), QString::number(name.seed),
                      QString::number(seed));
    if (name.dim != request.dim)
        found << said(QT_TRANSLATE_NOOP("mrb::Text", "size"), joined(name.dim),
                      joined(request.dim));
    std::array<std::string, 3> spacing;
    std::ranges::transform(request.spacing, spacing.begin(), contract::spacingInFileName);
    if (name.spacing != spacing)
        found << said(QT_TRANSLATE_NOOP("mrb::Text", "spacing"), joined(name.spacing),
                      joined(spacing));
    if (name.modality != request.modalityCode)
        found << said(QT_TRANSLATE_NOOP("mrb::Text", "modality"), QString::number(name.modality),
                      QString::number(request.modalityCode));
    if (name.prefix != request.outputPrefix)
        found << said(QT_TRANSLATE_NOOP("mrb::Text", "prefix"), QString::fromStdString(name.prefix),
                      QString::fromStdString(request.outputPrefix));
    return found;
}

Error missingVolumes(int gpus, std::size_t volumes, const QStringList &ranks)
{
    const QString hint =
        Text::tr("Read the log for the GPUs whose volume is missing, or run again.");
    if (ranks.isEmpty())
        return {error_codes::kFewerVolumes,
                Text::tr("%1 GPUs wrote %2 volumes.").arg(gpus).arg(volumes), hint,
                QStringLiteral("--num-gpus")};
    return {error_codes::kFewerVolumes,
            Text::tr("%1 GPUs wrote %2 volumes: none is of rank %3.")
                .arg(gpus)
                .arg(volumes)
                .arg(ranks.join(QStringLiteral(", "))),
            hint, QStringLiteral("--num-gpus")};
}

} // namespace

VolumeNameFindings judgeVolumeNames(const ModelRequest &request, int gpus,
                                    const std::vector<fs::path> &volumes)
{
    VolumeNameFindings findings;
    std::map<std::int64_t, QString> ranks;
    bool allKnown = true;
    for (const fs::path &volume : volumes) {
        const QString file = toQString(volume.filename());
        const auto name = contract::parseVolumeFileName(volume.filename().native());
        if (!name) {
            allKnown = false;
            findings.warnings.push_back(
                {error_codes::kVolumeNameUnknown,
                 Text::tr("%1 is no name that upstream gives: which GPU and which seed made it is "
                          "not known.")
                     .arg(file),
                 Text::tr("Look at what else writes into the run's folder."), file});
            continue;
        }
        if (const QStringList found = differences(*name, request, gpus); !found.isEmpty()) {
            findings.warnings.push_back(
                {error_codes::kVolumeNameDisagrees,
                 Text::tr("%1: the name says %2.").arg(file, found.join(QStringLiteral("; "))),
                 Text::tr("It may be another run's. Do not take it for the answer to this "
                          "request."),
                 file});
        }
        if (const auto [first, isNew] = ranks.emplace(name->rank, file); !isNew)
            findings.warnings.push_back(
                {error_codes::kVolumeRankRepeated,
                 Text::tr("%1 and %2 are both of rank %3.")
                     .arg(first->second, file)
                     .arg(name->rank),
                 Text::tr("One of them is not this run's; compare their seeds and times."), file});
    }
    const auto wanted = static_cast<std::size_t>(std::max(gpus, 1));
    if (volumes.size() > wanted)
        findings.warnings.push_back(
            {error_codes::kMoreVolumes,
             wanted == 1 ? Text::tr("One GPU wrote %1 volumes.").arg(volumes.size())
                         : Text::tr("%1 GPUs wrote %2 volumes.").arg(gpus).arg(volumes.size()),
             Text::tr("Each GPU writes one; see what else writes into the run's folder."),
             toQString(volumes.back().filename())});
    if (wanted == 1)
        return findings; // a gate tells
    QStringList absent;
    for (int rank = 0; allKnown && rank < gpus; ++rank)
        if (!ranks.contains(rank))
            absent << QString::number(rank);
    if (volumes.size() < wanted || !absent.isEmpty())
        findings.missing = missingVolumes(gpus, volumes.size(), absent);
    return findings;
}

} // namespace mrb::backend
