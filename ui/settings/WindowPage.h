// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/SettingsPage.h"

class QCheckBox;
class QComboBox;

namespace mrb::ui {

/// How the window looks and behaves.
class WindowPage final : public SettingsPage
{
    Q_OBJECT

public:
    explicit WindowPage(QWidget *parent = nullptr);

    void showSettings(const StudioSettings &settings) override;
    void writeTo(StudioSettings &settings) const override;

    /// Kept by the viewer, not by the settings.
    bool rightDragZooms() const;
    void setRightDragZooms(bool zooms);

private:
    QComboBox *m_colours;
    QComboBox *m_rightDrag;
    QCheckBox *m_notify;
    QCheckBox *m_showResults;
};

} // namespace mrb::ui
