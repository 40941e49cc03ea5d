// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/Licences.h"

#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "ui/settings/Resources.h"

namespace mrb::ui {

namespace {

QString debianCopyright(const char *package)
{
    return QStringLiteral("/usr/share/doc/%1/copyright").arg(QLatin1StringView(package));
}

std::vector<Component> libraries()
{
    return {
        {QStringLiteral("Qt"), QString::fromLatin1(qVersion()), QStringLiteral("LGPL-3.0-only"),
         Text::tr("The window and everything in it. Linked dynamically: another build of Qt may "
                  "take its place."),
         QStringLiteral("https://www.qt.io"), debianCopyright("libqt6core6")},
        {QStringLiteral("VTK"), QStringLiteral(MRB_VTK_VERSION), QStringLiteral("BSD-3-Clause"),
         Text::tr("Slices and the 3-D view."), QStringLiteral("https://vtk.org"),
         debianCopyright("libvtk9.1")},
        {QStringLiteral("ITK"), QStringLiteral(MRB_ITK_VERSION), QStringLiteral("Apache-2.0"),
         Text::tr("Reads and writes formats other than NIfTI, and measures volumes."),
         QStringLiteral("https://itk.org"), debianCopyright("libinsighttoolkit5.2")},
        {QStringLiteral("GLEW"), QStringLiteral(MRB_GLEW_VERSION), QStringLiteral("BSD-3-Clause"),
         Text::tr("Finds the functions of OpenGL for the 3-D view."),
         QStringLiteral("https://glew.sourceforge.net"), debianCopyright("libglew2.2")},
        {QStringLiteral("Intel ISA-L"), QStringLiteral(MRB_ISAL_VERSION),
         QStringLiteral("BSD-3-Clause"), Text::tr("Unpacks and packs compressed volumes."),
         QStringLiteral("https://github.com/intel/isa-l"), debianCopyright("libisal2")},
        {QStringLiteral("libarchive"), QStringLiteral(MRB_ARCHIVE_VERSION),
         QStringLiteral("BSD-2-Clause"), Text::tr("Packs and unpacks bundles."),
         QStringLiteral("https://www.libarchive.org"), debianCopyright("libarchive13")},
        {QStringLiteral("OpenSSL"), QStringLiteral(MRB_OPENSSL_VERSION),
         QStringLiteral("Apache-2.0"), Text::tr("Checksums of volumes and weights."),
         QStringLiteral("https://www.openssl.org"), debianCopyright("libssl3")},
        {QStringLiteral("yaml-cpp"), QStringLiteral(MRB_YAML_VERSION), QStringLiteral("MIT"),
         Text::tr("Reads the skill manifest."),
         QStringLiteral("https://github.com/jbeder/yaml-cpp"), debianCopyright("libyaml-cpp0.7")},
        {QStringLiteral("nlohmann/json"), QStringLiteral(MRB_JSON_VERSION), QStringLiteral("MIT"),
         Text::tr("Reads and writes requests and results."),
         QStringLiteral("https://json.nlohmann.me"), debianCopyright("nlohmann-json3-dev")},
        {QStringLiteral("CLI11"), QStringLiteral(MRB_CLI11_VERSION), QStringLiteral("BSD-3-Clause"),
         Text::tr("Options of the command mrbrain."),
         QStringLiteral("https://github.com/CLIUtils/CLI11"), debianCopyright("libcli11-dev")},
    };
}

} // namespace

std::vector<Component> components()
{
    registerResources();
    std::vector<Component> all = libraries();
    all.insert(all.begin(),
               {QStringLiteral("MR Brain Studio"),
                QString::fromStdString(versionText()),
                QStringLiteral("Apache-2.0"),
                Text::tr("This program. Research and engineering only, never for clinical use."),
                {},
                QStringLiteral(":/mrbrain/LICENSE")});
    all.push_back({Text::tr("Colour maps"),
                   {},
                   QStringLiteral("CC0-1.0"),
                   Text::tr("Viridis, magma, inferno and plasma, by Nathaniel J. Smith, Stefan "
                            "van der Walt and Eric Firing."),
                   QStringLiteral("https://bids.github.io/colormap"),
                   QStringLiteral("/usr/share/common-licenses/CC0-1.0")});
    all.push_back({QStringLiteral("NV-Generate-CTMR"),
                   {},
                   QStringLiteral("Apache-2.0"),
                   Text::tr("The model's code, by NVIDIA. Started by this program and no part of "
                            "it. Its weights are subject to the NVIDIA Open Model License and are "
                            "not distributed here."),
                   QStringLiteral("https://github.com/NVIDIA-Medtech/NV-Generate-CTMR"),
                   QStringLiteral(":/mrbrain/NOTICE")});
    return all;
}

} // namespace mrb::ui
