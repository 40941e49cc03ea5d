// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/run/GenerateOptions.h"
#include "backend/setup/SetupPlan.h"
#include "ui/common/Tones.h"

#include <QDialog>

#include <array>
#include <optional>

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace mrb::ui {

class CheckPart;
class FieldNote;
class PathNote;
class RunBox;
class SetupDesk;
class StepList;
class StepPage;

/// Leads through what the model needs: the steps with their state on the left, the chosen one on
/// the right. Nothing is started but by the button that says what it starts. Not modal; closing it
/// while a step is under way asks whether that goes on. GUI thread.
class SetupDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param desk outlives the dialog
    explicit SetupDialog(SetupDesk &desk, QWidget *parent = nullptr);

    /// What runs are asked with, for the checklist of the last step.
    void setRunOptions(const backend::GenerateOptions &options);
    /// The choices as the desk has them now.
    void showChoices();
    void showStep(backend::SetupStep step);
    backend::SetupStep shownStep() const;
    StepPage &page(backend::SetupStep step) { return *m_pages[static_cast<std::size_t>(step)]; }
    CheckPart &check() { return *m_check; }
    const RunBox &runBox() const { return *m_run; }
    const StepList &list() const { return *m_list; }
    QString verdict() const;
    QString conclusion() const;
    QString consent() const;
    QPushButton &startButton() { return *m_start; }

    /// Says that runs do not use what is there, with a button that changes it; empty: they do.
    void offerUse(const QString &text);
    QPushButton &useButton() { return *m_use; }
    /// Something that was done on the way and should be known: "Runs use ~/model from now on."
    void tell(const QString &text);

    void reject() override;

Q_SIGNALS:
    void smallVolumeRequested();
    void settingsRequested();
    void useRequested();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    QWidget *makeRight();
    QWidget *makeOffer();
    QLayout *makeButtons();
    void connectDesk();
    void onEdited(StepPage &page);
    void onReported();
    void askForCuda();
    void onStarted();
    void onEnded();
    void showRows();
    void showRow(const backend::StepPlan &plan);
    void showActions();
    void goOn();
    void askToClose();

    SetupDesk &m_desk;
    FieldNote *m_verdict;
    StepList *m_list;
    QStackedWidget *m_stack;
    std::array<StepPage *, 4> m_pages{};
    CheckPart *m_check;
    QSplitter *m_splitter = nullptr;
    RunBox *m_run;
    PathNote *m_conclusion;
    PathNote *m_told;
    QWidget *m_offer;
    PathNote *m_offerText;
    QPushButton *m_use;
    QLabel *m_consent;
    QPushButton *m_start;
    QPushButton *m_again = nullptr;
    bool m_wasReported = false;
    std::optional<backend::SetupStep> m_leave; ///< for the next one, once it is known what is left
    bool m_mayClose = false;
};

} // namespace mrb::ui
