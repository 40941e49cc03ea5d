// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/ViewerModel.h"

namespace mrb::viewer {

/// Whether the difference, which has colours of its own, is what panes show.
inline bool showsDifference(const ViewerModel &model)
{
    return model.compareMode() == CompareMode::Difference && model.difference();
}

/// What a user has chosen for volumes, also while the difference is shown.
inline ColourScale volumeColours(const ViewerModel &model)
{
    return model.current() ? model.coloursOf(model.currentIndex()) : model.colours();
}

} // namespace mrb::viewer
