// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/RunReport.h"

#include <QByteArray>
#include <QSize>
#include <QString>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

// The report as a document to hand on: what it says and in which order, once for every format. All
// of it is pure and deterministic: the same input gives the same document, with no time of making.
namespace mrb::backend {

/// A PNG and what it shows.
struct DocumentPicture
{
    QByteArray png;
    QSize pixels;
    QString caption;
    QString description; ///< for those who cannot see it
};

/// How often each intensity occurs: bin i reaches from firstEdge + i * binWidth to the next one.
struct DocumentHistogram
{
    double firstEdge = 0.0;
    double binWidth = 1.0;
    std::vector<std::uint64_t> counts;
    QString caption;
};

/// What was drawn of one volume of the run.
struct VolumeFigures
{
    QString name; ///< of the file, without folder
    /// ModelRun and Phantom only where the run's record lists these very bytes.
    Provenance provenance = Provenance::Unknown;
    std::vector<DocumentPicture> pictures;
    std::optional<DocumentHistogram> histogram;
    QString problem; ///< why something is missing, or is not as recorded; may be empty
};

struct DocumentMaterial
{
    std::vector<VolumeFigures> volumes; ///< in the order of the result
    QString resultSha256;               ///< of the result the report is made from; may be empty
};

struct DocumentParagraph
{
    QString text;
};

/// Something that must not be overlooked.
struct DocumentNotice
{
    struct Line
    {
        QString text;
        QString detail; ///< quieter, below it
    };
    ReportTone tone = ReportTone::Notice;
    QString title;
    std::vector<Line> lines;
    QString evidence; ///< a line of the log
};

struct DocumentRows
{
    std::vector<ReportRow> rows;
};

/// Those that failed come first.
struct DocumentGates
{
    std::vector<ReportGate> gates;
};

struct DocumentBullets
{
    std::vector<QString> items;
};

struct DocumentReferences
{
    struct Item
    {
        QString text;
        QString address; ///< https://…
    };
    std::vector<Item> items;
};

using DocumentBlock =
    std::variant<DocumentParagraph, DocumentNotice, DocumentRows, DocumentGates, DocumentBullets,
                 DocumentReferences, DocumentPicture, DocumentHistogram>;

struct DocumentSection
{
    QString id; ///< letters, digits and hyphens, unlike all others
    QString title;
    std::vector<DocumentBlock> blocks;
};

/// Every text in it is harmless (see harmlessText()) and plain: who writes markup escapes it.
struct ReportDocument
{
    QString title;
    QString banner; ///< the provenance, for every page
    ReportTone bannerTone = ReportTone::Plain;
    QString verdict;
    ReportTone verdictTone = ReportTone::Plain;
    QString verdictText;
    std::vector<DocumentBlock> opening; ///< cause and warnings
    std::vector<DocumentSection> sections;
    QString disclaimer;
    QString madeBy; ///< program and version
    QString madeOf; ///< the result it was made from; may be empty
};

ReportDocument reportDocument(const RunReport &report, const DocumentMaterial &material);

/// How to cite, the licences, and what the volume must not be taken for. A phantom is nothing to
/// cite.
DocumentSection citationSection(const RunReport &report);

/// One file of HTML 5 that needs nothing else: no script, no network; UTF-8. Light and dark by what
/// the reader prefers, always light on paper.
QByteArray reportHtml(const ReportDocument &document);

/// Without what could make text look like something else: control characters become spaces (line
/// feeds stay), invisible ones such as U+202E are named, what is no character is replaced.
QString harmlessText(const QString &text);

/// A matrix, or a word as long as a hash: to be shown in letters of equal width.
bool isCode(const QString &value);

/// "Pass", "Fail" or "Not for a phantom".
QString gateVerdict(const ReportGate &gate);
ReportTone gateTone(const ReportGate &gate);
/// A sign for each tone, so that colour alone tells nothing; empty for Plain.
QString toneSign(ReportTone tone);

} // namespace mrb::backend
