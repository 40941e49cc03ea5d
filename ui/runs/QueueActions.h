// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/runs/QueuePanel.h"

namespace mrb::ui {

/// Everything that can be done with the queue.
struct QueuePanel::Actions
{
    QAction *pause = nullptr; ///< or resume
    QAction *cancel = nullptr;
    QAction *skip = nullptr;
    QAction *cancelPending = nullptr;
    QAction *cancelAll = nullptr;
    QAction *clearEnded = nullptr;
    QAction *open = nullptr;
    QAction *log = nullptr;
    QAction *reveal = nullptr;
    QAction *runAgain = nullptr;
    QAction *edit = nullptr;
    QAction *moveUp = nullptr;
    QAction *moveDown = nullptr;
    QAction *copy = nullptr;
    QAction *remove = nullptr;
};

} // namespace mrb::ui
