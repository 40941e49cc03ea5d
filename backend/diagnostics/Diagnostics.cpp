// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/diagnostics/Diagnostics.h"

#include "backend/base/JsonText.h"
#include "backend/diagnostics/Redaction.h"

#include <algorithm>

namespace mrb::backend {

namespace {

/// As in every other document of the program.
constexpr const char *kSkill = "nv_generate_mr_brain";

/// Longer than the end of a log, and short enough to be pasted.
constexpr qsizetype kLongestValue = 32000;

/// What a terminal or a text field would obey instead of showing it.
QString printable(const QString &text)
{
    QString result;
    for (const QChar letter : text)
        result += letter == u'\t'                                                ? QChar(u' ')
                  : letter == u'\n' || letter.category() != QChar::Other_Control ? letter
                                                                                 : QChar(u'?');
    return result.trimmed();
}

QString shortened(const QString &text)
{
    return text.size() > kLongestValue ? text.left(kLongestValue) + u'…' : text;
}

bool isTaken(const FactSection &section, const QString &name)
{
    return std::ranges::find(section.facts, name, &Fact::name) != section.facts.end();
}

} // namespace

void FactSection::add(const QString &factName, const QString &value)
{
    QString unique = factName;
    for (int number = 2; isTaken(*this, unique); ++number)
        unique = QStringLiteral("%1 (%2)").arg(factName).arg(number);
    const QString shown = printable(value);
    facts.push_back({unique, shown.isEmpty() ? QStringLiteral("-") : shown});
}

Diagnostics withoutSecrets(Diagnostics diagnostics, const PrivateNames &names)
{
    for (FactSection &section : diagnostics.sections) {
        FactSection clean{section.name};
        for (const Fact &fact : section.facts)
            clean.add(withoutSecrets(fact.name, names),
                      shortened(withoutSecrets(fact.value, names)));
        section = std::move(clean);
    }
    return diagnostics;
}

QString toText(const Diagnostics &diagnostics)
{
    QString text;
    for (const FactSection &section : diagnostics.sections) {
        if (!text.isEmpty())
            text += u'\n';
        text += section.name + u'\n';
        for (const Fact &fact : section.facts) {
            if (!fact.value.contains(u'\n')) {
                text += QStringLiteral("  %1: ").arg(fact.name) + fact.value + u'\n';
                continue;
            }
            text += QStringLiteral("  %1:\n").arg(fact.name);
            for (const QString &line : fact.value.split(u'\n'))
                text +=
                    line.isEmpty() ? QStringLiteral("\n") : QStringLiteral("    ") + line + u'\n';
        }
    }
    return text;
}

std::string toJsonText(const Diagnostics &diagnostics)
{
    Json sections = Json::object();
    for (const FactSection &section : diagnostics.sections) {
        Json facts = Json::object();
        for (const Fact &fact : section.facts)
            facts[fact.name.toStdString()] = fact.value.toStdString();
        sections[section.name.toStdString()] = std::move(facts);
    }
    return writeJson({{"skill", kSkill}, {"diagnostics", std::move(sections)}});
}

} // namespace mrb::backend
