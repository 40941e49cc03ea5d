// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/contract/Fields.h"

#include "backend/base/Text.h"
#include "backend/contract/Keys.h"

#include <algorithm>

namespace mrb::contract {

namespace {

constexpr std::array<Domain, 3> forEachAxis(const Domain &domain)
{
    return {domain, domain, domain};
}

// A multiple of 32: the latent is a quarter of the volume and the network halves it three times.
constexpr Domain dimDomain(double maximum)
{
    return {.minimum = Bound{64}, .maximum = Bound{maximum}, .step = 32};
}

// Half-precision conditioning (spacing in hundredths of a millimetre) overflows from 655.2 mm on.
constexpr Domain kSpacingDomain{.minimum = Bound{0, true}, .maximum = Bound{655.2, true}};

// MONAI reduces a seed modulo 2^32, so a larger one would silently be another.
constexpr Domain kSeedDomain{.minimum = Bound{0}, .maximum = Bound{4294967295.0}};

// The scheduler refuses more steps than the 1000 it was trained with.
constexpr Domain kStepsDomain{.minimum = Bound{1}, .maximum = Bound{1000}};

constexpr std::array kTable = {
    FieldSpec{
        .key = model_config::kModality,
        .kind = FieldKind::ModalityName,
        .domain = {},
        .advised = {},
        .label = QT_TRANSLATE_NOOP("mrb::Text", "Modality"),
        .unit = "",
        .help = QT_TRANSLATE_NOOP("mrb::Text", "Contrast of the brain MRI, with or without skull."),
        .flag = "--modality"},
    FieldSpec{.key = model_config::kDim,
              .kind = FieldKind::IntegerTriple,
              .domain = {dimDomain(512), dimDomain(512), dimDomain(256)},
              .advised = {},
              .label = QT_TRANSLATE_NOOP("mrb::Text", "Size"),
              .unit = QT_TRANSLATE_NOOP("mrb::Text", "voxels"),
              .help = QT_TRANSLATE_NOOP("mrb::Text",
                                        "Voxels along x, y and z. Size times spacing is the field "
                                        "of view, which matters most for quality; the axis along "
                                        "which slices are stacked usually takes 128."),
              .flag = ""},
    FieldSpec{.key = model_config::kSpacing,
              .kind = FieldKind::NumberTriple,
              .domain = forEachAxis(kSpacingDomain),
              .advised = {.minimum = Bound{0.4}, .maximum = Bound{5}},
              .label = QT_TRANSLATE_NOOP("mrb::Text", "Spacing"),
              .unit = QT_TRANSLATE_NOOP("mrb::Text", "mm"),
              .help = QT_TRANSLATE_NOOP("mrb::Text", "Edges of a voxel along x, y and z."),
              .flag = ""},
    FieldSpec{.key = model_config::kNumInferenceSteps,
              .kind = FieldKind::Integer,
              .domain = forEachAxis(kStepsDomain),
              .advised = {}, // the model's own number, which the manifest knows
              .label = QT_TRANSLATE_NOOP("mrb::Text", "Diffusion steps"),
              .unit = "",
              .help = QT_TRANSLATE_NOOP(
                  "mrb::Text", "Steps of the sampler. The model is meant for its default."),
              .flag = ""},
    FieldSpec{.key = model_config::kGuidanceScale,
              .kind = FieldKind::Number,
              .domain = forEachAxis(Domain{.minimum = Bound{0}}),
              .advised = {.minimum = Bound{0, true}, .maximum = Bound{15}},
              .label = QT_TRANSLATE_NOOP("mrb::Text", "Guidance"),
              .unit = "",
              .help = QT_TRANSLATE_NOOP(
                  "mrb::Text", "How strongly the modality steers the result. 2 is what the "
                               "model is shipped with; 0 turns it off."),
              .flag = ""},
    FieldSpec{.key = model_config::kRandomSeed,
              .kind = FieldKind::Integer,
              .domain = forEachAxis(kSeedDomain),
              .advised = {},
              .label = QT_TRANSLATE_NOOP("mrb::Text", "Seed"),
              .unit = "",
              .help = QT_TRANSLATE_NOOP(
                  "mrb::Text", "The same seed and settings give the same volume. With several "
                               "GPUs, GPU number r uses the seed plus r."),
              .flag = "--random-seed"},
    FieldSpec{.key = model_config::kTopRegionIndex,
              .kind = FieldKind::NumberQuadruple,
              .domain = {},
              .advised = {},
              .label = QT_TRANSLATE_NOOP("mrb::Text", "Top region"),
              .unit = "",
              .help = QT_TRANSLATE_NOOP("mrb::Text",
                                        "Body region at the top; the network of this model does "
                                        "not use it."),
              .flag = ""},
    FieldSpec{.key = model_config::kBottomRegionIndex,
              .kind = FieldKind::NumberQuadruple,
              .domain = {},
              .advised = {},
              .label = QT_TRANSLATE_NOOP("mrb::Text", "Bottom region"),
              .unit = "",
              .help = QT_TRANSLATE_NOOP("mrb::Text",
                                        "Body region at the bottom; the network of this model "
                                        "does not use it."),
              .flag = ""},
    FieldSpec{.key = environment_config::kOutputPrefix,
              .kind = FieldKind::FileNamePrefix,
              .domain = {},
              .advised = {},
              .label = QT_TRANSLATE_NOOP("mrb::Text", "File name prefix"),
              .unit = "",
              .help = QT_TRANSLATE_NOOP("mrb::Text",
                                        "Start of the volume's file name. Without one it is "
                                        "mr_brain_ and the modality."),
              .flag = ""},
};

bool isListOf(const Json &value, std::size_t count, bool integers)
{
    return value.is_array() && value.size() == count &&
           std::all_of(value.begin(), value.end(), [integers](const Json &element) {
               return integers ? element.is_number_integer() : element.is_number();
           });
}

} // namespace

std::span<const FieldSpec> fieldTable()
{
    return kTable;
}

const FieldSpec *findField(std::string_view key)
{
    const auto found = std::find_if(kTable.begin(), kTable.end(),
                                    [key](const FieldSpec &field) { return field.key == key; });
    return found == kTable.end() ? nullptr : &*found;
}

std::size_t elementCount(FieldKind kind)
{
    switch (kind) {
    case FieldKind::IntegerTriple:
    case FieldKind::NumberTriple:
        return 3;
    case FieldKind::NumberQuadruple:
        return 4;
    case FieldKind::Integer:
    case FieldKind::Number:
    case FieldKind::ModalityName:
    case FieldKind::FileNamePrefix:
        break;
    }
    return 0;
}

QString fieldLabel(const FieldSpec &field)
{
    return Text::tr(field.label);
}

QString fieldUnit(const FieldSpec &field)
{
    return *field.unit == '\0' ? QString() : Text::tr(field.unit);
}

QString fieldHelp(const FieldSpec &field)
{
    return Text::tr(field.help);
}

QString kindText(FieldKind kind)
{
    switch (kind) {
    case FieldKind::Integer:
        return Text::tr("an integer");
    case FieldKind::Number:
        return Text::tr("a number");
    case FieldKind::IntegerTriple:
        return Text::tr("a list of 3 integers");
    case FieldKind::NumberTriple:
        return Text::tr("a list of 3 numbers");
    case FieldKind::NumberQuadruple:
        return Text::tr("a list of 4 numbers");
    case FieldKind::ModalityName:
        return Text::tr("the name of a modality, in quotes");
    case FieldKind::FileNamePrefix:
        return Text::tr("a text, in quotes");
    }
    return {};
}

bool hasKind(const FieldSpec &field, const Json &value)
{
    switch (field.kind) {
    case FieldKind::Integer:
        return value.is_number_integer();
    case FieldKind::Number:
        return value.is_number();
    case FieldKind::IntegerTriple:
    case FieldKind::NumberTriple:
    case FieldKind::NumberQuadruple:
        return isListOf(value, elementCount(field.kind), field.kind == FieldKind::IntegerTriple);
    case FieldKind::ModalityName:
    case FieldKind::FileNamePrefix:
        return value.is_string();
    }
    return false;
}

bool isUsablePrefix(std::string_view prefix)
{
    constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789._-";
    return !prefix.empty() && prefix.size() <= kMaxPrefixLength && prefix.front() != '.' &&
           prefix.find_first_not_of(kAllowed) == std::string_view::npos;
}

} // namespace mrb::contract
