// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportDocument.h"

#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/report/ReportText.h"

#include <QHash>

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace {

QString codePointText(char32_t character)
{
    return QStringLiteral("[U+%1]").arg(
        QString::number(static_cast<uint>(character), 16).toUpper().rightJustified(4, u'0'));
}

QString harmless(char32_t character)
{
    constexpr char32_t kReplacement = 0xfffd;
    constexpr char32_t kJoiners[] = {0x200c, 0x200d}; // some scripts are not written without them
    const QChar::Category category = QChar::category(character);
    if (character == U'\n' || std::ranges::count(kJoiners, character) > 0)
        return QString::fromUcs4(&character, 1);
    switch (category) {
    case QChar::Other_Control:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return QStringLiteral(" ");
    case QChar::Other_Format:
        return codePointText(character);
    case QChar::Other_Surrogate:
    case QChar::Other_NotAssigned:
        return QString::fromUcs4(&kReplacement, 1);
    default:
        return QString::fromUcs4(&character, 1);
    }
}

ReportRow harmless(const ReportRow &row)
{
    return {harmlessText(row.name), harmlessText(row.value), harmlessText(row.note), row.tone};
}

ReportGate harmless(ReportGate gate)
{
    for (QString *text :
         {&gate.path, &gate.question, &gate.requested, &gate.observed, &gate.meaning, &gate.note})
        *text = harmlessText(*text);
    if (gate.observed.isEmpty())
        gate.observed = Text::tr("nothing");
    return gate;
}

DocumentNotice causeNotice(const FailureCause &cause)
{
    DocumentNotice notice{ReportTone::Bad, harmlessText(cause.what), {}, {}};
    if (!cause.why.isEmpty())
        notice.lines.push_back({harmlessText(cause.why), {}});
    if (!cause.advice.isEmpty())
        notice.lines.push_back({Text::tr("What to do: %1").arg(harmlessText(cause.advice)), {}});
    notice.evidence = harmlessText(cause.evidence);
    return notice;
}

DocumentNotice warningsNotice(const std::vector<ReportRow> &warnings)
{
    const bool bad = std::ranges::count(warnings, ReportTone::Bad, &ReportRow::tone) > 0;
    DocumentNotice notice{bad ? ReportTone::Bad : ReportTone::Notice,
                          warnings.size() == 1 ? Text::tr("One warning")
                                               : Text::tr("%1 warnings").arg(warnings.size()),
                          {},
                          {}};
    for (const ReportRow &row : warnings) {
        const ReportRow warning = harmless(row);
        notice.lines.push_back({warning.value.isEmpty()
                                    ? warning.name
                                    : Text::tr("%1: %2").arg(warning.name, warning.value),
                                warning.note});
    }
    return notice;
}

bool listsVolumes(const RunReport &report)
{
    return std::ranges::any_of(report.sections, [](const ReportSection &section) {
        return section.key == u"geometry" || section.key == u"file";
    });
}

/// A run that made nothing is of no unknown origin; there is just nothing.
QString bannerOf(const RunReport &report, const DocumentMaterial &material)
{
    if (report.provenance == Provenance::Unknown && material.volumes.empty() &&
        !listsVolumes(report))
        return Text::tr("Run without a volume – research only, not for clinical use");
    return provenanceBanner(report.provenance);
}

DocumentPicture harmless(const DocumentPicture &picture, Provenance provenance)
{
    DocumentPicture shown = picture;
    shown.caption =
        Text::tr("%1 %2.").arg(harmlessText(picture.caption), provenanceBanner(provenance));
    shown.description =
        Text::tr("%1 %2.").arg(harmlessText(picture.description), provenanceBanner(provenance));
    return shown;
}

DocumentSection picturesSection(const RunReport &report, const DocumentMaterial &material)
{
    DocumentSection section{QStringLiteral("pictures"), Text::tr("Pictures"), {}};
    for (const VolumeFigures &volume : material.volumes) {
        if (!volume.problem.isEmpty())
            section.blocks.emplace_back(DocumentNotice{ReportTone::Notice,
                                                       harmlessText(volume.name),
                                                       {{harmlessText(volume.problem), {}}},
                                                       {}});
        for (const DocumentPicture &picture : volume.pictures)
            section.blocks.emplace_back(harmless(picture, volume.provenance));
        if (volume.histogram) {
            DocumentHistogram histogram = *volume.histogram;
            histogram.caption = harmlessText(histogram.caption);
            section.blocks.emplace_back(std::move(histogram));
        }
    }
    if (section.blocks.empty())
        section.blocks.emplace_back(DocumentParagraph{
            listsVolumes(report)
                ? Text::tr("No volume of the run could be drawn.")
                : Text::tr("The run left no volume, so there is nothing to see.")});
    return section;
}

QString gatesSummary(const std::vector<ReportGate> &gates)
{
    const auto all = static_cast<std::ptrdiff_t>(gates.size());
    const auto counted = std::ranges::count_if(gates, &ReportGate::counts);
    const auto passed = std::ranges::count_if(
        gates, [](const ReportGate &gate) { return gate.counts && gate.passed; });
    const QString text = counted == all
                             ? Text::tr("%1 of %2 gates passed.").arg(passed).arg(all)
                             : Text::tr("%1 of %2 gates passed; %3 cannot pass for a phantom.")
                                   .arg(passed)
                                   .arg(counted)
                                   .arg(all - counted);
    return Text::tr("%1 Gates are an engineering floor: they say whether the run did what was "
                    "asked, and nothing about anatomy.")
        .arg(text);
}

DocumentSection gatesSection(const RunReport &report)
{
    DocumentSection section{QStringLiteral("gates"), Text::tr("Gates"), {}};
    section.blocks.emplace_back(DocumentParagraph{gatesSummary(report.gates)});
    DocumentGates gates;
    for (const ReportGate &gate : gatesFailedFirst(report.gates))
        gates.gates.push_back(harmless(gate));
    section.blocks.emplace_back(std::move(gates));
    return section;
}

void addSections(ReportDocument &document, const RunReport &report)
{
    QHash<QString, int> seen;
    for (const ReportSection &section : report.sections) {
        const int count = ++seen[section.key];
        DocumentSection shown{count == 1 ? section.key
                                         : QStringLiteral("%1-%2").arg(section.key).arg(count),
                              harmlessText(section.title),
                              {}};
        DocumentRows rows;
        for (const ReportRow &row : section.rows)
            rows.rows.push_back(harmless(row));
        shown.blocks.emplace_back(std::move(rows));
        document.sections.push_back(std::move(shown));
    }
}

ReportTone bannerTone(Provenance provenance)
{
    return provenance == Provenance::ModelRun ? ReportTone::Plain : ReportTone::Notice;
}

} // namespace

ReportDocument reportDocument(const RunReport &report, const DocumentMaterial &material)
{
    ReportDocument document;
    document.title = Text::tr("Run report: %1").arg(harmlessText(report.title));
    document.banner = bannerOf(report, material);
    document.bannerTone = bannerTone(report.provenance);
    document.verdict = harmlessText(report.verdict);
    document.verdictTone = report.verdictTone;
    document.verdictText = harmlessText(report.verdictText);
    if (report.cause)
        document.opening.emplace_back(causeNotice(*report.cause));
    if (!report.warnings.empty())
        document.opening.emplace_back(warningsNotice(report.warnings));
    document.sections.push_back(picturesSection(report, material));
    if (!report.gates.empty())
        document.sections.push_back(gatesSection(report));
    addSections(document, report);
    document.sections.push_back(citationSection(report));
    document.disclaimer = harmlessText(report.disclaimer);
    document.madeBy =
        Text::tr("MR Brain Studio %1")
            .arg(QString::fromUtf8(kVersion.data(), static_cast<qsizetype>(kVersion.size())));
    if (!material.resultSha256.isEmpty())
        document.madeOf = Text::tr("Made from the result.json with SHA-256 %1.")
                              .arg(harmlessText(material.resultSha256));
    return document;
}

QString harmlessText(const QString &text)
{
    QString shown;
    shown.reserve(text.size());
    for (const char32_t character : text.toStdU32String())
        shown += harmless(character);
    return shown;
}

bool isCode(const QString &value)
{
    constexpr qsizetype kLongWord = 40;
    return value.contains(u'\n') || (value.size() >= kLongWord && !value.contains(u' '));
}

QString gateVerdict(const ReportGate &gate)
{
    return gate.passed   ? Text::tr("Pass")
           : gate.counts ? Text::tr("Fail")
                         : Text::tr("Not for a phantom");
}

ReportTone gateTone(const ReportGate &gate)
{
    return gate.passed ? ReportTone::Good : gate.counts ? ReportTone::Bad : ReportTone::Plain;
}

QString toneSign(ReportTone tone)
{
    switch (tone) {
    case ReportTone::Good:
        return QStringLiteral("\u2713");
    case ReportTone::Notice:
        return QStringLiteral("!");
    case ReportTone::Bad:
        return QStringLiteral("\u2717");
    case ReportTone::Plain:
        break;
    }
    return {};
}

} // namespace mrb::backend
