// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QToolButton>

namespace mrb::ui {

/// A checkable button that shows that it is checked also where the style hardly does, as on dark
/// palettes.
class ToggleButton final : public QToolButton
{
    Q_OBJECT

public:
    explicit ToggleButton(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace mrb::ui
