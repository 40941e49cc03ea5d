// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/evidence/Reproduction.h"
#include "backend/evidence/Verify.h"
#include "ui/common/Tones.h"

#include <QString>

/// Evidence in words. Pure.
namespace mrb::ui {

/// The message with what to do next.
QString sentences(const Error &error);

Tone verdictTone(backend::ReproductionVerdict verdict);

/// "All 84 checks passed", "3 of 84 checks failed".
QString verdictText(const backend::VerifyReport &report);
/// All of it for the clipboard: what failed first.
QString verifyText(const backend::VerifyReport &report);

} // namespace mrb::ui
