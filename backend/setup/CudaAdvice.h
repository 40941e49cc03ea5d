// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"

#include <QString>

#include <stop_token>

namespace mrb::backend {

/// The newest CUDA that a driver runs, "12.4"; empty for a driver older than the table. Pure.
QString newestCudaOf(const QString &driverVersion);

/// Which build of PyTorch this machine can use, and how to get it. Asks nvidia-smi.
QString cudaAdvice(const EnvironmentPairs &environment, const std::stop_token &stop);

} // namespace mrb::backend
