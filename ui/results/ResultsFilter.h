// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"
#include "ui/results/RunWords.h"

#include <QDateTime>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

/// Which runs of a gallery are shown, and in which order. Pure.
namespace mrb::ui {

enum class DateRange { All, Today, Week, Month };

struct ResultsFilter
{
    QString text = {};     ///< all of its words must occur; upper and lower case do not matter
    QString modality = {}; ///< by name, "mri_t1"; empty: all
    std::optional<Outcome> outcome = {};
    std::optional<backend::Rating> rating = {};
    DateRange dates = DateRange::All;

    /// Parts that narrow what is shown, without the text.
    int activeParts() const;
    bool isEmpty() const { return text.trimmed().isEmpty() && activeParts() == 0; }
    friend bool operator==(const ResultsFilter &, const ResultsFilter &) = default;
};

enum class ResultsSort { Date, Seed, Modality, Outcome, Rating, Duration };

struct ResultsOrder
{
    ResultsSort by = ResultsSort::Date;
    bool descending = true;

    friend bool operator==(const ResultsOrder &, const ResultsOrder &) = default;
};

/// A run with what filtering needs of it, made once.
struct RunEntry
{
    explicit RunEntry(backend::RunSummary summary);

    backend::RunSummary run;
    QString label;  ///< the modality in words
    QString search; ///< case-folded: label, modality, seed, note, tags, folder
    int row = -1;   ///< where it is shown; -1: it is not
};

using RunEntries = std::vector<std::shared_ptr<RunEntry>>;

/// Those that match, sorted; what is equal, or has nothing to sort by, keeps its order, the latter
/// at the end. now: local time, for the date ranges.
RunEntries arrangedRuns(const RunEntries &all, const ResultsFilter &filter,
                        const ResultsOrder &order, const QDateTime &now);

} // namespace mrb::ui
