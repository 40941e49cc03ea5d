// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/Redaction.h"

#include "backend/base/Text.h"

#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

// As deep as the strict parser lets a document be.
void redactStrings(Json &json, const TextRedaction &redact)
{
    if (json.is_string())
        json = redact(QString::fromStdString(json.get_ref<const std::string &>())).toStdString();
    else if (json.is_structured())
        for (Json &child : json)
            redactStrings(child, redact);
}

} // namespace

QString redacted(const QString &text, const TextRedaction &redact)
{
    return redact ? redact(text) : text;
}

fs::path redacted(const fs::path &path, const TextRedaction &redact)
{
    return redact && !path.empty() ? fs::path(redact(toQString(path)).toStdString()) : path;
}

Error redacted(Error error, const TextRedaction &redact)
{
    error.message = redacted(error.message, redact);
    error.hint = redacted(error.hint, redact);
    error.field = redacted(error.field, redact);
    return error;
}

Json redacted(Json document, const TextRedaction &redact)
{
    if (redact)
        redactStrings(document, redact);
    return document;
}

} // namespace mrb::backend
