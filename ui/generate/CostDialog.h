// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/generate/CostText.h"

#include <QDialog>

namespace mrb::ui {

/// Asks once, with the numbers, whether a costly order may be given.
class CostDialog : public QDialog
{
    Q_OBJECT

public:
    CostDialog(const OrderCost &cost, const CostSurroundings &surroundings,
               QWidget *parent = nullptr);
};

} // namespace mrb::ui
