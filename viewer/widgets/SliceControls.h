// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/PanelSection.h"
#include "viewer/widgets/ViewerModel.h"

namespace mrb::viewer {

/// How slices are drawn: interpolation, slab, convention, linked zoom.
class SliceControls : public PanelSection
{
    Q_OBJECT

public:
    explicit SliceControls(ViewerModel &model, QWidget *parent = nullptr);

private:
    void addControls();
    void connectControls();
    template <class Change> void change(Change change);
    void refresh();
    QString slabRemark() const;

    ViewerModel &m_model;
    QComboBox *m_interpolation;
    QComboBox *m_slabMode;
    NumberBox *m_thickness;
    QLabel *m_slices;
    QComboBox *m_convention;
    QCheckBox *m_linked;
};

} // namespace mrb::viewer
