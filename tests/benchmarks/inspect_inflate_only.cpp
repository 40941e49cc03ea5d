// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// The bar `mrbrain inspect` is measured against: ISA-L inflating a .gz file and nothing else.

#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: isal_inflate_only FILE.gz\n");
        return 2;
    }
    const int descriptor = ::open(argv[1], O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        std::perror(argv[1]);
        return 2;
    }
    constexpr std::size_t kBuffer = std::size_t{256} << 10U;
    std::vector<std::uint8_t> input(kBuffer);
    std::vector<std::uint8_t> output(kBuffer);
    const auto state = std::make_unique<inflate_state>();
    isal_inflate_init(state.get());
    state->crc_flag = ISAL_GZIP;
    std::uint64_t total = 0;
    while (state->block_state != ISAL_BLOCK_FINISH) {
        if (state->avail_in == 0) {
            const ssize_t got = ::read(descriptor, input.data(), input.size());
            if (got <= 0)
                break;
            state->next_in = input.data();
            state->avail_in = static_cast<std::uint32_t>(got);
        }
        state->next_out = output.data();
        state->avail_out = static_cast<std::uint32_t>(output.size());
        if (isal_inflate(state.get()) != ISAL_DECOMP_OK) {
            std::fprintf(stderr, "corrupt\n");
            return 1;
        }
        total += output.size() - state->avail_out;
    }
    std::printf("%llu\n", static_cast<unsigned long long>(total));
    ::close(descriptor);
    return state->block_state == ISAL_BLOCK_FINISH ? 0 : 1;
}
