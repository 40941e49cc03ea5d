// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"

#include <QStringList>

namespace mrb::backend {

namespace error_codes {
/// A schema uses what schemaProblems() does not know, so it would judge less than it seems to.
inline constexpr ErrorCode kSchemaNotSupported = "schema_not_supported";
} // namespace error_codes

/// Where a document is not as a JSON Schema (2020-12) wants it, each as "/output/samples: ...";
/// empty when it is. Of the standard only the keywords that this program's schemas use are there; a
/// schema with any other one, anywhere, is refused before the document is looked at, so that none
/// passes silently. References stay inside the schema; `date-time` is checked. Pure.
Result<QStringList> schemaProblems(const Json &schema, const Json &document);

/// One of this program's own schemas, by its name below share/mrbrain/schema. Blocks shortly.
Result<Json> readInstalledSchema(const std::string &name);

} // namespace mrb::backend
