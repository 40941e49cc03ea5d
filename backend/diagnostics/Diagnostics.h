// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <string>
#include <vector>

namespace mrb::backend {

/// One thing that is known, or known to be missing. Facts are for those who mend the program, so
/// names are English and stable; only what other programs said is quoted as it was.
struct Fact
{
    QString name;
    QString value; ///< never empty; may have several lines

    friend bool operator==(const Fact &, const Fact &) = default;
};

struct FactSection
{
    QString name;
    std::vector<Fact> facts = {};

    /// An empty value becomes "-"; a name that is taken gets a number, so that none is lost.
    void add(const QString &factName, const QString &value);

    friend bool operator==(const FactSection &, const FactSection &) = default;
};

/// What a report of a fault needs. Section names differ, as names do within a section.
struct Diagnostics
{
    std::vector<FactSection> sections;

    friend bool operator==(const Diagnostics &, const Diagnostics &) = default;
};

struct PrivateNames;

/// Every name and value without what nobody else needs to know; see Redaction.h.
Diagnostics withoutSecrets(Diagnostics diagnostics, const PrivateNames &names);

/// For people: what is pasted into a report. Ends with a line break.
QString toText(const Diagnostics &diagnostics);

/// For programs: {skill, diagnostics: {section: {name: value}}}, the same facts in the same order.
std::string toJsonText(const Diagnostics &diagnostics);

} // namespace mrb::backend
