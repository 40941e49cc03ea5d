// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/report/HistogramPlot.h"
#include "backend/report/ReportDocument.h"
#include "backend/report/ReportStyle.h"

#include <QLatin1StringView>

namespace mrb::backend {

namespace {

/// For text and for attributes in double quotes.
QString escaped(const QString &text)
{
    return text.toHtmlEscaped();
}

QString toneClass(ReportTone tone)
{
    switch (tone) {
    case ReportTone::Good:
        return QStringLiteral("good");
    case ReportTone::Notice:
        return QStringLiteral("notice");
    case ReportTone::Bad:
        return QStringLiteral("bad");
    case ReportTone::Plain:
        break;
    }
    return QStringLiteral("plain");
}

QString toneWord(ReportTone tone)
{
    switch (tone) {
    case ReportTone::Good:
        return Text::tr("good:");
    case ReportTone::Notice:
        return Text::tr("note:");
    case ReportTone::Bad:
        return Text::tr("bad:");
    case ReportTone::Plain:
        break;
    }
    return {};
}

/// The sign, and a word for those to whom the page is read.
QString signHtml(ReportTone tone)
{
    if (tone == ReportTone::Plain)
        return {};
    return QStringLiteral("<span class=\"sign\" aria-hidden=\"true\">%1</span>"
                          "<span class=\"unseen\">%2</span> ")
        .arg(escaped(toneSign(tone)), escaped(toneWord(tone)));
}

QString noteHtml(const QString &note)
{
    return note.isEmpty() ? QString()
                          : QStringLiteral("<span class=\"note\">%1</span>").arg(escaped(note));
}

/// A number in SVG: points with two decimals, whatever the locale.
QString coordinate(double value)
{
    return QString::number(value, 'f', 2);
}

/// Writes the blocks, one function each.
class HtmlWriter
{
public:
    void write(const DocumentBlock &block)
    {
        std::visit([this](const auto &part) { add(part); }, block);
    }

    void section(const DocumentSection &section)
    {
        m_html += QStringLiteral("<section aria-labelledby=\"%1\">\n<h2 id=\"%1\">%2</h2>\n")
                      .arg(escaped(section.id), escaped(section.title));
        m_title = section.title;
        for (const DocumentBlock &block : section.blocks)
            write(block);
        m_html += QStringLiteral("</section>\n");
    }

    QString take() { return std::exchange(m_html, {}); }

private:
    void add(const DocumentParagraph &paragraph)
    {
        m_html += QStringLiteral("<p>%1</p>\n").arg(escaped(paragraph.text));
    }

    void add(const DocumentNotice &notice)
    {
        m_html += QStringLiteral("<div class=\"box %1\"><strong>%2%3</strong>\n")
                      .arg(toneClass(notice.tone), signHtml(notice.tone), escaped(notice.title));
        if (notice.lines.size() == 1)
            m_html +=
                QStringLiteral("<p>%1%2</p>\n")
                    .arg(escaped(notice.lines.front().text), noteHtml(notice.lines.front().detail));
        else if (!notice.lines.empty()) {
            m_html += QStringLiteral("<ul>\n");
            for (const DocumentNotice::Line &line : notice.lines)
                m_html += QStringLiteral("<li>%1%2</li>\n")
                              .arg(escaped(line.text), noteHtml(line.detail));
            m_html += QStringLiteral("</ul>\n");
        }
        if (!notice.evidence.isEmpty())
            m_html += QStringLiteral("<p>%1<br><code>%2</code></p>\n")
                          .arg(escaped(Text::tr("In the log:")), escaped(notice.evidence));
        m_html += QStringLiteral("</div>\n");
    }

    void add(const DocumentRows &rows)
    {
        m_html += QStringLiteral("<table class=\"rows\"><caption class=\"unseen\">%1</caption>"
                                 "<tbody>\n")
                      .arg(escaped(m_title));
        for (const ReportRow &row : rows.rows) {
            const QString value = isCode(row.value) // a matrix keeps its columns
                                      ? QStringLiteral("<pre>%1</pre>").arg(escaped(row.value))
                                      : signHtml(row.tone) + escaped(row.value);
            m_html +=
                QStringLiteral("<tr class=\"%1\"><th scope=\"row\">%2</th><td>%3%4</td></tr>\n")
                    .arg(toneClass(row.tone), escaped(row.name), value, noteHtml(row.note));
        }
        m_html += QStringLiteral("</tbody></table>\n");
    }

    void add(const DocumentGates &gates)
    {
        m_html +=
            QStringLiteral("<table class=\"gates\"><caption class=\"unseen\">%1</caption>\n"
                           "<thead><tr><th scope=\"col\">%2</th><th scope=\"col\">%3</th>"
                           "<th scope=\"col\">%4</th><th scope=\"col\">%5</th></tr></thead>\n"
                           "<tbody>\n")
                .arg(escaped(m_title), escaped(Text::tr("Status")), escaped(Text::tr("Check")),
                     escaped(Text::tr("Requested")), escaped(Text::tr("Observed")));
        for (const ReportGate &gate : gates.gates) {
            const ReportTone tone = gateTone(gate);
            const QString meaning = gate.meaning.isEmpty()
                                        ? QString()
                                        : QStringLiteral("<span class=\"meaning\"><br>%1</span>")
                                              .arg(escaped(gate.meaning));
            m_html +=
                QStringLiteral("<tr class=\"%1\"><td class=\"status\">"
                               "<span aria-hidden=\"true\">%2</span> %3</td>"
                               "<th scope=\"row\"><strong>%4</strong>%5%6"
                               "<span class=\"note\"><code>%7</code></span></th>"
                               "<td class=\"value\">%8</td><td class=\"value\">%9</td></tr>\n")
                    .arg(toneClass(tone), escaped(toneSign(tone)), escaped(gateVerdict(gate)),
                         escaped(gate.question), meaning, noteHtml(gate.note), escaped(gate.path),
                         escaped(gate.requested), escaped(gate.observed));
        }
        m_html += QStringLiteral("</tbody></table>\n");
    }

    void add(const DocumentBullets &bullets)
    {
        m_html += QStringLiteral("<ul>\n");
        for (const QString &item : bullets.items)
            m_html += QStringLiteral("<li>%1</li>\n").arg(escaped(item));
        m_html += QStringLiteral("</ul>\n");
    }

    void add(const DocumentReferences &references)
    {
        m_html += QStringLiteral("<ol class=\"references\">\n");
        for (const DocumentReferences::Item &item : references.items)
            m_html += QStringLiteral("<li>%1 <a href=\"%2\" rel=\"noreferrer\">%2</a></li>\n")
                          .arg(escaped(item.text), escaped(item.address));
        m_html += QStringLiteral("</ol>\n");
    }

    void add(const DocumentPicture &picture)
    {
        m_html +=
            QStringLiteral("<figure><img src=\"data:image/png;base64,%1\" width=\"%2\" "
                           "height=\"%3\" alt=\"%4\">\n<figcaption>%5</figcaption></figure>\n")
                .arg(QLatin1StringView(picture.png.toBase64()))
                .arg(picture.pixels.width())
                .arg(picture.pixels.height())
                .arg(escaped(picture.description), escaped(picture.caption));
    }

    void add(const DocumentHistogram &histogram)
    {
        const HistogramPlot plot = plotOf(histogram);
        m_html += QStringLiteral("<figure>");
        if (!plot.isEmpty())
            m_html += svg(plot, histogramDescription(histogram));
        m_html += QStringLiteral("<figcaption>%1</figcaption></figure>\n")
                      .arg(escaped(histogram.caption));
    }

    static QString tickText(const QString &anchor, double x, double y, const QString &text)
    {
        return QStringLiteral("<text class=\"tick\" fill=\"currentColor\" font-size=\"11\" "
                              "text-anchor=\"%1\" x=\"%2\" y=\"%3\">%4</text>\n")
            .arg(anchor, coordinate(x), coordinate(y), escaped(text));
    }

    static QString line(double x1, double y1, double x2, double y2)
    {
        return QStringLiteral("M%1 %2L%3 %4")
            .arg(coordinate(x1), coordinate(y1), coordinate(x2), coordinate(y2));
    }

    /// Colours come from the style sheet; the attributes are for what reads the drawing alone.
    static QString svg(const HistogramPlot &plot, const QString &description)
    {
        QString html =
            QStringLiteral("<svg viewBox=\"0 0 %1 %2\" role=\"img\" aria-label=\"%3\">\n")
                .arg(coordinate(kHistogramSize.width()), coordinate(kHistogramSize.height()),
                     escaped(description));
        QString path;
        for (const QPointF &point : plot.outline)
            path += (path.isEmpty() ? u'M' : u'L') + coordinate(point.x()) + u' ' +
                    coordinate(point.y());
        html +=
            QStringLiteral("<path class=\"bars\" fill=\"currentColor\" d=\"%1Z\"/>\n").arg(path);
        const QRectF &area = plot.area;
        QString axes = line(area.left(), area.bottom(), area.right(), area.bottom()) +
                       line(area.left(), area.top(), area.left(), area.bottom());
        QString texts;
        for (const HistogramPlot::Tick &tick : plot.values) {
            axes += line(tick.at, area.bottom(), tick.at, area.bottom() + 4.0);
            texts += tickText(QStringLiteral("middle"), tick.at, area.bottom() + 17.0, tick.text);
        }
        for (const HistogramPlot::Tick &tick : plot.voxels) {
            axes += line(area.left() - 4.0, tick.at, area.left(), tick.at);
            texts += tickText(QStringLiteral("end"), area.left() - 7.0, tick.at + 4.0, tick.text);
        }
        return html + QStringLiteral("<path class=\"axis\" stroke=\"currentColor\" fill=\"none\" "
                                     "d=\"%1\"/>\n%2</svg>\n")
                          .arg(axes, texts);
    }

    QString m_html;
    QString m_title; ///< of the section under way
};

QString head(const ReportDocument &document)
{
    // The policy keeps the file self-contained even if something got past the escaping.
    return QStringLiteral("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                          "'none'; img-src data:; style-src 'unsafe-inline'\">\n"
                          "<meta name=\"viewport\" content=\"width=device-width\">\n"
                          "<meta name=\"color-scheme\" content=\"light dark\">\n"
                          "<meta name=\"referrer\" content=\"no-referrer\">\n"
                          "<meta name=\"generator\" content=\"%1\">\n"
                          "<title>%2</title>\n<style>%3</style>\n</head>\n")
        .arg(escaped(document.madeBy), escaped(document.title), QLatin1StringView(kReportStyle));
}

QString top(const ReportDocument &document)
{
    QString html =
        QStringLiteral("<body>\n<header>\n<p class=\"banner %1\">%2</p>\n<h1>%3</h1>\n"
                       "<p class=\"verdict %4\"><strong>%5%6</strong>%7</p>\n</header>\n")
            .arg(toneClass(document.bannerTone), escaped(document.banner), escaped(document.title),
                 toneClass(document.verdictTone), signHtml(document.verdictTone),
                 escaped(document.verdict), escaped(document.verdictText));
    return html;
}

QString contents(const ReportDocument &document)
{
    QString html =
        QStringLiteral("<nav aria-label=\"%1\"><ul>\n").arg(escaped(Text::tr("Contents")));
    for (const DocumentSection &section : document.sections)
        html += QStringLiteral("<li><a href=\"#%1\">%2</a></li>\n")
                    .arg(escaped(section.id), escaped(section.title));
    return html + QStringLiteral("</ul></nav>\n");
}

} // namespace

QByteArray reportHtml(const ReportDocument &document)
{
    HtmlWriter writer;
    for (const DocumentBlock &block : document.opening)
        writer.write(block);
    const QString opening = writer.take();
    for (const DocumentSection &section : document.sections)
        writer.section(section);
    const QString footer =
        QStringLiteral("<footer>\n<p>%1</p>\n<p>%2 %3</p>\n</footer>\n</body>\n</html>\n")
            .arg(escaped(document.disclaimer), escaped(document.madeBy + u'.'),
                 escaped(document.madeOf));
    return (head(document) + top(document) + QStringLiteral("<main>\n") + opening +
            contents(document) + writer.take() + QStringLiteral("</main>\n") + footer)
        .toUtf8();
}

} // namespace mrb::backend
