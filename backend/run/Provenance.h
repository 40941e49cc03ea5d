// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace mrb::backend {

/// What is known of where a volume comes from.
enum class Provenance {
    Unknown,  ///< any file as such; a file says nothing that could be trusted to be model output
    Phantom,  ///< drawn by the phantom engine, which says so in the file
    ModelRun, ///< the record of a run of the upstream command lists exactly these bytes
};

/// @param description NIfTI's descrip field; empty where there is none
Provenance provenanceOf(const QString &description);

/// One line to show with every picture of the volume.
QString provenanceBanner(Provenance provenance);

} // namespace mrb::backend
