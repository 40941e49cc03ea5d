// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/runs/LogStore.h"

#include <QPlainTextEdit>
#include <QString>

#include <memory>
#include <optional>

class QPushButton;

namespace mrb::ui {

/// Shows a LogStore. It stays at the end until the user scrolls away from it.
class LogView final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit LogView(QWidget *parent = nullptr);

    /// Forgets what was shown. The text follows with render().
    void setStore(std::shared_ptr<const LogStore> store);
    /// Adds what came since, but no more than can be drawn in a few milliseconds. True when there
    /// is more.
    bool render();

    bool isFollowing() const { return m_following; }
    void jumpToEnd();
    /// Stops following and shows this line of the store near the top, as soon as it is rendered.
    void showNumber(std::int64_t number);

    void setSearched(const QString &text);
    QString searched() const { return m_searched; }
    bool findNext(bool backwards);
    int matchCount() const;
    /// From 1; 0 when the selection is not a match.
    int matchNumber() const;

Q_SIGNALS:
    /// The text was thrown away and has to be rendered again.
    void renderingWanted();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void append(QTextCursor &cursor, const ShownLine &line);
    void onScrolled();
    void setFollowing(bool following);
    void placeJump();
    void showPending();
    void markMatches();

    std::shared_ptr<const LogStore> m_store;
    std::int64_t m_next = 0;   // number of the line that is rendered next
    int m_transientBlocks = 0; // at the end of the text
    bool m_isEmpty = true;     // a document has one block even then
    bool m_following = true;
    bool m_isOwnScroll = false;
    std::optional<std::int64_t> m_pending;
    QString m_searched;
    QPushButton *m_jump;
};

} // namespace mrb::ui
