// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/AutoWindow.h"

#include <QLineEdit>

#include <optional>

class QAction;

namespace mrb::viewer {

/// A line for one finite number of any magnitude. Shows what is wrong with an entry at the entry;
/// an entry is never changed behind one's back. Escape brings the last value back.
class NumberField : public QLineEdit
{
    Q_OBJECT

public:
    explicit NumberField(QWidget *parent = nullptr);

    /// Shows the value with as many digits as it needs and drops any entry; emits nothing. Does
    /// nothing where the value is the one before and an entry is being typed.
    void setValue(double value);
    double value() const { return m_value; }

    /// The entry as a number, with the decimal point of the locale or a plain one; nothing where it
    /// is none. Thousands are not separated.
    std::optional<double> entry() const;
    /// Drops the entry for value().
    void revert();
    bool isEdited() const { return isModified(); }

    /// Marks the entry and says why; empty: nothing is wrong.
    void setProblem(const QString &problem);
    const QString &problem() const { return m_problem; }

    QSize sizeHint() const override;

Q_SIGNALS:
    /// Return, or focus left, with an entry that was typed. Whoever listens judges entry().
    void entered();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    double m_value = 0.0;
    QString m_problem;
    QAction *m_mark;
};

} // namespace mrb::viewer
