// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/diagnostics/CollectDiagnostics.h"

#include <QDialog>

#include <stop_token>

class QPlainTextEdit;
class QProgressBar;

namespace mrb::ui {

class FieldNote;

/// What a report of a fault needs, to be read and copied. Opens at once with what the window knows;
/// what the machine has to be asked for is fetched in a worker and filled in. Closing it ends the
/// worker, and what that had started. Sends nothing anywhere. GUI thread.
class DiagnosticsDialog : public QDialog
{
    Q_OBJECT

public:
    /// @param window as windowFacts() returns it; names and secrets go before anything is shown
    DiagnosticsDialog(const backend::Diagnostics &window, backend::DiagnosticsOptions options,
                      QWidget *parent = nullptr);
    ~DiagnosticsDialog() override;

    QString text() const;

private:
    void showPart(const backend::Diagnostics &window);
    void showAll(const backend::Diagnostics &all);
    void copy();

    std::stop_source m_stop;
    FieldNote *m_state;
    QProgressBar *m_busy;
    QPlainTextEdit *m_text;
    bool m_copiedPart = false; ///< and it has grown since
};

} // namespace mrb::ui
