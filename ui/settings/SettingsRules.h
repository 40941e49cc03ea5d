// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <chrono>

namespace mrb::ui {

/// What a setting may be, for the file and the form alike. Each says in one sentence what is wrong
/// with a value, and nothing when it can be used. None of them touches the disk.

/// Empty or absolute.
QString pathProblem(const QString &path);
/// Empty, absolute, or a bare name to be looked up in PATH.
QString pythonProblem(const QString &python);
/// Empty, or numbers or identifiers with commas between them, as CUDA_VISIBLE_DEVICES has them.
QString gpusProblem(const QString &gpus);

inline constexpr std::chrono::seconds kShortestTimeLimit{1};
inline constexpr std::chrono::seconds kLongestTimeLimit = std::chrono::hours(30 * 24);
inline constexpr int kMostRunsAtOnce = 64;

/// "~/data " as typed becomes "/home/me/data".
QString withHomeExpanded(const QString &typed);

} // namespace mrb::ui
