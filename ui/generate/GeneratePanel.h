// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/Presets.h"
#include "backend/form/RequestForm.h"
#include "backend/library/RunSummary.h"
#include "backend/preflight/PreflightWatch.h"
#include "ui/generate/GenerateOrder.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace mrb::ui {

/// The Generate form: every field of the request with its errors, the override document beside it,
/// what the runs will cost, and the button that orders them. Starts nothing itself.
class GeneratePanel : public QWidget
{
    Q_OBJECT

public:
    /// @param form outlives the panel; may be changed by others too
    /// @param presets outlives the panel
    explicit GeneratePanel(backend::RequestForm &form, const backend::Presets &presets,
                           QWidget *parent = nullptr);
    ~GeneratePanel() override;

    /// Says above the button that the demo engine is chosen, which has no cost gate.
    void setPhantom(bool phantom);
    /// How runs will use the machine.
    /// @param mostAtOnce 0: as many as it manages
    void setUse(int mostAtOnce, bool warm);
    /// What forecasts are learned from.
    void setPastRuns(const std::vector<backend::RunSummary> &runs);
    /// A report that allows no start disables the button and says why.
    void setPreflight(const backend::PreflightReport &report);
    /// A section that can be folded, at the end of the form. Takes the widget.
    void addSection(const QString &title, QWidget *section);
    /// Puts the keyboard into the first field.
    void focusForm();

    /// Orders what the form says. Where something is wrong it shows it instead; a costly order is
    /// asked about first.
    void generate();
    /// Opens the dialog that varies fields.
    void openSweep();
    /// Fills the form from an override document. Read in a worker; what is wrong with it is shown
    /// and changes nothing.
    void openOverrides(const QString &file);
    /// Writes the form's document, in a worker. Refused while a field is wrong.
    void saveOverrides(const QString &file);

Q_SIGNALS:
    /// The form's seed has gone on to the next one already.
    void generateRequested(const mrb::ui::GenerateOrder &order);
    /// Some 400 ms after the last change of the form.
    void formSettled();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace mrb::ui
