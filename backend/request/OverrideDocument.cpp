// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/OverrideDocument.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Fields.h"
#include "backend/contract/Keys.h"

#include <QStringList>

#include <map>

namespace mrb::backend {

namespace {

namespace keys = contract::model_config;

// Many unknown keys make a long message; the first ones are enough to see what happened.
constexpr std::size_t kMaxNamedKeys = 10;
constexpr qsizetype kMaxShownText = 60;

QString shortened(const QString &text)
{
    return text.size() <= kMaxShownText ? text : text.left(kMaxShownText) + QChar(0x2026);
}

QString allowedKeys()
{
    QStringList names;
    for (const contract::FieldSpec &field : contract::fieldTable())
        names << QString::fromUtf8(field.key);
    return names.join(QStringLiteral(", "));
}

// Collects the flat document: values by key, and whatever no field is called.
struct Collector
{
    std::map<std::string, const Json *, std::less<>> values;
    std::size_t unknownCount = 0;
    QStringList unknownNames;

    void unknown(const QString &name)
    {
        if (unknownCount++ < kMaxNamedKeys)
            unknownNames << shortened(name);
    }
};

void collect(const Json &object, bool nested, Collector &into)
{
    for (const auto &[key, value] : object.items()) {
        const bool isNestedBlock = !nested && key == keys::kInference;
        if (isNestedBlock || (!nested && key.starts_with('_')))
            continue;
        if (contract::findField(key)) {
            into.values[key] = &value;
        } else {
            const QString name = QString::fromStdString(key);
            into.unknown(nested ? QString::fromUtf8(keys::kInference) + u'.' + name : name);
        }
    }
}

Error unknownKeys(const Collector &found, const QString &name)
{
    QString list = found.unknownNames.join(QStringLiteral(", "));
    if (found.unknownCount > kMaxNamedKeys)
        list += Text::tr(" and %1 more").arg(found.unknownCount - kMaxNamedKeys);
    return Error{
        error_codes::kUnknownKey, Text::tr("%1: no field is called %2.").arg(name, list),
        Text::tr("Allowed are %1. A key that starts with _ is a comment.").arg(allowedKeys()),
        list};
}

Error wrongType(const QString &name, const QString &key, const QString &expected, const Json &value)
{
    const QString written = QString::fromStdString(compactJson(value));
    return Error{
        error_codes::kWrongType,
        Text::tr("%1: %2 must be %3, not %4.").arg(name, key, expected, shortened(written)),
        Text::tr("Correct %1 or leave it out.").arg(key), key};
}

OverrideParse refused(Error error)
{
    OverrideParse parse;
    parse.errors.push_back(std::move(error));
    return parse;
}

OverrideParse interpret(const Json &document, const QString &name)
{
    if (!document.is_object()) {
        return refused({mrb::error_codes::kJsonNotAnObject,
                        Text::tr("%1 must be a JSON object.").arg(name),
                        Text::tr("Write the fields between { and }.")});
    }
    OverrideParse parse;
    Collector found;
    collect(document, false, found);
    if (const auto nested = document.find(keys::kInference); nested != document.end()) {
        if (nested->is_object()) {
            collect(*nested, true, found);
        } else {
            parse.errors.push_back(wrongType(name, QString::fromUtf8(keys::kInference),
                                             Text::tr("an object"), *nested));
        }
    }
    if (found.unknownCount > 0)
        parse.errors.push_back(unknownKeys(found, name));

    for (const contract::FieldSpec &field : contract::fieldTable()) {
        const auto value = found.values.find(field.key);
        if (value == found.values.end())
            continue;
        if (contract::hasKind(field, *value->second)) {
            parse.overrides[value->first] = *value->second;
        } else {
            parse.errors.push_back(wrongType(name, QString::fromStdString(value->first),
                                             contract::kindText(field.kind), *value->second));
        }
    }
    return parse;
}

} // namespace

OverrideParse parseOverrides(std::string_view text, const QString &name)
{
    if (text.size() > kMaxJsonBytes) {
        return refused({mrb::error_codes::kFileTooLarge,
                        Text::tr("%1 is larger than %2 bytes.").arg(name).arg(kMaxJsonBytes),
                        Text::tr("Check that this is an override document.")});
    }
    const Result<Json> document = parseJsonStrictly(text, name);
    return document ? interpret(*document, name) : refused(document.error());
}

OverrideParse readOverrides(const std::filesystem::path &file)
{
    const Result<std::string> text = readSmallFile(file, kMaxJsonBytes);
    return text ? parseOverrides(*text, toQString(file)) : refused(text.error());
}

std::string writeOverrides(const Json &overrides)
{
    Json ordered = Json::object();
    if (!overrides.is_object())
        return writeJson(ordered);
    for (const contract::FieldSpec &field : contract::fieldTable()) {
        if (const auto value = overrides.find(field.key); value != overrides.end())
            ordered[std::string(field.key)] = *value;
    }
    // What no field is called is kept, so that reading the document back complains about it.
    for (const auto &[key, value] : overrides.items()) {
        if (!contract::findField(key))
            ordered[key] = value;
    }
    return writeJson(ordered);
}

} // namespace mrb::backend
