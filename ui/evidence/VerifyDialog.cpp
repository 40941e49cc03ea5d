// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/VerifyDialog.h"

#include "backend/base/Text.h"
#include "ui/common/ElidedLabel.h"
#include "ui/common/FieldNote.h"
#include "ui/common/Words.h"
#include "ui/evidence/CheckTree.h"
#include "ui/evidence/DigestField.h"
#include "ui/evidence/EvidenceWords.h"
#include "ui/evidence/SaveDocument.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <utility>

namespace mrb::ui {

namespace {

constexpr int kSteps = 1000;
constexpr qsizetype kMostNotes = 2; ///< below the list; all of them are in it

QString onlyLocalFile(const QMimeData &data)
{
    return data.urls().size() == 1 ? data.urls().front().toLocalFile() : QString();
}

} // namespace

VerifyDialog::VerifyDialog(QWidget *parent)
    : QDialog(parent),
      m_source(new ElidedLabel),
      m_verdict(new FieldNote(FieldNote::Size::Verdict)),
      m_bar(new QProgressBar),
      m_amount(new QLabel),
      m_onlyFailures(new QCheckBox(tr("Only &failures"))),
      m_checks(new CheckTree),
      m_reason(makeExplanation({})),
      m_notes(new FieldNote),
      m_archiveName(new QLabel(tr("SHA-256 of the archive"))),
      m_sumsName(new QLabel(tr("SHA-256 of SHA256SUMS"))),
      m_archiveDigest(new DigestField(m_archiveName->text())),
      m_sumsDigest(new DigestField(m_sumsName->text())),
      m_noted(new QLineEdit),
      m_notedNote(new FieldNote),
      m_saved(new FieldNote)
{
    setWindowTitle(tr("Verify"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    setAcceptDrops(true);
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_reason->setMinimumHeight(2 * fontMetrics().lineSpacing());
    m_reason->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_reason->setAccessibleName(tr("What was found"));
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(makeSource());
    layout->addWidget(m_verdict);
    layout->addWidget(makeExplanation(
        tr("An engineering check: are the files complete, unchanged and consistent, and do the "
           "gates hold? It does not judge anatomy and is no medical statement.")));
    layout->addWidget(makeProgress());
    layout->addWidget(makeFilter());
    layout->addWidget(m_checks, 1);
    layout->addWidget(m_reason);
    layout->addWidget(m_notes);
    layout->addWidget(makeDigests());
    layout->addWidget(m_saved);
    layout->addWidget(makeButtons());
    connect(m_onlyFailures, &QCheckBox::toggled, m_checks, &CheckTree::setOnlyFailures);
    connect(m_checks, &CheckTree::reasonChanged, m_reason, &QLabel::setText);
    setMinimumSize(fontMetrics().averageCharWidth() * 84, fontMetrics().height() * 28);
    resize(fontMetrics().averageCharWidth() * 140, fontMetrics().height() * 44);
    showNothing(Tone::Neutral, tr("Choose a bundle or a run's folder, or drop one here."));
}

VerifyDialog::~VerifyDialog() = default;

QWidget *VerifyDialog::makeSource()
{
    auto *file = new QPushButton(tr("&Bundle…"));
    file->setToolTip(tr("Verify a ZIP archive"));
    auto *folder = new QPushButton(tr("Fol&der…"));
    folder->setToolTip(tr("Verify a run's folder, or a bundle that was unpacked"));
    m_source->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *box = new QWidget;
    auto *layout = new QHBoxLayout(box);
    layout->setContentsMargins({});
    layout->addWidget(m_source, 1);
    for (QPushButton *button : {file, folder}) {
        button->setAutoDefault(false);
        layout->addWidget(button);
    }
    connect(file, &QPushButton::clicked, this, &VerifyDialog::chooseFile);
    connect(folder, &QPushButton::clicked, this, &VerifyDialog::chooseFolder);
    return box;
}

QWidget *VerifyDialog::makeProgress()
{
    m_bar->setRange(0, kSteps);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_amount->setTextFormat(Qt::PlainText);
    auto *stop = new QPushButton(tr("&Stop"));
    stop->setAutoDefault(false);
    connect(stop, &QPushButton::clicked, this, [this] { m_job.stop(); });
    m_progress = new QWidget;
    auto *layout = new QHBoxLayout(m_progress);
    layout->setContentsMargins({});
    layout->addWidget(m_bar, 1);
    layout->addWidget(m_amount);
    layout->addWidget(stop);
    return m_progress;
}

QWidget *VerifyDialog::makeFilter()
{
    m_filter = new QWidget;
    auto *layout = new QHBoxLayout(m_filter);
    layout->setContentsMargins({});
    layout->addWidget(m_onlyFailures);
    layout->addStretch(1);
    return m_filter;
}

QWidget *VerifyDialog::makeDigests()
{
    auto *label = new QLabel(tr("&Noted digest"));
    label->setBuddy(m_noted);
    auto *check = new QPushButton(tr("Chec&k"));
    check->setAutoDefault(false);
    check->setToolTip(tr("Verify again, also against this digest"));
    m_noted->setPlaceholderText(tr("Optional: the digest that was noted at the export"));
    m_noted->setToolTip(tr("Only a digest that was noted elsewhere shows a change after which all "
                           "checksums were written anew. A bundle is not signed."));
    m_noted->setClearButtonEnabled(true);
    m_digests = new QWidget;
    auto *layout = new QGridLayout(m_digests);
    layout->setContentsMargins({});
    layout->addWidget(m_archiveName, 0, 0);
    layout->addWidget(m_archiveDigest, 0, 1, 1, 2);
    layout->addWidget(m_sumsName, 1, 0);
    layout->addWidget(m_sumsDigest, 1, 1, 1, 2);
    layout->addWidget(label, 2, 0);
    layout->addWidget(m_noted, 2, 1);
    layout->addWidget(check, 2, 2);
    layout->addWidget(m_notedNote, 3, 1, 1, 2);
    layout->setColumnStretch(1, 1);
    connect(check, &QPushButton::clicked, this, &VerifyDialog::checkDigest);
    connect(m_noted, &QLineEdit::returnPressed, this, &VerifyDialog::checkDigest);
    return m_digests;
}

QWidget *VerifyDialog::makeButtons()
{
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    const auto add = [buttons](const QString &text) {
        QPushButton *button = buttons->addButton(text, QDialogButtonBox::ActionRole);
        button->setAutoDefault(false);
        return button;
    };
    m_copy = add(tr("&Copy as text"));
    m_save = add(tr("Save &JSON…"));
    m_again = add(tr("&Verify again"));
    buttons->button(QDialogButtonBox::Close)->setAutoDefault(false);
    connect(m_copy, &QPushButton::clicked, this, &VerifyDialog::copyText);
    connect(m_save, &QPushButton::clicked, this, &VerifyDialog::askForJsonFile);
    connect(m_again, &QPushButton::clicked, this, &VerifyDialog::start);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    return buttons;
}

void VerifyDialog::verify(const std::filesystem::path &evidence)
{
    m_noted->clear();
    m_notedNote->say(Tone::Neutral, {});
    if (isVerifying()) {
        m_next = evidence;
        m_job.stop();
        return;
    }
    m_evidence = evidence;
    start();
}

void VerifyDialog::start()
{
    if (isVerifying() || m_evidence.empty())
        return;
    m_source->setFullText(toQString(m_evidence), Qt::ElideMiddle);
    setWindowTitle(tr("Verify %1").arg(toQString(m_evidence.filename())));
    m_report.reset();
    showNothing(Tone::Busy, tr("Reading every byte again"));
    m_bar->setValue(0);
    m_amount->clear();
    m_progress->show();
    backend::VerifyOptions options;
    if (const QString noted = m_noted->text().simplified(); !noted.isEmpty())
        options.digest = noted.toLower().toStdString();
    m_job.start(
        [evidence = m_evidence, options](const std::stop_token &stop, const TellNews &tell) {
            return backend::verifyEvidence(evidence, options, stop,
                                           [&tell](std::uint64_t done, std::uint64_t total) {
                                               tell({{}, done, total});
                                           });
        },
        [this](const JobNews &news) { showNews(news); },
        [this](const Result<backend::VerifyReport> &result) { take(result); });
}

void VerifyDialog::showNews(const JobNews &news)
{
    if (news.total == 0)
        return;
    const double fraction = static_cast<double>(news.done) / static_cast<double>(news.total);
    m_bar->setValue(static_cast<int>(fraction * kSteps));
    m_amount->setText(tr("%1 of %2").arg(bytesText(news.done), bytesText(news.total)));
}

void VerifyDialog::take(const Result<backend::VerifyReport> &result)
{
    if (m_next) {
        m_evidence = *std::exchange(m_next, std::nullopt);
        start();
        return;
    }
    if (result) {
        m_report = *result;
        showReport();
        Q_EMIT verified();
        return;
    }
    const bool stopped = m_job.isStopped();
    showNothing(stopped ? Tone::Notice : Tone::Bad,
                stopped ? tr("Not verified: it was stopped.") : sentences(result.error()));
    m_again->setEnabled(true);
    Q_EMIT failed(result.error());
}

/// The state without a report.
void VerifyDialog::showNothing(Tone tone, const QString &text)
{
    m_verdict->say(tone, text);
    m_progress->hide();
    m_checks->setChecks({}, {});
    m_reason->clear();
    m_notes->say(Tone::Neutral, {});
    m_saved->say(Tone::Neutral, {});
    m_digests->hide();
    m_filter->setEnabled(false);
    for (QPushButton *button : {m_copy, m_save, m_again})
        button->setEnabled(false);
}

void VerifyDialog::showReport()
{
    m_progress->hide();
    m_verdict->say(m_report->passed ? Tone::Good : Tone::Bad, verdictText(*m_report));
    m_checks->setChecks(m_report->checks, m_report->notes);
    QStringList notes = m_report->notes.mid(0, kMostNotes);
    if (m_report->notes.size() > kMostNotes)
        notes += tr("More notes stand at the end of the list.");
    m_notes->say(Tone::Neutral, notes.join(u'\n'));
    m_archiveDigest->setDigest(QString::fromStdString(m_report->archiveSha256));
    m_archiveName->setVisible(!m_report->archiveSha256.empty());
    m_sumsDigest->setDigest(QString::fromStdString(m_report->sumsSha256));
    m_sumsName->setVisible(!m_report->sumsSha256.empty());
    // A run's own folder has no digest that somebody could have noted.
    m_digests->setVisible(!m_report->sumsSha256.empty() || !m_report->archiveSha256.empty());
    m_filter->setEnabled(true);
    for (QPushButton *button : {m_copy, m_save, m_again})
        button->setEnabled(true);
}

void VerifyDialog::checkDigest()
{
    static const QRegularExpression kDigest(QStringLiteral("^[0-9a-fA-F]{64}$"));
    const QString noted = m_noted->text().simplified();
    if (!noted.isEmpty() && !kDigest.match(noted).hasMatch()) {
        m_notedNote->say(Tone::Bad, tr("A SHA-256 digest has 64 digits from 0 to 9 and a to f."));
        return;
    }
    m_notedNote->say(Tone::Neutral, {});
    start();
}

QString VerifyDialog::verdict() const
{
    return m_verdict->text();
}

void VerifyDialog::setNotedDigest(const QString &digest)
{
    m_noted->setText(digest);
    checkDigest();
}

void VerifyDialog::copyText() const
{
    if (m_report)
        QGuiApplication::clipboard()->setText(verifyText(*m_report));
}

void VerifyDialog::askForJsonFile()
{
    askForJsonTarget(*this, tr("Save what was verified"), QStringLiteral("verification.json"),
                     [this](const std::filesystem::path &file) { saveJson(file); });
}

void VerifyDialog::saveJson(const std::filesystem::path &file)
{
    if (m_report)
        saveDocument(*m_saved, m_report->document, file);
}

void VerifyDialog::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Verify a bundle"), QString(),
                                   tr("Bundles (*.zip);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString &file) { verify(toPath(file)); });
    dialog->open();
}

void VerifyDialog::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Verify a folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString &file) { verify(toPath(file)); });
    dialog->open();
}

void VerifyDialog::dragEnterEvent(QDragEnterEvent *event)
{
    if (!onlyLocalFile(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void VerifyDialog::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    verify(toPath(onlyLocalFile(*event->mimeData())));
}

} // namespace mrb::ui
