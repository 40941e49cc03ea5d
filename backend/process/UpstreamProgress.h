// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/LineSplitter.h"

#include <QString>

#include <optional>
#include <vector>

namespace mrb::backend {

/// Where the last tqdm bar of a line ends, 0 without one. A bar that is not complete has no
/// newline, so what another process writes next to the same stream stands behind it on one line.
qsizetype endOfBar(const QString &line);

/// What upstream is doing, in the order it does it. Imports is silent and the longest. Done begins
/// with the line `Saved PATH.` of a run on one GPU: only Python's shutdown follows. On several GPUs
/// only the first one logs, so the run stays in Saving until the process ends.
enum class Phase { Imports, Models, Diffusion, Decoding, Saving, Done };

/// Stable lower-case name for the result and for machine-readable output: imports, models,
/// diffusion, decoding, saving, shutdown (for Done).
QString phaseName(Phase phase);

/// Where a run stands. step of total counts diffusion steps or decoder tiles, the slowest GPU
/// first; total 0 means that this phase has no count. etaSeconds: to the end of this phase, not of
/// the run; empty until one step was seen. Elapsed times are in seconds since the phase's and the
/// run's start.
struct Progress
{
    Phase phase = Phase::Imports;
    int step = 0;
    int total = 0;
    std::optional<double> etaSeconds;
    double phaseElapsedSeconds = 0;
    double elapsedSeconds = 0;
    int ranks = 1; ///< processes that run side by side; the count is that of the slowest

    friend bool operator==(const Progress &, const Progress &) = default;
};

/// How long a phase lasted. A phase that was not reached has no entry.
struct PhaseTime
{
    QString name;
    double seconds = 0;

    friend bool operator==(const PhaseTime &, const PhaseTime &) = default;
};

/// Reads upstream's log (that of its entry script, see the contract's section 6) and
/// keeps the phase, which never goes back. Bars are told apart by their order, not by their totals:
/// the decoder's bar may have as many tiles as there were steps, and volumes of up to 32,768,000
/// voxels have none. Bars of several ranks interleave on one stream without saying whose they are:
/// they are attributed as well as can be, and a count is the smallest over the ranks. Pure: time
/// comes with the lines, in seconds.
class UpstreamProgress
{
public:
    /// @param expectedSteps diffusion steps asked for, 0 when not known
    /// @param ranks processes that share the stream, one per GPU
    explicit UpstreamProgress(int expectedSteps = 0, int ranks = 1);

    /// True when the phase or the count changed.
    bool feed(const LogLine &line);
    /// The state as of now; `seconds` may be later than the last line.
    Progress at(double seconds) const;
    /// The program ended: closes the last phase.
    void finish(double seconds);

    /// In order; the current phase is included with the time up to the last line or finish().
    std::vector<PhaseTime> phases() const;
    /// Paths from the lines `Saved PATH.`, as upstream printed them; other ranks than 0 print none.
    const std::vector<QString> &savedPaths() const { return m_savedPaths; }
    /// numpy's "invalid value encountered in cast": NaN or infinity became 0 in the volume.
    bool castWarning() const { return m_castWarning; }
    /// The checkpoint's scale factor as printed, empty when it was not reached.
    const QString &scaleFactor() const { return m_scaleFactor; }

private:
    // step -1: not seen. closed: its last line, the one with a newline, was seen.
    struct Bar
    {
        int step = -1;
        int total = 0;
        bool closed = false;
        double seconds = -1; // of its latest line
        bool complete() const { return total > 0 && step == total; }
    };
    // One rank: the diffusion bar, and after it the decoder's where there is one.
    struct Track
    {
        Bar diffusion;
        Bar decoding;
    };
    struct Entry
    {
        Phase phase;
        double begin;
    };

    static bool advance(const std::vector<Bar *> &bars, const Bar &seen);
    void readBar(const Bar &seen);
    void readMessage(const QString &message);
    void updatePhase();
    void enter(Phase phase);
    Phase phase() const { return m_entries.back().phase; }
    int count() const;
    int total() const;

    int m_steps;
    std::vector<Track> m_tracks;
    std::vector<Entry> m_entries{{Phase::Imports, 0.0}};
    double m_seconds = 0; // of the last line, or of the end
    bool m_barsBegan = false;
    bool m_noiseSeen = false;
    Bar m_lastBar;
    QString m_lastBarText; // when it was transient
    // For the rate of the current phase: the first count and the latest, and when they came.
    int m_firstCount = 0;
    double m_firstCountSeconds = 0;
    int m_lastCount = 0;
    double m_lastCountSeconds = 0;

    std::vector<QString> m_savedPaths;
    QString m_scaleFactor;
    bool m_castWarning = false;
};

} // namespace mrb::backend
