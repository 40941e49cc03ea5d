// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/report/ReportPanel.h"

#include "backend/report/ReportText.h"
#include "ui/common/Tones.h"
#include "ui/report/HistogramPicture.h"
#include "ui/report/ReportHtml.h"
#include "ui/report/ReportView.h"

#include <QClipboard>
#include <QEvent>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollBar>
#include <QTextDocument>
#include <QVBoxLayout>

#include <utility>

namespace mrb::ui {

namespace {

constexpr int kSignSize = 24;
constexpr int kHistogramHeight = 88;
/// While an edge is dragged the document wraps anew at once; pictures and columns follow then.
constexpr int kWidthDelayMs = 60;

Tone toneOf(backend::ReportTone tone)
{
    switch (tone) {
    case backend::ReportTone::Good:
        return Tone::Good;
    case backend::ReportTone::Notice:
        return Tone::Notice;
    case backend::ReportTone::Bad:
        return Tone::Bad;
    case backend::ReportTone::Plain:
        break;
    }
    return Tone::Neutral;
}

QPushButton *button(const QString &text, const QString &toolTip, QWidget *parent)
{
    auto *made = new QPushButton(text, parent);
    made->setToolTip(toolTip);
    made->setAutoDefault(false);
    return made;
}

} // namespace

ReportPanel::ReportPanel(QWidget *parent)
    : QWidget(parent),
      m_sign(new QLabel(this)),
      m_verdict(new QLabel(this)),
      m_view(new ReportView(this)),
      m_useSettings(button(tr("Use settings"),
                           tr("Put the settings of this run into the Generate form"), this)),
      m_log(button(tr("Open log"), tr("Show the log of this run"), this)),
      m_copy(button(tr("Copy report"), tr("Copy all of the report as text (Ctrl+C in it)"), this)),
      m_save(button(tr("Save report…"), tr("Write the report as a web page or a PDF"), this)),
      m_disclaimer(new QLabel(this))
{
    m_sign->setFixedSize(kSignSize, kSignSize);
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setWordWrap(true);
    m_verdict->setAccessibleName(tr("Verdict"));
    m_verdict->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    QFont large = font();
    large.setBold(true);
    large.setPointSizeF(large.pointSizeF() * 1.25);
    m_verdict->setFont(large);
    m_disclaimer->setTextFormat(Qt::PlainText);
    m_disclaimer->setWordWrap(true);
    m_disclaimer->setAccessibleName(tr("Disclaimer"));
    m_disclaimer->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    m_disclaimer->setFont(small);

    auto *header = new QHBoxLayout;
    header->addWidget(m_sign);
    header->addWidget(m_verdict, 1);
    // In two rows: four beside each other would widen the dock.
    auto *buttons = new QGridLayout;
    buttons->addWidget(m_useSettings, 0, 0);
    buttons->addWidget(m_log, 0, 1);
    buttons->addWidget(m_copy, 1, 0);
    buttons->addWidget(m_save, 1, 1);
    buttons->setColumnStretch(2, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 4, 6);
    layout->addLayout(header);
    layout->addWidget(m_view, 1);
    layout->addLayout(buttons);
    layout->addWidget(m_disclaimer);

    connect(m_view, &QTextBrowser::anchorClicked, this, &ReportPanel::follow);
    connect(m_view, &ReportView::copyAllRequested, this, &ReportPanel::copyReport);
    connect(m_copy, &QPushButton::clicked, this, &ReportPanel::copyReport);
    connect(m_log, &QPushButton::clicked, this, [this] {
        if (m_report)
            Q_EMIT logRequested(m_report->runFolder);
    });
    connect(m_save, &QPushButton::clicked, this, [this] {
        if (m_report)
            Q_EMIT saveRequested(m_report->runFolder);
    });
    connect(m_useSettings, &QPushButton::clicked, this, [this] {
        if (m_report)
            Q_EMIT useSettingsRequested(m_report->runFolder);
    });
    m_widthTimer.setSingleShot(true);
    m_widthTimer.setInterval(kWidthDelayMs);
    connect(&m_widthTimer, &QTimer::timeout, this, [this] {
        if (m_view->viewport()->width() != m_renderedWidth)
            render();
    });
    clear();
}

ReportPanel::~ReportPanel() = default;

void ReportPanel::show(const backend::RunReport &report)
{
    const bool same =
        m_report && m_report->volume == report.volume && m_report->runFolder == report.runFolder;
    if (!same)
        m_histogram.reset();
    // What was opened of one run's gates says nothing of another's.
    if (!same)
        m_opened.removeIf([](const auto &part) { return part.key().startsWith(u"gate:"); });
    const int scrolled = same ? m_view->verticalScrollBar()->value() : 0;
    m_report = report;
    enter(State::Report);
    m_view->verticalScrollBar()->setValue(scrolled);
}

void ReportPanel::showLoading(const QString &what)
{
    m_report.reset();
    m_histogram.reset();
    m_loading = what;
    enter(State::Loading);
}

void ReportPanel::showProblem(const Error &error)
{
    m_report.reset();
    m_histogram.reset();
    m_problem = error;
    enter(State::Problem);
}

void ReportPanel::clear()
{
    m_report.reset();
    m_histogram.reset();
    enter(State::Empty);
}

void ReportPanel::setHistogram(std::shared_ptr<const viewer::Histogram> histogram)
{
    if (histogram == m_histogram)
        return;
    m_histogram = std::move(histogram);
    if (m_state == State::Report)
        render();
}

QString ReportPanel::text() const
{
    return m_report ? backend::reportText(*m_report) : m_view->toPlainText();
}

void ReportPanel::copyReport() const
{
    QGuiApplication::clipboard()->setText(text());
}

void ReportPanel::enter(State state)
{
    m_state = state;
    updateHeader();
    render();
    Q_EMIT contentChanged();
}

void ReportPanel::updateHeader()
{
    QString verdict;
    Tone tone = Tone::Neutral;
    switch (m_state) {
    case State::Empty:
        verdict = tr("No report");
        break;
    case State::Loading:
        verdict = tr("One moment\u2026");
        tone = Tone::Busy;
        break;
    case State::Problem:
        verdict = tr("Not readable");
        tone = Tone::Bad;
        break;
    case State::Report:
        verdict = m_report->verdict;
        tone = toneOf(m_report->verdictTone);
        break;
    }
    m_verdict->setText(verdict);
    m_sign->setPixmap(toneIcon(tone, palette()).pixmap(kSignSize, kSignSize));
    const bool isRun = m_report && !m_report->runFolder.empty();
    m_useSettings->setVisible(isRun);
    m_log->setVisible(isRun);
    m_save->setVisible(isRun);
    m_copy->setVisible(m_report.has_value());
    m_disclaimer->setVisible(m_report && !m_report->disclaimer.isEmpty());
    m_disclaimer->setText(m_report ? m_report->disclaimer : QString());
}

void ReportPanel::render()
{
    const int scrolled = m_view->verticalScrollBar()->value();
    const double ratio = devicePixelRatioF();
    m_renderedWidth = m_view->viewport()->width();
    const int width =
        std::max(100, m_renderedWidth - 2 * static_cast<int>(m_view->document()->documentMargin()));
    ReportLook look{.palette = palette(),
                    .width = width,
                    .opened = m_opened,
                    .histogramHeight =
                        m_histogram && !m_histogram->isEmpty() ? kHistogramHeight : 0};
    QTextDocument *document = m_view->document();
    document->setDefaultStyleSheet(reportStyle(look.palette));
    QString html;
    m_parts.clear();
    m_openParts.clear();
    if (m_state == State::Report) {
        ReportHtml made = reportHtml(*m_report, look);
        html = std::move(made.html);
        m_parts = std::move(made.parts);
        m_openParts = std::move(made.openParts);
    } else if (m_state == State::Problem) {
        html = problemHtml(*m_problem, look);
    } else if (m_state == State::Loading) {
        // Not in the header: a label breaks no file name, and the panel would become as wide.
        html = QStringLiteral("<p>%1</p>").arg(m_loading.toHtmlEscaped());
    } else if (m_state == State::Empty) {
        html = QStringLiteral("<p>%1</p>")
                   .arg(tr("Open a volume or choose a run to see what is known of it.")
                            .toHtmlEscaped());
    }
    m_view->setHtml(QStringLiteral("<body>%1</body>").arg(html));
    // setHtml() forgets the pictures; the document asks for them when it is laid out.
    const std::pair<const char *, Tone> tones[] = {{"tone:good", Tone::Good},
                                                   {"tone:notice", Tone::Notice},
                                                   {"tone:bad", Tone::Bad},
                                                   {"tone:neutral", Tone::Neutral}};
    for (const auto &[name, tone] : tones)
        document->addResource(QTextDocument::ImageResource, QUrl(QLatin1StringView(name)),
                              toneIcon(tone, look.palette).pixmap(QSize(12, 12), ratio));
    if (look.histogramHeight > 0)
        document->addResource(
            QTextDocument::ImageResource, QUrl(QStringLiteral("histogram:")),
            histogramPicture(*m_histogram, {width, kHistogramHeight}, ratio, look.palette, font()));
    m_view->verticalScrollBar()->setValue(scrolled);
}

void ReportPanel::follow(const QUrl &link)
{
    if (link.scheme() == u"toggle") {
        toggle(link.path().toInt());
        return;
    }
    if (!m_report)
        return;
    if (link == QUrl(QStringLiteral("volume:show")))
        Q_EMIT openVolumeRequested(m_report->volume);
    else if (link == QUrl(QStringLiteral("run:folder")))
        Q_EMIT revealRequested(m_report->volume.empty() ? m_report->runFolder : m_report->volume);
}

void ReportPanel::toggle(int part)
{
    if (part < 0 || part >= m_parts.size())
        return;
    const QString key = m_parts[part];
    m_opened.insert(key, !m_openParts.contains(key));
    render();
    m_view->focusLink(QStringLiteral("toggle:%1").arg(part));
}

void ReportPanel::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange ||
        event->type() == QEvent::FontChange) {
        updateHeader();
        render();
    }
    QWidget::changeEvent(event);
}

void ReportPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_widthTimer.start();
}

} // namespace mrb::ui
