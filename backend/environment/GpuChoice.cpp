// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/GpuChoice.h"

#include <utility>
#include <vector>

namespace mrb::backend {

EnvironmentPairs withoutGpuChoice(EnvironmentPairs environment)
{
    std::erase_if(environment,
                  [](const auto &variable) { return variable.first == kVisibleDevices; });
    return environment;
}

EnvironmentPairs withGpuChoice(EnvironmentPairs environment, const std::string &choice)
{
    environment = withoutGpuChoice(std::move(environment));
    environment.emplace_back(kVisibleDevices, choice);
    return environment;
}

} // namespace mrb::backend
