// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/base/Text.h"

#include <QString>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What every fuzz target has: libFuzzer calls it with inputs it makes up, ctest with the seeds and
/// with every input that once broke something (FuzzDriver.cpp).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace mrb::fuzz {

/// Ends the program as a crash does when a claim about the code does not hold.
inline void require(bool holds, const char *claim)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", claim);
    std::abort();
}

/// A refusal must say what is wrong.
inline void requireExplained(const Error &error)
{
    require(!error.code.id().empty(), "an error has a code");
    require(!error.message.isEmpty(), "an error has a message");
}

inline void requireExplained(const Errors &errors)
{
    for (const Error &error : errors)
        requireExplained(error);
}

/// Tells libFuzzer of something that it cannot see for itself, such as which regular expression
/// matched: an input with a new note is kept.
inline void note(std::string_view what)
{
    __attribute__((section("__libfuzzer_extra_counters"))) static std::uint8_t notes[1024];
    std::uint8_t &counter = notes[std::hash<std::string_view>{}(what) % std::size(notes)];
    counter = static_cast<std::uint8_t>(std::min(counter + 1, 255));
}

inline std::string_view textOf(const std::uint8_t *data, std::size_t size)
{
    return {reinterpret_cast<const char *>(data), size};
}

inline QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// The parts of an input between bytes of the value 0x1E (record separator); at least `count`,
/// empty where the input has none.
inline std::vector<std::string_view> partsOf(std::string_view input, std::size_t count)
{
    constexpr char kSeparator = '\x1e';
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = input.find(kSeparator);
        parts.push_back(input.substr(0, end));
        if (end == std::string_view::npos)
            break;
        input.remove_prefix(end + 1);
    }
    parts.resize(std::max(parts.size(), count));
    return parts;
}

/// A regular file in memory, for code that only takes a path.
class MemoryFile
{
public:
    MemoryFile() : m_descriptor(::memfd_create("fuzz", MFD_CLOEXEC))
    {
        require(m_descriptor >= 0, "there is a file in memory");
    }
    ~MemoryFile() { ::close(m_descriptor); }
    MemoryFile(const MemoryFile &) = delete;
    MemoryFile &operator=(const MemoryFile &) = delete;

    void put(std::string_view content) const
    {
        require(::ftruncate(m_descriptor, 0) == 0 &&
                    ::pwrite(m_descriptor, content.data(), content.size(), 0) ==
                        static_cast<ssize_t>(content.size()),
                "the input was written");
    }
    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(m_descriptor); }

private:
    int m_descriptor;
};

/// A folder of its own below the folder for temporary files, removed at the end.
class ScratchFolder
{
public:
    ScratchFolder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "mrb-fuzz-XXXXXX").string();
        require(::mkdtemp(name.data()) != nullptr, "there is a scratch folder");
        m_path = name;
    }
    ~ScratchFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    ScratchFolder(const ScratchFolder &) = delete;
    ScratchFolder &operator=(const ScratchFolder &) = delete;

    const std::filesystem::path &path() const { return m_path; }

    /// Writes the file, or removes it when there is no content.
    void put(const std::filesystem::path &relative, std::string_view content) const
    {
        const std::filesystem::path file = m_path / relative;
        if (content.empty()) {
            std::filesystem::remove(file);
            return;
        }
        std::filesystem::create_directories(file.parent_path());
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        require(out.good(), "the input was written");
    }

private:
    std::filesystem::path m_path;
};

} // namespace mrb::fuzz
