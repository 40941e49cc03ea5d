// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include <vector>

class QAction;
class QKeyEvent;
class QMenu;
class QWidget;

namespace mrb::ui {

/// What can be done with the selected runs. The window puts them into its menus; shortcuts count
/// only while the gallery has the focus.
class ResultsActions final : public QObject
{
    Q_OBJECT

public:
    explicit ResultsActions(QObject *parent = nullptr);

    QAction *open;
    QAction *compare;
    QAction *compareRecords;
    QAction *review;
    QAction *useSettings;
    QAction *useSeed;
    QAction *runAgain;
    QAction *runAgainAndCompare;
    QAction *vary;
    QAction *accept;
    QAction *reject;
    QAction *undecided;
    QAction *contactSheet;
    QAction *copyCsv;
    QAction *saveCsv;
    QAction *exportBundle;
    QAction *verify;
    QAction *reveal;
    QAction *trash;
    QAction *refresh;

    /// All of them, in the order of a menu; null stands for a separator.
    std::vector<QAction *> all() const;
    void fill(QMenu &menu) const;
    /// The one, enabled or not, whose shortcut was pressed; null when there is none.
    QAction *ofKey(const QKeyEvent &event) const;

    struct Selection
    {
        qsizetype runs = 0;
        bool seed = false;    ///< of a single run
        bool running = false; ///< any of them
        bool volumes = true;  ///< each of them has one
        bool anyShown = false;
    };
    void enableFor(const Selection &selection) const;
};

} // namespace mrb::ui
