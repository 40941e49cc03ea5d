// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/TypedYaml.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/request/Manifest.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

Error syntaxError(const QString &name, int line, const QString &what)
{
    return Error{error_codes::kManifestSyntax,
                 Text::tr("%1, line %2: %3.").arg(name).arg(line).arg(what),
                 Text::tr("Correct the file there."), name};
}

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), text) != words.end();
}

// Nothing: not a number at all. Null: a number JSON cannot hold.
std::optional<Json> numberFrom(std::string_view text)
{
    const bool hexadecimal = text.starts_with("0x");
    if (hexadecimal || text.starts_with("0o")) {
        std::int64_t value = 0;
        const char *end = text.data() + text.size();
        const auto read = std::from_chars(text.data() + 2, end, value, hexadecimal ? 16 : 8);
        if (text.size() > 2 && text[2] != '-' && read.ptr == end)
            return read.ec == std::errc() ? Json(value) : Json();
        return std::nullopt;
    }
    std::string_view digits = text;
    if (digits.starts_with('+'))
        digits.remove_prefix(1);
    if (digits.starts_with("-+") || digits.starts_with("--") || digits.starts_with('+') ||
        digits.find_first_not_of("0123456789.eE+-") != std::string_view::npos ||
        digits.find_first_of("0123456789") == std::string_view::npos) {
        return std::nullopt;
    }
    if (text.starts_with('+') && digits.starts_with('-'))
        return std::nullopt;
    const char *end = digits.data() + digits.size();
    std::int64_t integer = 0;
    if (const auto read = std::from_chars(digits.data(), end, integer); read.ptr == end)
        return read.ec == std::errc() ? Json(integer) : Json();
    double real = 0;
    if (const auto read = std::from_chars(digits.data(), end, real); read.ptr == end)
        return read.ec == std::errc() && std::isfinite(real) ? Json(real) : Json();
    return std::nullopt;
}

// The core schema of YAML 1.2 for a plain scalar; nothing for a number JSON cannot hold.
std::optional<Json> resolvePlain(const std::string &text)
{
    if (isOneOf(text, {"", "~", "null", "Null", "NULL"}))
        return Json();
    if (isOneOf(text, {"true", "True", "TRUE"}))
        return Json(true);
    if (isOneOf(text, {"false", "False", "FALSE"}))
        return Json(false);
    std::string_view unsignedText = text;
    if (unsignedText.starts_with('-') || unsignedText.starts_with('+'))
        unsignedText.remove_prefix(1);
    if (isOneOf(unsignedText, {".inf", ".Inf", ".INF"}) || isOneOf(text, {".nan", ".NaN", ".NAN"}))
        return std::nullopt;
    if (auto number = numberFrom(text))
        return number->is_null() ? std::nullopt : std::move(number);
    return Json(text);
}

// Builds the document from the parser's events; after the first error it only waits for the end.
class Builder final : public YAML::EventHandler
{
public:
    explicit Builder(QString name) : m_name(std::move(name)) {}

    const std::optional<Error> &error() const { return m_error; }
    TypedYaml takeDocument() { return std::move(m_document); }

    void OnDocumentStart(const YAML::Mark &mark) override
    {
        if (++m_documents > 1)
            fail(mark, Text::tr("a second document starts"));
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        if (!allowed(mark, "?", anchor))
            return;
        if (expectsKey())
            fail(mark, Text::tr("a key is missing"));
        else
            place(mark, Json());
    }

    void OnAlias(const YAML::Mark &mark, YAML::anchor_t /*anchor*/) override
    {
        fail(mark, Text::tr("aliases are not allowed"));
    }

    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override
    {
        const bool isText = tag == "!" || tag == "tag:yaml.org,2002:str";
        if (!allowed(mark, isText ? "?" : tag, anchor))
            return;
        if (expectsKey()) {
            takeKey(mark, value);
            return;
        }
        const std::optional<Json> json = isText ? Json(value) : resolvePlain(value);
        if (json)
            place(mark, *json);
        else
            fail(mark, Text::tr("%1 is not a number this program can hold")
                           .arg(QString::fromStdString(value)));
    }

    void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override
    {
        open(mark, tag, anchor, Json::array());
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override
    {
        open(mark, tag, anchor, Json::object());
    }
    void OnMapEnd() override { close(); }

private:
    struct Level
    {
        Json *container;
        std::string path;
        std::optional<std::string> key;
    };

    bool expectsKey() const
    {
        return !m_levels.empty() && m_levels.back().container->is_object() && !m_levels.back().key;
    }

    bool allowed(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor)
    {
        if (m_error)
            return false;
        if (anchor != YAML::NullAnchor)
            fail(mark, Text::tr("anchors are not allowed"));
        else if (!tag.empty() && tag != "?")
            fail(mark, Text::tr("the tag %1 is not allowed").arg(QString::fromStdString(tag)));
        return !m_error;
    }

    void takeKey(const YAML::Mark &mark, const std::string &key)
    {
        Level &level = m_levels.back();
        if (level.container->contains(key)) {
            fail(mark,
                 Text::tr("%1 appears twice").arg(QString::fromStdString(childPath(level, key))));
            return;
        }
        level.key = key;
    }

    static std::string childPath(const Level &level, const std::string &key)
    {
        return level.path.empty() ? key : level.path + '.' + key;
    }

    Json *place(const YAML::Mark &mark, Json value)
    {
        std::string path;
        Json *placed = &m_document.root;
        if (m_levels.empty()) {
            m_document.root = std::move(value);
        } else if (Level &level = m_levels.back(); level.container->is_array()) {
            path = level.path + '[' + std::to_string(level.container->size()) + ']';
            level.container->push_back(std::move(value));
            placed = &level.container->back();
        } else {
            path = childPath(level, *level.key);
            placed = &(*level.container)[*level.key];
            *placed = std::move(value);
            level.key.reset();
        }
        m_placedPath = path;
        m_document.lines.emplace(std::move(path), mark.line + 1);
        return placed;
    }

    void open(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor, Json container)
    {
        if (!allowed(mark, tag, anchor))
            return;
        if (m_levels.size() == kMaxJsonDepth) {
            fail(mark, Text::tr("lists and objects are nested too deep"));
        } else if (expectsKey()) {
            fail(mark, Text::tr("a key must be a plain text"));
        } else {
            Json *placed = place(mark, std::move(container));
            m_levels.push_back({.container = placed, .path = m_placedPath, .key = {}});
        }
    }

    void close()
    {
        if (!m_error)
            m_levels.pop_back();
    }

    void fail(const YAML::Mark &mark, const QString &what)
    {
        if (!m_error)
            m_error = syntaxError(m_name, mark.line + 1, what);
    }

    QString m_name;
    TypedYaml m_document;
    std::vector<Level> m_levels;
    std::string m_placedPath;
    int m_documents = 0;
    std::optional<Error> m_error;
};

// yaml-cpp guesses encodings and takes the control character 4 for the end of the text.
std::optional<Error> checkBytes(std::string_view text, const QString &name)
{
    const auto lineOf = [text](std::size_t at) {
        return 1 + static_cast<int>(std::count(
                       text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    };
    if (const auto bad = firstInvalidUtf8(text))
        return syntaxError(name, lineOf(*bad), Text::tr("the text is not UTF-8"));
    const auto control = std::find_if(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
    });
    if (control != text.end()) {
        return syntaxError(name, lineOf(static_cast<std::size_t>(control - text.begin())),
                           Text::tr("there is a control character"));
    }
    return std::nullopt;
}

} // namespace

Result<TypedYaml> parseTypedYaml(std::string_view text, const QString &name)
{
    if (const auto error = checkBytes(text, name))
        return *error;
    Builder builder(name);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder) && !builder.error()) {
        }
    } catch (const YAML::Exception &problem) {
        if (!builder.error())
            return syntaxError(name, problem.mark.line + 1, QString::fromStdString(problem.msg));
    } catch (const std::exception &) {
        return syntaxError(name, 1, Text::tr("the text cannot be parsed as YAML"));
    }
    if (builder.error())
        return *builder.error();
    return builder.takeDocument();
}

} // namespace mrb::backend
