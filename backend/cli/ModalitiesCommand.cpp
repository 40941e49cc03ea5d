// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/request/Manifest.h"

#include <cstdio>

namespace mrb::backend {

namespace {

const char *groupName(ModalityGroup group)
{
    return group == ModalityGroup::SkullStripped ? "skull_stripped" : "whole_brain";
}

Json fovJson(const ContrastFov *fov)
{
    Json planes = Json::object();
    if (fov != nullptr)
        for (const PlaneMedian &median : fov->planes)
            planes[std::string(planeName(median.plane))] = {
                {"fov_mm", median.fovMm}, {"scans", median.scans}, {"sparse", median.sparse}};
    return planes;
}

Json modalitiesJson(const Manifest &manifest)
{
    Json list = Json::array();
    for (const Modality &modality : manifest.modalities) {
        list.push_back({{"name", modality.name},
                        {"code", modality.code},
                        {"label", modality.label},
                        {"group", groupName(modality.group)},
                        {"default", modality.name == manifest.defaults.modality},
                        {"note", modality.note},
                        {"training_fov", fovJson(findContrast(manifest, modality.contrast))}});
    }
    return {{"skill", manifest.skill}, {"modalities", std::move(list)}};
}

QString fovText(const PlaneMedian &median)
{
    return QStringLiteral("%1 × %2 × %3%4")
        .arg(median.fovMm[0])
        .arg(median.fovMm[1])
        .arg(median.fovMm[2])
        .arg(median.sparse ? QStringLiteral(" *") : QString());
}

std::string modalitiesTable(const Manifest &manifest)
{
    const auto row = [](const QString &name, const QString &code, const QStringList &planes) {
        QString text = name.leftJustified(26) + code.rightJustified(4);
        for (const QString &plane : planes)
            text += QStringLiteral("  ") + plane.leftJustified(19);
        return text.trimmed() + QLatin1Char('\n');
    };
    QString table = row(Text::tr("modality"), Text::tr("code"),
                        {Text::tr("axial"), Text::tr("sagittal"), Text::tr("coronal")});
    for (const Modality &modality : manifest.modalities) {
        QStringList planes;
        if (const ContrastFov *fov = findContrast(manifest, modality.contrast))
            for (const PlaneMedian &median : fov->planes)
                planes << fovText(median);
        table += row(QString::fromStdString(modality.name), QString::number(modality.code), planes);
    }
    table += Text::tr("\nMedian field of view of the training scans in mm (x × y × z). "
                      "* few scans: quality is not guaranteed.\n");
    return table.toStdString();
}

} // namespace

ExitCode runModalities(const ModalitiesArguments &arguments)
{
    const Result<Manifest> manifest =
        arguments.manifest ? readManifest(*arguments.manifest) : builtInManifest();
    if (!manifest)
        return refuse(Text::tr("skill manifest invalid"), {manifest.error()});
    const std::string text =
        arguments.json ? writeJson(modalitiesJson(*manifest)) : modalitiesTable(*manifest);
    return printDocument(text) ? ExitCode::Passed : ExitCode::NotWritten;
}

} // namespace mrb::backend
