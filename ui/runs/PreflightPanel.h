// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/preflight/PreflightWatch.h"

#include <QString>
#include <QTimer>
#include <QWidget>

#include <vector>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace mrb::ui {

class PreflightRow;

/// The checklist before a start: each item with a sign, what was found and, where something is
/// wrong, what and what to do next. Items without problems are folded. It shows what the watch
/// reports and asks for nothing but "Look again".
class PreflightPanel final : public QWidget
{
    Q_OBJECT

public:
    /// @param watch outlives the panel
    explicit PreflightPanel(backend::PreflightWatch &watch, QWidget *parent = nullptr);

    /// Inside the set-up: the way to it and looking again are offered around the panel.
    void setInSetup(bool inside);
    /// One line for where the list is folded away: "2 things stand in the way: GPU, weights".
    QString summary() const { return m_summary; }

Q_SIGNALS:
    void summaryChanged(const QString &summary);
    /// The place where checkout, Python and GPUs are chosen is wanted.
    void settingsRequested();
    /// Something is missing that can be fetched.
    void setupRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void onLookStarted();
    void onReported(const backend::PreflightReport &report);
    void showSummary();
    QString summaryOf(const backend::PreflightReport &report) const;

    backend::PreflightWatch &m_watch;
    QLabel *m_sign;
    QLabel *m_line;
    QPushButton *m_again;
    QPushButton *m_setup;
    QPushButton *m_settings;
    QVBoxLayout *m_list;
    std::vector<PreflightRow *> m_rows; // children
    QTimer m_longLook;                  // a look shorter than this is not worth a changing text
    bool m_isInSetup = false;
    bool m_showsLooking = false;
    QString m_summary;
};

} // namespace mrb::ui
