// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/FormEvaluation.h"

#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/form/FieldText.h"
#include "backend/request/OverrideDocument.h"

#include <algorithm>

namespace mrb::backend {

namespace {

namespace keys = contract::model_config;
using contract::FieldKind;
using contract::FieldSpec;

QString inWords(const Error &problem)
{
    return problem.hint.isEmpty() ? problem.message : problem.message + u' ' + problem.hint;
}

class Evaluator
{
public:
    Evaluator(const TypedTexts &typed, const FormContext &context, int consecutiveSeeds)
        : m_typed(typed),
          m_context(context),
          m_consecutiveSeeds(consecutiveSeeds),
          m_problems(contract::fieldTable().size())
    {
    }

    FormEvaluation evaluate()
    {
        for (const FieldSpec &field : contract::fieldTable())
            readTexts(field);
        resolveAll();
        checkLastSeed();
        finishFields();
        advise();
        return std::move(m_form);
    }

private:
    RequestResolution resolve(const Json &overrides) const
    {
        return resolveRequest(overrides, {}, m_context.modelConfig, m_context.modalityMapping,
                              m_context.manifest);
    }

    static std::size_t indexOf(std::string_view key)
    {
        const auto table = contract::fieldTable();
        const auto found = std::ranges::find(table, key, &FieldSpec::key);
        return static_cast<std::size_t>(found - table.begin());
    }

    // The value a run takes when the document does not name the field; null when there is none.
    Json defaultOf(const FieldSpec &field) const
    {
        if (field.kind == FieldKind::ModalityName)
            return m_context.manifest.defaults.modality;
        if (field.kind == FieldKind::FileNamePrefix)
            return defaultPrefix();
        if (field.key == keys::kRandomSeed)
            return m_context.manifest.defaults.seed;
        const Json &config = m_context.modelConfig;
        const auto block = config.is_object() ? config.find(keys::kInference) : config.end();
        if (block == config.end() || !block->is_object())
            return {};
        const auto value = block->find(field.key);
        return value != block->end() && contract::hasKind(field, *value) ? *value : Json();
    }

    // It follows the modality, whose row stands before its own.
    Json defaultPrefix() const
    {
        Json modality = Json::object();
        if (const auto found = m_form.values.find(keys::kModality); found != m_form.values.end())
            modality[std::string(keys::kModality)] = *found;
        const RequestResolution resolution = resolve(modality);
        return resolution.request ? Json(resolution.request->outputPrefix) : Json();
    }

    void readTexts(const FieldSpec &field)
    {
        const std::string key(field.key);
        const Json standard = defaultOf(field);
        FieldState state{.spec = &field,
                         .texts = textsOfValue(field, standard),
                         .defaultTexts = {},
                         .overridden = false,
                         .error = {},
                         .warnings = {}};
        state.defaultTexts = state.texts;
        if (!standard.is_null())
            m_form.values[key] = standard;
        const auto typed = m_typed.find(field.key);
        if (typed != m_typed.end()) {
            state.texts = typed->second;
            const bool isNothing =
                field.kind == FieldKind::FileNamePrefix && state.texts.front().isEmpty();
            if (!isNothing)
                readTyped(field, standard, state);
        }
        if (alwaysInDocument(field) && m_form.values.contains(key))
            m_form.overrides[key] = m_form.values[key];
        m_form.fields.push_back(std::move(state));
    }

    void readTyped(const FieldSpec &field, const Json &standard, FieldState &state)
    {
        const std::string key(field.key);
        Result<Json> value = valueOfTexts(field, state.texts);
        if (!value) {
            m_problems[indexOf(field.key)].push_back(value.error());
            m_form.values.erase(key);
            state.overridden = true;
            return;
        }
        state.overridden = *value != standard;
        m_form.values[key] = *value;
        if (state.overridden)
            m_form.overrides[key] = std::move(value).value();
    }

    // Which field an error or advice belongs to; past the table when it is the checkout's.
    std::size_t blamedField(const Error &problem) const
    {
        const std::string field = problem.field.toStdString();
        const bool isModality = field == m_context.manifest.upstream.modalityMapping ||
                                findModality(m_context.manifest, field);
        return indexOf(isModality ? keys::kModality : std::string_view(field));
    }

    void resolveAll()
    {
        RequestResolution resolution = resolve(m_form.overrides);
        for (const Error &error : resolution.errors) {
            const std::size_t index = blamedField(error);
            if (index == m_problems.size()) {
                m_ofCheckout.push_back(error);
                continue;
            }
            m_problems[index].push_back(error);
            if (error.code != error_codes::kUpstreamConfig) {
                const std::string key(contract::fieldTable()[index].key);
                m_form.overrides.erase(key);
                m_form.values.erase(key);
            }
        }
        m_sound =
            resolution.request ? std::move(resolution.request) : resolve(m_form.overrides).request;
    }

    void checkLastSeed()
    {
        const FieldSpec &field = contract::fieldTable()[indexOf(keys::kRandomSeed)];
        const auto seed = m_form.values.find(field.key);
        const auto &largest = field.domain[0].maximum;
        if (seed == m_form.values.end() || !largest)
            return;
        const auto most = static_cast<std::int64_t>(largest->value);
        const std::int64_t last = seed->get<std::int64_t>() + (m_consecutiveSeeds - 1);
        if (last <= most)
            return;
        m_problems[indexOf(field.key)].push_back(
            {error_codes::kOutOfRange,
             Text::tr("With %1 runs the last seed would be %2, more than %3.")
                 .arg(m_consecutiveSeeds)
                 .arg(last)
                 .arg(most),
             Text::tr("Choose a smaller seed or fewer runs."), QString::fromUtf8(field.key)});
    }

    void finishFields()
    {
        for (std::size_t i = 0; i < m_problems.size(); ++i) {
            QStringList texts;
            for (const Error &problem : m_problems[i]) {
                texts << inWords(problem);
                m_form.errors.push_back(problem);
            }
            m_form.fields[i].error = texts.join(u'\n');
        }
        m_form.errors.insert(m_form.errors.end(), m_ofCheckout.begin(), m_ofCheckout.end());
        if (m_form.errors.empty())
            m_form.request = m_sound;
    }

    // A size that is being typed leaves the advice on other fields in place.
    void advise()
    {
        if (!m_sound)
            return;
        const bool knowsFov = m_form.isSound(keys::kModality) && m_form.isSound(keys::kDim) &&
                              m_form.isSound(keys::kSpacing);
        for (Error &advice : adviseOn(*m_sound, m_context.modelConfig, m_context.manifest)) {
            const bool isOnFov = advice.code == error_codes::kFovUnusual ||
                                 advice.code == error_codes::kModalitySparse;
            if (isOnFov && !knowsFov)
                continue;
            if (const std::size_t index = blamedField(advice); index < m_form.fields.size())
                m_form.fields[index].warnings << inWords(advice);
            m_form.warnings.push_back(std::move(advice));
        }
    }

    const TypedTexts &m_typed;
    const FormContext &m_context;
    int m_consecutiveSeeds;
    std::vector<Errors> m_problems; ///< by field
    Errors m_ofCheckout;
    std::optional<ModelRequest> m_sound;
    FormEvaluation m_form;
};

} // namespace

const FieldState &FormEvaluation::field(std::string_view key) const
{
    static const FieldState kNone;
    const auto found =
        std::ranges::find(fields, key, [](const FieldState &state) { return state.spec->key; });
    Q_ASSERT(found != fields.end());
    return found == fields.end() ? kNone : *found;
}

FormEvaluation evaluateForm(const TypedTexts &typed, const FormContext &context,
                            int consecutiveSeeds)
{
    return Evaluator(typed, context, consecutiveSeeds).evaluate();
}

bool alwaysInDocument(const FieldSpec &field)
{
    return field.key == keys::kModality || field.key == keys::kRandomSeed;
}

} // namespace mrb::backend
