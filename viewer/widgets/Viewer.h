// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/Pictures.h"
#include "viewer/widgets/DifferenceWorker.h"
#include "viewer/widgets/PaneLayout.h"
#include "viewer/widgets/SceneView.h"
#include "viewer/widgets/SliceView.h"
#include "viewer/widgets/ViewerModel.h"

#include <QRect>
#include <QVariantMap>
#include <QWidget>

#include <array>
#include <memory>
#include <optional>
#include <vector>

class QLabel;

namespace mrb::viewer {

class ReadoutBar;

/// A picture that is still to be drawn, in any one thread.
struct PictureOrder
{
    PictureFrame frame;
    std::vector<PicturePart> parts;
    std::vector<std::shared_ptr<VolumeSlices>> slices; ///< what the parts draw from, nobody else's
};

/// The panes of a viewer in one of its layouts, with the provenance above and the convention and
/// the readout below them. Without volumes it says how to get one. GUI thread.
class Viewer : public QWidget
{
    Q_OBJECT

public:
    explicit Viewer(QWidget *parent = nullptr);
    ~Viewer() override;

    ViewerModel &model() { return m_model; }
    SceneView &scene() { return *m_scene; }
    ReadoutBar &readout() { return *m_readout; }
    SliceView &slice(Plane plane, SliceView::Role role = SliceView::Role::Current);

    PaneLayout paneLayout() const { return m_layout; }
    /// The pane that has the focus becomes the large or the only one.
    void setPaneLayout(PaneLayout layout);
    /// Grid, large and small, row, single and again.
    void nextLayout();
    PaneId largePane() const { return m_large; }
    /// One pane alone, until restoreLayout().
    void maximise(PaneId pane);
    void restoreLayout();
    bool isMaximised() const { return m_layout == PaneLayout::Single; }

    RightDrag rightDrag() const { return m_rightDrag; }
    void setRightDrag(RightDrag what);

    /// Gives the keyboard to a pane with slices, where there is one.
    void focusSlices();
    /// The pane that keys and "this view" mean: the last one that had the focus and is visible.
    PaneId focusedPane() const;
    /// The plane of focusedPane(), axial for 3-D.
    Plane focusedPlane() const;

    /// What is on the screen, at `scale` times its resolution: the focused pane, or all of them.
    /// There must be a volume.
    PictureOrder viewPicture(double scale, bool annotations) const;
    PictureOrder allViewsPicture(double scale, bool annotations) const;

    /// Layout, colours and preferences, for the settings of the program.
    QVariantMap saveState() const;
    void restoreState(const QVariantMap &state);

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void layoutChanged();
    /// The slices of a volume that has become the current one have been painted.
    void volumePainted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct PlacedPane
    {
        QWidget *widget;
        PanePlace place;
    };

    QWidget *widgetOf(const PanePlace &place);
    bool isPane(const QWidget *widget) const;
    PaneRows rows() const;
    void layOut();
    void fitScales();
    void onVolumesChanged();
    void onAppearanceChanged();
    void showInScene();
    void forgetClosedVolumes();
    void onPainted();
    PictureOrder picture(const std::vector<PlacedPane> &panes, const QRect &area, double scale,
                         bool annotations) const;
    QString footerDetails() const;
    /// The provenance of everything that is shown; empty without volumes.
    QString banner() const;
    QString convention() const;
    /// The reference while comparing, else the current volume; there must be one.
    const OpenVolume &compared() const;

    ViewerModel m_model;
    DifferenceWorker m_difference{m_model};
    std::array<SliceView *, 3> m_current;
    std::array<SliceView *, 3> m_reference;
    SceneView *m_scene;
    ReadoutBar *m_readout;
    QLabel *m_problem; ///< why volumes cannot be compared

    PaneLayout m_layout = PaneLayout::Grid;
    PaneLayout m_before = PaneLayout::Grid; ///< what restoreLayout() goes back to
    PaneId m_large = PaneId::Axial;
    PaneId m_largeBefore = PaneId::Axial;
    RightDrag m_rightDrag = RightDrag::Window;
    std::vector<PlacedPane> m_panes;
    QRect m_paneArea;
    const VolumeSlices *m_inScene = nullptr;
    const VolumeSlices *m_painted = nullptr;
    mutable PaneId m_focused = PaneId::Axial;
    mutable bool m_focusedReference = false;
};

} // namespace mrb::viewer
