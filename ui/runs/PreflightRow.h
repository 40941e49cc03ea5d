// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/preflight/PreflightWatch.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace mrb::ui {

class ElidedLabel;
class WrappedText;

/// One item of the checklist: a line that unfolds to what was found and what is wrong with it.
class PreflightRow final : public QWidget
{
    Q_OBJECT

public:
    explicit PreflightRow(QWidget *parent = nullptr);

    /// Folds or unfolds only when problems came or went, so that the user's choice stays.
    void setItem(const backend::PreflightItem &item);
    const backend::PreflightItem &item() const { return m_item; }
    bool isUnfolded() const { return m_unfolded; }
    /// So that the facts of all rows begin below each other.
    int titleWidth() const;
    void setTitleWidth(int width);

protected:
    void changeEvent(QEvent *event) override;

private:
    void setUnfolded(bool unfolded);
    void drawSign();

    backend::PreflightItem m_item;
    bool m_shown = false;
    bool m_unfolded = false;
    QLabel *m_sign;
    QToolButton *m_title;
    ElidedLabel *m_fact;
    WrappedText *m_details;
};

} // namespace mrb::ui
