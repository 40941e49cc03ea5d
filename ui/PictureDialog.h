// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/Mosaic.h"
#include "viewer/render/PlaneAxes.h"

#include <QDialog>

#include <array>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QSpinBox;

namespace mrb::ui {

/// Asks how large a picture is to be, whether it is annotated, and where it goes.
class PictureDialog : public QDialog
{
    Q_OBJECT

public:
    explicit PictureDialog(QWidget *parent = nullptr);

    double scale() const;
    bool annotations() const;
    /// Into the clipboard rather than a file; once it is accepted.
    bool copies() const { return m_copies; }

protected:
    /// Size, annotations and buttons, at the end of the form.
    void finish(QFormLayout &form);
    /// For those that ask for more.
    explicit PictureDialog(const QString &title, QWidget *parent);

private:
    QDoubleSpinBox *m_scale;
    QCheckBox *m_annotations;
    bool m_copies = false;
};

/// Asks which slices a mosaic has, and how they are arranged.
class MosaicDialog : public PictureDialog
{
    Q_OBJECT

public:
    /// axes: of the volume's planes, in the order of kPlanes. start: the plane chosen at first.
    MosaicDialog(const std::array<viewer::PlaneAxes, 3> &axes, viewer::Plane start,
                 QWidget *parent = nullptr);

    viewer::Plane plane() const;
    /// Towards superior, anterior or right, evenly spread between the two ends.
    viewer::MosaicGrid grid() const;

private:
    const viewer::PlaneAxes &axes() const;
    void takePlane();
    void refresh();

    std::array<viewer::PlaneAxes, 3> m_axes;
    QComboBox *m_plane;
    QSpinBox *m_first;
    QSpinBox *m_last;
    QSpinBox *m_rows;
    QSpinBox *m_columns;
    QLabel *m_summary;
};

} // namespace mrb::ui
