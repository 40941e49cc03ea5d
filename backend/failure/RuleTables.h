// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/failure/FailureRules.h"

#include <QtGlobal>

/// Marks a text for translation; it is translated where it is shown.
#define MRB_NOOP(text) QT_TRANSLATE_NOOP("mrb::Text", text)

namespace mrb::backend {

// Parts of failureRules(). The words in the patterns are those of PyTorch, CUDA, NCCL, MONAI,
// CPython, numpy, the C library and the kernel, so they are never translated.

std::span<const FailureRule> gpuRules();
std::span<const FailureRule> fileRules();
std::span<const FailureRule> packageRules();

/// Of setupFailureRules(): why weights could not be fetched.
std::span<const FailureRule> hubRules();

} // namespace mrb::backend
