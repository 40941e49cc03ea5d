// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"
#include "backend/request/Manifest.h"
#include "backend/run/GenerateOptions.h"

#include <QString>

#include <filesystem>
#include <optional>
#include <string>

namespace mrb::backend {

/// What a form is checked against: the manifest and the checkout's own defaults.
struct FormContext
{
    Manifest manifest;
    Json modelConfig;             ///< of the checkout, or made of the mirrored defaults
    Json modalityMapping;         ///< name -> code, the same
    bool fromCheckout = false;    ///< false: no checkout was found; the mirrored defaults are used
    QString source;               ///< in words, where the defaults come from
    std::optional<Error> problem; ///< why the checkout's files could not be used
};

/// The mirrored defaults; reads nothing.
FormContext mirroredContext();

/// Reads the checkout's (or the phantom's) configuration. Blocks shortly: call it in a worker.
/// @param options engine, upstreamRoot, manifest and environment are used
FormContext loadFormContext(const GenerateOptions &options);

} // namespace mrb::backend
