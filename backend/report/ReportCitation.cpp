// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/report/ReportDocument.h"
#include "backend/request/Manifest.h"

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace {

QString text(const std::string &words)
{
    return harmlessText(QString::fromStdString(words));
}

/// Upstream's README asks for both whenever its code or weights are used.
DocumentReferences papers()
{
    return {{{QStringLiteral("P. Guo, C. Zhao, D. Yang, Z. Xu et al.: MAISI: Medical AI for "
                             "Synthetic Imaging. WACV 2025. arXiv:2409.11169 (MAISI-v1)"),
              QStringLiteral("https://arxiv.org/abs/2409.11169")},
             {QStringLiteral("C. Zhao, P. Guo, D. Yang, Y. Tang et al.: MAISI-v2: Accelerated 3D "
                             "High-Resolution Medical Image Synthesis with Rectified Flow and "
                             "Region-specific Contrastive Loss. 2025; AAAI 2026. "
                             "arXiv:2508.05772 (MAISI-v2)"),
              QStringLiteral("https://arxiv.org/abs/2508.05772")}}};
}

DocumentRows modelRows(const Manifest &manifest)
{
    DocumentRows rows;
    const auto add = [&rows](const QString &name, const QString &value, const QString &note) {
        rows.rows.push_back({name, value, note, ReportTone::Plain});
    };
    add(Text::tr("Model"), text(manifest.model.name), {});
    add(Text::tr("Code"), text(manifest.upstream.repository),
        Text::tr("Apache License 2.0; pinned commit %1").arg(text(manifest.upstream.commit)));
    for (const ManifestWeight &weight : manifest.weights)
        add(Text::tr("Weights"), text(weight.repository),
            Text::tr("%1; %2 at revision %3")
                .arg(text(manifest.model.license), text(weight.path), text(weight.revision)));
    add(Text::tr("Made, measured and judged with"),
        Text::tr("MR Brain Studio %1")
            .arg(QString::fromUtf8(kVersion.data(), static_cast<qsizetype>(kVersion.size()))),
        Text::tr("Apache License 2.0"));
    return rows;
}

/// Whether code and weights are known to be the pinned ones.
bool isPinned(const RunReport &report)
{
    const auto passed = [&report](QStringView path) {
        const auto gate = std::ranges::find_if(
            report.gates, [path](const ReportGate &candidate) { return candidate.path == path; });
        return gate != report.gates.end() && gate->passed;
    };
    return report.gatesAreBuiltIn && passed(u"invocation.upstream_identity.trusted") &&
           passed(u"invocation.model_inventory.all_sha256_match");
}

void addCitation(DocumentSection &section, const RunReport &report, const Manifest &manifest)
{
    if (report.provenance == Provenance::Phantom) {
        section.blocks.emplace_back(DocumentNotice{
            ReportTone::Notice,
            Text::tr("A phantom is not model output: there is nothing to cite"),
            {{Text::tr("This volume was drawn by the built-in phantom, to try the program out. No "
                       "model ran and no weights were loaded. Do not present it as a result."),
              {}}},
            {}});
        return;
    }
    if (report.provenance == Provenance::Unknown)
        section.blocks.emplace_back(DocumentNotice{
            ReportTone::Notice,
            Text::tr("No volume here is known to be the model's"),
            {{Text::tr("The record lists none that the model wrote. What follows is for work that "
                       "uses the model."),
              {}}},
            {}});
    else if (!isPinned(report))
        section.blocks.emplace_back(DocumentNotice{
            ReportTone::Notice,
            Text::tr("Code or weights were not shown to be the published ones"),
            {{Text::tr("Name what was really used, as this report tells it, instead of the commit, "
                       "weights and licences below."),
              {}}},
            {}});
    section.blocks.emplace_back(DocumentParagraph{
        Text::tr("Cite both papers when you use volumes of this model, and name code, weights and "
                 "the settings of this report.")});
    section.blocks.emplace_back(papers());
    section.blocks.emplace_back(modelRows(manifest));
}

DocumentBullets bullets(const std::vector<std::string> &items)
{
    DocumentBullets list;
    for (const std::string &item : items)
        list.items.push_back(text(item));
    return list;
}

} // namespace

DocumentSection citationSection(const RunReport &report)
{
    DocumentSection section{
        QStringLiteral("citation"), Text::tr("How to cite, and what this is not"), {}};
    static const Result<Manifest> manifest = builtInManifest();
    if (!manifest) { // cannot be: the tests read it
        section.blocks.emplace_back(DocumentParagraph{manifest.error().message});
        return section;
    }
    addCitation(section, report, *manifest);
    section.blocks.emplace_back(DocumentParagraph{
        Text::tr("For research and engineering only. Everything here is synthetic: nobody was "
                 "scanned for it, and it says nothing about any person. Never for clinical use.")});
    section.blocks.emplace_back(DocumentParagraph{Text::tr("Not allowed are:")});
    section.blocks.emplace_back(bullets(manifest->prohibitedUses));
    if (report.provenance == Provenance::Phantom)
        return section;
    section.blocks.emplace_back(DocumentParagraph{Text::tr("What to know of the model's output:")});
    section.blocks.emplace_back(bullets(manifest->limitations));
    return section;
}

} // namespace mrb::backend
