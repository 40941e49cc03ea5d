// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/request/Manifest.h"

#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// A Python package the run imports, by itself or through others.
struct PythonRequirement
{
    /// As pip knows it: scikit-image.
    std::string distribution;
    /// As Python imports it: skimage.
    std::string module;
    /// Lowest version asked for; empty: any.
    std::string minimumVersion = {};
    /// Without it the run cannot work; the others are only missed in a warning.
    bool required = false;

    friend bool operator==(const PythonRequirement &, const PythonRequirement &) = default;
};

/// The packages without which upstream's inference stops, any version.
std::vector<PythonRequirement> requiredPackages(const ManifestRequirements &needs);

/// The lines of a requirements.txt, followed by those required packages it does not name.
/// "name[extras]>=1.2,<3; marker  # comment" keeps name and the lower bound (of >=, >, ~= or ==);
/// options, addresses and lines that are not understood are skipped: the file is advice here, pip
/// is who reads it for real.
std::vector<PythonRequirement> parseRequirements(std::string_view text,
                                                 const ManifestRequirements &needs);

/// Negative, 0 or positive as a is older than, equal to or newer than b. The release numbers of
/// PEP 440 decide ("1.10" > "1.9", "2.1" == "2.1.0"), then a pre-release or development release is
/// older than the release; a local suffix (+cu130), a leading "v" and post-releases do not count.
int compareVersions(std::string_view a, std::string_view b);

/// Whether it starts with a number at all, so that compareVersions means something.
bool isVersion(std::string_view text);

} // namespace mrb::backend
