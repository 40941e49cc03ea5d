// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <filesystem>

namespace mrb::backend {

/// The last 256 KiB of a log: far enough to reach an exception over a long summary of torchrun.
/// Empty where there is no such file. Never waits for a pipe. Blocks shortly; any thread.
QString readLogEnd(const std::filesystem::path &file);

} // namespace mrb::backend
