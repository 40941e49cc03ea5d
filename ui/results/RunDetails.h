// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"

#include <QScrollArea>

class QFormLayout;
class QLabel;

namespace mrb::ui {

class ReviewEditor;

/// What is known of the selected run, to be read and copied; only its review can be changed.
class RunDetails final : public QScrollArea
{
    Q_OBJECT

public:
    explicit RunDetails(QWidget *parent = nullptr);

    void showRun(const backend::RunSummary &run);
    /// None, or several: how many and how large.
    void showSelection(qsizetype runs, quint64 bytes);
    ReviewEditor &editor() { return *m_editor; }
    /// Everything that is shown of the run, for tests and the clipboard.
    QString text() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    QLabel *addFact(QFormLayout &form, const QString &name);
    void showFacts();
    void showVerdict();

    backend::RunSummary m_run;
    QLabel *m_title;
    QLabel *m_verdictSign;
    QLabel *m_verdict;
    QLabel *m_settings;
    QLabel *m_notice;
    QWidget *m_facts;
    QLabel *m_engine, *m_gpu, *m_date, *m_duration, *m_space, *m_folder;
    ReviewEditor *m_editor;
};

} // namespace mrb::ui
