// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/report/ReportView.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextCursor>

namespace mrb::ui {

ReportView::ReportView(QWidget *parent) : QTextBrowser(parent)
{
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    // Part of the panel rather than a field in it; a palette of its own would not follow changes.
    viewport()->setBackgroundRole(QPalette::Window);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere); // paths and hashes
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Without this a bar that appears changes the width, and with it whether it is needed.
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setAccessibleName(tr("Report"));
    setMinimumHeight(120);
    document()->setDocumentMargin(2);
}

void ReportView::focusLink(const QString &target)
{
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            const QTextFragment fragment = part.fragment();
            if (fragment.charFormat().anchorHref() != target)
                continue;
            const int scrolled = verticalScrollBar()->value();
            QTextCursor cursor(document());
            cursor.setPosition(fragment.position());
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
            setTextCursor(cursor);
            verticalScrollBar()->setValue(scrolled);
            return;
        }
    }
}

QVariant ReportView::loadResource(int, const QUrl &)
{
    return {};
}

void ReportView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy) && !textCursor().hasSelection()) {
        Q_EMIT copyAllRequested();
        return;
    }
    const bool follows = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    // QTextBrowser follows only links that the Tab key has just reached.
    if (const QString target = textCursor().charFormat().anchorHref();
        follows && textCursor().hasSelection() && !target.isEmpty()) {
        Q_EMIT anchorClicked(QUrl(target));
        return;
    }
    QTextBrowser::keyPressEvent(event);
}

void ReportView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    menu.addAction(tr("Copy &selection"), this, &ReportView::copy)
        ->setEnabled(textCursor().hasSelection());
    menu.addAction(tr("&Copy report"), this, &ReportView::copyAllRequested);
    menu.addAction(tr("Select &all"), this, &ReportView::selectAll);
    menu.exec(event->globalPos());
}

} // namespace mrb::ui
