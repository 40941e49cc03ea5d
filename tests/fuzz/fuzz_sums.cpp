// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// SHA256SUMS of a bundle. The input is one.

#include "backend/bundle/BundleFormat.h"
#include "backend/bundle/ChecksumList.h"
#include "tests/fuzz/FuzzSupport.h"

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    const Result<ChecksumList> list = parseChecksums(text);
    if (!list) {
        fuzz::requireExplained(list.error());
        require(list.error().code == backend::error_codes::kSumsSyntax, "the code says what it is");
        return 0;
    }
    // Otherwise a byte could be another one and nobody would notice.
    require(writeChecksums(*list) == text, "what is accepted is what is written");
    for (const auto &[name, hash] : *list)
        require(!checkBundleName(name) && hash.size() == 64, "names and hashes are sound");
    return 0;
}
