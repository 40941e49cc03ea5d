// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// What bundling and verifying cannot do without, and nothing else; for evidence_time.py.
//   evidence_baseline copy OUT FILE...   reads, hashes (EVP) and writes all files into one, fsync
//   evidence_baseline check FILE...      reads and hashes all files, and inflates those that end
//                                        in .gz
// Prints the seconds.

#include "backend/base/Sha256.h"
#include "backend/volume/GzipInflater.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

using namespace mrb;

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;

template <class Take> void readPieces(const char *file, Take take)
{
    std::ifstream in(file, std::ios::binary);
    std::vector<char> buffer(kPiece);
    while (in.read(buffer.data(), kPiece) || in.gcount() > 0)
        take(std::as_bytes(std::span(buffer).first(static_cast<std::size_t>(in.gcount()))));
}

/// As one would write it down: nothing happens at the same time as anything else.
bool copyAll(char **files, char **end)
{
    const int out = ::open(*files, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool written = out >= 0;
    for (char **file = files + 1; file != end; ++file) {
        Sha256 hash;
        readPieces(*file, [&](std::span<const std::byte> piece) {
            hash.add(piece);
            written =
                ::write(out, piece.data(), piece.size()) == static_cast<ssize_t>(piece.size()) &&
                written;
        });
        written = !hash.finish().empty() && written;
    }
    return ::fsync(out) == 0 && ::close(out) == 0 && written;
}

bool checkAll(char **files, char **end)
{
    std::uint64_t inflated = 0;
    for (char **file = files; file != end; ++file) {
        Sha256 hash;
        const bool packed = std::string_view(*file).ends_with(".gz");
        volume::GzipInflater inflater(QString::fromUtf8(*file));
        readPieces(*file, [&](std::span<const std::byte> piece) {
            hash.add(piece);
            if (!packed)
                return;
            inflater.setInput(piece);
            for (auto out = inflater.inflate(); !out.empty(); out = inflater.inflate())
                inflated += out.size();
        });
        if (hash.finish().empty() || inflater.error())
            return false;
    }
    return inflated > 0;
}

} // namespace

int main(int argc, char **argv)
{
    const bool copies = argc > 3 && std::strcmp(argv[1], "copy") == 0;
    if (!copies && (argc < 3 || std::strcmp(argv[1], "check") != 0)) {
        std::fprintf(stderr, "usage: %s copy OUT FILE... | check FILE...\n", argv[0]);
        return 2;
    }
    const auto begin = std::chrono::steady_clock::now();
    const bool worked = copies ? copyAll(argv + 2, argv + argc) : checkAll(argv + 2, argv + argc);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%.4f\n", took.count());
    return worked ? 0 : 1;
}
