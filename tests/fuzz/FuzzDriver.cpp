// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// In place of libFuzzer: runs a target once over each file of the folders given, without making
// anything up. `target SEEDS REGRESSIONS`; a folder may be missing, but not all of them.

#include "tests/fuzz/FuzzSupport.h"

#include <algorithm>
#include <iterator>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> filesIn(const fs::path &folder)
{
    std::vector<fs::path> files;
    if (!fs::is_directory(folder))
        return files;
    for (const fs::directory_entry &entry : fs::directory_iterator(folder))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int main(int argc, char **argv)
{
    int inputs = 0;
    for (const char *folder : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
        for (const fs::path &file : filesIn(folder)) {
            std::fprintf(stderr, "%s\n", file.c_str());
            std::ifstream in(file, std::ios::binary);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
            // A copy of exactly that length, so that a sanitizer sees a read beyond it.
            const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
            LLVMFuzzerTestOneInput(input.data(), input.size());
            ++inputs;
        }
    }
    std::fprintf(stderr, "%d inputs\n", inputs);
    return inputs > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
