// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/RunSettings.h"
#include "backend/queue/TargetPolicy.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <filesystem>
#include <vector>

namespace mrb::ui {

enum class ColourScheme { System, Light, Dark };

/// What the user decided once for all runs. A value.
struct StudioSettings
{
    backend::Engine engine = backend::Engine::Upstream;
    QString upstreamRoot; ///< empty: searched in the usual places
    QString python;       ///< empty: the usual choice
    QString visibleGpus;  ///< as CUDA_VISIBLE_DEVICES; empty: all
    QString manifest;     ///< empty: the built-in one
    bool allowCheckout = false;
    bool allowWeights = false;
    std::chrono::seconds timeLimit{3600};
    int runsAtOnce = 0;         ///< the most; 0: as many as the machine manages
    bool warmStart = false;     ///< keep an interpreter ready
    bool offerWarmStart = true; ///< until the user said that it is not wanted
    QString resultsFolder;      ///< where runs go; absolute
    QStringList furtherResults; ///< other folders that the gallery shows
    ColourScheme colours = ColourScheme::System;
    bool notify = true;      ///< tell when a run ends while the window is not in front
    bool showResults = true; ///< a finished run's volume is shown when the user is not busy

    friend bool operator==(const StudioSettings &, const StudioSettings &) = default;

    /// A run of these settings, without its document.
    backend::RunSettings runSettings() const;
    /// How the queue uses this machine for them.
    backend::TargetPolicy targetPolicy() const;
    /// What preparing such a run is asked with.
    backend::GenerateOptions options() const;
    std::vector<std::filesystem::path> libraryFolders() const;
};

/// Keeps them in the program's settings file. A value there that cannot be used is left where it
/// is, the default is taken, and problem() says so. GUI thread.
class SettingsStore : public QObject
{
    Q_OBJECT

public:
    explicit SettingsStore(QObject *parent = nullptr);

    const StudioSettings &settings() const { return m_settings; }
    void set(const StudioSettings &settings);
    QStringList problems() const { return m_problems; }

Q_SIGNALS:
    void changed();
    /// What was set holds, but only until the program ends; it is among the problems too.
    void notSaved(const QString &problem);

private:
    StudioSettings m_settings;
    QStringList m_problems;
};

/// ~/Documents/MR Brain Studio as the desktop calls that folder, or below the home folder.
QString defaultResultsFolder();

/// Applies light or dark colours to the whole program, also while it runs. System: style and
/// colours as the desktop gave them when the program started.
void applyColours(ColourScheme scheme);

} // namespace mrb::ui
