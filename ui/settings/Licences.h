// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <vector>

namespace mrb::ui {

/// Something the program is made of, and under which terms.
struct Component
{
    QString name;
    QString version;  ///< of what runs, where it tells; else of what the program was built with
    QString licence;  ///< as SPDX writes it
    QString use;      ///< what it does here, translated
    QString home;     ///< web address
    QString textFile; ///< full text: a resource, or where Debian keeps it

    friend bool operator==(const Component &, const Component &) = default;
};

/// The program itself first. GUI thread.
std::vector<Component> components();

} // namespace mrb::ui
