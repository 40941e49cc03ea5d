// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/ExitCode.h"

#include <array>

namespace mrb::backend {

std::span<const ExitCodeMeaning> exitCodeTable()
{
    static constexpr std::array kTable = {
        ExitCodeMeaning{ExitCode::Passed, "all gates passed, or a phantom run completed"},
        ExitCodeMeaning{ExitCode::Refused,
                        "refused: usage, request, checkout identity, preflight or cost gate"},
        ExitCodeMeaning{ExitCode::UpstreamFailed, "the upstream command failed"},
        ExitCodeMeaning{
            ExitCode::GateFailed,
            "a gate or a check of evidence failed, results differ, or a file could not be read"},
        ExitCodeMeaning{ExitCode::NotWritten, "results could not be written"},
        ExitCodeMeaning{ExitCode::TimedOut, "the time limit was reached"},
        ExitCodeMeaning{ExitCode::Cancelled, "cancelled"},
    };
    return kTable;
}

} // namespace mrb::backend
