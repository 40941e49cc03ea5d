// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/SchemaCheck.h"

#include "backend/base/InstallPaths.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/evidence/EvidenceWords.h"
#include "backend/request/Gates.h"

#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mrb::backend {

namespace {

// A library would be welcome here. The one that Debian 12 has, valijson 1.0, ignores keywords that
// it does not know and whatever stands beside a $ref, and its std::regex overflows the stack on a
// long text of a hostile document.

constexpr qsizetype kMostProblems = 20;

qsizetype codePoints(const Json &text)
{
    return QString::fromStdString(text.get_ref<const std::string &>()).toUcs4().size();
}

bool isWhole(const Json &value)
{
    return value.is_number_integer() ||
           (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
}

bool hasType(const Json &value, const std::string &type)
{
    return (type == "integer" && isWhole(value)) || (type == "object" && value.is_object()) ||
           (type == "array" && value.is_array()) || (type == "string" && value.is_string()) ||
           (type == "number" && value.is_number()) || (type == "boolean" && value.is_boolean()) ||
           (type == "null" && value.is_null());
}

bool matches(const Json &pattern, const QString &text)
{
    const QRegularExpression expression(
        QStringLiteral("(*LIMIT_MATCH=1000000)") +
            QString::fromStdString(pattern.get_ref<const std::string &>()),
        QRegularExpression::UseUnicodePropertiesOption);
    return expression.match(text).hasMatch();
}

/// One value under one schema.
struct Place
{
    const Json &root; ///< of the schema, for references
    const Json &schema;
    const Json &value;
    QString where;
    QStringList &problems;

    void blame(const QString &why) const
    {
        if (problems.size() < kMostProblems)
            problems << Text::tr("%1: %2").arg(where.isEmpty() ? QStringLiteral("/") : where, why);
    }
    /// The same value under another schema.
    Place under(const Json &other) const { return {root, other, value, where, problems}; }
    Place inside(const Json &member, const Json &other, const QString &name) const
    {
        return {root, other, member, where + u'/' + name, problems};
    }
};

void judge(const Place &place);

bool agrees(const Place &place, const Json &schema)
{
    QStringList problems;
    judge({place.root, schema, place.value, place.where, problems});
    return problems.isEmpty();
}

const Json *targetOf(const Json &root, const Json &reference)
{
    if (!reference.is_string())
        return nullptr;
    const auto &text = reference.get_ref<const std::string &>();
    if (!text.starts_with("#/"))
        return nullptr;
    const Json *at = &root;
    for (const QString &part : QString::fromStdString(text.substr(2)).split(u'/')) {
        const auto next = at->is_object() ? at->find(part.toStdString()) : at->end();
        if (!at->is_object() || next == at->end())
            return nullptr;
        at = &*next;
    }
    return at;
}

void checkType(const Place &place, const Json &types)
{
    const bool has =
        types.is_array()
            ? std::ranges::any_of(types,
                                  [&place](const Json &type) {
                                      return hasType(place.value, type.get<std::string>());
                                  })
            : hasType(place.value, types.get<std::string>());
    if (!has)
        place.blame(Text::tr("%1 is not of the type %2").arg(brief(place.value), brief(types)));
}

void checkProperties(const Place &place, const Json &properties)
{
    if (!place.value.is_object())
        return;
    for (const auto &[key, schema] : properties.items())
        if (const auto member = place.value.find(key); member != place.value.end())
            judge(place.inside(*member, schema, QString::fromStdString(key)));
}

void checkOthers(const Place &place, const Json &others)
{
    if (!place.value.is_object())
        return;
    const auto known = place.schema.find("properties");
    for (const auto &[key, member] : place.value.items()) {
        if (known != place.schema.end() && known->contains(key))
            continue;
        const QString name = QString::fromStdString(key);
        if (others.is_boolean() && !others.get<bool>())
            place.blame(Text::tr("\"%1\" does not belong here").arg(name.left(80)));
        else
            judge(place.inside(member, others, name));
    }
}

void checkRequired(const Place &place, const Json &names)
{
    if (!place.value.is_object())
        return;
    for (const Json &name : names)
        if (!place.value.contains(name.get<std::string>()))
            place.blame(Text::tr("%1 is missing").arg(brief(name)));
}

void checkItems(const Place &place, const Json &schema)
{
    if (!place.value.is_array())
        return;
    for (std::size_t i = 0; i < place.value.size(); ++i)
        judge(place.inside(place.value[i], schema, QString::number(i)));
}

void checkFormat(const Place &place, const Json &)
{
    // The only format that is accepted, see checkKeyword().
    static const QRegularExpression kTime(
        QStringLiteral(R"(\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\z)"));
    if (!place.value.is_string())
        return;
    const QString text = QString::fromStdString(place.value.get<std::string>());
    if (!kTime.match(text).hasMatch() || !QDateTime::fromString(text, Qt::ISODateWithMs).isValid())
        place.blame(Text::tr("%1 is no date and time").arg(brief(place.value)));
}

void checkOne(const Place &place, const Json &schemas)
{
    const auto count = std::ranges::count_if(
        schemas, [&place](const Json &schema) { return agrees(place, schema); });
    if (count != 1)
        place.blame(Text::tr("%1 is %2 of the kinds of which it must be one")
                        .arg(brief(place.value))
                        .arg(count));
}

void checkIf(const Place &place, const Json &condition)
{
    const auto next = place.schema.find(agrees(place, condition) ? "then" : "else");
    if (next != place.schema.end())
        judge(place.under(*next));
}

template <class Holds>
void checkNumber(const Place &place, const Json &limit, Holds holds, const char *what)
{
    if (place.value.is_number() && !holds(place.value.get<double>(), limit.get<double>()))
        place.blame(Text::tr("%1 is not %2 %3")
                        .arg(brief(place.value), QString::fromLatin1(what), brief(limit)));
}

/// What a keyword holds that is a schema itself.
enum class Holds { Nothing, Schema, List, Members };

struct Keyword
{
    std::string_view name;
    Holds holds;
    void (*check)(const Place &place, const Json &keyword);
};

void asksNothing(const Place &, const Json &) {}

constexpr Keyword kKeywords[] = {
    {"$schema", Holds::Nothing, asksNothing},
    {"$id", Holds::Nothing, asksNothing},
    {"title", Holds::Nothing, asksNothing},
    {"description", Holds::Nothing, asksNothing},
    {"$defs", Holds::Members, asksNothing},
    {"$ref", Holds::Nothing,
     [](const Place &at, const Json &k) { judge(at.under(*targetOf(at.root, k))); }},
    {"type", Holds::Nothing, checkType},
    {"const", Holds::Nothing,
     [](const Place &at, const Json &k) {
         if (!isSameJson(at.value, k))
             at.blame(Text::tr("%1 is not %2").arg(brief(at.value), brief(k)));
     }},
    {"enum", Holds::Nothing,
     [](const Place &at, const Json &k) {
         if (std::ranges::none_of(k, [&at](const Json &one) { return isSameJson(at.value, one); }))
             at.blame(Text::tr("%1 is none of %2").arg(brief(at.value), brief(k)));
     }},
    {"properties", Holds::Members, checkProperties},
    {"additionalProperties", Holds::Schema, checkOthers},
    {"required", Holds::Nothing, checkRequired},
    {"items", Holds::Schema, checkItems},
    {"minItems", Holds::Nothing,
     [](const Place &at, const Json &k) {
         if (at.value.is_array() && at.value.size() < k.get<std::size_t>())
             at.blame(Text::tr("it has less than %1 members").arg(brief(k)));
     }},
    {"maxItems", Holds::Nothing,
     [](const Place &at, const Json &k) {
         if (at.value.is_array() && at.value.size() > k.get<std::size_t>())
             at.blame(Text::tr("it has more than %1 members").arg(brief(k)));
     }},
    {"minLength", Holds::Nothing,
     [](const Place &at, const Json &k) {
         if (at.value.is_string() && codePoints(at.value) < k.get<qsizetype>())
             at.blame(Text::tr("the text is shorter than %1").arg(brief(k)));
     }},
    {"pattern", Holds::Nothing,
     [](const Place &at, const Json &k) {
         if (at.value.is_string() &&
             !matches(k, QString::fromStdString(at.value.get<std::string>())))
             at.blame(Text::tr("%1 does not match %2").arg(brief(at.value), brief(k)));
     }},
    {"format", Holds::Nothing, checkFormat},
    {"minimum", Holds::Nothing,
     [](const Place &at, const Json &k) { checkNumber(at, k, std::greater_equal(), ">="); }},
    {"maximum", Holds::Nothing,
     [](const Place &at, const Json &k) { checkNumber(at, k, std::less_equal(), "<="); }},
    {"exclusiveMinimum", Holds::Nothing,
     [](const Place &at, const Json &k) { checkNumber(at, k, std::greater(), ">"); }},
    {"multipleOf", Holds::Nothing,
     [](const Place &at, const Json &k) {
         const auto divides = [](double value, double by) { return std::fmod(value, by) == 0.0; };
         checkNumber(at, k, divides, "a multiple of");
     }},
    {"allOf", Holds::List,
     [](const Place &at, const Json &k) {
         for (const Json &schema : k)
             judge(at.under(schema));
     }},
    {"oneOf", Holds::List, checkOne},
    {"not", Holds::Schema,
     [](const Place &at, const Json &k) {
         if (agrees(at, k))
             at.blame(Text::tr("%1 is not allowed here").arg(brief(at.value)));
     }},
    {"if", Holds::Schema, checkIf},
    {"then", Holds::Schema, asksNothing}, // asked by `if`
    {"else", Holds::Schema, asksNothing},
};

const Keyword *findKeyword(std::string_view name)
{
    const auto found = std::ranges::find(kKeywords, name, &Keyword::name);
    return found == std::end(kKeywords) ? nullptr : &*found;
}

/// The schema has passed checkSchema().
void judge(const Place &place)
{
    if (place.schema.is_boolean()) {
        if (!place.schema.get<bool>())
            place.blame(Text::tr("it does not belong here"));
        return;
    }
    for (const auto &[name, keyword] : place.schema.items())
        findKeyword(name)->check(place, keyword);
}

/// Whether the value of a keyword that holds no schema is of a kind that its check can read.
bool isSoundKeyword(const Json &root, std::string_view name, const Json &value)
{
    const auto strings = [](const Json &list) {
        return list.is_array() &&
               std::ranges::all_of(list, [](const Json &one) { return one.is_string(); });
    };
    if (name == "$ref")
        return targetOf(root, value) != nullptr;
    if (name == "format")
        return value == "date-time";
    if (name == "type")
        return value.is_string() || strings(value);
    if (name == "required")
        return strings(value);
    if (name == "enum")
        return value.is_array();
    if (name == "pattern")
        return value.is_string() &&
               QRegularExpression(QString::fromStdString(value.get<std::string>())).isValid();
    if (name == "const")
        return true;
    if (name.starts_with('$') || name == "title" || name == "description")
        return value.is_string();
    return value.is_number(); // the limits
}

/// The first thing in a schema that is not supported; empty when there is none.
QString checkSchema(const Json &root, const Json &schema)
{
    if (schema.is_boolean())
        return {};
    if (!schema.is_object())
        return brief(schema);
    for (const auto &[name, value] : schema.items()) {
        const Keyword *keyword = findKeyword(name);
        const bool holdsMany =
            keyword && (keyword->holds == Holds::List ? value.is_array() : value.is_object());
        if (!keyword || (keyword->holds == Holds::Nothing && !isSoundKeyword(root, name, value)) ||
            ((keyword->holds == Holds::List || keyword->holds == Holds::Members) && !holdsMany))
            return QString::fromStdString(name) + u' ' + brief(value);
        if (keyword->holds == Holds::Nothing)
            continue;
        if (keyword->holds == Holds::Schema) {
            if (const QString bad = checkSchema(root, value); !bad.isEmpty())
                return bad;
            continue;
        }
        for (const Json &member : value)
            if (const QString bad = checkSchema(root, member); !bad.isEmpty())
                return bad;
    }
    return {};
}

} // namespace

Result<QStringList> schemaProblems(const Json &schema, const Json &document)
{
    if (const QString bad = checkSchema(schema, schema); !bad.isEmpty())
        return Error{error_codes::kSchemaNotSupported,
                     Text::tr("The schema uses what this program does not check: %1").arg(bad),
                     Text::tr("Install the program once more; its schemas are not its own.")};
    QStringList problems;
    judge({schema, schema, document, {}, problems});
    return problems;
}

Result<Json> readInstalledSchema(const std::string &name)
{
    Result<Json> schema = readJsonFile(dataFile(("schema/" + name).c_str()));
    if (schema)
        return schema;
    // Without the path, which tells where the program is.
    return Error{
        schema.error().code,
        Text::tr("The program's own schema %1 cannot be read.").arg(QString::fromStdString(name)),
        Text::tr("Install the program once more."), QString::fromStdString(name)};
}

} // namespace mrb::backend
