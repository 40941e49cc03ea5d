// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// What an interpreter answers about itself, and a checkout's requirements.txt. Parts of the input:
// standard output, standard error, requirements, and the exit code as one byte.

#include "backend/environment/PythonProbe.h"
#include "tests/fuzz/FuzzSupport.h"

using namespace mrb::backend;
using mrb::fuzz::require;

namespace {

int signOf(int number)
{
    return (number > 0) - (number < 0);
}

void checkVersions(const std::vector<PythonRequirement> &requirements)
{
    for (const PythonRequirement &a : requirements) {
        require(compareVersions(a.minimumVersion, a.minimumVersion) == 0,
                "a version equals itself");
        for (const PythonRequirement &b : requirements)
            require(signOf(compareVersions(a.minimumVersion, b.minimumVersion)) ==
                        -signOf(compareVersions(b.minimumVersion, a.minimumVersion)),
                    "a comparison has a direction");
    }
}

const ManifestRequirements &needs()
{
    static const ManifestRequirements known{.pythonMinimum = "3.10",
                                            .pythonRecommended = "3.11",
                                            .gpuMemoryGb = 16,
                                            .packages = {"torch", "monai", "scikit-image"}};
    return known;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto parts = mrb::fuzz::partsOf(mrb::fuzz::textOf(data, size), 4);
    PythonProbeRequest request;
    request.executable = "/usr/bin/python3";
    request.requirements = parseRequirements(parts[2], needs());
    for (const PythonRequirement &wanted : request.requirements)
        require(!wanted.distribution.empty() && !wanted.module.empty(), "a requirement has a name");
    checkVersions(request.requirements);

    const CommandOutput answer{
        .exitCode = parts[3].empty() ? 0 : static_cast<unsigned char>(parts[3].front()),
        .out = std::string(parts[0]),
        .err = std::string(parts[1])};
    const mrb::Result<PythonFacts> facts = parsePythonAnswer(answer, request);
    if (!facts) {
        mrb::fuzz::requireExplained(facts.error());
        return 0;
    }
    const Findings findings = judgePython(*facts, request.requirements, needs());
    mrb::fuzz::requireExplained(findings.refusals);
    mrb::fuzz::requireExplained(findings.warnings);
    return 0;
}
