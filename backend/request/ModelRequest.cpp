// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/ModelRequest.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Fields.h"
#include "backend/contract/Keys.h"
#include "backend/request/OverrideDocument.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace mrb::backend {

namespace {

namespace keys = contract::model_config;
using contract::FieldKind;
using contract::FieldSpec;

constexpr std::string_view kNumGpusField = "num_gpus";
constexpr std::string_view kPrefixStart = "mr_brain_";
constexpr std::int64_t kLargestCode = 2147483647; // upstream multiplies it into a torch.long

QString toText(std::string_view text)
{
    return QString::fromUtf8(text);
}

QString brief(const Json &value)
{
    constexpr qsizetype kMaxShown = 60;
    const QString text = toText(compactJson(value));
    return text.size() <= kMaxShown ? text : text.left(kMaxShown) + QChar(0x2026);
}

QString numberText(double value)
{
    return QString::number(value, 'g', 12);
}

bool isBelow(double value, const contract::Bound &minimum)
{
    return minimum.exclusive ? value <= minimum.value : value < minimum.value;
}

bool isAbove(double value, const contract::Bound &maximum)
{
    return maximum.exclusive ? value >= maximum.value : value > maximum.value;
}

QString rangeText(const contract::Domain &domain)
{
    QStringList parts;
    if (domain.minimum) {
        parts << (domain.minimum->exclusive ? Text::tr("above %1") : Text::tr("at least %1"))
                     .arg(numberText(domain.minimum->value));
    }
    if (domain.maximum) {
        parts << (domain.maximum->exclusive ? Text::tr("below %1") : Text::tr("at most %1"))
                     .arg(numberText(domain.maximum->value));
    }
    return parts.join(Text::tr(" and "));
}

// One resolution: merges, and collects every problem on the way.
class Resolver
{
public:
    Resolver(const Json &overrides, const RequestChoices &choices, const Json &modelConfig,
             const Json &mapping, const Manifest &manifest)
        : m_overrides(overrides),
          m_choices(choices),
          m_upstream(modelConfig),
          m_mapping(mapping),
          m_manifest(manifest)
    {
    }

    RequestResolution resolve()
    {
        if (!m_overrides.is_object()) {
            add(error_codes::kWrongType, {}, Text::tr("The overrides are not an object."),
                Text::tr("Pass an object of fields."));
            return {.request = {}, .errors = std::move(m_errors)};
        }
        resolveModality();
        resolvePrefix();
        checkUnknownOverrides();
        if (mergeBlock())
            checkBlock();
        if (!m_errors.empty())
            return {.request = {}, .errors = std::move(m_errors)};
        return {.request = finished(), .errors = {}};
    }

private:
    void add(ErrorCode code, std::string_view field, const QString &message, const QString &hint)
    {
        m_errors.push_back({code, message, hint, toText(field)});
    }

    void addCheckout(std::string_view file, const QString &what)
    {
        add(error_codes::kUpstreamConfig, file,
            Text::tr("%1 in the checkout: %2.").arg(toText(file), what),
            Text::tr("Restore the file from the pinned commit."));
    }

    void resolveModality()
    {
        std::string name = m_manifest.defaults.modality;
        if (m_choices.modality) {
            name = *m_choices.modality;
        } else if (const auto written = m_overrides.find(keys::kModality);
                   written != m_overrides.end()) {
            if (!written->is_string()) {
                add(error_codes::kWrongType, keys::kModality,
                    Text::tr("%1 must be %2, not %3.")
                        .arg(toText(keys::kModality), contract::kindText(FieldKind::ModalityName),
                             brief(*written)),
                    allowedModalities());
                return;
            }
            name = written->get<std::string>();
        }
        if (!findModality(m_manifest, name)) {
            add(error_codes::kModalityUnsupported, keys::kModality,
                Text::tr("The model does not support the modality %1.").arg(brief(Json(name))),
                allowedModalities());
            return;
        }
        m_request.modalityName = name;
        readModalityCode(name);
    }

    QString allowedModalities() const
    {
        QStringList names;
        for (const Modality &modality : m_manifest.modalities)
            names << toText(modality.name);
        return Text::tr("Choose one of %1.").arg(names.join(QStringLiteral(", ")));
    }

    void readModalityCode(const std::string &name)
    {
        const std::string &file = m_manifest.upstream.modalityMapping;
        if (!m_mapping.is_object()) {
            addCheckout(file, Text::tr("it is not an object"));
            return;
        }
        const auto code = m_mapping.find(name);
        if (code == m_mapping.end()) {
            addCheckout(file, Text::tr("it has no %1").arg(toText(name)));
        } else if (!code->is_number_integer() || *code < 0 || *code > kLargestCode) {
            addCheckout(file, Text::tr("the code of %1 is %2, not an integer of at least 0")
                                  .arg(toText(name), brief(*code)));
        } else {
            m_request.modalityCode = code->get<std::int64_t>();
        }
    }

    void resolvePrefix()
    {
        constexpr std::string_view key = contract::environment_config::kOutputPrefix;
        const auto written = m_overrides.find(key);
        if (written == m_overrides.end()) {
            m_request.outputPrefix = std::string(kPrefixStart) + m_request.modalityName;
            return;
        }
        if (!written->is_string() ||
            !contract::isUsablePrefix(written->get_ref<const std::string &>())) {
            add(error_codes::kPrefixInvalid, key,
                Text::tr("%1 cannot be %2.").arg(toText(key), brief(*written)),
                Text::tr("Use letters, digits, dots, underscores and hyphens, no dot in front, at "
                         "most %1 characters.")
                    .arg(contract::kMaxPrefixLength));
            return;
        }
        m_request.outputPrefix = written->get<std::string>();
    }

    void checkUnknownOverrides()
    {
        for (const auto &[key, value] : m_overrides.items()) {
            if (!contract::findField(key))
                add(error_codes::kUnknownKey, key,
                    Text::tr("No field is called %1.").arg(toText(key)),
                    Text::tr("Correct its name or remove it."));
        }
    }

    // False when there is no block to check.
    bool mergeBlock()
    {
        const auto block =
            m_upstream.is_object() ? m_upstream.find(keys::kInference) : m_upstream.end();
        if (!m_upstream.is_object() || block == m_upstream.end() || !block->is_object()) {
            addCheckout(m_manifest.upstream.modelConfig,
                        Text::tr("it has no object %1").arg(toText(keys::kInference)));
            return false;
        }
        m_request.modelConfig = m_upstream;
        Json &merged = m_request.modelConfig[std::string(keys::kInference)];
        for (const auto &[key, value] : m_overrides.items()) {
            if (isInBlock(key))
                merged[key] = value;
        }
        merged[std::string(keys::kModality)] = m_request.modalityCode;
        const auto written = m_overrides.find(keys::kRandomSeed);
        if (m_choices.seed)
            merged[std::string(keys::kRandomSeed)] = *m_choices.seed;
        else if (written == m_overrides.end())
            merged[std::string(keys::kRandomSeed)] = m_manifest.defaults.seed;
        return true;
    }

    static bool isInBlock(std::string_view key)
    {
        const FieldSpec *field = contract::findField(key);
        return field && field->kind != FieldKind::FileNamePrefix &&
               field->kind != FieldKind::ModalityName;
    }

    void checkBlock()
    {
        for (const FieldSpec &field : contract::fieldTable()) {
            if (isInBlock(field.key))
                checkField(field);
        }
        if (m_choices.numGpus < 1) {
            add(error_codes::kOutOfRange, kNumGpusField,
                Text::tr("The number of GPUs must be at least 1, not %1.").arg(m_choices.numGpus),
                Text::tr("Ask for one GPU or more."));
        }
    }

    const Json &block() const { return *m_request.modelConfig.find(keys::kInference); }

    // The seed never comes from the checkout's config.
    bool isUsers(const FieldSpec &field) const
    {
        return field.key == keys::kRandomSeed || m_overrides.contains(field.key);
    }

    void checkField(const FieldSpec &field)
    {
        const auto value = block().find(field.key);
        if (value == block().end()) {
            addCheckout(m_manifest.upstream.modelConfig,
                        Text::tr("%1 has no %2").arg(toText(keys::kInference), toText(field.key)));
            return;
        }
        if (!contract::hasKind(field, *value)) {
            report(field, error_codes::kWrongType,
                   Text::tr("%1 must be %2, not %3")
                       .arg(toText(field.key), contract::kindText(field.kind), brief(*value)),
                   Text::tr("Correct %1 or leave it out.").arg(toText(field.key)));
            return;
        }
        if (!value->is_array()) {
            checkNumber(field, toText(field.key), *value, field.domain[0]);
            if (field.key == keys::kRandomSeed)
                checkLastSeed(field, *value);
            return;
        }
        static constexpr std::array kAxes{'x', 'y', 'z'};
        for (std::size_t i = 0; i < std::min(value->size(), kAxes.size()); ++i) {
            checkNumber(field,
                        Text::tr("%1 along %2").arg(toText(field.key), QChar::fromLatin1(kAxes[i])),
                        (*value)[i], field.domain[i]);
        }
    }

    void checkNumber(const FieldSpec &field, const QString &name, const Json &value,
                     const contract::Domain &domain)
    {
        const auto number = value.get<double>();
        if ((domain.minimum && isBelow(number, *domain.minimum)) ||
            (domain.maximum && isAbove(number, *domain.maximum))) {
            report(field, error_codes::kOutOfRange,
                   Text::tr("%1 must be %2, not %3").arg(name, rangeText(domain), brief(value)),
                   Text::tr("Choose a value in that range."));
            return;
        }
        if (domain.step == 0)
            return;
        const auto integer = value.get<std::int64_t>();
        if (const std::int64_t rest = integer % domain.step; rest != 0) {
            report(field, error_codes::kNotAMultiple,
                   Text::tr("%1 must be a multiple of %2, not %3")
                       .arg(name)
                       .arg(domain.step)
                       .arg(integer),
                   Text::tr("The nearest are %1 and %2.")
                       .arg(integer - rest)
                       .arg(integer - rest + domain.step));
        }
    }

    void checkLastSeed(const FieldSpec &field, const Json &value)
    {
        const double largest = field.domain[0].maximum->value;
        const auto seed = value.get<double>();
        const double last = seed + (m_choices.numGpus - 1);
        if (seed < 0 || seed > largest || last <= largest)
            return;
        report(field, error_codes::kOutOfRange,
               Text::tr("with %1 GPUs the last seed would be %2, more than %3")
                   .arg(m_choices.numGpus)
                   .arg(numberText(last), numberText(largest)),
               Text::tr("Choose a smaller seed."));
    }

    // Blames whoever wrote the value.
    void report(const FieldSpec &field, ErrorCode code, const QString &what, const QString &hint)
    {
        if (isUsers(field))
            add(code, field.key, what + u'.', hint);
        else
            addCheckout(m_manifest.upstream.modelConfig, what);
    }

    ModelRequest finished()
    {
        const Json &merged = block();
        m_request.overrides = m_overrides;
        m_request.overrides.erase(std::string(keys::kModality));
        m_request.seed = merged.find(keys::kRandomSeed)->get<std::int64_t>();
        m_request.dim = merged.find(keys::kDim)->get<std::array<std::int64_t, 3>>();
        m_request.spacing = merged.find(keys::kSpacing)->get<std::array<double, 3>>();
        m_request.steps = merged.find(keys::kNumInferenceSteps)->get<std::int64_t>();
        m_request.guidance = merged.find(keys::kGuidanceScale)->get<double>();
        m_request.spacingAsWritten = *merged.find(keys::kSpacing);
        m_request.guidanceAsWritten = *merged.find(keys::kGuidanceScale);
        m_request.numGpus = m_choices.numGpus;
        return std::move(m_request);
    }

    const Json &m_overrides;
    const RequestChoices &m_choices;
    const Json &m_upstream;
    const Json &m_mapping;
    const Manifest &m_manifest;
    ModelRequest m_request;
    Errors m_errors;
};

} // namespace

Json pinnedModelConfig(const Manifest &manifest)
{
    Json block = manifest.upstream.defaults;
    block.erase(std::string(contract::environment_config::kOutputPrefix)); // of another file
    return {{std::string(keys::kInference), std::move(block)}};
}

RequestResolution resolveRequest(const Json &overrides, const RequestChoices &choices,
                                 const Json &upstreamModelConfig, const Json &modalityMapping,
                                 const Manifest &manifest)
{
    return Resolver(overrides, choices, upstreamModelConfig, modalityMapping, manifest).resolve();
}

} // namespace mrb::backend
