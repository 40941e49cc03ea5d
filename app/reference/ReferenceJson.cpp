// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/ReferenceJson.h"

#include "backend/base/JsonText.h"
#include "backend/contract/Fields.h"

namespace mrb::reference {

namespace {

Json toJson(const backend::OptionDescription &option)
{
    return {{"flags", option.flags},       {"name", option.name},
            {"value", option.value},       {"text", option.text},
            {"standard", option.standard}, {"required", option.required},
            {"repeated", option.repeated}, {"needs", option.needs},
            {"excludes", option.excludes}};
}

Json toJson(const backend::CommandDescription &command)
{
    Json options = Json::array();
    for (const backend::OptionDescription &option : command.options)
        options.push_back(toJson(option));
    Json commands = Json::array();
    for (const backend::CommandDescription &inner : command.commands)
        commands.push_back(toJson(inner));
    return {{"name", command.name},
            {"text", command.text},
            {"options", std::move(options)},
            {"commands", std::move(commands)},
            {"examples", command.examples}};
}

Json toJson(const std::vector<Entry> &entries)
{
    Json list = Json::array();
    for (const Entry &entry : entries)
        list.push_back({{"term", entry.term}, {"text", entry.text}});
    return list;
}

} // namespace

std::string referenceJson(const std::vector<Program> &programs)
{
    Json list = Json::array();
    for (const Program &program : programs) {
        Json json = toJson(program.line);
        json["exit_codes"] = toJson(program.exitCodes);
        json["environment"] = toJson(program.environment);
        json["files"] = toJson(program.files);
        list.push_back(std::move(json));
    }
    Json fields = Json::array();
    for (const contract::FieldSpec &field : contract::fieldTable())
        fields.push_back(std::string(field.key));
    return writeJson({{"programs", std::move(list)}, {"fields", std::move(fields)}});
}

} // namespace mrb::reference
