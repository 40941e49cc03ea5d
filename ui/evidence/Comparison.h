// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/RecordDiff.h"
#include "ui/common/Tones.h"

#include <QString>

#include <string>
#include <vector>

/// Two runs beside each other, ready to be shown. Pure.
namespace mrb::ui {

struct Comparison
{
    QString title; ///< of the window
    Tone tone = Tone::Neutral;
    QString verdict;
    QString explanation;
    QString firstTitle, secondTitle;
    std::vector<backend::VolumeComparison> volumes;
    std::vector<backend::DiffSection> sections;
    QString text;         ///< for the clipboard
    std::string document; ///< JSON
    QString documentName; ///< suggested for its file
};

Comparison comparisonOf(const backend::RecordDiff &diff);
/// @param diff of the same two runs
/// @param title of the run that was to be repeated
Comparison comparisonOf(const backend::Reproduction &reproduction, const backend::RecordDiff &diff,
                        const QString &title);

/// "Volume 2 of 3: Different. 17 of 4096 voxels differ, …".
/// @param place from 1
QString volumeText(const backend::VolumeComparison &volume, std::size_t place, std::size_t count);

} // namespace mrb::ui
