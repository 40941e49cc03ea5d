// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/RequestForm.h"
#include "backend/request/ModelRequest.h"

#include <QStringList>

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// What was typed, by key of the field table. A field that is not here shows its default.
using TypedTexts = std::map<std::string_view, QStringList>;

/// Everything a form says about its texts.
struct FormEvaluation
{
    std::vector<FieldState> fields;      ///< in the order of the field table
    Json values = Json::object();        ///< typed or default, of the fields that are sound
    Json overrides = Json::object();     ///< the document; sound values only
    Errors errors;                       ///< of the fields in their order, then of the checkout
    Errors warnings;                     ///< on the sound part
    std::optional<ModelRequest> request; ///< only without errors

    const FieldState &field(std::string_view key) const;
    bool isSound(std::string_view key) const { return field(key).error.isEmpty(); }
};

/// @param consecutiveSeeds runs that take the seed, the seed plus one, and so on. Pure.
FormEvaluation evaluateForm(const TypedTexts &typed, const FormContext &context,
                            int consecutiveSeeds);

/// Whether the document holds this field even where it is the default.
bool alwaysInDocument(const contract::FieldSpec &field);

} // namespace mrb::backend
