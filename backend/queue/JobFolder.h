// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/queue/RunSettings.h"

#include <filesystem>

namespace mrb::backend {

// The folders of this machine's runs. All functions block; any thread.

/// Makes a new folder in the results folder, "20260131-142501-mri_t1-seed42", with a number behind
/// where that is taken.
/// @param isKnown false: a folder for a run that was not ordered yet, "20260131-142501-warm"
Result<std::filesystem::path> makeJobFolder(const RunSettings &settings, bool isKnown = true);

/// The request of a run, into its folder.
Result<> writeRequest(const RunSettings &settings, const std::filesystem::path &folder);

/// For a run that never started: takes back what was made for it, unless somebody put more there.
void removeUnusedFolder(const std::filesystem::path &folder);

} // namespace mrb::backend
