// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QFormLayout;
class QVBoxLayout;

namespace mrb::ui {

struct StudioSettings;

/// One page of the settings: shows its part of the values and writes it back.
class SettingsPage : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsPage(QWidget *parent = nullptr);

    virtual void showSettings(const StudioSettings &settings) = 0;
    /// Changes only what the page shows.
    virtual void writeTo(StudioSettings &settings) const = 0;
    /// The first field whose value cannot be used, or null. Its problem stands below it.
    virtual QWidget *firstProblem() const { return nullptr; }

    /// Without a height: that of wrapped texts follows from the width the page gets.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void edited();

protected:
    /// A titled group with a form in it, below the ones before. Labels stand above their fields
    /// where there is not enough room beside them.
    QFormLayout *addGroup(const QString &title);
    void addRest(QWidget *widget);
    void finish(); ///< nothing follows

private:
    QVBoxLayout *m_layout;
};

} // namespace mrb::ui
