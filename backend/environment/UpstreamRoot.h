// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/request/Manifest.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kRootUnset = "upstream_root_unset";
inline constexpr ErrorCode kRootLayoutInvalid = "upstream_root_layout_invalid";
inline constexpr ErrorCode kRootIsPhantom = "upstream_root_is_phantom";
inline constexpr ErrorCode kRootVariableIgnored = "upstream_root_variable_ignored";
} // namespace error_codes

/// Where to look for the upstream checkout. Everything is passed in, so that a test or the window
/// can ask for any situation.
struct RootSearchPlaces
{
    std::optional<std::string> chosen;   ///< option or setting; must be valid when given
    std::optional<std::string> variable; ///< value of NV_GENERATE_ROOT
    std::filesystem::path home;
    std::filesystem::path project; ///< folder whose .workbench_data is searched
};

/// checkedRoots: resolved paths in the order tried. On failure `root` is empty and `error` says
/// why; `warning` tells that NV_GENERATE_ROOT was passed over for a later candidate.
struct RootSearch
{
    std::optional<std::filesystem::path> root;
    std::vector<std::filesystem::path> checkedRoots;
    std::optional<Error> error;
    std::optional<Error> warning;
};

/// Candidates and their order: CONTRACT section 2. A folder counts as a root when it holds the
/// network config that the manifest names and is not the built-in phantom.
RootSearch findUpstreamRoot(const RootSearchPlaces &places, const ManifestUpstream &upstream);

/// Where a checkout of this commit belongs when nobody chose a place: a folder below the home
/// folder that names the commit, so that another pin gets another folder.
/// @param commit hexadecimal digits, at least 7
std::filesystem::path defaultCheckoutFolder(const std::filesystem::path &home,
                                            std::string_view commit);

/// Marker by which the phantom engine's folder tells itself apart from a checkout of the model.
inline constexpr const char *kPhantomMarker = "PHANTOM_UPSTREAM";

/// White space stripped, a leading ~ expanded, symbolic links resolved as far as the path exists.
std::filesystem::path resolvedPath(const std::string &text, const std::filesystem::path &home);

} // namespace mrb::backend
