// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/SetupEnvironment.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mrb::backend {

namespace {

constexpr auto kForAll = std::to_array<std::string_view>(
    {"PATH",           "HOME",           "LANG",          "LC_ALL",       "TMPDIR",
     "USER",           "LOGNAME",        "http_proxy",    "https_proxy",  "ftp_proxy",
     "all_proxy",      "no_proxy",       "HTTP_PROXY",    "HTTPS_PROXY",  "FTP_PROXY",
     "ALL_PROXY",      "NO_PROXY",       "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
     "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"});
constexpr auto kForWeights = std::to_array<std::string_view>(
    {"HF_HOME", "HF_ENDPOINT", "HF_TOKEN", "HF_TOKEN_PATH", "HUGGING_FACE_HUB_TOKEN"});

constexpr auto kLeadsElsewhere = std::to_array<std::string_view>(
    {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIREMENT", "PIP_PYTHON"});

bool isWanted(std::string_view name, SetupProgram program)
{
    if (std::ranges::find(kForAll, name) != kForAll.end() || name.starts_with("XDG_"))
        return true;
    switch (program) {
    case SetupProgram::Git:
        return name == "SSH_AUTH_SOCK";
    case SetupProgram::Packages:
        // Settings of pip are honoured, but for those that would lead the packages elsewhere.
        return name.starts_with("PIP_") &&
               std::ranges::find(kLeadsElsewhere, name) == kLeadsElsewhere.end();
    case SetupProgram::Weights:
        return std::ranges::find(kForWeights, name) != kForWeights.end() ||
               name.starts_with("HF_HUB_");
    }
    return false;
}

EnvironmentPairs ours(SetupProgram program)
{
    if (program == SetupProgram::Git) {
        // Nobody answers a question; causes are recognised by English words; weights that a
        // repository keeps in LFS are fetched by another step, and their hashes compared.
        return {{"LC_ALL", "C.UTF-8"},
                {"GIT_TERMINAL_PROMPT", "0"},
                {"GIT_LFS_SKIP_SMUDGE", "1"},
                {"GIT_SSH_COMMAND", "ssh -o BatchMode=yes"}};
    }
    return {{"PYTHONUNBUFFERED", "1"}, {"PYTHONIOENCODING", "utf-8"}};
}

} // namespace

EnvironmentPairs setupEnvironment(const EnvironmentPairs &parent, SetupProgram program)
{
    EnvironmentPairs result = ours(program);
    for (const auto &entry : parent) {
        const bool isSet = std::ranges::any_of(
            result, [&entry](const auto &known) { return known.first == entry.first; });
        if (!isSet && isWanted(entry.first, program))
            result.push_back(entry);
    }
    return result;
}

} // namespace mrb::backend
