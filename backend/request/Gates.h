// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"

#include <QString>

#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// One check of the skill manifest over the result document: data, not code.
/// path: names joined by dots, walks objects only. op: one of the operators below; a check that was
/// written with none or several has them joined by ", " and can only fail.
struct Gate
{
    std::string path;
    std::string op;
    Json expected;

    friend bool operator==(const Gate &, const Gate &) = default;
};

/// How one gate went. observed is null when the path is missing. reason is empty for a pass.
struct GateResult
{
    std::string path;
    std::string op;
    Json expected;
    Json observed;
    bool passed = false;
    QString reason;
};

/// A check as the manifest writes it, {"path": P, OPERATOR: VALUE}, into a gate. Never refuses.
Gate gateFromCheck(const Json &check);

/// Evaluates every gate, in order. Whatever cannot be decided fails with a reason: a missing path
/// (except for `exists: false`), an unknown operator, none or several operators, kinds an operator
/// cannot compare, an invalid or runaway pattern.
///
/// eq ne: JSON values (1 equals 1.0, 1 is not true, the order of keys does not matter).
/// gt gte lt lte: numbers. matches: unanchored regular expression over a string.
/// length_eq length_gte length_lte: code points of a string, members of a list or object.
/// contains: substring or list member; contains_any_of: any of a list of them.
/// exists: true or false; an explicit null counts as absent.
std::vector<GateResult> evaluateGates(const std::vector<Gate> &gates, const Json &resultDocument);

/// Equal as JSON means it: numbers by value, booleans are no numbers, objects without an order of
/// keys.
bool isSameJson(const Json &a, const Json &b);

/// {path, operator, expected, observed, status: pass | fail} and, for a failure, reason.
Json toJson(const GateResult &result);

/// True when there is at least one result and all of them passed.
bool allPassed(const std::vector<GateResult> &results);

} // namespace mrb::backend
