// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/ModalityLabel.h"

#include "backend/request/Manifest.h"

#include <map>

namespace mrb::backend {

QString modalityLabel(const QString &name)
{
    static const std::map<QString, QString> labels = [] {
        std::map<QString, QString> known;
        if (const Result<Manifest> manifest = builtInManifest()) {
            for (const Modality &modality : manifest->modalities)
                known[QString::fromStdString(modality.name)] =
                    QString::fromStdString(modality.label);
        }
        return known;
    }();
    const auto found = labels.find(name);
    return found == labels.end() ? name : found->second;
}

} // namespace mrb::backend
