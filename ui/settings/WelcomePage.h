// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "ui/common/Tones.h"

#include <QScrollArea>

#include <vector>

class QLabel;
class QVBoxLayout;

namespace mrb::ui {

class FieldNote;

/// Stands in the window's centre while nothing is open: what the program is, what the model still
/// needs here, and the ways to begin. GUI thread.
class WelcomePage : public QScrollArea
{
    Q_OBJECT

public:
    /// Until one of the setters below is called, the page says that the machine is being looked at.
    explicit WelcomePage(QWidget *parent = nullptr);

    /// What stands between this machine and a run of the model, each with its next step. Without
    /// any the model is ready.
    void setProblems(const Errors &problems);
    /// The model can run here; what was missing before is taken away. Not ready: looked at again.
    void setReady(bool ready);

Q_SIGNALS:
    void setupRequested();
    void settingsRequested();
    void phantomRequested();
    void openRequested();
    void guideRequested();

private:
    QWidget *makeHead();
    QWidget *makeState();
    QWidget *makeChoices();
    void clearRows();
    void addRow(Tone tone, const QString &text);

    QWidget *m_column;
    QLabel *m_stateTitle = nullptr;
    QVBoxLayout *m_stateRows = nullptr;
    std::vector<FieldNote *> m_rows;
};

} // namespace mrb::ui
