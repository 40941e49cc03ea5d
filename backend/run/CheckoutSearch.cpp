// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/CheckoutSearch.h"

namespace mrb::backend {

RootSearch searchCheckout(const GenerateOptions &options, const ManifestUpstream &upstream)
{
    std::optional<std::string> chosen = options.upstreamRoot;
    if (chosen && !chosen->starts_with('~'))
        chosen = (options.workingFolder / *chosen).string();
    return findUpstreamRoot({.chosen = chosen,
                             .variable = environmentValue(options.environment, "NV_GENERATE_ROOT"),
                             .home = options.home(),
                             .project = options.workingFolder},
                            upstream);
}

} // namespace mrb::backend
