// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/JsonText.h"
#include "backend/contract/Fields.h"
#include "backend/contract/Keys.h"
#include "backend/request/Manifest.h"
#include "backend/request/ModelRequest.h"

#include <QtTest>

#include <algorithm>
#include <string>

/// What the tests of requests share: configs of a checkout written from the field table, and the
/// originals where they lie beside the source.
namespace mrb::backend::fixtures {

inline const Manifest &manifest()
{
    static const Result<Manifest> builtIn = builtInManifest();
    if (!builtIn)
        qFatal("%s", qPrintable(builtIn.error().message));
    return *builtIn;
}

/// A model config as upstream's, with the pinned defaults.
inline Json modelConfig()
{
    Json config{{"diffusion_unet_train", {{"lr", 1e-05}, {"n_epochs", 1000}}}};
    config.update(pinnedModelConfig(manifest()));
    return config;
}

inline Json modalityMapping()
{
    Json mapping{{"ct", 1}, {"mri_pd", 12}};
    for (const Modality &modality : manifest().modalities)
        mapping[modality.name] = modality.code;
    return mapping;
}

inline std::string codesOf(const Errors &errors)
{
    std::string codes;
    for (const Error &error : errors) {
        codes += (codes.empty() ? "" : " ") + std::string(error.code.id()) + ':' +
                 error.field.toStdString();
    }
    return codes;
}

inline bool allExplainThemselves(const Errors &errors)
{
    return std::all_of(errors.begin(), errors.end(), [](const Error &error) {
        return !error.message.isEmpty() && !error.hint.isEmpty() && !error.field.isEmpty();
    });
}

inline std::filesystem::path original(const char *relative)
{
    return std::filesystem::path(MRB_SOURCE_DIR) / "../shared/contract" / relative;
}

} // namespace mrb::backend::fixtures
