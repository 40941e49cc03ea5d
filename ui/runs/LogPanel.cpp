// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/LogPanel.h"

#include "backend/base/Text.h"
#include "ui/common/ElidedLabel.h"
#include "ui/runs/FailureBox.h"
#include "ui/runs/LogFile.h"
#include "ui/runs/LogSearchBar.h"
#include "ui/runs/LogView.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QFileDialog>
#include <QFutureWatcher>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QSaveFile>
#include <QShortcut>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <QtConcurrentRun>

namespace mrb::ui {

using backend::EntryState;
using backend::EntryVerdict;
using backend::QueueEntry;

namespace {

constexpr std::chrono::milliseconds kFlushEvery{50};
constexpr std::chrono::milliseconds kRenderEvery{5}; // of what is there already

void runInWorker(QObject *owner, auto job, auto then)
{
    using Value = decltype(job());
    auto *watcher = new QFutureWatcher<Value>(owner);
    QObject::connect(watcher, &QFutureWatcherBase::finished, owner, [watcher, then] {
        watcher->deleteLater();
        then(watcher->result());
    });
    watcher->setFuture(QtConcurrent::run(job));
}

Error cannotCopy(const QString &target, const QString &reason)
{
    return {mrb::error_codes::kCannotWrite,
            LogPanel::tr("The log could not be saved as %1: %2.").arg(target, reason),
            LogPanel::tr("Choose another folder, or open the file itself.")};
}

std::optional<Error> copyFile(const QString &source, const QString &target)
{
    QFile from(source);
    if (!from.open(QIODevice::ReadOnly))
        return cannotCopy(target, from.errorString());
    QSaveFile to(target);
    if (!to.open(QIODevice::WriteOnly))
        return cannotCopy(target, to.errorString());
    while (!from.atEnd()) {
        const QByteArray part = from.read(qint64{1} << 20);
        if (from.error() != QFileDevice::NoError)
            return cannotCopy(target, from.errorString());
        if (to.write(part) != part.size())
            return cannotCopy(target, to.errorString());
    }
    if (!to.commit())
        return cannotCopy(target, to.errorString());
    return std::nullopt;
}

/// What there is to read about an entry that has no log.
std::vector<ShownLine> linesOf(const Errors &problems)
{
    std::vector<ShownLine> lines;
    for (const Error &problem : problems) {
        lines.push_back({problem.message, backend::LogLevel::Error});
        if (!problem.hint.isEmpty())
            lines.push_back({problem.hint});
    }
    return lines;
}

} // namespace

LogPanel::LogPanel(backend::RunQueue &queue, QWidget *parent)
    : QWidget(parent), m_queue(queue), m_store(std::make_shared<LogStore>()), m_flush(this)
{
    makeLayout();
    makeShortcuts();
    m_flush.setSingleShot(true);
    connect(&m_flush, &QTimer::timeout, this, &LogPanel::flush);
    connect(m_view, &LogView::renderingWanted, this, [this] { m_flush.start(kRenderEvery); });
    connect(m_failure, &FailureBox::evidenceRequested, this, &LogPanel::showEvidence);
    connect(&m_queue, &backend::RunQueue::lineRead, this, &LogPanel::onLine);
    connect(&m_queue, &backend::RunQueue::started, this, &LogPanel::onStarted);
    connect(&m_queue, &backend::RunQueue::ended, this, &LogPanel::onEnded);
    clear();
}

LogPanel::~LogPanel() = default;

void LogPanel::makeLayout()
{
    m_view = new LogView(this);
    m_view->setObjectName(QStringLiteral("log.text"));
    m_failure = new FailureBox(this);
    m_search = new LogSearchBar(*m_view, this);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(makeHeader());
    all->addWidget(m_failure);
    all->addWidget(m_view, 1);
    all->addWidget(m_search);
}

QWidget *LogPanel::makeHeader()
{
    auto *header = new QWidget(this);
    m_title = new ElidedLabel(header);
    m_note = new ElidedLabel(header);
    m_note->setObjectName(QStringLiteral("log.note"));
    auto *wrap = new QToolButton(header);
    wrap->setText(tr("&Wrap"));
    wrap->setCheckable(true);
    wrap->setToolTip(tr("Wrap long lines"));
    connect(wrap, &QToolButton::toggled, this, [this](bool on) {
        m_view->setLineWrapMode(on ? QPlainTextEdit::WidgetWidth : QPlainTextEdit::NoWrap);
        if (m_view->isFollowing())
            m_view->jumpToEnd();
    });
    auto *find = new QToolButton(header);
    find->setText(tr("Searc&h"));
    find->setToolTip(tr("Search the log (Ctrl+F)"));
    connect(find, &QToolButton::clicked, this, &LogPanel::openSearch);
    auto *copyText = new QToolButton(header);
    copyText->setText(tr("&Copy"));
    copyText->setToolTip(tr("Copy the selection, or everything shown"));
    connect(copyText, &QToolButton::clicked, this, &LogPanel::copy);
    auto *line = new QHBoxLayout(header);
    line->setContentsMargins(6, 2, 4, 2);
    line->addWidget(m_title, 3);
    line->addWidget(m_note, 2);
    m_note->hide(); // the title has the room while there is nothing to note
    m_file = makeFileButton();
    for (QToolButton *button : {wrap, find, copyText, m_file}) {
        button->setAutoRaise(true);
        line->addWidget(button);
    }
    return header;
}

QToolButton *LogPanel::makeFileButton()
{
    auto *button = new QToolButton(this);
    button->setText(tr("&Open file"));
    button->setObjectName(QStringLiteral("log.file"));
    button->setToolTip(tr("Open the whole log"));
    button->setPopupMode(QToolButton::MenuButtonPopup);
    auto *menu = new QMenu(button);
    menu->addAction(tr("&Open log file"), this, &LogPanel::openFile);
    menu->addAction(tr("&Save a copy…"), this, &LogPanel::saveCopy);
    menu->addAction(tr("Show &folder"), this, &LogPanel::openFolder);
    button->setMenu(menu);
    connect(button, &QToolButton::clicked, this, &LogPanel::openFile);
    return button;
}

void LogPanel::makeShortcuts()
{
    const auto bind = [this](const QKeySequence &keys, void (LogPanel::*slot)()) {
        auto *shortcut = new QShortcut(keys, this, this, slot);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    };
    bind(QKeySequence::Find, &LogPanel::openSearch);
    bind(QKeySequence::FindNext, &LogPanel::findNext);
    bind(QKeySequence::FindPrevious, &LogPanel::findPrevious);
    bind(QKeySequence(Qt::CTRL | Qt::Key_End), &LogPanel::jumpToEnd);
}

void LogPanel::showStore(std::shared_ptr<LogStore> store)
{
    ++m_generation;
    m_isLoading = false;
    m_isCut = false;
    m_store = std::move(store);
    m_failure->hide();
    m_view->setStore(m_store);
    flush();
}

void LogPanel::clear()
{
    m_id.clear();
    m_folder.clear();
    setTitle({});
    showStore(std::make_shared<LogStore>());
    m_view->setPlaceholderText(tr("No run is selected."));
}

void LogPanel::follow(const QString &id)
{
    const QueueEntry *entry = m_queue.find(id);
    if (!entry) {
        clear();
        return;
    }
    if (id == m_id)
        return;
    m_id = id;
    m_folder = entry->runFolder;
    setTitle(backend::runLabel(entry->settings));
    if (const auto running = m_running.constFind(id); running != m_running.constEnd()) {
        m_view->setPlaceholderText(tr("Nothing was printed yet."));
        showStore(*running);
        return;
    }
    auto store = std::make_shared<LogStore>();
    if (m_folder.empty())
        store->addAll(linesOf(entry->problems));
    showStore(std::move(store));
    m_view->setPlaceholderText(entry->state == EntryState::Pending
                                   ? tr("This run waits; its log begins when it starts.")
                                   : tr("This run left no log."));
    if (!m_folder.empty())
        load(Load::Text, entry->verdict == EntryVerdict::Failed, entry->exitCode);
}

void LogPanel::showFile(const std::filesystem::path &runFolder, bool failed, int exitCode)
{
    m_id.clear();
    m_folder = runFolder;
    setTitle(toQString(runFolder.filename()));
    showStore(std::make_shared<LogStore>());
    load(Load::Text, failed, exitCode);
}

void LogPanel::load(Load what, bool failed, int exitCode)
{
    m_isLoading = true;
    updateNote();
    runInWorker(
        this, [folder = m_folder, failed, exitCode] { return loadLog(folder, failed, exitCode); },
        [this, what, generation = m_generation](const LoadedLog &log) {
            if (generation == m_generation)
                onLoaded(what, log);
        });
}

void LogPanel::onLoaded(Load what, const LoadedLog &log)
{
    m_isLoading = false;
    if (what == Load::Text) {
        auto store = std::make_shared<LogStore>();
        store->addAll(log.lines);
        if (log.lines.empty() && log.error)
            store->addAll(linesOf({*log.error}));
        showStore(std::move(store));
        m_isCut = log.isCut;
        m_view->setPlaceholderText(tr("This run printed nothing."));
    }
    if (log.cause)
        openAtFailure(*log.cause);
    updateNote();
}

/// A user who went back to read something is not taken away from it.
void LogPanel::openAtFailure(const backend::FailureCause &cause)
{
    m_failure->setCause(cause);
    if (!m_view->isFollowing())
        return;
    for (std::int64_t number = m_store->first(); number < m_store->end(); ++number) {
        if (m_store->at(number).level == backend::LogLevel::Error) {
            m_view->showNumber(number);
            return;
        }
    }
}

void LogPanel::showEvidence()
{
    QString evidence = m_failure->cause().evidence.trimmed();
    if (evidence.endsWith(u'…'))
        evidence.chop(1);
    for (std::int64_t number = m_store->end(); number-- > m_store->first();) {
        if (m_store->at(number).text.contains(evidence)) {
            m_view->showNumber(number);
            return;
        }
    }
}

void LogPanel::onStarted(const QString &id)
{
    auto &store = m_running[id];
    if (!store)
        store = std::make_shared<LogStore>();
    if (id != m_id)
        return;
    if (const QueueEntry *entry = m_queue.find(id))
        m_folder = entry->runFolder;
    m_view->setPlaceholderText(tr("Nothing was printed yet."));
    if (m_store != store)
        showStore(store);
    updateNote();
}

void LogPanel::onLine(const QString &id, const backend::LogLine &line)
{
    auto &store = m_running[id];
    if (!store)
        onStarted(id);
    store->add(line);
    if (!m_flush.isActive())
        m_flush.start(kFlushEvery);
}

void LogPanel::onEnded(const QString &id)
{
    if (const auto store = m_running.take(id))
        store->commit();
    const QueueEntry *entry = m_queue.find(id);
    if (id != m_id || !entry)
        return;
    flush();
    m_folder = entry->runFolder;
    if (m_folder.empty()) { // refused: nothing ran
        m_store->addAll(linesOf(entry->problems));
        flush();
    } else if (entry->verdict == EntryVerdict::Failed) {
        load(Load::CauseOnly, true, entry->exitCode);
    }
    updateNote();
}

void LogPanel::flush()
{
    for (const auto &store : m_running)
        if (store->hasWaiting())
            store->commit();
    if (m_view->render())
        m_flush.start(kRenderEvery);
    m_search->noteNewText();
    updateNote();
}

void LogPanel::setTitle(const QString &title)
{
    m_title->setFullText(title);
}

void LogPanel::updateNote()
{
    const bool isOlderGone = m_store->first() > 0 || m_isCut;
    if (m_isLoading)
        m_note->setFullText(tr("Reading…"));
    else if (isOlderGone)
        m_note->setFullText(tr("Older lines are only in the file"));
    else
        m_note->setFullText({});
    m_note->setVisible(m_isLoading || isOlderGone);
    m_file->setEnabled(!m_folder.empty());
}

bool LogPanel::isFollowingTail() const
{
    return m_view->isFollowing();
}

void LogPanel::jumpToEnd()
{
    m_view->jumpToEnd();
}

void LogPanel::openSearch()
{
    m_search->open();
}

void LogPanel::findNext()
{
    m_search->step(false);
}

void LogPanel::findPrevious()
{
    m_search->step(true);
}

void LogPanel::copy()
{
    if (m_view->textCursor().hasSelection())
        m_view->copy();
    else
        QGuiApplication::clipboard()->setText(m_view->toPlainText());
}

void LogPanel::openFile()
{
    if (!m_folder.empty())
        QDesktopServices::openUrl(QUrl::fromLocalFile(toQString(errorLogOf(m_folder))));
}

void LogPanel::openFolder()
{
    if (!m_folder.empty())
        QDesktopServices::openUrl(QUrl::fromLocalFile(toQString(m_folder)));
}

void LogPanel::saveCopy()
{
    auto *dialog = new QFileDialog(this, tr("Save a copy of the log"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("log"));
    dialog->selectFile(toQString(m_folder.filename()) + QStringLiteral(".log"));
    connect(dialog, &QFileDialog::fileSelected, this, &LogPanel::copyTo);
    dialog->open();
}

void LogPanel::copyTo(const QString &target)
{
    runInWorker(
        this,
        [source = toQString(errorLogOf(m_folder)), target] { return copyFile(source, target); },
        [this](const std::optional<Error> &error) {
            if (error)
                Q_EMIT failed(*error);
        });
}

} // namespace mrb::ui
