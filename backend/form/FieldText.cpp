// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/FieldText.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/request/OverrideDocument.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace mrb::backend {

namespace {

using contract::FieldKind;
using contract::FieldSpec;

bool isText(FieldKind kind)
{
    return kind == FieldKind::ModalityName || kind == FieldKind::FileNamePrefix;
}

bool isInteger(FieldKind kind)
{
    return kind == FieldKind::Integer || kind == FieldKind::IntegerTriple;
}

QString keyText(const FieldSpec &field)
{
    return QString::fromUtf8(field.key);
}

// "dim along x", as the checks of a whole request say it.
QString elementName(const FieldSpec &field, qsizetype element)
{
    static constexpr std::array kAxes{u'x', u'y', u'z'};
    switch (contract::elementCount(field.kind)) {
    case 0:
        return keyText(field);
    case 3:
        return Text::tr("%1 along %2")
            .arg(keyText(field), QChar(kAxes.at(static_cast<std::size_t>(element))));
    default:
        return Text::tr("value %1 of %2").arg(element + 1).arg(keyText(field));
    }
}

QString howToTypeANumber(const QString &typed)
{
    static const QRegularExpression decimalComma(QStringLiteral("^-?[0-9]+,[0-9]+$"));
    if (!decimalComma.match(typed).hasMatch())
        return Text::tr("Type digits, with a dot before decimals, as in 0.94.");
    QString withDot = typed;
    return Text::tr("Decimals follow a dot: %1.").arg(withDot.replace(u',', u'.'));
}

Result<Json> elementOfText(const FieldSpec &field, const QString &name, const QString &text)
{
    const QString typed = text.trimmed();
    const FieldKind kind = isInteger(field.kind) ? FieldKind::Integer : FieldKind::Number;
    if (typed.isEmpty()) {
        return Error{error_codes::kWrongType, Text::tr("%1 is empty.").arg(name),
                     Text::tr("Type %1, or reset the field.").arg(contract::kindText(kind)),
                     keyText(field)};
    }
    Result<Json> value = parseJsonStrictly(typed.toStdString(), name);
    if (!value && value.error().code == mrb::error_codes::kJsonIntegerTooLarge) {
        return Error{error_codes::kWrongType,
                     Text::tr("%1 cannot be as large as %2.").arg(name, shortened(typed)),
                     Text::tr("Type a number of fewer digits."), keyText(field)};
    }
    const bool isSound =
        value && (kind == FieldKind::Integer ? value->is_number_integer() : value->is_number());
    if (isSound)
        return value;
    return Error{
        error_codes::kWrongType,
        Text::tr("%1 must be %2, not %3.").arg(name, contract::kindText(kind), shortened(typed)),
        kind == FieldKind::Integer ? Text::tr("Type digits only.") : howToTypeANumber(typed),
        keyText(field)};
}

} // namespace

Result<Json> valueOfTexts(const FieldSpec &field, const QStringList &texts)
{
    const std::size_t count = contract::elementCount(field.kind);
    if (static_cast<std::size_t>(texts.size()) != std::max<std::size_t>(count, 1)) {
        return Error{
            error_codes::kWrongType,
            Text::tr("%1 must be %2, not %3.")
                .arg(keyText(field), contract::kindText(field.kind), shortened(texts.join(u' '))),
            Text::tr("Separate the values by blanks."), keyText(field)};
    }
    if (isText(field.kind))
        return Json(texts.front().toStdString());
    if (count == 0)
        return elementOfText(field, keyText(field), texts.front());
    Json list = Json::array();
    for (qsizetype i = 0; i < texts.size(); ++i) {
        Result<Json> element = elementOfText(field, elementName(field, i), texts[i]);
        if (!element)
            return element.error();
        list.push_back(std::move(element).value());
    }
    return list;
}

QStringList textsOfValue(const FieldSpec &field, const Json &value)
{
    const auto count = static_cast<qsizetype>(contract::elementCount(field.kind));
    if (!contract::hasKind(field, value))
        return QStringList(std::max<qsizetype>(count, 1), QString());
    if (isText(field.kind))
        return {QString::fromStdString(value.get<std::string>())};
    if (count == 0)
        return {QString::fromStdString(compactJson(value))};
    QStringList texts;
    for (const Json &element : value)
        texts << QString::fromStdString(compactJson(element));
    return texts;
}

std::optional<double> numberOfText(const QString &text)
{
    const Result<Json> value = parseJsonStrictly(text.trimmed().toStdString(), QString());
    return value && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

QString decimalText(double value, int decimals)
{
    QString text = QString::number(roundLikePython(value, decimals), 'f', decimals);
    if (!text.contains(u'.'))
        return text;
    while (text.endsWith(u'0'))
        text.chop(1);
    if (text.endsWith(u'.'))
        text.chop(1);
    return text;
}

QString shortened(const QString &text)
{
    constexpr qsizetype kMostShown = 60;
    return text.size() <= kMostShown ? text : text.left(kMostShown) + QChar(0x2026);
}

} // namespace mrb::backend
