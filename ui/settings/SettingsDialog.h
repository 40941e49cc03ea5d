// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/ModelPage.h"
#include "ui/settings/StudioSettings.h"

#include <QDialog>

#include <vector>

class QDialogButtonBox;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace mrb::ui {

class FieldNote;
class RunsPage;
class WindowPage;

/// The settings as pages of forms. OK and Apply hand them to the store, which tells everybody: no
/// restart is needed. A value that cannot be used is named below its field as it is typed, and
/// holds the others back. GUI thread.
class SettingsDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Page { Model, Runs, Window };

    /// @param store must live longer than the dialog
    explicit SettingsDialog(SettingsStore &store, QWidget *parent = nullptr);
    ~SettingsDialog() override;

    void showPage(Page page);
    /// What the machine has; looked up by the caller, in a worker. problem: why there is none.
    void setGpus(const std::vector<GpuChoice> &gpus, const QString &problem = {});
    /// What keeping an interpreter ready saves on this machine; empty: not known.
    void setWarmSaving(const QString &saving);
    /// The viewer's preference as it is now.
    void setRightDragZooms(bool zooms);

    void accept() override;

Q_SIGNALS:
    /// On OK and Apply, where it was changed.
    void rightDragZoomsChosen(bool zooms);

private:
    void addPage(SettingsPage *page, const QString &title);
    StudioSettings edited() const;
    /// Null when everything can be used.
    QWidget *firstProblem() const;
    bool isChanged() const;
    bool apply();
    void showAll(const StudioSettings &settings);
    void goToProblem();
    void refresh();

    SettingsStore &m_store;
    StudioSettings m_shown; ///< the store's, as they were when they were shown
    bool m_rightDragZooms = false;
    bool m_isFilling = false;
    QListWidget *m_titles;
    QStackedWidget *m_stack;
    std::vector<SettingsPage *> m_pages;
    ModelPage *m_model;
    RunsPage *m_runs;
    WindowPage *m_window;
    FieldNote *m_note;
    QDialogButtonBox *m_buttons;
};

} // namespace mrb::ui
