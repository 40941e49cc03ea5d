// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/RequestForm.h"

#include <QPushButton>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

namespace mrb::ui {

class Remark;

/// A button with a name and, smaller, what it stands for; as narrow as its place.
class PlaneButton : public QPushButton
{
    Q_OBJECT

public:
    PlaneButton(const QString &name, QWidget *parent);

    void setDetail(const QString &detail, bool sparse);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    QString m_detail;
    bool m_isSparse = false;
};

/// Sets size and spacing to the training median of a plane; the one that fits is marked.
class PlaneButtons : public QWidget
{
    Q_OBJECT

public:
    explicit PlaneButtons(QWidget *parent = nullptr);

    void setState(const std::vector<backend::RequestForm::PlaneChoice> &planes,
                  const std::optional<backend::FovState> &fov);

Q_SIGNALS:
    void planeChosen(mrb::backend::Plane plane);

private:
    std::array<PlaneButton *, 3> m_buttons{};
    Remark *m_none;
};

/// Whether every axis is its median, but for rounding.
bool isAtMedian(const backend::FovState &fov);

} // namespace mrb::ui
