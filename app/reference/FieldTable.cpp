// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/FieldTable.h"

#include "app/reference/MarkdownText.h"
#include "backend/base/JsonText.h"
#include "backend/contract/Fields.h"

#include <QString>
#include <QStringList>

namespace mrb::reference {

using contract::Bound;
using contract::Domain;
using contract::FieldKind;
using contract::FieldSpec;

namespace {

QString numberText(double value)
{
    return QString::number(value, 'g', 12);
}

/// "64 to 512", "more than 0, less than 655.2"; empty when all is allowed.
QString rangeText(const Domain &domain)
{
    if (!domain.minimum && !domain.maximum)
        return {};
    if (domain.minimum && domain.maximum && !domain.minimum->exclusive &&
        !domain.maximum->exclusive)
        return domain.minimum->value == domain.maximum->value
                   ? numberText(domain.minimum->value)
                   : QStringLiteral("%1 to %2")
                         .arg(numberText(domain.minimum->value), numberText(domain.maximum->value));
    QStringList parts;
    if (const auto &low = domain.minimum)
        parts << QStringLiteral("%1 %2").arg(low->exclusive ? QStringLiteral("more than")
                                                            : QStringLiteral("at least"),
                                             numberText(low->value));
    if (const auto &high = domain.maximum)
        parts << QStringLiteral("%1 %2").arg(high->exclusive ? QStringLiteral("less than")
                                                             : QStringLiteral("at most"),
                                             numberText(high->value));
    return parts.join(QStringLiteral(", "));
}

QString allowedText(const FieldSpec &field)
{
    const QString first = rangeText(field.domain[0]);
    QStringList parts;
    if (contract::elementCount(field.kind) == 3 &&
        (rangeText(field.domain[1]) != first || rangeText(field.domain[2]) != first))
        parts << QStringLiteral("%1; %2; %3")
                     .arg(first, rangeText(field.domain[1]), rangeText(field.domain[2]));
    else if (!first.isEmpty())
        parts << first;
    if (field.domain[0].step > 0)
        parts << QStringLiteral("multiples of %1").arg(field.domain[0].step);
    if (field.kind == FieldKind::ModalityName)
        parts << QStringLiteral("those of mrbrain modalities");
    if (field.kind == FieldKind::FileNamePrefix)
        parts << QStringLiteral("letters, digits, dot, underscore and hyphen, no dot in front, at "
                                "most %1")
                     .arg(contract::kMaxPrefixLength);
    return parts.join(QStringLiteral(", "));
}

QString meaningText(const FieldSpec &field)
{
    QString text = contract::fieldHelp(field);
    if (const QString unit = contract::fieldUnit(field);
        !unit.isEmpty() && !text.contains(unit, Qt::CaseInsensitive))
        text += QStringLiteral(" In %1.").arg(unit);
    if (const QString advised = rangeText(field.advised); !advised.isEmpty())
        text += QStringLiteral(" A warning unless %1.").arg(advised);
    return text;
}

/// As an override document would have it: upstream's configuration has the modality's code.
std::string standardText(const FieldSpec &field, const backend::Manifest &manifest)
{
    const Json &defaults = manifest.upstream.defaults;
    const auto found = defaults.find(std::string(field.key));
    if (found == defaults.end())
        return {};
    if (field.kind == FieldKind::ModalityName)
        for (const backend::Modality &modality : manifest.modalities)
            if (*found == modality.code)
                return codeCell("\"" + modality.name + "\"");
    return codeCell(QString::fromStdString(found->dump())
                        .replace(QStringLiteral(","), QStringLiteral(", "))
                        .toStdString());
}

} // namespace

std::string fieldTable(const backend::Manifest &manifest)
{
    std::string table = "| field | value | allowed | upstream's default | meaning |\n"
                        "| --- | --- | --- | --- | --- |\n";
    for (const FieldSpec &field : contract::fieldTable())
        table += "| " + codeCell(std::string(field.key)) + " | " +
                 textCell(contract::kindText(field.kind).toStdString()) + " | " +
                 textCell(allowedText(field).toStdString()) + " | " +
                 standardText(field, manifest) + " | " +
                 textCell(meaningText(field).toStdString()) + " |\n";
    return table;
}

} // namespace mrb::reference
