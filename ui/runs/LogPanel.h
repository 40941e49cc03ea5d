// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/queue/RunQueue.h"
#include "backend/failure/FailureCause.h"
#include "ui/runs/LogStore.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

#include <filesystem>
#include <memory>

class QToolButton;

namespace mrb::ui {

class ElidedLabel;
class FailureBox;
class LogSearchBar;
class LogView;
struct LoadedLog;

/// The log of one run: live while it runs, from its files afterwards. It keeps the last lines only
/// and says where all of them are. However fast lines come, they are shown some twenty times a
/// second and no more at once than can be drawn in a few milliseconds; what is left out is said.
/// GUI thread.
class LogPanel final : public QWidget
{
    Q_OBJECT

public:
    /// @param queue outlives the panel
    explicit LogPanel(backend::RunQueue &queue, QWidget *parent = nullptr);
    ~LogPanel() override;

    /// Shows the log of an entry: what it printed since it started and what follows, or the files
    /// of an ended one. Nothing happens when that entry is shown already.
    void follow(const QString &id);
    /// Shows the end of logs/stderr.log and logs/stdout.log of a run that ended. Read in a worker.
    /// @param failed opens at the first error, with the recognised cause above the text
    /// @param exitCode of the program where the run's result does not tell: 124 time limit
    void showFile(const std::filesystem::path &runFolder, bool failed = false, int exitCode = 1);
    void clear();

    QString followedId() const { return m_id; }
    bool isFollowingTail() const;
    bool isLoading() const { return m_isLoading; }

public Q_SLOTS:
    void jumpToEnd();
    void openSearch();
    void findNext();
    void findPrevious();
    /// The selection, or everything shown.
    void copy();
    void openFile();
    void openFolder();
    /// Asks for a place.
    void saveCopy();

Q_SIGNALS:
    void failed(const mrb::Error &error);

private:
    void makeLayout();
    QWidget *makeHeader();
    QToolButton *makeFileButton();
    void makeShortcuts();
    void showStore(std::shared_ptr<LogStore> store);
    void onLine(const QString &id, const backend::LogLine &line);
    void onStarted(const QString &id);
    void onEnded(const QString &id);
    void flush();
    enum class Load { Text, CauseOnly };
    void load(Load what, bool failed, int exitCode);
    void onLoaded(Load what, const LoadedLog &log);
    void openAtFailure(const backend::FailureCause &cause);
    void showEvidence();
    void setTitle(const QString &title);
    void updateNote();
    void copyTo(const QString &target);

    backend::RunQueue &m_queue;
    QHash<QString, std::shared_ptr<LogStore>> m_running; // what running entries printed
    std::shared_ptr<LogStore> m_store;                   // what is shown
    QString m_id;                                        // empty: files of any run, or nothing
    std::filesystem::path m_folder;                      // empty before a run has one
    QTimer m_flush;           // single shot, so that nothing ticks while nothing comes
    quint64 m_generation = 0; // of what is shown: drops what was read for another run
    bool m_isLoading = false;
    bool m_isCut = false;

    LogView *m_view = nullptr;
    FailureBox *m_failure = nullptr;
    LogSearchBar *m_search = nullptr;
    ElidedLabel *m_title = nullptr;
    ElidedLabel *m_note = nullptr;
    QToolButton *m_file = nullptr;
};

} // namespace mrb::ui
