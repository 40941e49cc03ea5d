// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// What a person types into the form: fields, lists of seeds, sweeps. Parts of the input: the base
// document of a sweep, then alternately the key of an axis and its values, one a line. The whole
// input is also typed into every field.

#include "backend/base/JsonText.h"
#include "backend/contract/Fields.h"
#include "backend/form/FieldText.h"
#include "backend/form/FormContext.h"
#include "backend/form/Sweep.h"
#include "backend/request/OverrideDocument.h"
#include "tests/fuzz/FuzzSupport.h"

#include <cmath>

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

namespace {

void checkField(const contract::FieldSpec &field, const QStringList &texts)
{
    const Result<Json> value = valueOfTexts(field, texts);
    if (!value) {
        fuzz::requireExplained(value.error());
        return;
    }
    require(contract::hasKind(field, *value), "a value has its field's kind");
    if (texts.front().startsWith(QChar::ByteOrderMark))
        return; // which Qt drops where it decodes UTF-8
    const Result<Json> again = valueOfTexts(field, textsOfValue(field, *value));
    require(again && *again == *value, "a value can be shown and typed again");
}

void checkSeeds(const QString &text)
{
    const Result<std::vector<std::int64_t>> seeds = parseSeedList(text);
    if (!seeds) {
        fuzz::requireExplained(seeds.error());
        return;
    }
    require(!seeds->empty() && seeds->size() <= kMostSweepRuns,
            "a list has seeds, but not too many");
    for (const std::int64_t seed : *seeds)
        require(seed >= 0 && seed <= 4294967295, "a seed is in range");
}

void checkSweep(const std::vector<std::string_view> &parts)
{
    constexpr qsizetype kMostValues = 8; // each one is a whole request: a few say all
    static const FormContext context = mirroredContext();
    std::vector<SweepAxis> axes;
    for (std::size_t i = 1; i + 1 < parts.size() && axes.size() < 3; i += 2) {
        const QStringList values = fuzz::toText(parts[i + 1]).split(u'\n');
        axes.push_back({std::string(parts[i]), values.first(std::min(values.size(), kMostValues))});
    }
    const SweepPlan plan = planSweep(std::string(parts[0]), axes, context);
    require(plan.errors.empty() || plan.runs.empty(), "a wrong plan has no runs");
    require(plan.runs.size() <= kMostSweepRuns, "a plan has a limit");
    fuzz::requireExplained(plan.errors);
    for (const SweepRun &run : plan.runs) {
        require(parseOverrides(run.document, QString()).errors.empty(),
                "a run's document is sound");
        require(std::isfinite(run.estimatedSeconds), "a run has an estimate");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view input = fuzz::textOf(data, size);
    const QString text = fuzz::toText(input);
    const QStringList words = text.simplified().split(u' ');
    for (const contract::FieldSpec &field : contract::fieldTable()) {
        checkField(field, {text});
        checkField(field, words);
    }
    if (const auto number = numberOfText(text)) {
        require(std::isfinite(*number), "a number is finite");
        for (const int decimals : {0, 2, 6})
            require(!decimalText(*number, decimals).isEmpty(), "a number can be shown");
    }
    checkSeeds(text);
    checkSweep(fuzz::partsOf(input, 1));
    return 0;
}
