// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace mrb::ui {

/// What runs of a size took on a GPU, as learned. MiB; 0: not known.
struct LearnedGpuMemory
{
    double peakMb = 0;
    double heldMb = 0; ///< all along: it cannot do without

    friend bool operator==(const LearnedGpuMemory &, const LearnedGpuMemory &) = default;
};

/// Runs that the user asked for at once. A value.
struct GenerateOrder
{
    std::vector<std::string> documents;              ///< override documents, one for each run
    QStringList labels;                              ///< what tells them apart, one for each run
    std::vector<double> expectedSeconds;             ///< one for each run
    std::vector<LearnedGpuMemory> expectedGpuMemory; ///< one for each run
    QString group;             ///< shared by these runs; empty for a single one
    bool costAccepted = false; ///< the cost gate asked, with the numbers, and got a yes

    friend bool operator==(const GenerateOrder &, const GenerateOrder &) = default;
};

} // namespace mrb::ui
