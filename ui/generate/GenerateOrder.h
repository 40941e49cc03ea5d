// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace mrb::ui {

/// Runs that the user asked for at once. A value.
struct GenerateOrder
{
    std::vector<std::string> documents;      ///< override documents, one for each run
    QStringList labels;                      ///< what tells them apart, one for each run
    std::vector<double> expectedSeconds;     ///< one for each run
    std::vector<double> expectedGpuMemoryMb; ///< learned peaks, MiB; one for each run, 0: not known
    QString group;                           ///< shared by these runs; empty for a single one
    bool costAccepted = false; ///< the cost gate asked, with the numbers, and got a yes

    friend bool operator==(const GenerateOrder &, const GenerateOrder &) = default;
};

} // namespace mrb::ui
