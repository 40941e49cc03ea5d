// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/RequestsFile.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Fields.h"
#include "backend/request/OverrideDocument.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mrb::backend {

namespace {

constexpr const char *kBase = "base";
constexpr const char *kVary = "vary";
constexpr const char *kRuns = "runs";

bool isComment(const std::string &key)
{
    return key.starts_with('_');
}

std::size_t countOfFields(const Json &object)
{
    std::size_t count = 0;
    for (const auto &[key, value] : object.items())
        count += isComment(key) ? 0 : 1;
    return count;
}

bool isSweep(const Json &json)
{
    return json.is_object() && std::ranges::any_of(std::array{kBase, kVary, kRuns},
                                                   [&](auto key) { return json.contains(key); });
}

class SweepReader
{
public:
    SweepReader(const Json &json, QString name) : m_json(json), m_name(std::move(name)) {}

    RequestsFile read()
    {
        checkKeys();
        Json base = Json::object();
        if (const auto found = m_json.find(kBase); found != m_json.end())
            base = overridesOf(*found, Text::tr("%1, base").arg(m_name), QString::fromUtf8(kBase));
        if (const auto vary = m_json.find(kVary); vary != m_json.end())
            readAxes(*vary);
        if (const auto runs = m_json.find(kRuns); runs != m_json.end())
            readRows(*runs, base);
        else
            m_file.bases.push_back({.document = writeOverrides(base)});
        return std::move(m_file);
    }

private:
    void refuse(const QString &message, const QString &hint, const QString &field)
    {
        m_file.errors.push_back(
            {error_codes::kSweepFile,
             Text::tr("%1: %2", "a file and what is wrong in it").arg(m_name, message), hint,
             field});
    }

    void checkKeys()
    {
        for (const auto &[key, value] : m_json.items())
            if (key != kBase && key != kVary && key != kRuns && !isComment(key))
                refuse(Text::tr("a sweep has no key %1.").arg(QString::fromStdString(key)),
                       Text::tr("Put fields that all runs have in common into \"base\"."),
                       QString::fromStdString(key));
        const bool both = m_json.contains(kVary) && m_json.contains(kRuns);
        if (both || (!m_json.contains(kVary) && !m_json.contains(kRuns)))
            refuse(both ? Text::tr(R"(it has both "vary" and "runs".)")
                        : Text::tr(R"(it has neither "vary" nor "runs".)"),
                   Text::tr("Write \"vary\" for every combination of values, or \"runs\" for "
                            "a list of runs."),
                   QString::fromUtf8(both ? kRuns : kVary));
    }

    /// Flat, kinds checked.
    Json overridesOf(const Json &json, const QString &name, const QString &field)
    {
        OverrideParse parse = parseOverrides(compactJson(json), name);
        for (Error &error : parse.errors) {
            if (error.field.isEmpty())
                error.field = field;
            m_file.errors.push_back(std::move(error));
        }
        return std::move(parse.overrides);
    }

    void readAxes(const Json &vary)
    {
        if (!vary.is_object() || countOfFields(vary) == 0) {
            refuse(Text::tr("\"vary\" must be an object with at least one field."),
                   Text::tr("Write lists of values, as in {\"random_seed\": [1, 2, 3]}."),
                   QString::fromUtf8(kVary));
            return;
        }
        for (const auto &[key, values] : vary.items()) {
            if (isComment(key))
                continue;
            if (!values.is_array()) {
                refuse(Text::tr("%1 in \"vary\" must be a list of values.")
                           .arg(QString::fromStdString(key)),
                       Text::tr("Put a single value into \"base\", or into a list."),
                       QString::fromStdString(key));
                continue;
            }
            // A list field needs a list of lists; its own kind is judged value by value.
            m_file.axes.push_back(
                {.key = key, .values = {}, .jsonValues = {values.begin(), values.end()}});
        }
    }

    void readRows(const Json &runs, const Json &base)
    {
        if (!runs.is_array() || runs.empty()) {
            refuse(Text::tr("\"runs\" must be a list with at least one run."),
                   Text::tr("Write one object for each run, as in [{\"random_seed\": 7}]."),
                   QString::fromUtf8(kRuns));
            return;
        }
        for (std::size_t i = 0; i < runs.size(); ++i) {
            const int row = static_cast<int>(i) + 1;
            Json overrides = base;
            overrides.update(overridesOf(runs[i], Text::tr("%1, run %2").arg(m_name).arg(row),
                                         QStringLiteral("runs[%1]").arg(i)));
            m_file.bases.push_back({.document = writeOverrides(overrides), .row = row});
        }
    }

    const Json &m_json;
    QString m_name;
    RequestsFile m_file;
};

} // namespace

RequestsFile readRequestsFile(const std::filesystem::path &file, const QString &name)
{
    RequestsFile read;
    const Result<std::string> text = readSmallFile(file, kMaxJsonBytes);
    if (!text) {
        read.errors = {text.error()};
        return read;
    }
    const Result<Json> json = parseJsonStrictly(*text, name);
    if (json && isSweep(*json))
        return SweepReader(*json, name).read();
    OverrideParse parse = parseOverrides(*text, name); // which also tells what is no JSON
    read.errors = std::move(parse.errors);
    read.bases.push_back({.document = writeOverrides(parse.overrides)});
    return read;
}

} // namespace mrb::backend
