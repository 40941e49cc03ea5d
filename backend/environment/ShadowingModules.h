// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mrb::backend {

/// Files that do not belong to the commit and that Python would import instead of an installed
/// package or of a source. `python -m` puts the checkout first on sys.path, so that is:
/// - a module or a package in the root;
/// - a module at any depth of the packages that the commit has (scripts/ for instance);
/// - a compiled copy in their __pycache__ that Python does not compare with the time and size of
///   its source (PEP 552), or that is no file.
/// Only names that `import` can spell count: .venv and the like are not looked into, nor are
/// folders without __init__, which hide nothing by themselves (see checkImports()).
/// @param trackedFiles paths relative to the root that belong to the commit, sorted
/// @return one reason for each file; also for a folder that cannot be listed
Errors findShadowingModules(const std::filesystem::path &root,
                            const std::vector<std::string> &trackedFiles);

/// The first file below a folder of the root that Python could import as part of it and that does
/// not belong to the commit; for folders without __init__ that merge with an installed package.
/// A folder with more entries than can be looked at in a moment is such a reason itself.
Errors findModulesBelow(const std::filesystem::path &root, const std::string &folder,
                        const std::vector<std::string> &trackedFiles);

} // namespace mrb::backend
