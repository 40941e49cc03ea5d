// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/JsonText.h"
#include "backend/contract/Keys.h"
#include "backend/form/FormContext.h"

#include <QStringList>

#include <algorithm>
#include <string>

/// What the tests of the form share.
namespace mrb::backend::fixtures {

/// The pinned defaults with one of them replaced, as another checkout would have it.
inline FormContext contextWith(std::string_view key, const Json &value)
{
    FormContext context = mirroredContext();
    context.modelConfig[std::string(contract::model_config::kInference)][std::string(key)] = value;
    return context;
}

/// One line, as compactJson() writes it; the text itself when it is no JSON.
inline std::string compact(const std::string &document)
{
    const Result<Json> json = parseJsonStrictly(document, QString());
    return json ? compactJson(*json) : document;
}

inline QString codesOf(const Errors &errors)
{
    QStringList codes;
    for (const Error &error : errors) {
        codes << QString::fromUtf8(error.code.id().data(), qsizetype(error.code.id().size())) +
                     u':' + error.field;
    }
    return codes.join(u' ');
}

inline bool allExplainThemselves(const Errors &errors)
{
    return std::ranges::all_of(errors, [](const Error &error) {
        return !error.message.isEmpty() && !error.hint.isEmpty() && !error.field.isEmpty();
    });
}

} // namespace mrb::backend::fixtures
