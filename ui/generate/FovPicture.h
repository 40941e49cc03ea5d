// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/RequestForm.h"
#include "ui/common/Tones.h"

#include <QWidget>

#include <optional>

namespace mrb::ui {

/// The field of view beside the median of the training scans: a bar for each axis with the median
/// marked and how far it is off, and both boxes to one scale. Says the same in words to whoever
/// does not see it.
class FovPicture : public QWidget
{
    Q_OBJECT

public:
    explicit FovPicture(QWidget *parent = nullptr);

    /// Nothing: size or spacing are wrong.
    void setFov(const std::optional<backend::FovState> &fov);
    /// What it shows, in words.
    QString description() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    /// What the axes are compared with.
    QString origin() const;
    /// What stands above its bar.
    QString axisText(std::size_t axis, double room) const;
    void paintAxis(QPainter &painter, std::size_t axis, const QRectF &area) const;
    void paintBoxes(QPainter &painter, const QRectF &area) const;
    double rowHeight() const;

    std::optional<backend::FovState> m_fov;
};

/// Good up to 10 % off, where advice begins; bad from 25 % on; neutral without a median.
Tone deviationTone(const backend::AxisFov &axis);
/// "+12 %", or empty without a median.
QString deviationText(const backend::AxisFov &axis);

} // namespace mrb::ui
