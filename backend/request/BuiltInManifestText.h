// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mrb::backend {

/// The bytes of skill_manifest.yaml as they were when the program was built.
std::string_view builtInManifestText();

} // namespace mrb::backend
