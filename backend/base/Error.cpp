// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Error.h"

#include <system_error>

namespace mrb {

QString systemErrorText(int errnoValue)
{
    return QString::fromStdString(std::generic_category().message(errnoValue));
}

} // namespace mrb
