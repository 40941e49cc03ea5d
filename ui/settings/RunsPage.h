// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/SettingsPage.h"

#include <chrono>

class QCheckBox;
class QLabel;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace mrb::ui {

class PathField;

/// Where runs go, which folders the gallery shows, how many go on at once, and how long one may
/// take.
class RunsPage final : public SettingsPage
{
    Q_OBJECT

public:
    explicit RunsPage(QWidget *parent = nullptr);

    void showSettings(const StudioSettings &settings) override;
    void writeTo(StudioSettings &settings) const override;
    QWidget *firstProblem() const override;

    /// What keeping an interpreter ready saves, as learned from past runs; empty: not known.
    void setWarmSaving(const QString &saving);
    /// Into the list of further folders; one that is there already is selected.
    void addFolder(const QString &folder);

private:
    void makeFolderGroup();
    void makeAtOnceGroup();
    void makeLimitGroup();
    void chooseFolder();
    void removeFolders();
    QStringList folders() const;

    PathField *m_results = nullptr;
    QListWidget *m_further = nullptr;
    QPushButton *m_remove = nullptr;
    QSpinBox *m_atOnce = nullptr;
    QCheckBox *m_warm = nullptr;
    QLabel *m_saving = nullptr;
    QSpinBox *m_minutes = nullptr;
    std::chrono::seconds m_shownLimit{0}; ///< may be finer than the field can show
};

} // namespace mrb::ui
