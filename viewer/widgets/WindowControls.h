// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/PanelSection.h"
#include "viewer/widgets/ViewerModel.h"

class QPushButton;

namespace mrb::viewer {

class HistogramView;
class NumberField;

/// How intensities become colours: the window as numbers and over the histogram, and the map.
class WindowControls : public PanelSection
{
    Q_OBJECT

public:
    explicit WindowControls(ViewerModel &model, QWidget *parent = nullptr);

private:
    QWidget *makeNumbers();
    QWidget *makeButtons();
    void fillMaps();
    void applyNumbers();
    void refresh();

    ViewerModel &m_model;
    NumberField *m_low;
    NumberField *m_high;
    QLabel *m_problem;
    HistogramView *m_histogram;
    QPushButton *m_automatic;
    QCheckBox *m_everyValue;
    QComboBox *m_map;
    QCheckBox *m_mark;
    QCheckBox *m_locked;
};

} // namespace mrb::viewer
