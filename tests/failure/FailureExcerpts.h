// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/failure/FailureCause.h"
#include "backend/failure/FailureRules.h"

#include <QString>

#include <span>

/// What known failures print at the end, shortened. The test plays them, and
/// docs/troubleshooting.md shows the line that tells of the first one of every rule.
struct FailureExcerpt
{
    const char *name;
    const char *end; ///< below the frames of a traceback; all of it when `isBare`
    const char *code;
    const char *inWhat = "";
    const char *function = "load_models";
    bool isBare = false;
};

std::span<const FailureExcerpt> failureExcerpts();

/// What upstream prints before anything can go wrong with it.
QString quietBegin();
/// The log of a run that ends in a traceback with this exception.
QString tracebackLog(const QString &end, const QString &function = QStringLiteral("load_models"));
QString logOf(const FailureExcerpt &excerpt);

/// Whether the cause came from this rule; texts with a placeholder fit whatever stands there.
bool isOf(const mrb::backend::FailureCause &cause, const mrb::backend::FailureRule &rule);
