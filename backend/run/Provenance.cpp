// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/Provenance.h"

#include "backend/base/Text.h"

namespace mrb::backend {

Provenance provenanceOf(const QString &description)
{
    return description.contains(u"phantom", Qt::CaseInsensitive) ? Provenance::Phantom
                                                                 : Provenance::Unknown;
}

QString provenanceBanner(Provenance provenance)
{
    switch (provenance) {
    case Provenance::Phantom:
        return Text::tr("Demo phantom, not model output – not for clinical use");
    case Provenance::ModelRun:
        return Text::tr("Synthetic model run – research only, not for clinical use");
    case Provenance::Unknown:
        break;
    }
    return Text::tr("Unknown origin – not for clinical use");
}

} // namespace mrb::backend
