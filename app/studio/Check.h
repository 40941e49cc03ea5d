// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <functional>

namespace mrb::studio {

/// One finding of the self-test. A value.
struct Check
{
    enum class Outcome {
        Passed,
        Noted, ///< something is not there that the program can do without
        Failed
    };

    Outcome outcome = Outcome::Passed;
    QString name; ///< two words at most
    QString text; ///< what was found; when it failed, what is wrong and what to do
};

/// Takes a finding as soon as it is there.
using Checks = std::function<void(const Check &)>;

} // namespace mrb::studio
