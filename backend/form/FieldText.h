// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"
#include "backend/contract/Fields.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace mrb::backend {

/// The value a person typed: one text for a scalar field, else one for each element. Numbers are
/// read as JSON reads them, so that 2 stays an integer and a decimal comma is refused. Only the
/// kind is judged, not the range. Error::field is the key.
Result<Json> valueOfTexts(const contract::FieldSpec &field, const QStringList &texts);

/// The same the other way round; empty texts for a value that is not of the field's kind.
QStringList textsOfValue(const contract::FieldSpec &field, const Json &value);

/// A number as a person types it, or nothing.
std::optional<double> numberOfText(const QString &text);

/// At most so many decimals, without zeros at the end.
QString decimalText(double value, int decimals);

/// Long texts end in an ellipsis, for messages.
QString shortened(const QString &text);

} // namespace mrb::backend
