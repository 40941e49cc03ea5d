// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/report/ReportFormat.h"
#include "backend/report/RunSections.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <functional>

namespace mrb::backend {

namespace {

/// Of a list in the document; more is no result of this program.
constexpr std::size_t kMostRows = 100;

using ToText = std::function<QString(double)>;

void add(ReportSection &section, const QString &name, const QString &value,
         const QString &note = {}, ReportTone tone = ReportTone::Plain)
{
    section.rows.push_back({name, value, note, tone});
}

QString mebibytesText(double value)
{
    return Text::tr("%1 MiB").arg(numberText(value));
}

QString phaseText(const QString &name)
{
    if (name == u"imports")
        return Text::tr("Python imports");
    if (name == u"models")
        return Text::tr("Loading weights");
    if (name == u"diffusion")
        return Text::tr("Diffusion");
    if (name == u"decoding")
        return Text::tr("Decoding");
    if (name == u"saving")
        return Text::tr("Saving");
    if (name == u"shutdown")
        return Text::tr("Shutdown");
    return name;
}

QString runtimeEnvelopeText(const QString &envelope)
{
    if (envelope == u"within_envelope")
        return Text::tr("within what is expected");
    if (envelope == u"anomaly_too_fast")
        return Text::tr("faster than is possible");
    if (envelope == u"anomaly_too_slow")
        return Text::tr("slower than is expected");
    return envelope;
}

bool isPhantom(const JsonView &result)
{
    return result["engine"].text() == QStringLiteral("phantom");
}

JsonView limitOf(const JsonView &result, const QString &figure)
{
    const JsonView rows = result["cost"]["evaluation"]["results"];
    for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i)
        if (rows[i]["name"].text() == figure)
            return rows[i];
    return {};
}

QString limitText(const JsonView &limit, const ToText &toText)
{
    const auto minimum = limit["minimum"].number();
    const auto maximum = limit["maximum"].number();
    if (minimum && maximum)
        return Text::tr("allowed: %1 to %2").arg(toText(*minimum), toText(*maximum));
    if (maximum)
        return Text::tr("allowed: up to %1").arg(toText(*maximum));
    return minimum ? Text::tr("allowed: from %1").arg(toText(*minimum)) : QString();
}

/// A figure with what it stands for and the manifest's limit.
void addFigure(ReportSection &section, const JsonView &result, const QString &name,
               const QString &figure, const JsonView &value, const ToText &toText,
               const QString &note = {})
{
    const auto number = value.number();
    if (!number)
        return;
    const JsonView limit = limitOf(result, figure);
    QStringList notes{limitText(limit, toText), note};
    notes.removeAll(QString());
    const bool failed = limit["status"].text() == QStringLiteral("fail");
    add(section, name, toText(*number), notes.join(QStringLiteral("; ")),
        failed ? ReportTone::Notice : ReportTone::Plain);
}

void addTime(ReportSection &section, const JsonView &result)
{
    const JsonView runtime = result["runtime"];
    const auto expected = result["preflight"]["estimated_cost"]["estimated_wall_seconds"].number();
    const QString expectedText = !expected ? QString()
                                 : isPhantom(result)
                                     ? Text::tr("a model run: about %1").arg(secondsText(*expected))
                                     : Text::tr("estimated: %1").arg(secondsText(*expected));
    const JsonView seconds = runtime["subprocess_seconds"];
    if (seconds.number())
        addFigure(section, result, Text::tr("Time of the upstream command"),
                  QStringLiteral("wall_seconds"), seconds, secondsText, expectedText);
    else if (expected)
        add(section, Text::tr("Estimated time"), secondsText(*expected));
    if (const auto envelope = runtime["envelope"].text()) {
        const bool fits = *envelope == u"within_envelope";
        add(section, Text::tr("Time against the manifest's limits"), runtimeEnvelopeText(*envelope),
            {}, fits ? ReportTone::Good : ReportTone::Notice);
    }
    if (const auto whole = result["run"]["wall_seconds"].number())
        add(section, Text::tr("Time with checks and measuring"), secondsText(*whole));
}

void addEvaluation(ReportSection &section, const JsonView &result)
{
    const JsonView evaluation = result["cost"]["evaluation"];
    const auto status = evaluation["status"].text();
    if (!status)
        return;
    const QString name = Text::tr("Cost against the manifest's limits");
    if (*status == u"within_envelope")
        add(section, name, Text::tr("within all limits"), {}, ReportTone::Good);
    else if (*status == u"outside_envelope")
        add(section, name, Text::tr("outside of at least one limit, or not measured"),
            Text::tr("the verdict does not depend on it"), ReportTone::Notice);
    else
        add(section, name, Text::tr("not compared"), evaluation["reason"].textOr(QString()));
}

void addGpu(ReportSection &section, const JsonView &result)
{
    const JsonView cost = result["cost"];
    const JsonView measured = cost["measured"];
    const JsonView gpu = cost["gpu"];
    const QString reason = gpu["reason"].textOr(QString());
    if (!isPhantom(result) && gpu.exists()) {
        const QString time = Text::tr("Time on the GPU");
        const QString memory = Text::tr("Peak GPU memory");
        if (measured["gpu_seconds"].number())
            addFigure(section, result, time, QStringLiteral("gpu_seconds"), measured["gpu_seconds"],
                      secondsText, Text::tr("while the run held memory there"));
        else
            add(section, time, Text::tr("not measured"), {}, ReportTone::Notice);
        if (measured["gpu_memory_mb_peak"].number())
            addFigure(section, result, memory, QStringLiteral("gpu_memory_mb_peak"),
                      measured["gpu_memory_mb_peak"], mebibytesText, reason);
        else
            add(section, memory, Text::tr("not measured"), reason, ReportTone::Notice);
    }
    const JsonView perGpu = gpu["per_gpu"];
    if (perGpu.isObject() && perGpu.json()->size() > 1 && perGpu.json()->size() <= kMostRows) {
        for (const auto &[uuid, figures] : perGpu.json()->items()) {
            const JsonView view(&figures);
            QStringList parts;
            if (const auto peak = view["gpu_memory_mb_peak"].number())
                parts << mebibytesText(*peak);
            if (const auto seconds = view["gpu_seconds"].number())
                parts << secondsText(*seconds);
            add(section, tidyText(QString::fromStdString(uuid)), parts.join(QStringLiteral(", ")));
        }
    }
    if (const auto estimate =
            result["preflight"]["estimated_cost"]["estimated_peak_vram_gb"].number())
        add(section, Text::tr("GPU memory, estimated"),
            Text::tr("%1 GB").arg(numberText(*estimate)),
            isPhantom(result) ? Text::tr("for a model run; the phantom uses no GPU") : QString());
}

/// What else is known of a phase: "2.31 s of processor time, 21.6 MiB RAM".
QString phaseNote(const JsonView &phase, bool warm)
{
    QStringList parts;
    if (warm && phase["name"].text() == QStringLiteral("imports"))
        parts << Text::tr("what was left of them after the warm-up");
    if (const auto seconds = phase["cpu_seconds"].number())
        parts << Text::tr("%1 of processor time").arg(secondsText(*seconds));
    if (const auto memory = phase["rss_mb_peak"].number())
        parts << Text::tr("%1 RAM").arg(mebibytesText(*memory));
    if (const auto memory = phase["gpu_memory_mb_peak"].number(); memory && *memory > 0)
        parts << Text::tr("%1 on a GPU").arg(mebibytesText(*memory));
    return parts.join(QStringLiteral(", "));
}

} // namespace

ReportSection phaseSection(const JsonView &result)
{
    ReportSection section{Text::tr("Phases"), {}, QStringLiteral("phases")};
    const JsonView phases = result["phases"];
    const bool warm = result["invocation"]["launch"].text() == QStringLiteral("warm");
    double total = 0.0;
    for (std::size_t i = 0; i < phases.size(); ++i)
        total += std::max(0.0, phases[i]["seconds"].number().value_or(0.0));
    for (std::size_t i = 0; i < std::min(phases.size(), kMostRows); ++i) {
        const auto seconds = phases[i]["seconds"].number();
        if (!seconds)
            continue;
        QString value = secondsText(*seconds);
        if (total > 0.0)
            value += Text::tr(" (%1 %)").arg(std::lround(100.0 * *seconds / total));
        add(section, phaseText(phases[i]["name"].textOr(Text::tr("unnamed"))), value,
            phaseNote(phases[i], warm));
    }
    return section;
}

ReportSection costSection(const JsonView &result)
{
    ReportSection section{Text::tr("Cost"), {}, QStringLiteral("cost")};
    addTime(section, result);
    addEvaluation(section, result);
    const JsonView runtime = result["runtime"];
    const JsonView measured = result["cost"]["measured"];
    addFigure(section, result, Text::tr("Processor time"), QStringLiteral("cpu_seconds"),
              runtime["cpu_seconds"], secondsText);
    // Older results have the largest process only.
    addFigure(section, result, Text::tr("Peak memory (RAM)"), QStringLiteral("rss_mb_peak"),
              runtime["rss_mb_peak"], mebibytesText,
              measured.exists() ? Text::tr("of all processes at once")
                                : Text::tr("of the largest process"));
    addGpu(section, result);
    addFigure(section, result, Text::tr("Left in the run's caches"), QStringLiteral("scratch_mb"),
              measured["scratch_mb"], mebibytesText);
    if (const auto disk = result["preflight"]["estimated_cost"]["estimated_disk_mb"].number())
        add(section, Text::tr("Disk, estimated"), mebibytesText(*disk),
            Text::tr("one volume, uncompressed"));
    return section;
}

} // namespace mrb::backend
