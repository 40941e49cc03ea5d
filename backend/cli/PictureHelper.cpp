// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"

#include <unistd.h>

#include <cerrno>
#include <vector>

namespace mrb::backend {

ExitCode runPictureHelper(char **arguments)
{
    const std::filesystem::path helper = helperProgram("mrbrain-picture");
    std::string name = helper.string();
    std::vector<char *> argv = {name.data()};
    for (char **argument = arguments; *argument != nullptr; ++argument)
        argv.push_back(*argument);
    argv.push_back(nullptr);
    // In place of this process, so that signals and the exit code are the helper's own.
    ::execv(helper.c_str(), argv.data());
    return refuse(
        Text::tr("helper missing"),
        {{error_codes::kHelperMissing,
          Text::tr("mrbrain-picture, which makes the pictures, cannot be started: %1: %2")
              .arg(toQString(helper), systemErrorText(errno)),
          Text::tr("Build or install MR Brain Studio with MRB_BUILD_STUDIO switched on.")}});
}

} // namespace mrb::backend
