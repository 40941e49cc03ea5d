// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/run/GenerateOptions.h"

#include <optional>
#include <string>

namespace mrb::backend {

struct ModelRequest;

/// Equal for two requests of which one volume would do: same engine and manifest, and the same
/// values for upstream, wherever these were written and in which kind of number.
std::string requestKey(const ModelRequest &request, Engine engine,
                       const std::string &manifestSha256);

/// The same of a run's record; nothing where it does not say enough, or the run was one of several
/// volumes.
std::optional<std::string> requestKey(const Json &result);

} // namespace mrb::backend
