// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/evidence/Comparison.h"

#include <QTreeWidget>

namespace mrb::ui {

/// The facts of two runs in two columns, by section; those that differ are marked by a sign and
/// bold text. All of it is plain text.
class ComparisonTree final : public QTreeWidget
{
    Q_OBJECT

public:
    explicit ComparisonTree(QWidget *parent = nullptr);

    void setComparison(const Comparison &comparison);
    void setOnlyDifferences(bool only);
    /// Rows that are marked.
    int differences() const { return m_differences; }

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void addSection(const backend::DiffSection &section);
    void colourSigns();
    void shareRoom();

    int m_differences = 0;
};

} // namespace mrb::ui
