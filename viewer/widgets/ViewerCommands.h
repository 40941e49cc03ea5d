// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/Cine.h"
#include "viewer/widgets/CommandTable.h"
#include "viewer/widgets/ViewerModel.h"

#include <QObject>

#include <functional>
#include <map>
#include <vector>

class QAction;
class QMenu;
class QWidget;

namespace mrb::viewer {

/// The commands of commandTable() as actions: what the model and the cine can do works at once, the
/// rest when its owner has bound it. Actions are disabled while they would do nothing. GUI thread.
class ViewerCommands : public QObject
{
    Q_OBJECT

public:
    /// model, cine: outlive this.
    ViewerCommands(ViewerModel &model, mrb::viewer::Cine &cine, QObject *parent = nullptr);

    /// Never null.
    QAction *action(Command command) const { return m_actions.at(command); }

    /// What a command does that neither model nor cine can; checked: of a checkable one.
    void bind(Command command, std::function<void(bool checked)> effect);
    /// Commands that nobody has bound: they are disabled. For tests.
    std::vector<Command> unbound() const;
    /// State that is not the model's, such as full screen; runs no effect.
    void setChecked(Command command, bool checked);
    /// The slice pane that has, or had last, the focus. Axial until this is given.
    void setFocusedPlane(std::function<Plane()> plane) { m_focusedPlane = std::move(plane); }

    /// A menu with all commands of a group, owned by its parent.
    QMenu *makeMenu(CommandGroup group, QWidget *parent) const;
    /// Makes the keys work in a window also where it shows no menus, and lets Space work on its
    /// buttons and lists.
    void addTo(QWidget *window);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Entry
    {
        CommandNeeds needs;
        std::function<void(bool)> effect;
    };

    void createActions();
    void createGroups();
    void bindModel();
    void bindSlices();
    void bindIntensities();
    void bindTools();
    void run(Command command, bool checked);
    void refresh();
    bool isMet(CommandNeeds needs) const;
    void zoom(double factor);
    void changeSlab(double byMm);

    ViewerModel &m_model;
    mrb::viewer::Cine &m_cine;
    std::map<Command, QAction *> m_actions;
    std::map<Command, Entry> m_entries;
    std::function<Plane()> m_focusedPlane;
};

} // namespace mrb::viewer
