// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/form/FormContext.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kSweepTooLarge = "sweep_too_large";
inline constexpr ErrorCode kSweepValue = "sweep_value";
} // namespace error_codes

/// One varied field: its values as typed, for instance {"1", "2", "4"} for guidance. Lists (size,
/// spacing) are typed as "256 256 128".
struct SweepAxis
{
    std::string key; ///< of the field table; modality and random_seed included
    QStringList values;
    std::vector<Json> jsonValues = {}; ///< further ones, as a document has them

    std::size_t size() const { return static_cast<std::size_t>(values.size()) + jsonValues.size(); }
};

/// One run of a sweep.
struct SweepRun
{
    std::string document;        ///< override document
    QString label;               ///< what varies: "FLAIR · seed 7 · guidance 4"
    QString details;             ///< the same without modality and seed
    double estimatedSeconds = 0; ///< reference formula
};

struct SweepPlan
{
    std::vector<SweepRun> runs; ///< every combination, the last axis varying fastest
    Errors errors;              ///< any: the plan must not be ordered; runs is empty
};

inline constexpr std::size_t kMostSweepRuns = 2000;

/// Every combination of the axes over the base document, each validated as a request. Pure.
SweepPlan planSweep(const std::string &baseDocument, const std::vector<SweepAxis> &axes,
                    const FormContext &context);

/// "1, 2, 5-8" -> 1 2 5 6 7 8; for seeds. The error says what cannot be read.
Result<std::vector<std::int64_t>> parseSeedList(const QString &text);

} // namespace mrb::backend
