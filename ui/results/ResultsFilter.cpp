// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ResultsFilter.h"

#include "backend/base/Text.h"

#include <QHash>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mrb::ui {

namespace {

/// A filter with what is the same for every run worked out.
struct Matcher
{
    const ResultsFilter &filter;
    QStringList words;
    QDateTime since; ///< invalid: from the beginning

    Matcher(const ResultsFilter &wanted, const QDateTime &now)
        : filter(wanted), words(wanted.text.toCaseFolded().split(u' ', Qt::SkipEmptyParts))
    {
        if (filter.dates == DateRange::All)
            return;
        const int daysBefore = filter.dates == DateRange::Today  ? 0
                               : filter.dates == DateRange::Week ? 6
                                                                 : 29;
        since = now.date().addDays(-daysBefore).startOfDay();
    }

    bool accepts(const RunEntry &entry) const
    {
        const backend::RunSummary &run = entry.run;
        if (!filter.modality.isEmpty() && run.modality != filter.modality)
            return false;
        if (filter.rating && run.review.rating != *filter.rating)
            return false;
        if (filter.outcome && outcomeOf(run) != *filter.outcome)
            return false;
        if (since.isValid() && !(run.startedAt.isValid() && run.startedAt >= since))
            return false;
        return std::all_of(words.begin(), words.end(),
                           [&entry](const QString &word) { return entry.search.contains(word); });
    }
};

/// Places of the labels in their alphabetical order.
QHash<QString, int> labelRanks(const RunEntries &entries)
{
    QHash<QString, int> ranks;
    for (const auto &entry : entries)
        ranks.insert(entry->label, 0);
    QStringList labels = ranks.keys();
    std::sort(labels.begin(), labels.end(), [](const QString &a, const QString &b) {
        return QString::localeAwareCompare(a, b) < 0;
    });
    for (int i = 0; i < labels.size(); ++i)
        ranks[labels[i]] = i;
    return ranks;
}

int ratingRank(backend::Rating rating)
{
    switch (rating) {
    case backend::Rating::Accepted:
        return 0;
    case backend::Rating::Undecided:
        return 1;
    case backend::Rating::Rejected:
        break;
    }
    return 2;
}

/// What to sort by; nothing where the run does not have it.
std::optional<std::int64_t> sortKey(const RunEntry &entry, ResultsSort by,
                                    const QHash<QString, int> &labels)
{
    const backend::RunSummary &run = entry.run;
    switch (by) {
    case ResultsSort::Date:
        return run.startedAt.isValid() ? std::optional(run.startedAt.toMSecsSinceEpoch())
                                       : std::nullopt;
    case ResultsSort::Seed:
        return run.seed;
    case ResultsSort::Modality:
        return run.modality.isEmpty() ? std::nullopt
                                      : std::optional<std::int64_t>(labels.value(entry.label));
    case ResultsSort::Outcome:
        return static_cast<std::int64_t>(outcomeOf(run));
    case ResultsSort::Rating:
        return ratingRank(run.review.rating);
    case ResultsSort::Duration:
        break;
    }
    return run.seconds > 0 ? std::optional(static_cast<std::int64_t>(run.seconds * 1000.0))
                           : std::nullopt;
}

} // namespace

int ResultsFilter::activeParts() const
{
    return int(!modality.isEmpty()) + int(outcome.has_value()) + int(rating.has_value()) +
           int(dates != DateRange::All);
}

RunEntry::RunEntry(backend::RunSummary summary) : run(std::move(summary)), label(runLabel(run))
{
    QStringList parts{label, run.modality, run.review.note, tagsAsText(run.review.tags),
                      toQString(run.folder)};
    if (run.seed)
        parts += QString::number(*run.seed);
    search = parts.join(u'\n').toCaseFolded();
}

RunEntries arrangedRuns(const RunEntries &all, const ResultsFilter &filter,
                        const ResultsOrder &order, const QDateTime &now)
{
    using Keyed = std::pair<std::optional<std::int64_t>, std::shared_ptr<RunEntry>>;
    const Matcher matcher(filter, now);
    const QHash<QString, int> labels =
        order.by == ResultsSort::Modality ? labelRanks(all) : QHash<QString, int>();
    std::vector<Keyed> keyed;
    keyed.reserve(all.size());
    for (const auto &entry : all) {
        if (matcher.accepts(*entry))
            keyed.emplace_back(sortKey(*entry, order.by, labels), entry);
    }
    std::stable_sort(keyed.begin(), keyed.end(), [&order](const Keyed &a, const Keyed &b) {
        if (!a.first || !b.first)
            return a.first.has_value() && !b.first;
        return order.descending ? *a.first > *b.first : *a.first < *b.first;
    });
    RunEntries arranged;
    arranged.reserve(keyed.size());
    for (Keyed &one : keyed)
        arranged.push_back(std::move(one.second));
    return arranged;
}

} // namespace mrb::ui
