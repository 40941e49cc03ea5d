// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/BundleSink.h"

namespace mrb::backend {

Result<> BundleSink::addFile(const std::string &name, std::string_view content, bool program)
{
    if (auto begun = begin(name, content.size(), program); !begun)
        return begun;
    if (auto added = add(std::as_bytes(std::span(content))); !added)
        return added;
    return end();
}

} // namespace mrb::backend
