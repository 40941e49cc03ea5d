// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/Histogram.h"
#include "viewer/render/PanePainter.h"
#include "viewer/render/SlicePipeline.h"
#include "viewer/render/ViewSettings.h"
#include "viewer/render/World.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace mrb::viewer {

/// A volume that is open, with what its pictures say about it.
struct OpenVolume
{
    QString name;   ///< short, for lists and captions
    QString banner; ///< the provenance, on top of every picture
    std::shared_ptr<VolumeSlices> slices;
    IntensityWindow automatic;                  ///< from autoWindow()
    std::shared_ptr<const Histogram> histogram; ///< null until it is counted
};

enum class CompareMode {
    Off,
    SideBySide, ///< the reference in panes of its own
    Split,      ///< the reference uncovered right of a line; same grid only
    Difference, ///< the shown volume minus the reference; same grid only
};

/// What the left button does in a slice.
enum class Tool {
    Crosshair,
    WindowFromBox,
    WindowFromEllipse,
    Ruler,
    BoxStatistics,
    EllipseStatistics
};

/// What of a plane is to be seen: 1 fits it into its pane.
struct Framing
{
    double zoom = 1.0;
    std::optional<VoxelPosition> centre; ///< nothing: the middle of the volume

    friend bool operator==(const Framing &, const Framing &) = default;
};

/// Everything the panes of a viewer have in common: the open volumes, where one looks and how it is
/// drawn. Knows no widgets. Places carry over from one volume to another through world millimetres.
/// GUI thread.
class ViewerModel : public QObject
{
    Q_OBJECT

public:
    explicit ViewerModel(QObject *parent = nullptr);

    // -- volumes ------------------------------------------------------------------------------
    enum class Show { Now, WhenAsked };
    /// Its index is the last one. The first volume is shown anyway.
    void addVolume(OpenVolume volume, Show show = Show::Now);
    /// Frees its memory; a neighbour is shown instead.
    void closeVolume(int index);
    int volumeCount() const { return static_cast<int>(m_volumes.size()); }
    const OpenVolume &volume(int index) const { return m_volumes[static_cast<std::size_t>(index)]; }
    /// -1 without volumes.
    int currentIndex() const { return m_current; }
    const OpenVolume *current() const;
    /// Keeps the place in the world, the zoom and, where locked, the window. Where the volume does
    /// not reach the place its middle is shown, and the place is kept for those that do.
    void setCurrentIndex(int index);
    /// The next or previous one, round and round.
    void stepVolume(int by);
    /// A histogram that was counted meanwhile; ignored when the volume is gone.
    void setHistogram(const VolumeSlices *volume, std::shared_ptr<const Histogram> histogram);

    /// Name and provenance, once they are known; ignored when the volume is gone.
    void setIdentity(const VolumeSlices *volume, const QString &name, const QString &banner);

    // -- where --------------------------------------------------------------------------------
    VoxelIndex cursor() const { return m_cursor; }
    /// Moves to the nearest voxel of the current volume.
    void setCursor(VoxelIndex cursor);
    /// Towards superior, anterior or right.
    void stepSlice(Plane plane, std::int64_t slices);
    /// By voxels to the right and downwards as the plane is drawn.
    void moveInPlane(Plane plane, std::int64_t right, std::int64_t down);
    void centreCursor();

    Framing framing(Plane plane) const;
    /// The place in the middle of a plane's pane.
    VoxelPosition centre(Plane plane) const;
    void setFraming(Plane plane, const Framing &framing);
    /// Whether zoom and pan of one plane are those of all. Linking takes the axial ones for all.
    bool framingLinked() const { return m_framingLinked; }
    void setFramingLinked(bool linked);
    void fit();
    /// The cursor in the middle of all panes.
    void centreOnCursor();

    // -- how ----------------------------------------------------------------------------------
    const ViewSettings &settings() const { return m_settings; }
    void setSettings(const ViewSettings &settings);
    /// Of the volume that is shown; of the difference while that is shown.
    ColourScale colours() const;
    /// Of any open volume: its window, or the common one where windows are locked.
    ColourScale coloursOf(int index) const;
    /// Ignored unless low < high, both finite.
    void setWindow(IntensityWindow window);
    void resetWindow();
    /// A drag in logical pixels: to the right brighter, up more contrast; in proportion to the
    /// width of the window and so free of the intensity scale.
    void dragWindow(double right, double down);
    /// Locked: all volumes have one window, also those opened later. Unlocked, each has its own
    /// again.
    bool windowLocked() const { return m_windowLocked; }
    void setWindowLocked(bool locked);
    QString colourMap() const { return m_colours.map; }
    void setColourMap(const QString &id);
    bool marksOutOfRange() const { return m_colours.markOutOfRange; }
    void setMarkOutOfRange(bool mark);

    /// True from any movement until nothing has moved for a moment: pictures may be coarser.
    bool isMoving() const { return m_settle.isActive(); }

    // -- comparing ----------------------------------------------------------------------------
    CompareMode compareMode() const { return m_compare; }
    /// Comparing locks the windows for as long as it lasts. Without a reference the next volume
    /// becomes it.
    void setCompareMode(CompareMode mode);
    /// -1: none.
    int reference() const { return m_reference; }
    void setReference(int index);
    /// Changes places with the reference: at the same spot, with the same framing.
    void flicker();
    /// Why the reference cannot be compared in this mode, in a sentence; nothing when it can.
    std::optional<QString> compareProblem() const;
    /// The cursor's place in the reference; nothing where the reference does not reach.
    std::optional<VoxelIndex> referenceCursor() const;
    double splitAt() const { return m_splitAt; }
    void setSplitAt(double fraction);
    /// The difference is what panes show now.
    bool showsDifference() const
    {
        return m_compare == CompareMode::Difference && m_difference != nullptr;
    }
    /// Why there is none although the grids agree; compareProblem() says it until something
    /// changes.
    void setDifferenceProblem(const QString &problem);
    /// Current minus reference, once somebody has computed it; null before.
    const std::shared_ptr<VolumeSlices> &difference() const { return m_difference; }
    void setDifference(std::shared_ptr<VolumeSlices> difference, IntensityWindow window);

    // -- measuring ----------------------------------------------------------------------------
    Tool tool() const { return m_tool; }
    void setTool(Tool tool);
    /// Of the current volume; each volume keeps its own. The last one may still be drawn.
    const std::vector<Measurement> &measurements() const;
    /// Takes the tool's measure between two places of a slice of what is shown: the current volume,
    /// or the difference. Nothing for tools without one. A window tool sets the window once
    /// finished.
    void measure(Plane plane, const VoxelPosition &from, const VoxelPosition &to, bool finished);
    void clearMeasurements();
    /// All results, one a line block, for the clipboard.
    QString measurementText() const;

Q_SIGNALS:
    /// Opened, closed, another one current or reference, or a histogram arrived.
    void volumesChanged();
    void cursorMoved(mrb::viewer::VoxelIndex cursor);
    /// Anything else that changes what panes show, also the end of a movement.
    void appearanceChanged();

private:
    OpenVolume *find(const VolumeSlices *volume);
    void move();
    void setCurrent(int index);
    void stopComparing();
    void endDifference();
    void dropUnfinished();
    void setWindowFrom(const Measurement &region);
    QString resultOf(const Measurement &measurement) const;
    ColourScale scaleWith(IntensityWindow window) const;

    std::vector<OpenVolume> m_volumes;
    std::vector<IntensityWindow> m_windows; ///< of m_volumes, while not locked
    int m_current = -1;
    int m_reference = -1;

    VoxelIndex m_cursor{};
    std::optional<PointRas> m_place; ///< where the user put the cursor, RAS mm
    std::array<Framing, 3> m_framings;
    bool m_framingLinked = false;

    ViewSettings m_settings;
    ColourScale m_colours; ///< its window is the common one, while locked
    bool m_windowLocked = false;
    bool m_lockedBefore = false; ///< comparing locked them

    CompareMode m_compare = CompareMode::Off;
    double m_splitAt = 0.5;
    std::shared_ptr<VolumeSlices> m_difference;
    QString m_differenceProblem;
    IntensityWindow m_differenceWindow;
    IntensityWindow m_differenceAutomatic;

    Tool m_tool = Tool::Crosshair;
    std::vector<std::vector<Measurement>> m_measurements; ///< of m_volumes
    bool m_measuring = false;                             ///< the last one is not finished

    QTimer m_settle;
};

} // namespace mrb::viewer
