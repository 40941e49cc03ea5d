// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/library/RunSummary.h"

#include <QLocale>

namespace mrb::backend {

namespace {

// Words for other programs, so they are not translated.
QString wordFor(RunState state)
{
    switch (state) {
    case RunState::NoRun:
        return QStringLiteral("unreadable");
    case RunState::Running:
        return QStringLiteral("running");
    case RunState::Interrupted:
        return QStringLiteral("interrupted");
    case RunState::Ended:
        return QStringLiteral("ended");
    }
    return {};
}

QString wordFor(EntryVerdict verdict)
{
    switch (verdict) {
    case EntryVerdict::None:
        return {};
    case EntryVerdict::Passed:
        return QStringLiteral("passed");
    case EntryVerdict::Demo:
        return QStringLiteral("demo");
    case EntryVerdict::GateFailed:
        return QStringLiteral("gate_failed");
    case EntryVerdict::Failed:
        return QStringLiteral("failed");
    case EntryVerdict::Refused:
        return QStringLiteral("refused");
    case EntryVerdict::Cancelled:
        return QStringLiteral("cancelled");
    }
    return {};
}

QString wordFor(Rating rating)
{
    switch (rating) {
    case Rating::Undecided:
        return QStringLiteral("undecided");
    case Rating::Accepted:
        return QStringLiteral("accepted");
    case Rating::Rejected:
        return QStringLiteral("rejected");
    }
    return {};
}

/// One row that is built cell by cell.
class Row
{
public:
    Row &text(const QString &given)
    {
        // Spreadsheets run what starts like this; an apostrophe makes it text.
        static const QString kStartsFormula = QStringLiteral("=+-@\t\r\n");
        QString text = given;
        if (!text.isEmpty() && kStartsFormula.contains(text.front()))
            text.prepend(u'\'');
        if (text.contains(u'"') || text.contains(u',') || text.contains(u'\n') ||
            text.contains(u'\r'))
            text = u'"' + text.replace(QStringLiteral("\""), QStringLiteral("\"\"")) + u'"';
        return cell(text);
    }
    Row &integer(std::int64_t value) { return cell(QString::number(value)); }
    /// Shortest text that reads back as the same number; a point, whatever the locale.
    Row &number(double value)
    {
        return cell(QString::number(value, 'g', QLocale::FloatingPointShortest));
    }
    Row &empty() { return cell({}); }

    std::string finished() const { return m_cells.join(u',').toStdString() + "\r\n"; }

private:
    Row &cell(const QString &text)
    {
        m_cells << text;
        return *this;
    }
    QStringList m_cells;
};

constexpr const char *kHeader =
    "folder,run_id,started_at,state,verdict,overall_status,exit_code,engine,modality,seed,"
    "size_x,size_y,size_z,spacing_x_mm,spacing_y_mm,spacing_z_mm,steps,guidance,gpu,seconds,bytes,"
    "volumes,rating,tags,artefacts,note,warnings,problem,cpu_seconds,rss_mb_peak,gpu_seconds,"
    "gpu_memory_mb_peak,gpu_basis,launch,import_seconds,most_at_once,retry_of\r\n";

std::string rowOf(const RunSummary &run)
{
    const QString separator = QStringLiteral("; ");
    QStringList volumes;
    for (const RunVolume &volume : run.volumes)
        volumes << toQString(volume.path.lexically_relative(run.folder));
    Row row;
    row.text(toQString(run.folder))
        .text(run.runId)
        .text(run.startedAt.isValid() ? run.startedAt.toUTC().toString(Qt::ISODateWithMs)
                                      : QString())
        .text(wordFor(run.state))
        .text(wordFor(run.verdict))
        .text(run.overallStatus);
    run.verdict == EntryVerdict::None ? row.empty() : row.integer(run.exitCode);
    row.text(run.phantom ? QStringLiteral("phantom") : QStringLiteral("upstream"))
        .text(run.modality);
    run.seed ? row.integer(*run.seed) : row.empty();
    for (const std::int64_t voxels : run.dim)
        voxels == 0 ? row.empty() : row.integer(voxels);
    for (const double mm : run.spacing)
        mm == 0 ? row.empty() : row.number(mm);
    run.steps == 0 ? row.empty() : row.integer(run.steps);
    run.steps == 0 ? row.empty() : row.number(run.guidance); // 0 is a guidance too
    row.text(run.gpuName);
    run.seconds == 0 ? row.empty() : row.number(run.seconds);
    row.integer(static_cast<std::int64_t>(run.bytes))
        .text(volumes.join(separator))
        .text(wordFor(run.review.rating))
        .text(run.review.tags.join(separator))
        .text(run.review.artefacts.join(separator))
        .text(run.review.note)
        .text(run.warnings.join(separator))
        .text(run.problem ? run.problem->message : QString());
    const RunMeasurements &measured = run.measured;
    for (const auto &amount :
         {measured.cpuSeconds, measured.rssMbPeak, measured.gpuSeconds, measured.gpuMemoryMbPeak})
        amount ? row.number(*amount) : row.empty();
    row.text(measured.gpuBasis);
    // Of a run without a result nothing is known of these.
    const bool known = run.seconds > 0;
    known ? row.text(run.warm ? QStringLiteral("warm") : QStringLiteral("cold")) : row.empty();
    run.importSeconds ? row.number(*run.importSeconds) : row.empty();
    known ? row.integer(run.mostAtOnce) : row.empty();
    row.text(run.retryOf ? QString::fromStdString(run.retryOf->runId) : QString());
    return row.finished();
}

} // namespace

std::string runsAsCsv(const std::vector<RunSummary> &runs)
{
    std::string csv = kHeader;
    for (const RunSummary &run : runs)
        csv += rowOf(run);
    return csv;
}

} // namespace mrb::backend
