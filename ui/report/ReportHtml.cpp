// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/report/ReportHtml.h"

#include "backend/report/ReportText.h"
#include "ui/common/Tones.h"

#include <QCoreApplication>

#include <algorithm>

namespace mrb::ui {

namespace {

using backend::ReportGate;
using backend::ReportRow;
using backend::ReportSection;
using backend::ReportTone;
using backend::RunReport;

struct Html
{
    Q_DECLARE_TR_FUNCTIONS(mrb::ui::ReportPanel)
};

/// Below this width a name stands above its value rather than beside it.
constexpr int kTwoColumns = 420;

/// Closed until asked for, unless there is something to see in them.
const QStringList kClosedAtFirst = {QStringLiteral("affine"),      QStringLiteral("file"),
                                    QStringLiteral("identity"),    QStringLiteral("weights"),
                                    QStringLiteral("environment"), QStringLiteral("run")};

QColor blended(const QColor &of, const QColor &with, double share)
{
    return QColor::fromRgbF(static_cast<float>(of.redF() * (1 - share) + with.redF() * share),
                            static_cast<float>(of.greenF() * (1 - share) + with.greenF() * share),
                            static_cast<float>(of.blueF() * (1 - share) + with.blueF() * share));
}

QString plain(const QString &text)
{
    return text.toHtmlEscaped();
}

/// The log has the rest.
QString shortened(const QString &evidence)
{
    constexpr qsizetype kEnough = 180;
    return evidence.size() <= kEnough + 1 ? evidence : evidence.left(kEnough) + u'\u2026';
}

QString sign(const char *tone)
{
    return QStringLiteral("<img src=\"tone:%1\" width=\"12\" height=\"12\">&nbsp;")
        .arg(QLatin1StringView(tone));
}

QString signOf(ReportTone tone)
{
    switch (tone) {
    case ReportTone::Good:
        return sign("good");
    case ReportTone::Notice:
        return sign("notice");
    case ReportTone::Bad:
        return sign("bad");
    case ReportTone::Plain:
        break;
    }
    return {};
}

QString note(const QString &text)
{
    return text.isEmpty() ? QString()
                          : QStringLiteral("<div class=\"note\">%1</div>").arg(plain(text));
}

/// Builds the document from top to bottom and remembers what opens and closes.
class Writer
{
public:
    Writer(const RunReport &report, const ReportLook &look) : m_report(report), m_look(look) {}

    ReportHtml write()
    {
        m_out.html = QStringLiteral("<p class=\"title\">%1</p>").arg(plain(m_report.title));
        if (!m_report.verdictText.isEmpty())
            m_out.html += QStringLiteral("<p>%1</p>").arg(plain(m_report.verdictText));
        addCause();
        addLinks();
        addWarnings();
        addGates();
        bool histogramShown = false;
        for (const ReportSection &section : m_report.sections) {
            const bool withHistogram =
                m_look.histogramHeight > 0 && !histogramShown && section.key == u"intensity";
            histogramShown = histogramShown || withHistogram;
            addSection(section, withHistogram);
        }
        return std::move(m_out);
    }

private:
    /// The link that opens and closes; true when it is open.
    bool addToggle(const QString &key, bool openAtFirst, const QString &textHtml,
                   const char *cssClass)
    {
        const bool open = m_look.opened.value(key, openAtFirst);
        m_out.html += QStringLiteral("<p class=\"%1\"><a href=\"toggle:%2\">%3&nbsp;%4</a></p>")
                          .arg(QLatin1StringView(cssClass))
                          .arg(m_out.parts.size())
                          .arg(open ? QChar(u'\u25be') : QChar(u'\u25b8'))
                          .arg(textHtml);
        m_out.parts << key;
        if (open)
            m_out.openParts << key;
        return open;
    }

    void addBox(const QString &innerHtml, Tone tone)
    {
        const QColor window = m_look.palette.color(QPalette::Window);
        const QColor colour = toneColour(tone, m_look.palette);
        m_out.html +=
            QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"8\" "
                           "style=\"margin-top:6px; margin-bottom:6px;\"><tr>"
                           "<td width=\"3\" style=\"padding:0px; background-color:%1;\"></td>"
                           "<td style=\"background-color:%2;\">%3</td></tr></table>")
                .arg(colour.name(), blended(window, colour, 0.12).name(), innerHtml);
    }

    void addCause()
    {
        if (!m_report.cause)
            return;
        const backend::FailureCause &cause = *m_report.cause;
        QString html = QStringLiteral("<b>%1</b>").arg(plain(cause.what));
        if (!cause.why.isEmpty())
            html += QStringLiteral("<p class=\"inBox\">%1</p>").arg(plain(cause.why));
        if (!cause.advice.isEmpty())
            html += QStringLiteral("<p class=\"inBox\"><b>%1</b> %2</p>")
                        .arg(plain(Html::tr("What to do:")), plain(cause.advice));
        if (!cause.evidence.isEmpty())
            html += QStringLiteral("<p class=\"inBox\"><code>%1</code></p>")
                        .arg(plain(shortened(cause.evidence)));
        addBox(html, Tone::Bad);
    }

    void addLinks()
    {
        QStringList links;
        const auto add = [&links](const char *target, const QString &text) {
            links << QStringLiteral("<a class=\"link\" href=\"%1\">%2</a>")
                         .arg(QLatin1StringView(target),
                              plain(text).replace(u' ', QStringLiteral("&nbsp;")));
        };
        if (!m_report.volume.empty())
            add("volume:show", Html::tr("Show volume"));
        if (!m_report.runFolder.empty() || !m_report.volume.empty())
            add("run:folder", Html::tr("Show in file manager"));
        if (!links.isEmpty())
            m_out.html +=
                QStringLiteral("<p>%1</p>").arg(links.join(QStringLiteral(" &nbsp;\u00b7&nbsp; ")));
    }

    void addWarnings()
    {
        if (m_report.warnings.empty())
            return;
        QString html;
        for (const ReportRow &warning : m_report.warnings) {
            html += html.isEmpty() ? QStringLiteral("<p class=\"firstInBox\">")
                                   : QStringLiteral("<p class=\"inBox\">");
            html += signOf(warning.tone) + plain(warning.name);
            if (!warning.value.isEmpty())
                html += QStringLiteral(": ") + plain(warning.value);
            if (!warning.note.isEmpty())
                html +=
                    QStringLiteral("<br><span class=\"note\">%1</span>").arg(plain(warning.note));
            html += QStringLiteral("</p>");
        }
        addBox(html, Tone::Notice);
    }

    QString gatesTitle() const
    {
        const auto counted = std::ranges::count_if(m_report.gates, &ReportGate::counts);
        const auto passed = std::ranges::count_if(
            m_report.gates, [](const ReportGate &gate) { return gate.counts && gate.passed; });
        const auto all = static_cast<std::ptrdiff_t>(m_report.gates.size());
        return counted == all ? Html::tr("Gates: %1 of %2 passed").arg(passed).arg(all)
                              : Html::tr("Gates: %1 of %2 passed, %3 not for a phantom")
                                    .arg(passed)
                                    .arg(counted)
                                    .arg(all - counted);
    }

    void addGates()
    {
        if (m_report.gates.empty())
            return;
        if (!addToggle(QStringLiteral("gates"), true, plain(gatesTitle()), "heading"))
            return;
        // Where upstream failed, most gates fail because there is nothing to look at.
        bool explain = true;
        for (const ReportGate &gate : backend::gatesFailedFirst(m_report.gates)) {
            const char *tone = gate.passed ? "good" : gate.counts ? "bad" : "neutral";
            const bool failed = !gate.passed && gate.counts;
            const bool open =
                addToggle(QStringLiteral("gate:") + gate.path, failed && explain,
                          sign(tone) + plain(gate.question), failed ? "failedGate" : "gate");
            explain = explain && !(failed && (m_report.cause || m_report.volume.empty()));
            if (!open)
                continue;
            m_out.html += QStringLiteral("<div class=\"gateDetails\">");
            if (!gate.meaning.isEmpty())
                m_out.html += QStringLiteral("<div>%1</div>").arg(plain(gate.meaning));
            m_out.html +=
                note(Html::tr("Requested %1, observed %2.")
                         .arg(gate.requested,
                              gate.observed.isEmpty() ? Html::tr("nothing") : gate.observed));
            m_out.html += note(gate.note) + note(gate.path) + QStringLiteral("</div>");
        }
    }

    static bool hasSomethingToSee(const ReportSection &section)
    {
        return std::ranges::any_of(section.rows, [](const ReportRow &row) {
            return row.tone == ReportTone::Notice || row.tone == ReportTone::Bad;
        });
    }

    static QString valueHtml(const ReportRow &row)
    {
        if (!row.value.contains(u'\n'))
            return signOf(row.tone) + plain(row.value);
        // A matrix keeps its columns.
        return QStringLiteral("<pre>%1</pre>").arg(plain(row.value));
    }

    void addRow(const ReportRow &row)
    {
        const bool stacked = m_look.width < kTwoColumns && row.value.size() > 28;
        if (stacked || row.value.contains(u'\n'))
            m_out.html += QStringLiteral("<tr><td colspan=\"2\"><span class=\"name\">%1</span>"
                                         "<div>%2</div>%3</td></tr>")
                              .arg(plain(row.name), valueHtml(row), note(row.note));
        else
            m_out.html += QStringLiteral("<tr><td width=\"%1%\" class=\"name\">%2</td>"
                                         "<td>%3%4</td></tr>")
                              .arg(m_look.width < kTwoColumns ? 46 : 36)
                              .arg(plain(row.name), valueHtml(row), note(row.note));
    }

    void addSection(const ReportSection &section, bool withHistogram)
    {
        const bool openAtFirst =
            !kClosedAtFirst.contains(section.key) || hasSomethingToSee(section);
        if (!addToggle(QStringLiteral("section:") + section.key, openAtFirst, plain(section.title),
                       "heading"))
            return;
        if (withHistogram)
            m_out.html += QStringLiteral("<p class=\"histogram\"><img src=\"histogram:\" "
                                         "width=\"%1\" height=\"%2\"></p>")
                              .arg(m_look.width)
                              .arg(m_look.histogramHeight);
        m_out.html += QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"2\">");
        for (const ReportRow &row : section.rows)
            addRow(row);
        m_out.html += QStringLiteral("</table>");
    }

    const RunReport &m_report;
    const ReportLook &m_look;
    ReportHtml m_out;
};

} // namespace

ReportHtml reportHtml(const RunReport &report, const ReportLook &look)
{
    return Writer(report, look).write();
}

QString problemHtml(const Error &error, const ReportLook &)
{
    QString html = QStringLiteral("<p>%1</p>").arg(plain(error.message));
    if (!error.hint.isEmpty())
        html += QStringLiteral("<p>%1</p>").arg(plain(error.hint));
    return html;
}

QString reportStyle(const QPalette &palette)
{
    const QColor text = palette.color(QPalette::WindowText);
    const QColor muted = blended(text, palette.color(QPalette::Window), 0.35);
    return QStringLiteral("body { color:%1; } p { margin-top:4px; margin-bottom:4px; }"
                          "a { color:%1; text-decoration:none; }"
                          "a.link { color:%3; text-decoration:underline; }"
                          ".title { font-weight:600; }"
                          ".heading { font-weight:600; margin-top:10px; margin-bottom:2px; }"
                          ".gate, .failedGate { margin-left:34px; text-indent:-30px;"
                          " margin-top:2px; margin-bottom:2px; }"
                          ".failedGate { font-weight:600; }"
                          ".gateDetails { margin-left:34px; }"
                          ".firstInBox { margin-top:0px; margin-bottom:0px; }"
                          ".inBox { margin-top:6px; margin-bottom:0px; }"
                          ".histogram { margin-top:2px; margin-bottom:2px; }"
                          ".name, .note { color:%2; }")
        .arg(text.name(), muted.name(), palette.color(QPalette::Link).name());
}

} // namespace mrb::ui
