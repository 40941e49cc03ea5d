// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/ViewerModel.h"

#include <QString>
#include <QWidget>

#include <optional>

class QAction;
class QLabel;

namespace mrb::viewer {

/// One line under the panes: voxel, world mm (RAS) and value at the cursor and under the pointer,
/// of the reference too while comparing. GUI thread.
class ReadoutBar : public QWidget
{
    Q_OBJECT

public:
    /// model: outlives this.
    explicit ReadoutBar(ViewerModel &model, QWidget *parent = nullptr);

    /// Where the pointer is in the current volume, also outside it; nothing: on no slice.
    void setPointer(std::optional<VoxelPosition> position);

    /// Both places, a line each, for the clipboard: plain ASCII numbers whatever the locale. Empty
    /// without a volume.
    QString text() const;
    /// Copies text(); also in the context menu.
    void copy();

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void refresh();
    void useTabularDigits();
    void place();
    QString pointerLine(const volume::VolumeGeometry &geometry) const;

    ViewerModel &m_model;
    std::optional<VoxelPosition> m_pointer;
    QLabel *m_cursorLabel;
    QLabel *m_pointerLabel;
};

} // namespace mrb::viewer
