// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RecordedCommand.h"

#include <algorithm>
#include <filesystem>

namespace mrb::backend {

namespace {

std::string plain(std::string text)
{
    return isPlainPath(text) ? std::move(text) : std::string();
}

std::string plainName(const std::string &path)
{
    return plain(std::filesystem::path(path).filename().string());
}

/// [python, launcher, "-m", module, ...]: where the launcher is, else nothing.
std::string launcherOf(const Json &command)
{
    constexpr const char *kLauncherName = "warm_start.py"; // in resources/warm
    if (!command.is_array() || command.size() < 4 || !command[1].is_string() || command[2] != "-m")
        return {};
    const auto &text = command[1].get_ref<const std::string &>();
    const bool isOurs =
        text == kLauncherToken || std::filesystem::path(text).filename() == kLauncherName;
    return isOurs ? text : std::string();
}

} // namespace

bool isPlainPath(std::string_view text)
{
    const auto isPlain = [](unsigned char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '.' || letter == '_' ||
               letter == '-' || letter == '/';
    };
    const std::filesystem::path path(text);
    return !text.empty() && text.front() != '-' && text.front() != '/' &&
           std::ranges::all_of(text, isPlain) && std::ranges::find(path, "..") == path.end();
}

RecordedCommand recordedCommand(const Json *command)
{
    RecordedCommand recorded;
    if (!command || !command->is_array())
        return recorded;
    recorded.launcher = launcherOf(*command);
    const auto value = [command](std::size_t i) {
        return (*command)[i].is_string() ? (*command)[i].get<std::string>() : std::string();
    };
    for (std::size_t i = 0; i + 1 < command->size(); ++i) {
        const std::string option = value(i);
        const std::string argument = value(i + 1);
        if (option == "-m") // the last one: torchrun is started as a module too
            recorded.module = plain(argument);
        else if (option == "-t")
            recorded.networkConfig =
                plain(argument.starts_with("./") ? argument.substr(2) : argument);
        else if (option == "-e")
            recorded.environmentConfig = plainName(argument);
        else if (option == "-c")
            recorded.modelConfig = plainName(argument);
    }
    return recorded;
}

Json documentedCommand(const Json &command)
{
    Json documented = command;
    if (!launcherOf(command).empty())
        documented.erase(1);
    return documented;
}

} // namespace mrb::backend
