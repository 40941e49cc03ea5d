// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDoubleSpinBox>
#include <QStringList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;

namespace mrb::viewer {

/// A titled part of a panel: labels in one column, what they name in the other.
class PanelSection : public QWidget
{
    Q_OBJECT

public:
    explicit PanelSection(const QString &title, QWidget *parent = nullptr);

    /// A control with its label, which moves the focus to it, and a tool tip.
    void addRow(const QString &label, QWidget *control, const QString &tip);
    /// A control over the full width.
    void addWide(QWidget *control, const QString &tip = {});

    /// What the labels need; columns of several sections look calm when they agree.
    int labelWidth() const;
    void setLabelWidth(int width);

private:
    QGridLayout *m_grid;
    QList<QLabel *> m_labels;
};

/// A number with steps in a panel. Letters typed into it are left to commands, as it has no use
/// for them; the wheel is left to the panel unless it has the focus.
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT

public:
    NumberBox(double least, double most, int decimals, double step, QWidget *parent = nullptr);

protected:
    bool event(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
};

/// A list that cannot widen its panel and that the wheel does not change while one scrolls past it.
QComboBox *makePanelCombo(QWidget *parent);
/// Replaces the entries where they differ; emits nothing. Each has its full text as a tool tip.
void setEntries(QComboBox *combo, const QStringList &entries);
/// A quiet remark of several lines.
QLabel *makeRemark(QWidget *parent);
/// Shows the text, or hides the label for an empty one.
void setRemark(QLabel *label, const QString &text);

} // namespace mrb::viewer
