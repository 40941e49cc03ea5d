// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/GenerateOptions.h"

#include "backend/process/RunEnvironment.h"

#include <system_error>

namespace mrb::backend {

std::filesystem::path GenerateOptions::home() const
{
    return environmentValue(environment, "HOME").value_or("/");
}

GenerateOptions optionsForThisProcess()
{
    GenerateOptions options;
    options.environment = currentEnvironment();
    std::error_code ignored;
    options.workingFolder = std::filesystem::current_path(ignored);
    return options;
}

std::string_view engineName(Engine engine)
{
    return engine == Engine::Phantom ? "phantom" : "upstream";
}

} // namespace mrb::backend
