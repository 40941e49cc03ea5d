// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/evidence/Reproduction.h"

#include <QString>
#include <QStringView>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

/// What stands for a fact that a record does not have.
inline constexpr QStringView kAbsentFact = u"\u2013";

/// One fact of two records beside each other; kAbsentFact where a record does not have it.
struct DiffRow
{
    QString name;
    QString first, second;
    bool same = false;
};

struct DiffSection
{
    QString title; ///< "Settings", "Identity", "Geometry", "Gates", "Cost", ...
    std::vector<DiffRow> rows;
    /// Stable: "outcome", "settings", "identity", "environment", "geometry", "intensity",
    /// "measurements", "affine", "file", "gates", "cost", "phases".
    QString key = {};
    std::optional<std::size_t> volume =
        {}; ///< of what is about one: its place in RecordDiff::volumes
};

/// Two runs side by side: settings, identity, numbers, volumes. Sections without a row are left
/// out.
struct RecordDiff
{
    QString firstTitle, secondTitle;
    std::vector<DiffSection> sections;
    std::vector<VolumeComparison> volumes;
    bool same = false;    ///< settings and volumes; times and paths never count
    QString text;         ///< as a table for a terminal
    std::string document; ///< JSON text
};

/// Each is the folder of a run (see openEvidence()), also of one that failed or was interrupted.
/// Volumes are compared voxel by voxel: those of the same seed, then the rest in order. An error
/// only where a folder holds no run that can be read, or it was cancelled. Blocks; any thread.
Result<RecordDiff> diffRecords(const std::filesystem::path &first,
                               const std::filesystem::path &second, std::stop_token stop = {});

/// The table with lines of at most `width` characters (at least 60): long values are shortened in
/// the middle, rows that differ have a mark in front. Pure.
QString diffText(const RecordDiff &diff, int width);

} // namespace mrb::backend
