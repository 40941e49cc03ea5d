// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/ExportDialog.h"

#include "backend/base/Text.h"
#include "ui/common/ElidedLabel.h"
#include "ui/common/FieldNote.h"
#include "ui/common/Words.h"
#include "ui/evidence/DigestField.h"
#include "ui/evidence/EvidenceWords.h"
#include "ui/evidence/ExportChoices.h"

#include <QCloseEvent>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <map>
#include <memory>
#include <utility>

namespace mrb::ui {

namespace {

constexpr int kSteps = 1000;

/// What the worker owns: nothing of the window.
struct ExportWork
{
    backend::BundleOrder order;
    backend::ReportMaker makeReport;
    std::map<std::filesystem::path, QString> titles;

    Result<backend::BundleExport> operator()(const std::stop_token &stop,
                                             const TellNews &tell) const;
};

Result<backend::BundleExport> ExportWork::operator()(const std::stop_token &stop,
                                                     const TellNews &tell) const
{
    JobNews now;
    std::size_t reports = 0;
    const auto makeOne = [&](const std::filesystem::path &folder, std::stop_token token) {
        const auto title = titles.find(folder);
        now.step = Text::tr("Report %1 of %2: %3")
                       .arg(++reports)
                       .arg(titles.size())
                       .arg(title == titles.end() ? toQString(folder.filename()) : title->second);
        tell(now);
        return makeReport(folder, std::move(token));
    };
    bool writing = false;
    const auto progress = [&](std::uint64_t done, std::uint64_t total) {
        now.step = std::exchange(writing, true) ? QString() : Text::tr("Writing and hashing");
        now.done = done;
        now.total = total;
        tell(now);
    };
    return backend::exportBundle(order, makeOne, stop, progress);
}

QString runsText(std::size_t runs)
{
    return runs == 1 ? Text::tr("1 run") : Text::tr("%1 runs").arg(runs);
}

} // namespace

ExportDialog::ExportDialog(std::vector<ExportCandidate> runs, ExportDefaults defaults,
                           backend::ReportMaker makeReport, QWidget *parent)
    : QDialog(parent),
      m_defaults(std::move(defaults)),
      m_makeReport(std::move(makeReport)),
      m_pages(new QStackedWidget),
      m_problem(new FieldNote),
      m_doing(new FieldNote(FieldNote::Size::Verdict)),
      m_step(new ElidedLabel),
      m_bar(new QProgressBar),
      m_amount(new QLabel),
      m_verdict(new FieldNote(FieldNote::Size::Verdict)),
      m_warnings(new FieldNote),
      m_where(new ElidedLabel),
      m_size(new QLabel),
      m_digest(new DigestField(tr("Digest (SHA-256 of SHA256SUMS)"))),
      m_contents(new QTreeWidget)
{
    setWindowTitle(tr("Export bundle"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    m_pages->addWidget(makeChoicesPage(std::move(runs)));
    m_pages->addWidget(makeProgressPage());
    m_pages->addWidget(makeDonePage());
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_pages, 1);
    layout->addWidget(makeButtons());
    connect(m_choices, &ExportChoices::changed, this,
            [this] { m_export->setEnabled(m_choices->problem().isEmpty()); });
    setMinimumWidth(fontMetrics().averageCharWidth() * 70);
    resize(fontMetrics().averageCharWidth() * 128, fontMetrics().height() * 36);
    enter(Page::Choices);
}

ExportDialog::~ExportDialog() = default;

QWidget *ExportDialog::makeChoicesPage(std::vector<ExportCandidate> runs)
{
    m_choices = new ExportChoices(std::move(runs), m_defaults);
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins({});
    layout->addWidget(m_problem);
    layout->addWidget(makeExplanation(tr(
        "A bundle holds each run with its volumes, record, settings, logs, report and checksums. "
        "Failed runs go out as failed and the demo phantom as a demo.")));
    layout->addWidget(m_choices, 1);
    return page;
}

QWidget *ExportDialog::makeProgressPage()
{
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the export"));
    m_amount->setTextFormat(Qt::PlainText);
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins({});
    layout->addWidget(m_doing);
    layout->addSpacing(8);
    layout->addWidget(m_step);
    layout->addWidget(m_bar);
    layout->addWidget(m_amount);
    layout->addSpacing(8);
    layout->addWidget(makeExplanation(
        tr("You can go on working. The bundle appears when it is complete, or not at all.")));
    layout->addStretch(1);
    return page;
}

QWidget *ExportDialog::makeDonePage()
{
    m_size->setTextFormat(Qt::PlainText);
    m_size->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_where->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_contents->setHeaderLabels({tr("In the bundle"), tr("Status"), tr("Volumes")});
    m_contents->setRootIsDecorated(false);
    m_contents->setUniformRowHeights(true);
    m_contents->setAccessibleName(tr("Exported runs"));
    m_contents->header()->setStretchLastSection(false);
    m_contents->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (const int column : {1, 2})
        m_contents->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    auto *page = new QWidget;
    auto *facts = new QWidget;
    m_facts = new QFormLayout(facts);
    m_facts->setContentsMargins({});
    m_facts->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_facts->addRow(tr("File"), m_where);
    m_facts->addRow(tr("Size"), m_size);
    m_facts->addRow(tr("Digest"), m_digest);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins({});
    layout->addWidget(m_verdict);
    layout->addSpacing(8);
    layout->addWidget(facts);
    layout->addSpacing(8);
    layout->addWidget(makeExplanation(
        tr("Note the digest elsewhere: in a letter, a lab book, a paper. The bundle is not signed; "
           "only a noted digest shows a change after which somebody wrote all checksums anew.")));
    layout->addWidget(m_warnings);
    layout->addSpacing(8);
    layout->addWidget(m_contents, 1);
    return page;
}

QDialogButtonBox *ExportDialog::makeButtons()
{
    auto *buttons = new QDialogButtonBox;
    m_reveal = buttons->addButton(tr("Show in &file manager"), QDialogButtonBox::ActionRole);
    m_verify = buttons->addButton(tr("Verify &now"), QDialogButtonBox::ActionRole);
    m_export = buttons->addButton(tr("&Export"), QDialogButtonBox::AcceptRole);
    m_close = buttons->addButton(QDialogButtonBox::Close);
    m_export->setDefault(true);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::startExport);
    connect(m_close, &QPushButton::clicked, this, [this] {
        if (isExporting())
            stop();
        else
            close();
    });
    connect(m_reveal, &QPushButton::clicked, this,
            [this] { Q_EMIT revealRequested(m_exported->target); });
    connect(m_verify, &QPushButton::clicked, this,
            [this] { Q_EMIT verifyRequested(m_exported->target); });
    return buttons;
}

void ExportDialog::enter(Page page)
{
    m_pages->setCurrentIndex(static_cast<int>(page));
    m_export->setVisible(page == Page::Choices);
    m_reveal->setVisible(page == Page::Done);
    m_verify->setVisible(page == Page::Done);
    m_close->setText(page == Page::Choices    ? tr("Cancel")
                     : page == Page::Progress ? tr("&Stop the export")
                                              : tr("&Close"));
    m_export->setEnabled(m_choices->problem().isEmpty());
    m_close->setEnabled(true);
    if (page == Page::Done)
        m_verify->setDefault(true);
    else
        m_export->setDefault(page == Page::Choices);
}

void ExportDialog::startExport()
{
    if (isExporting() || !m_choices->problem().isEmpty())
        return;
    const QFileInfo target(m_choices->target());
    if (!target.exists() || m_choices->replacesChosenFile()) {
        run(target.exists());
        return;
    }
    auto *box =
        new QMessageBox(QMessageBox::Question, windowTitle(),
                        tr("Replace “%1”?").arg(target.fileName()), QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("The file that is there stays until the new one is complete."));
    QPushButton *replace = box->addButton(tr("&Replace"), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::finished, this, [this, box, replace] {
        if (box->clickedButton() == replace)
            run(true);
    });
    box->open();
}

void ExportDialog::run(bool overwrite)
{
    ExportWork work{.order = m_choices->order(), .makeReport = m_makeReport, .titles = {}};
    work.order.overwrite = overwrite;
    work.order.environment = m_defaults.environment;
    for (const ExportCandidate &run : m_choices->chosen())
        work.titles[run.folder] = run.title;
    m_problem->say(Tone::Neutral, {});
    m_exported.reset();
    m_doing->say(Tone::Busy, tr("Exporting %1").arg(runsText(work.order.runs.size())));
    m_step->setFullText(tr("Looking at the runs"));
    m_bar->setRange(0, 0); // how much it will be is known once the reports are there
    m_amount->clear();
    enter(Page::Progress);
    m_job.start(
        std::move(work), [this](const JobNews &news) { showNews(news); },
        [this](const Result<backend::BundleExport> &result) { take(result); });
}

void ExportDialog::showNews(const JobNews &news)
{
    if (m_job.isStopped())
        return;
    if (!news.step.isEmpty())
        m_step->setFullText(news.step);
    if (news.total == 0)
        return;
    const double fraction = static_cast<double>(news.done) / static_cast<double>(news.total);
    m_bar->setRange(0, kSteps);
    m_bar->setValue(static_cast<int>(fraction * kSteps));
    m_amount->setText(tr("%1 of %2").arg(bytesText(news.done), bytesText(news.total)));
}

void ExportDialog::take(const Result<backend::BundleExport> &result)
{
    if (result) {
        m_exported = *result;
        showDone();
        enter(Page::Done);
        Q_EMIT exportFinished(result->target);
    } else {
        const bool stopped = result.error().code == backend::error_codes::kBundleCancelled;
        m_problem->say(stopped ? Tone::Notice : Tone::Bad,
                       stopped ? tr("The export was stopped. Nothing was left behind.")
                               : sentences(result.error()));
        enter(Page::Choices);
    }
    Q_EMIT exportEnded();
    if (m_closing)
        close();
}

void ExportDialog::showDone()
{
    const backend::BundleExport &done = *m_exported;
    m_verdict->say(Tone::Good, tr("Exported %1").arg(runsText(done.runs.size())));
    m_where->setFullText(toQString(done.target), Qt::ElideMiddle);
    static_cast<QLabel *>(m_facts->labelForField(m_where))
        ->setText(done.isFolder ? tr("Folder") : tr("File"));
    m_size->setText(
        tr("%1 in %2 files").arg(bytesText(done.bytes)).arg(static_cast<qulonglong>(done.files)));
    m_digest->setDigest(QString::fromStdString(done.sumsSha256));
    m_contents->clear();
    for (const backend::BundledRun &run : done.runs) {
        auto *item = new QTreeWidgetItem(m_contents);
        item->setText(0, QString::fromStdString(run.name));
        item->setSizeHint(0, QSize(0, fontMetrics().height() + 4));
        item->setToolTip(0, toQString(run.folder));
        item->setText(1, QString::fromStdString(run.overallStatus));
        item->setText(2, QString::number(run.volumes));
        item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
    }
    QStringList warnings;
    for (const Error &warning : done.warnings)
        warnings += sentences(warning);
    m_warnings->say(Tone::Notice, warnings.join(u'\n'));
}

QString ExportDialog::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

/// What is being made of a run's report may take a moment to end.
void ExportDialog::stop()
{
    m_job.stop();
    m_step->setFullText(tr("Stopping"));
    m_close->setEnabled(false);
}

void ExportDialog::stopAndClose()
{
    m_closing = true;
    if (isExporting())
        stop();
    else
        close();
}

void ExportDialog::reject()
{
    if (isExporting())
        askToStop();
    else
        QDialog::reject();
}

void ExportDialog::closeEvent(QCloseEvent *event)
{
    if (!isExporting()) {
        QDialog::closeEvent(event);
        return;
    }
    event->ignore();
    askToStop();
}

void ExportDialog::askToStop()
{
    auto *box = new QMessageBox(QMessageBox::Question, windowTitle(), tr("Stop the export?"),
                                QMessageBox::NoButton, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("What was written so far is removed."));
    QPushButton *stop = box->addButton(tr("&Stop and close"), QMessageBox::AcceptRole);
    QPushButton *stay = box->addButton(tr("&Go on"), QMessageBox::RejectRole);
    box->setDefaultButton(stay);
    box->setEscapeButton(stay);
    connect(box, &QMessageBox::finished, this, [this, box, stop] {
        if (box->clickedButton() == stop)
            stopAndClose();
    });
    // Answered by the export itself when that ends first.
    connect(this, &ExportDialog::exportEnded, box, &QDialog::reject);
    box->open();
}

} // namespace mrb::ui
