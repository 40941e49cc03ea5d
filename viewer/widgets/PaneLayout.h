// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRect>

#include <vector>

namespace mrb::viewer {

/// The three planes have the values of Plane.
enum class PaneId { Axial, Coronal, Sagittal, Scene };

enum class PaneLayout {
    Grid,          ///< two by two
    LargeAndSmall, ///< one large pane, the other three in a column beside it
    Row,           ///< the three planes side by side, without 3-D
    Single,        ///< one pane
};

/// How many volumes are shown, each in panes of its own.
enum class PaneRows { One, CurrentAndReference };

struct PanePlace
{
    PaneId pane = PaneId::Axial;
    bool reference = false; ///< the pane of the reference volume
    bool large = false;     ///< stands apart from the others in size
    QRect rect;

    friend bool operator==(const PanePlace &, const PanePlace &) = default;
};

/// Where panes are, without overlap, gap pixels apart. With a reference the planes of both volumes
/// are above each other, or side by side when there is one pane only; then there is no 3-D.
/// large: the pane that LargeAndSmall enlarges and Single shows.
std::vector<PanePlace> layOutPanes(PaneLayout layout, PaneId large, PaneRows rows, QRect area,
                                   int gap);

} // namespace mrb::viewer
