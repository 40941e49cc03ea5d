// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace mrb::test {

/// Written whole and closed, folders above it included.
inline std::filesystem::path writeFile(const std::filesystem::path &file, std::string_view content)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
}

/// A program for /bin/sh.
inline std::filesystem::path writeScript(const std::filesystem::path &file, std::string_view body)
{
    writeFile(file, "#!/bin/sh\n" + std::string(body) + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
}

inline std::string readFile(const std::filesystem::path &file)
{
    std::ostringstream content;
    content << std::ifstream(file, std::ios::binary).rdbuf();
    return content.str();
}

/// Whether the process whose number stands in the file is there; false for an empty file.
inline bool isRunning(const std::filesystem::path &pidFile)
{
    const std::string text = readFile(pidFile);
    if (text.empty())
        return false;
    const std::string stat = readFile("/proc/" + std::to_string(std::stoi(text)) + "/stat");
    // A zombie that init has not collected yet is dead.
    return !stat.empty() && stat.substr(stat.rfind(')') + 2, 1) != "Z";
}

} // namespace mrb::test
