// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "ui/common/Tones.h"

#include <QString>

#include <filesystem>
#include <vector>

/// What could go into a bundle, in words. Pure.
namespace mrb::ui {

/// A run that somebody wants to hand on.
struct ExportCandidate
{
    std::filesystem::path folder;
    QString title; ///< "T1 · seed 42"
    QString outcome;
    Tone outcomeTone = Tone::Neutral;
    QString rating;
    bool accepted = false;
    QString refusal; ///< why it cannot go into a bundle; empty: it can
    quint64 bytes = 0;
    quint64 volumeBytes = 0; ///< of those
};

/// What the dialog begins with.
struct ExportDefaults
{
    QString folder;               ///< where bundles go unless the user says otherwise
    EnvironmentPairs environment; ///< of the user, whose names are left out
    bool onlyAccepted = false;    ///< unless there is none
};

/// How much will be written; reports that are made meanwhile come on top.
quint64 exportBytes(const std::vector<ExportCandidate> &runs, bool withVolumes);

/// "t1-seed-42.zip" after the folder of a single run, "mrbrain-3-runs.zip" for several.
QString bundleName(const std::vector<ExportCandidate> &runs, bool asFolder);

/// The same name with or without .zip, when the format changes.
QString withFormat(const QString &target, bool asFolder);

} // namespace mrb::ui
