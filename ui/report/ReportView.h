// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTextBrowser>

namespace mrb::ui {

/// The document of a report. Loads nothing by itself; Ctrl+C without a selection copies all of the
/// report; Enter follows the link that has the focus and keeps it.
class ReportView : public QTextBrowser
{
    Q_OBJECT

public:
    explicit ReportView(QWidget *parent = nullptr);

    /// Puts the focus on a link of the document, without scrolling.
    void focusLink(const QString &target);
    QVariant loadResource(int type, const QUrl &name) override;

Q_SIGNALS:
    void copyAllRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
};

} // namespace mrb::ui
