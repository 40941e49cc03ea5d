// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/PaneLayout.h"

#include <array>

namespace mrb::viewer {

namespace {

constexpr std::array<PaneId, 4> kPanes = {PaneId::Axial, PaneId::Coronal, PaneId::Sagittal,
                                          PaneId::Scene};

/// One cell of a regular grid; what does not divide evenly goes to the last ones.
QRect cell(QRect area, int gap, int columns, int rows, int column, int row)
{
    const int width = (area.width() - gap * (columns - 1)) / columns;
    const int height = (area.height() - gap * (rows - 1)) / rows;
    QRect rect(area.x() + column * (width + gap), area.y() + row * (height + gap), width, height);
    if (column == columns - 1)
        rect.setRight(area.right());
    if (row == rows - 1)
        rect.setBottom(area.bottom());
    return rect;
}

std::vector<PanePlace> compared(PaneLayout layout, PaneId large, QRect area, int gap)
{
    if (layout == PaneLayout::Single && large != PaneId::Scene)
        return {{large, false, false, cell(area, gap, 2, 1, 0, 0)},
                {large, true, false, cell(area, gap, 2, 1, 1, 0)}};
    std::vector<PanePlace> places;
    for (int row = 0; row < 2; ++row) {
        for (int column = 0; column < 3; ++column)
            places.push_back({kPanes[static_cast<std::size_t>(column)], row == 1, false,
                              cell(area, gap, 3, 2, column, row)});
    }
    return places;
}

std::vector<PanePlace> largeAndSmall(PaneId large, QRect area, int gap)
{
    const int smallWidth = (area.height() - 2 * gap) / 3;
    const int largeWidth = qMax(area.width() - smallWidth - gap, area.width() / 2);
    QRect rest = area;
    rest.setLeft(area.left() + largeWidth + gap);
    std::vector<PanePlace> places = {
        {large, false, true, QRect(area.topLeft(), QSize(largeWidth, area.height()))}};
    int row = 0;
    for (const PaneId pane : kPanes) {
        if (pane != large)
            places.push_back({pane, false, false, cell(rest, gap, 1, 3, 0, row++)});
    }
    return places;
}

} // namespace

std::vector<PanePlace> layOutPanes(PaneLayout layout, PaneId large, PaneRows rows, QRect area,
                                   int gap)
{
    if (rows == PaneRows::CurrentAndReference)
        return compared(layout, large, area, gap);
    std::vector<PanePlace> places;
    switch (layout) {
    case PaneLayout::Grid:
        for (int i = 0; i < 4; ++i)
            places.push_back({kPanes[static_cast<std::size_t>(i)], false, false,
                              cell(area, gap, 2, 2, i % 2, i / 2)});
        break;
    case PaneLayout::LargeAndSmall:
        return largeAndSmall(large, area, gap);
    case PaneLayout::Row:
        for (int i = 0; i < 3; ++i)
            places.push_back(
                {kPanes[static_cast<std::size_t>(i)], false, false, cell(area, gap, 3, 1, i, 0)});
        break;
    case PaneLayout::Single:
        places.push_back({large, false, false, area});
        break;
    }
    return places;
}

} // namespace mrb::viewer
