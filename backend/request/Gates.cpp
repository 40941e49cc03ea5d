// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/Gates.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace mrb::backend {

namespace {

// Nothing: the check holds. Otherwise why it does not.
using Verdict = std::optional<QString>;

QString brief(const Json &value)
{
    constexpr qsizetype kMaxShown = 120;
    const QString text = QString::fromStdString(compactJson(value));
    return text.size() <= kMaxShown ? text : text.left(kMaxShown) + QChar(0x2026);
}

QString toText(const Json &string)
{
    return QString::fromStdString(string.get_ref<const std::string &>());
}

Verdict unless(bool holds, const QString &reason)
{
    return holds ? Verdict() : Verdict(reason);
}

Verdict checkEqual(const Json &observed, const Json &expected)
{
    return unless(isSameJson(observed, expected),
                  Text::tr("%1 is not %2").arg(brief(observed), brief(expected)));
}

Verdict checkNotEqual(const Json &observed, const Json &expected)
{
    return unless(!isSameJson(observed, expected), Text::tr("it is %1").arg(brief(expected)));
}

template <class Compare>
Verdict checkOrder(const Json &observed, const Json &expected, Compare compare, const QString &sign)
{
    if (!expected.is_number())
        return Text::tr("the check compares with %1, which is not a number").arg(brief(expected));
    if (!observed.is_number())
        return Text::tr("%1 is not a number").arg(brief(observed));
    return unless(compare(observed, expected),
                  Text::tr("%1 is not %2 %3").arg(brief(observed), sign, brief(expected)));
}

Verdict checkMatches(const Json &observed, const Json &expected)
{
    if (!expected.is_string())
        return Text::tr("the pattern %1 is not a text").arg(brief(expected));
    if (!observed.is_string())
        return Text::tr("%1 is not a text").arg(brief(observed));
    const QRegularExpression plain(toText(expected));
    if (!plain.isValid()) {
        return Text::tr("the pattern %1 is not valid: %2")
            .arg(brief(expected), plain.errorString());
    }
    // A pattern may need exponential time; PCRE's own limit would allow seconds of it.
    const QRegularExpression limited(QStringLiteral("(*LIMIT_MATCH=1000000)") + toText(expected));
    const QRegularExpressionMatch match = limited.match(toText(observed));
    if (!match.isValid())
        return Text::tr("the pattern %1 takes too much time or memory").arg(brief(expected));
    return unless(match.hasMatch(),
                  Text::tr("%1 does not match %2").arg(brief(observed), brief(expected)));
}

std::optional<std::size_t> lengthOf(const Json &value)
{
    if (value.is_string()) {
        const auto &text = value.get_ref<const std::string &>();
        return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
            return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; // one per code point
        }));
    }
    if (value.is_structured())
        return value.size();
    return std::nullopt;
}

template <class Compare>
Verdict checkLength(const Json &observed, const Json &expected, Compare compare,
                    const QString &sign)
{
    if (!expected.is_number_integer() || expected < 0)
        return Text::tr("the check compares with %1, which is not a length").arg(brief(expected));
    const auto length = lengthOf(observed);
    if (!length)
        return Text::tr("%1 has no length").arg(brief(observed));
    return unless(compare(*length, expected.get<std::size_t>()),
                  Text::tr("the length %1 is not %2 %3").arg(*length).arg(sign, brief(expected)));
}

bool isContained(const Json &observed, const Json &member)
{
    if (observed.is_string()) {
        return member.is_string() &&
               observed.get_ref<const std::string &>().find(
                   member.get_ref<const std::string &>()) != std::string::npos;
    }
    return std::any_of(observed.begin(), observed.end(),
                       [&member](const Json &value) { return isSameJson(value, member); });
}

Verdict checkContains(const Json &observed, const Json &expected)
{
    if (!observed.is_string() && !observed.is_array())
        return Text::tr("%1 is neither a text nor a list").arg(brief(observed));
    return unless(isContained(observed, expected),
                  Text::tr("%1 does not contain %2").arg(brief(observed), brief(expected)));
}

Verdict checkContainsAny(const Json &observed, const Json &expected)
{
    if (!expected.is_array())
        return Text::tr("the check needs a list, not %1").arg(brief(expected));
    if (!observed.is_string() && !observed.is_array())
        return Text::tr("%1 is neither a text nor a list").arg(brief(observed));
    const bool any = std::any_of(expected.begin(), expected.end(), [&observed](const Json &member) {
        return isContained(observed, member);
    });
    return unless(any, Text::tr("%1 contains none of %2").arg(brief(observed), brief(expected)));
}

struct Operator
{
    std::string_view name;
    Verdict (*check)(const Json &observed, const Json &expected);
};

template <class Compare> Verdict order(const Json &observed, const Json &expected, const char *sign)
{
    return checkOrder(observed, expected, Compare(), QString::fromLatin1(sign));
}

template <class Compare>
Verdict lengthOrder(const Json &observed, const Json &expected, const char *sign)
{
    return checkLength(observed, expected, Compare(), QString::fromLatin1(sign));
}

// `exists` is not here: it is the one that may be asked about a missing path.
constexpr std::array kOperators = {
    Operator{"eq", checkEqual},
    Operator{"ne", checkNotEqual},
    Operator{"gt", [](auto &a, auto &b) { return order<std::greater<>>(a, b, ">"); }},
    Operator{"gte", [](auto &a, auto &b) { return order<std::greater_equal<>>(a, b, ">="); }},
    Operator{"lt", [](auto &a, auto &b) { return order<std::less<>>(a, b, "<"); }},
    Operator{"lte", [](auto &a, auto &b) { return order<std::less_equal<>>(a, b, "<="); }},
    Operator{"matches", checkMatches},
    Operator{"length_eq", [](auto &a, auto &b) { return lengthOrder<std::equal_to<>>(a, b, "="); }},
    Operator{"length_gte",
             [](auto &a, auto &b) { return lengthOrder<std::greater_equal<>>(a, b, ">="); }},
    Operator{"length_lte",
             [](auto &a, auto &b) { return lengthOrder<std::less_equal<>>(a, b, "<="); }},
    Operator{"contains", checkContains},
    Operator{"contains_any_of", checkContainsAny},
};
constexpr std::string_view kExists = "exists";

const Json *walk(const Json &document, std::string_view path)
{
    const Json *at = &document;
    while (true) {
        const std::size_t dot = path.find('.');
        if (!at->is_object())
            return nullptr;
        const auto next = at->find(path.substr(0, dot));
        if (next == at->end())
            return nullptr;
        at = &*next;
        if (dot == std::string_view::npos)
            return at;
        path.remove_prefix(dot + 1);
    }
}

Verdict checkExists(const Json *observed, const Json &expected)
{
    if (!expected.is_boolean())
        return Text::tr("the check needs true or false, not %1").arg(brief(expected));
    const bool exists = observed != nullptr && !observed->is_null();
    return unless(exists == expected.get<bool>(),
                  exists ? Text::tr("it exists") : Text::tr("it does not exist"));
}

Verdict judge(const Gate &gate, const Json *observed)
{
    if (gate.op.empty() || gate.op.find(',') != std::string::npos)
        return Text::tr("a check must have exactly one operator");
    if (gate.op == kExists)
        return checkExists(observed, gate.expected);
    const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                    [&gate](const Operator &op) { return op.name == gate.op; });
    if (found == kOperators.end())
        return Text::tr("there is no operator %1").arg(QString::fromStdString(gate.op));
    if (!observed)
        return Text::tr("the result has no %1").arg(QString::fromStdString(gate.path));
    return found->check(*observed, gate.expected);
}

} // namespace

bool isSameJson(const Json &a, const Json &b)
{
    if (a.is_number() && b.is_number())
        return a == b;
    if (a.type() != b.type())
        return false;
    if (a.is_array()) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), isSameJson);
    }
    if (a.is_object()) {
        return a.size() == b.size() &&
               std::all_of(a.items().begin(), a.items().end(), [&b](const auto &entry) {
                   const auto other = b.find(entry.key());
                   return other != b.end() && isSameJson(entry.value(), *other);
               });
    }
    return a == b;
}

Gate gateFromCheck(const Json &check)
{
    constexpr std::string_view kPath = "path";
    Gate gate;
    if (!check.is_object())
        return gate;
    Json operators = Json::object();
    for (const auto &[key, value] : check.items()) {
        if (key == kPath) {
            gate.path = value.is_string() ? value.get<std::string>() : std::string();
            continue;
        }
        gate.op += gate.op.empty() ? key : ", " + key;
        operators[key] = value;
    }
    gate.expected = operators.size() == 1 ? operators.begin().value() : operators;
    return gate;
}

std::vector<GateResult> evaluateGates(const std::vector<Gate> &gates, const Json &resultDocument)
{
    std::vector<GateResult> results;
    results.reserve(gates.size());
    for (const Gate &gate : gates) {
        const Json *observed = walk(resultDocument, gate.path);
        const Verdict verdict = judge(gate, observed);
        results.push_back({.path = gate.path,
                           .op = gate.op,
                           .expected = gate.expected,
                           .observed = observed ? *observed : Json(),
                           .passed = !verdict,
                           .reason = verdict.value_or(QString())});
    }
    return results;
}

Json toJson(const GateResult &result)
{
    Json json{{"path", result.path},
              {"operator", result.op},
              {"expected", result.expected},
              {"observed", result.observed},
              {"status", result.passed ? "pass" : "fail"}};
    if (!result.passed)
        json["reason"] = result.reason.toStdString();
    return json;
}

bool allPassed(const std::vector<GateResult> &results)
{
    return !results.empty() && std::all_of(results.begin(), results.end(),
                                           [](const GateResult &result) { return result.passed; });
}

} // namespace mrb::backend
