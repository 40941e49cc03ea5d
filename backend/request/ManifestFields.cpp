// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/ManifestFields.h"

#include "backend/base/Text.h"
#include "backend/request/Manifest.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace mrb::backend {

ManifestFields::ManifestFields(const TypedYaml &yaml, QString name)
    : m_yaml(yaml), m_name(std::move(name))
{
    if (!m_yaml.root.is_object())
        refuse({}, Text::tr("must be a mapping of fields"));
}

ManifestPlace ManifestFields::root() const
{
    return {.json = &m_yaml.root, .path = {}};
}

std::string ManifestFields::childPath(const ManifestPlace &parent, std::string_view key)
{
    return parent.path.empty() ? std::string(key) : parent.path + '.' + std::string(key);
}

// A missing field has no line of its own; the nearest enclosing one has.
int ManifestFields::lineOf(std::string path) const
{
    while (true) {
        if (const auto found = m_yaml.lines.find(path); found != m_yaml.lines.end())
            return found->second;
        const std::size_t cut = path.find_last_of(".[");
        if (cut == std::string::npos)
            return 1;
        path.resize(cut);
    }
}

void ManifestFields::refuse(const std::string &path, const QString &what)
{
    if (m_error)
        return;
    const QString field = path.empty() ? Text::tr("the document") : QString::fromStdString(path);
    m_error = Error{error_codes::kManifestField,
                    Text::tr("%1, line %2: %3 %4.").arg(m_name).arg(lineOf(path)).arg(field, what),
                    Text::tr("Correct the skill manifest there."), QString::fromStdString(path)};
}

const Json *ManifestFields::find(const ManifestPlace &parent, std::string_view key) const
{
    if (!parent.json || !parent.json->is_object())
        return nullptr;
    const auto found = parent.json->find(key);
    return found == parent.json->end() ? nullptr : &*found;
}

const Json *ManifestFields::require(const ManifestPlace &parent, std::string_view key)
{
    if (!parent.json) // an error is known already
        return nullptr;
    if (!parent.json->is_object()) {
        refuse(parent.path, Text::tr("must be a mapping of fields"));
        return nullptr;
    }
    const Json *found = find(parent, key);
    if (!found)
        refuse(childPath(parent, key), Text::tr("is missing"));
    return found;
}

ManifestPlace ManifestFields::object(const ManifestPlace &parent, std::string_view key)
{
    const Json *found = require(parent, key);
    if (found && !found->is_object()) {
        refuse(childPath(parent, key), Text::tr("must be a mapping of fields"));
        found = nullptr;
    }
    return {.json = found, .path = childPath(parent, key)};
}

std::vector<ManifestPlace> ManifestFields::list(const ManifestPlace &parent, std::string_view key)
{
    const Json *found = require(parent, key);
    if (found && (!found->is_array() || found->empty())) {
        refuse(childPath(parent, key), Text::tr("must be a list of at least one member"));
        found = nullptr;
    }
    std::vector<ManifestPlace> places;
    for (std::size_t i = 0; found && i < found->size(); ++i) {
        places.push_back(
            {.json = &(*found)[i], .path = childPath(parent, key) + '[' + std::to_string(i) + ']'});
    }
    return places;
}

std::vector<std::string> ManifestFields::textList(const ManifestPlace &parent, std::string_view key)
{
    std::vector<std::string> texts;
    for (const ManifestPlace &place : list(parent, key)) {
        if (!place.json->is_string() || place.json->get_ref<const std::string &>().empty())
            refuse(place.path, Text::tr("must be a text"));
        else
            texts.push_back(place.json->get<std::string>());
    }
    return texts;
}

std::string ManifestFields::text(const ManifestPlace &parent, std::string_view key)
{
    const Json *found = require(parent, key);
    if (found && found->is_string() && !found->get_ref<const std::string &>().empty())
        return found->get<std::string>();
    if (found)
        refuse(childPath(parent, key), Text::tr("must be a text that is not empty"));
    return {};
}

std::string ManifestFields::optionalText(const ManifestPlace &parent, std::string_view key)
{
    const Json *found = find(parent, key);
    if (!found)
        return {};
    if (found->is_string())
        return found->get<std::string>();
    refuse(childPath(parent, key), Text::tr("must be a text"));
    return {};
}

std::string ManifestFields::hexText(const ManifestPlace &parent, std::string_view key,
                                    std::size_t digits)
{
    const std::string value = text(parent, key);
    if (value.size() != digits || value.find_first_not_of("0123456789abcdef") != std::string::npos)
        refuse(childPath(parent, key),
               Text::tr("must have %1 lower-case hexadecimal digits").arg(digits));
    return value;
}

std::string ManifestFields::relativePath(const ManifestPlace &parent, std::string_view key)
{
    const std::string value = text(parent, key);
    const std::filesystem::path path(value);
    if (path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end())
        refuse(childPath(parent, key), Text::tr("must be a path inside the checkout"));
    return value;
}

bool ManifestFields::boolean(const ManifestPlace &parent, std::string_view key)
{
    const Json *found = require(parent, key);
    if (found && found->is_boolean())
        return found->get<bool>();
    if (found)
        refuse(childPath(parent, key), Text::tr("must be true or false"));
    return false;
}

std::int64_t ManifestFields::integer(const ManifestPlace &parent, std::string_view key,
                                     std::int64_t minimum, std::int64_t maximum)
{
    const Json *found = require(parent, key);
    if (found && found->is_number_integer()) {
        const auto value = found->get<std::int64_t>();
        if (value >= minimum && value <= maximum)
            return value;
    }
    if (found)
        refuse(childPath(parent, key),
               Text::tr("must be an integer from %1 to %2").arg(minimum).arg(maximum));
    return minimum;
}

double ManifestFields::number(const ManifestPlace &parent, std::string_view key)
{
    const Json *found = require(parent, key);
    if (found && found->is_number() && found->get<double>() >= 0)
        return found->get<double>();
    if (found)
        refuse(childPath(parent, key), Text::tr("must be a number of at least 0"));
    return 0;
}

std::optional<double> ManifestFields::optionalNumber(const ManifestPlace &parent,
                                                     std::string_view key)
{
    return find(parent, key) ? std::optional(number(parent, key)) : std::nullopt;
}

} // namespace mrb::backend
