// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/RequestForm.h"

#include "backend/contract/Keys.h"
#include "backend/form/FieldOfView.h"
#include "backend/form/FieldText.h"
#include "backend/form/FormEvaluation.h"
#include "backend/request/OverrideDocument.h"

#include <QRandomGenerator>

#include <algorithm>
#include <cmath>

namespace mrb::backend {

namespace keys = contract::model_config;

namespace {

constexpr int kMostRuns = 1000;
constexpr int kSpacingDecimals = 4;

// Every 32-bit number is a seed.
std::int64_t drawnSeed()
{
    return QRandomGenerator::system()->generate();
}

} // namespace

struct RequestForm::State
{
    FormContext context;
    TypedTexts typed;
    FormEvaluation form;
    SeedMode seedMode = SeedMode::Fixed;
    int count = 1;
    std::vector<std::int64_t> furtherSeeds; ///< Random: after the first, which the field shows
    bool isFovLocked = false;
    std::array<std::optional<double>, 3> keptFov; ///< mm; nothing until it is sound again

    void evaluate()
    {
        form = evaluateForm(typed, context, seedMode == SeedMode::Random ? 1 : count);
        if (const auto fov = fovMm(); fov && isFovLocked) {
            for (std::size_t axis = 0; axis < fov->size(); ++axis) {
                if (!keptFov[axis])
                    keptFov[axis] = (*fov)[axis];
            }
        }
    }

    /// The field of view as it is now becomes the one to keep.
    void evaluateWithNewFov()
    {
        keptFov = {};
        evaluate();
    }

    std::optional<std::array<double, 3>> fovMm() const
    {
        if (!form.isSound(keys::kDim) || !form.isSound(keys::kSpacing) ||
            !form.values.contains(keys::kDim) || !form.values.contains(keys::kSpacing))
            return std::nullopt;
        const auto dim = form.values.find(keys::kDim)->get<std::array<double, 3>>();
        const auto spacing = form.values.find(keys::kSpacing)->get<std::array<double, 3>>();
        return std::array{dim[0] * spacing[0], dim[1] * spacing[1], dim[2] * spacing[2]};
    }

    /// Gives every axis whose size changed the spacing that keeps its field of view.
    void rescaleSpacing()
    {
        if (!isFovLocked || !form.isSound(keys::kDim) || !form.values.contains(keys::kDim))
            return;
        const auto dim = form.values.find(keys::kDim)->get<std::array<double, 3>>();
        QStringList texts = form.field(keys::kSpacing).texts;
        for (std::size_t axis = 0; axis < dim.size(); ++axis) {
            QString &text = texts[static_cast<qsizetype>(axis)];
            const std::optional<double> spacing = numberOfText(text);
            if (!spacing || !keptFov[axis])
                continue;
            // What rounding explains is not another size.
            const double rounding = dim[axis] * std::pow(10.0, -kSpacingDecimals);
            if (std::abs(*spacing * dim[axis] - *keptFov[axis]) > rounding)
                text = decimalText(*keptFov[axis] / dim[axis], kSpacingDecimals);
        }
        if (texts == form.field(keys::kSpacing).texts)
            return;
        typed[keys::kSpacing] = texts;
        evaluate();
    }

    std::optional<std::int64_t> firstSeed() const
    {
        const auto seed = form.values.find(keys::kRandomSeed);
        if (seed == form.values.end() || !form.isSound(keys::kRandomSeed))
            return std::nullopt;
        return seed->get<std::int64_t>();
    }

    void setSeed(std::int64_t seed)
    {
        typed[keys::kRandomSeed] = QStringList{QString::number(seed)};
        evaluate();
    }

    /// As many seeds as there are runs, all different. Those that are there stay.
    void completeSeeds()
    {
        if (seedMode != SeedMode::Random)
            return;
        const auto wanted = static_cast<std::size_t>(count) - 1;
        furtherSeeds.resize(std::min(furtherSeeds.size(), wanted));
        if (const auto first = firstSeed())
            std::erase(furtherSeeds, *first);
        while (furtherSeeds.size() < wanted) {
            const std::int64_t seed = drawnSeed();
            if (seed != firstSeed() && std::ranges::find(furtherSeeds, seed) == furtherSeeds.end())
                furtherSeeds.push_back(seed);
        }
    }

    void drawSeeds()
    {
        setSeed(drawnSeed());
        furtherSeeds.clear();
        completeSeeds();
    }

    std::string documentWith(std::int64_t seed) const
    {
        Json overrides = form.overrides;
        overrides[std::string(keys::kRandomSeed)] = seed;
        return writeOverrides(overrides);
    }
};

RequestForm::RequestForm(FormContext context, QObject *parent)
    : QObject(parent), m_state(std::make_unique<State>())
{
    m_state->context = std::move(context);
    m_state->evaluate();
}

RequestForm::~RequestForm() = default;

const FormContext &RequestForm::context() const
{
    return m_state->context;
}

void RequestForm::setContext(FormContext context)
{
    // What says no more than the old default follows the new one, as its document would.
    for (const FieldState &field : m_state->form.fields) {
        if (!field.overridden && !alwaysInDocument(*field.spec))
            m_state->typed.erase(field.spec->key);
    }
    m_state->context = std::move(context);
    m_state->evaluateWithNewFov();
    m_state->completeSeeds();
    Q_EMIT changed();
}

std::vector<FieldState> RequestForm::fields() const
{
    return m_state->form.fields;
}

FieldState RequestForm::field(std::string_view key) const
{
    return m_state->form.field(key);
}

void RequestForm::setText(std::string_view key, int element, const QString &text)
{
    const contract::FieldSpec *spec = contract::findField(key);
    QStringList texts = m_state->form.field(key).texts;
    Q_ASSERT(spec && element >= 0 && element < texts.size());
    if (!spec || element < 0 || element >= texts.size() || texts[element] == text)
        return;
    texts[element] = text;
    m_state->typed[spec->key] = texts;
    if (key == keys::kSpacing)
        m_state->keptFov[static_cast<std::size_t>(element)].reset();
    m_state->evaluate();
    if (key == keys::kDim)
        m_state->rescaleSpacing();
    else if (key == keys::kRandomSeed)
        m_state->completeSeeds();
    Q_EMIT changed();
}

void RequestForm::reset(std::string_view key)
{
    if (m_state->typed.erase(key) == 0)
        return;
    if (key == keys::kSpacing)
        m_state->keptFov = {};
    m_state->evaluate();
    if (key == keys::kDim)
        m_state->rescaleSpacing();
    m_state->completeSeeds();
    Q_EMIT changed();
}

void RequestForm::resetAll()
{
    if (m_state->typed.empty())
        return;
    m_state->typed.clear();
    m_state->evaluateWithNewFov();
    m_state->completeSeeds();
    Q_EMIT changed();
}

std::string RequestForm::modality() const
{
    return m_state->form.field(keys::kModality).texts.value(0).toStdString();
}

void RequestForm::setModality(const std::string &name)
{
    setText(keys::kModality, 0, QString::fromStdString(name));
}

bool RequestForm::applyPlane(Plane plane)
{
    const ContrastFov *medians = mediansOf(m_state->context.manifest, modality());
    if (!medians)
        return false;
    const auto median = std::ranges::find(medians->planes, plane, &PlaneMedian::plane);
    if (median == medians->planes.end())
        return false;
    const TypedTexts before = m_state->typed;
    const PlaneTexts texts = textsForPlane(*median);
    m_state->typed[keys::kDim] = texts.dim;
    m_state->typed[keys::kSpacing] = texts.spacing;
    if (m_state->typed == before)
        return true;
    m_state->evaluateWithNewFov();
    Q_EMIT changed();
    return true;
}

std::vector<RequestForm::PlaneChoice> RequestForm::planes() const
{
    std::vector<PlaneChoice> choices;
    if (const ContrastFov *medians = mediansOf(m_state->context.manifest, modality())) {
        for (const PlaneMedian &median : medians->planes)
            choices.push_back({median.plane, fovText(median.fovMm), median.sparse});
    }
    return choices;
}

bool RequestForm::isFovLocked() const
{
    return m_state->isFovLocked;
}

void RequestForm::setFovLocked(bool locked)
{
    if (m_state->isFovLocked == locked)
        return;
    m_state->isFovLocked = locked;
    m_state->evaluateWithNewFov();
    Q_EMIT changed();
}

std::optional<FovState> RequestForm::fov() const
{
    const auto fovMm = m_state->fovMm();
    if (!fovMm)
        return std::nullopt;
    FovState state;
    for (std::size_t axis = 0; axis < fovMm->size(); ++axis)
        state.axes[axis].mm = (*fovMm)[axis];
    const ContrastFov *medians = mediansOf(m_state->context.manifest, modality());
    if (const PlaneMedian *nearest = medians ? nearestPlane(*fovMm, *medians) : nullptr) {
        for (std::size_t axis = 0; axis < fovMm->size(); ++axis)
            state.axes[axis].medianMm = nearest->fovMm[axis];
        state.nearestPlane = nearest->plane;
        state.scans = nearest->scans;
        state.sparse = nearest->sparse;
    }
    return state;
}

SeedMode RequestForm::seedMode() const
{
    return m_state->seedMode;
}

void RequestForm::setSeedMode(SeedMode mode)
{
    if (m_state->seedMode == mode)
        return;
    m_state->seedMode = mode;
    if (mode == SeedMode::Random) {
        m_state->drawSeeds();
    } else {
        m_state->furtherSeeds.clear();
        m_state->evaluate();
    }
    Q_EMIT changed();
}

int RequestForm::count() const
{
    return m_state->count;
}

void RequestForm::setCount(int runs)
{
    const int wanted = std::clamp(runs, 1, kMostRuns);
    if (m_state->count == wanted)
        return;
    m_state->count = wanted;
    m_state->evaluate();
    m_state->completeSeeds();
    Q_EMIT changed();
}

std::vector<std::int64_t> RequestForm::seeds() const
{
    const auto first = m_state->firstSeed();
    if (!first)
        return {};
    std::vector<std::int64_t> seeds{*first};
    if (m_state->seedMode == SeedMode::Random) {
        seeds.insert(seeds.end(), m_state->furtherSeeds.begin(), m_state->furtherSeeds.end());
        return seeds;
    }
    for (int run = 1; run < m_state->count; ++run)
        seeds.push_back(*first + run);
    return seeds;
}

void RequestForm::drawSeed()
{
    m_state->drawSeeds();
    Q_EMIT changed();
}

std::string RequestForm::document() const
{
    return writeOverrides(m_state->form.overrides);
}

std::string RequestForm::documentFor(std::int64_t seed) const
{
    return m_state->documentWith(seed);
}

Errors RequestForm::setDocument(const std::string &text, const QString &name)
{
    if (text == document())
        return {}; // it also must not take away what is typed and wrong
    const OverrideParse parse = parseOverrides(text, name);
    if (!parse.errors.empty())
        return parse.errors;
    const FormContext &context = m_state->context;
    Errors ofDocument = resolveRequest(parse.overrides, {}, context.modelConfig,
                                       context.modalityMapping, context.manifest)
                            .errors;
    // What is wrong with the checkout is shown at its field and no reason to refuse a document.
    std::erase_if(ofDocument,
                  [](const Error &error) { return error.code == error_codes::kUpstreamConfig; });
    if (!ofDocument.empty())
        return ofDocument;
    TypedTexts typed;
    for (const auto &[key, value] : parse.overrides.items()) {
        if (const contract::FieldSpec *field = contract::findField(key))
            typed[field->key] = textsOfValue(*field, value);
    }
    if (typed == m_state->typed)
        return {};
    m_state->typed = std::move(typed);
    m_state->evaluateWithNewFov();
    m_state->completeSeeds();
    Q_EMIT changed();
    return {};
}

Errors RequestForm::errors() const
{
    return m_state->form.errors;
}

Errors RequestForm::warnings() const
{
    return m_state->form.warnings;
}

std::optional<CostEstimate> RequestForm::cost() const
{
    const auto &request = m_state->form.request;
    if (!request)
        return std::nullopt;
    return estimateCost(request->dim, request->steps, m_state->context.manifest.model.version);
}

void RequestForm::ordered()
{
    if (m_state->seedMode == SeedMode::Random) {
        drawSeed();
        return;
    }
    const auto first = m_state->firstSeed();
    if (m_state->seedMode != SeedMode::Increment || !first)
        return;
    // After the largest seed the smallest one follows.
    constexpr std::int64_t kSeeds = std::int64_t{1} << 32;
    m_state->setSeed((*first + m_state->count) % kSeeds);
    Q_EMIT changed();
}

} // namespace mrb::backend
