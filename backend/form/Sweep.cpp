// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/Sweep.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/form/FieldText.h"
#include "backend/request/CostEstimate.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/OverrideDocument.h"

#include <QRegularExpression>

#include <algorithm>
#include <optional>

namespace mrb::backend {

namespace {

namespace keys = contract::model_config;
using contract::FieldKind;
using contract::FieldSpec;

constexpr QStringView kBetween = u" \u00b7 ";

struct AxisValue
{
    Json json;
    QString label;
};

struct ReadAxis
{
    std::string key;
    std::vector<AxisValue> values;
};

QStringList elementTexts(const FieldSpec &field, const QString &value)
{
    if (contract::elementCount(field.kind) == 0)
        return {value.trimmed()};
    return value.simplified().split(u' ');
}

QString valueLabel(const FieldSpec &field, const Json &value, const Manifest &manifest)
{
    if (field.kind == FieldKind::ModalityName) {
        const Modality *modality = findModality(manifest, value.get<std::string>());
        return modality ? QString::fromStdString(modality->label) : QString();
    }
    const QString text = textsOfValue(field, value).join(QStringLiteral(" \u00d7 "));
    const QString label =
        Text::tr("%1 %2", "a field and its value").arg(contract::fieldLabel(field).toLower(), text);
    const QString unit = contract::fieldUnit(field);
    return unit.isEmpty() ? label : Text::tr("%1 %2", "a value and its unit").arg(label, unit);
}

class Planner
{
public:
    Planner(const std::vector<SweepAxis> &axes, const FormContext &context)
        : m_axes(axes), m_context(context)
    {
    }

    SweepPlan plan(const std::string &baseDocument)
    {
        OverrideParse base = parseOverrides(baseDocument, Text::tr("The settings"));
        m_plan.errors = std::move(base.errors);
        m_base = std::move(base.overrides);
        for (const SweepAxis &axis : m_axes)
            m_base.erase(axis.key);
        checkAxes();
        checkTotal();
        if (m_plan.errors.empty())
            readValues();
        if (m_plan.errors.empty())
            combineAll();
        if (!m_plan.errors.empty())
            m_plan.runs.clear();
        return std::move(m_plan);
    }

private:
    RequestResolution resolve(const Json &overrides) const
    {
        return resolveRequest(overrides, {}, m_context.modelConfig, m_context.modalityMapping,
                              m_context.manifest);
    }

    void refuse(ErrorCode code, const QString &message, const QString &hint, const QString &field)
    {
        m_plan.errors.push_back({code, message, hint, field});
    }

    void checkAxes()
    {
        std::vector<std::string> seen;
        for (const SweepAxis &axis : m_axes) {
            const QString key = QString::fromStdString(axis.key);
            if (!contract::findField(axis.key)) {
                refuse(error_codes::kSweepValue, Text::tr("No field is called %1.").arg(key),
                       Text::tr("Vary one of the fields of the form."), key);
            } else if (std::ranges::find(seen, axis.key) != seen.end()) {
                refuse(error_codes::kSweepValue, Text::tr("%1 is varied twice.").arg(key),
                       Text::tr("Put all of its values into one list."), key);
            } else if (axis.size() == 0) {
                refuse(error_codes::kSweepValue, Text::tr("%1 has no values to vary.").arg(key),
                       Text::tr("Name at least one value, or do not vary the field."), key);
            }
            seen.push_back(axis.key);
        }
    }

    void checkTotal()
    {
        std::size_t total = 1;
        for (const SweepAxis &axis : m_axes) {
            // One list at a time, so that the product cannot overflow.
            total *= std::min(axis.size(), kMostSweepRuns + 1);
            if (total > kMostSweepRuns) {
                refuse(error_codes::kSweepTooLarge,
                       Text::tr("The sweep has more than %1 runs.").arg(kMostSweepRuns),
                       Text::tr("Vary fewer fields or fewer values."),
                       QString::fromStdString(axis.key));
                return;
            }
        }
    }

    // Each value alone over the base, so that the error can name it.
    void readValues()
    {
        // A checkout's own problem, or a wrong base, would be told once for each value.
        const Errors ofBase = resolve(m_base).errors;
        m_plan.errors = ofBase;
        for (const SweepAxis &axis : m_axes) {
            const FieldSpec &field = *contract::findField(axis.key);
            ReadAxis read{axis.key, {}};
            for (const QString &text : axis.values)
                readTyped(field, text, ofBase, read);
            for (const Json &value : axis.jsonValues)
                readJson(field, value, ofBase, read);
            m_read.push_back(std::move(read));
        }
    }

    void refuseValue(const FieldSpec &field, const QString &shown, const QString &why,
                     const QString &hint)
    {
        const QString key = QString::fromUtf8(field.key);
        refuse(
            error_codes::kSweepValue,
            Text::tr("%1 cannot be varied with \u201c%2\u201d: %3").arg(key, shortened(shown), why),
            hint, key);
    }

    void readTyped(const FieldSpec &field, const QString &text, const Errors &ofBase,
                   ReadAxis &axis)
    {
        Result<Json> value = valueOfTexts(field, elementTexts(field, text));
        if (value)
            readValue(field, text, std::move(value).value(), ofBase, axis);
        else
            refuseValue(field, text, value.error().message, value.error().hint);
    }

    void readJson(const FieldSpec &field, const Json &value, const Errors &ofBase, ReadAxis &axis)
    {
        const QString shown = QString::fromStdString(compactJson(value));
        if (contract::hasKind(field, value))
            readValue(field, shown, value, ofBase, axis);
        else
            refuseValue(field, shown,
                        Text::tr("it must be %1.").arg(contract::kindText(field.kind)),
                        Text::tr("Write the value as an override document has it."));
    }

    void readValue(const FieldSpec &field, const QString &shown, Json value, const Errors &ofBase,
                   ReadAxis &axis)
    {
        Json overrides = m_base;
        overrides[axis.key] = value;
        bool isSound = true;
        for (const Error &error : resolve(overrides).errors) {
            if (std::ranges::find(ofBase, error) != ofBase.end())
                continue;
            refuseValue(field, shown, error.message, error.hint);
            isSound = false;
        }
        if (std::ranges::find(axis.values, value, &AxisValue::json) != axis.values.end()) {
            refuseValue(field, shown, Text::tr("it stands there twice."),
                        Text::tr("Remove one of them."));
            isSound = false;
        }
        if (isSound) {
            QString label = valueLabel(field, value, m_context.manifest);
            axis.values.push_back({std::move(value), std::move(label)});
        }
    }

    void combineAll()
    {
        std::vector<std::size_t> at(m_read.size(), 0);
        while (addRun(at) && advance(at)) {
        }
    }

    // Like an odometer; false after the last combination.
    bool advance(std::vector<std::size_t> &at) const
    {
        for (std::size_t axis = at.size(); axis-- > 0;) {
            if (++at[axis] < m_read[axis].values.size())
                return true;
            at[axis] = 0;
        }
        return false;
    }

    bool addRun(const std::vector<std::size_t> &at)
    {
        Json overrides = m_base;
        QStringList labels;
        QStringList details;
        for (std::size_t axis = 0; axis < at.size(); ++axis) {
            const AxisValue &value = m_read[axis].values[at[axis]];
            overrides[m_read[axis].key] = value.json;
            labels << value.label;
            if (m_read[axis].key != keys::kModality && m_read[axis].key != keys::kRandomSeed)
                details << value.label;
        }
        const RequestResolution resolution = resolve(overrides);
        if (!resolution.request) {
            m_plan.errors = resolution.errors;
            return false;
        }
        const ModelRequest &request = *resolution.request;
        overrides[std::string(keys::kModality)] = request.modalityName;
        overrides[std::string(keys::kRandomSeed)] = request.seed;
        m_plan.runs.push_back({.document = writeOverrides(overrides),
                               .label = labels.join(kBetween),
                               .details = details.join(kBetween),
                               .estimatedSeconds = estimateCost(request.dim, request.steps,
                                                                m_context.manifest.model.version)
                                                       .wallSeconds});
        return true;
    }

    const std::vector<SweepAxis> &m_axes;
    const FormContext &m_context;
    Json m_base;
    std::vector<ReadAxis> m_read;
    SweepPlan m_plan;
};

Error badSeeds(const QString &what, const QString &hint, ErrorCode code = error_codes::kSweepValue)
{
    return {code, what, hint, QString::fromUtf8(keys::kRandomSeed)};
}

// A number that any seed may be; the range is told by the field table.
std::optional<std::int64_t> seedOf(const QString &digits)
{
    const contract::FieldSpec *field = contract::findField(keys::kRandomSeed);
    bool isNumber = false;
    const qlonglong seed = digits.toLongLong(&isNumber);
    if (!isNumber || static_cast<double>(seed) > field->domain[0].maximum->value)
        return std::nullopt;
    return seed;
}

} // namespace

SweepPlan planSweep(const std::string &baseDocument, const std::vector<SweepAxis> &axes,
                    const FormContext &context)
{
    return Planner(axes, context).plan(baseDocument);
}

Result<std::vector<std::int64_t>> parseSeedList(const QString &text)
{
    static const QRegularExpression separators(QStringLiteral("[\\s,;]+"));
    static const QRegularExpression aroundDash(QStringLiteral("\\s*(?:[-\u2013]|\\.\\.)\\s*"));
    static const QRegularExpression numberOrRange(QStringLiteral("^([0-9]+)(?:-([0-9]+))?$"));
    const QString howTo = Text::tr("Write seeds and ranges, as in 1, 2, 5-8.");

    QString tidy = text;
    tidy.replace(aroundDash, QStringLiteral("-"));
    std::vector<std::int64_t> seeds;
    for (const QString &part : tidy.split(separators, Qt::SkipEmptyParts)) {
        const QRegularExpressionMatch match = numberOrRange.match(part);
        if (!match.hasMatch())
            return badSeeds(Text::tr("%1 is neither a seed nor a range.").arg(shortened(part)),
                            howTo);
        const auto first = seedOf(match.captured(1));
        const auto last = match.hasCaptured(2) ? seedOf(match.captured(2)) : first;
        if (!first || !last)
            return badSeeds(
                Text::tr("%1 is larger than any seed.").arg(shortened(part)),
                Text::tr("The largest seed is %1.")
                    .arg(contract::findField(keys::kRandomSeed)->domain[0].maximum->value, 0, 'f',
                         0));
        if (*last < *first)
            return badSeeds(Text::tr("The range %1 ends before it begins.").arg(part),
                            Text::tr("Write %1-%2.").arg(*last).arg(*first));
        if (static_cast<std::size_t>(*last - *first) >= kMostSweepRuns - seeds.size())
            return badSeeds(Text::tr("These are more than %1 seeds.").arg(kMostSweepRuns),
                            Text::tr("Write a shorter list."), error_codes::kSweepTooLarge);
        for (std::int64_t seed = *first; seed <= *last; ++seed)
            seeds.push_back(seed);
    }
    if (seeds.empty())
        return badSeeds(Text::tr("The list has no seed."), howTo);
    return seeds;
}

} // namespace mrb::backend
