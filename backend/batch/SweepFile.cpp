// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/SweepFile.h"

#include "backend/base/InstallPaths.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/batch/RequestsFile.h"
#include "backend/contract/Fields.h"
#include "backend/form/FieldText.h"
#include "backend/request/OverrideDocument.h"

#include <utility>

namespace mrb::backend {

namespace {

Error noSuchField(const SweepAxis &axis)
{
    const QString key = QString::fromStdString(axis.key);
    return {error_codes::kSweepFile, Text::tr("There is no field %1 to vary.").arg(key),
            Text::tr("Use the keys of an override document."), key};
}

Result<SweepAxis> typedAxis(const SweepAxis &axis)
{
    const contract::FieldSpec *field = contract::findField(axis.key);
    if (!field)
        return noSuchField(axis);
    SweepAxis typed{.key = axis.key, .values = axis.values};
    for (const Json &value : axis.jsonValues) {
        if (!contract::hasKind(*field, value)) {
            const QString key = QString::fromStdString(axis.key);
            return Error{error_codes::kSweepFile,
                         Text::tr("A value of %1 must be %2, and is %3.")
                             .arg(key, contract::kindText(field->kind),
                                  shortened(QString::fromStdString(compactJson(value)))),
                         Text::tr("Write the value as an override document has it."), key};
        }
        typed.values << textsOfValue(*field, value).join(u' ');
    }
    return typed;
}

Result<Json> valuesOf(const SweepAxis &axis)
{
    const contract::FieldSpec *field = contract::findField(axis.key);
    if (!field)
        return noSuchField(axis);
    Json values = Json::array();
    for (const QString &text : axis.values) {
        const bool isList = contract::elementCount(field->kind) > 0;
        Result<Json> value = valueOfTexts(*field, isList ? text.simplified().split(u' ')
                                                         : QStringList(text.trimmed()));
        if (!value)
            return value.error();
        values.push_back(std::move(value).value());
    }
    return values;
}

} // namespace

Result<TypedSweep> readSweepFile(const std::filesystem::path &file)
{
    const QString name = toQString(file.filename());
    const RequestsFile read = readRequestsFile(file, name);
    if (!read.errors.empty())
        return read.errors.front();
    if (read.axes.empty()) {
        return Error{error_codes::kSweepFile,
                     Text::tr("%1 varies no field.").arg(name),
                     Text::tr("Open an override file in the form, and give a list of runs to "
                              "\"mrbrain batch\"."),
                     {}};
    }
    TypedSweep sweep{.base = read.bases.front().document, .axes = {}};
    for (const SweepAxis &axis : read.axes) {
        Result<SweepAxis> typed = typedAxis(axis);
        if (!typed)
            return typed.error();
        sweep.axes.push_back(std::move(typed).value());
    }
    return sweep;
}

Result<std::string> writeSweepFile(const TypedSweep &sweep)
{
    OverrideParse base = parseOverrides(sweep.base, Text::tr("The sweep's settings"));
    if (!base.errors.empty())
        return base.errors.front();
    Json vary = Json::object();
    for (const SweepAxis &axis : sweep.axes) {
        Result<Json> values = valuesOf(axis);
        if (!values)
            return values.error();
        vary[axis.key] = std::move(values).value();
        base.overrides.erase(axis.key); // each run has another
    }
    return writeJson({{"base", base.overrides}, {"vary", vary}});
}

} // namespace mrb::backend
