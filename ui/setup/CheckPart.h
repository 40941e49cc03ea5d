// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/preflight/PreflightWatch.h"
#include "backend/setup/SetupPlan.h"
#include "ui/common/Tones.h"

#include <QWidget>

class QPushButton;

namespace mrb::ui {

class PathNote;
class PreflightPanel;

/// What the last step has besides: the checklist of a run with what was set up, and a small run.
/// GUI thread; looks happen in workers.
class CheckPart final : public QWidget
{
    Q_OBJECT

public:
    explicit CheckPart(QWidget *parent = nullptr);

    /// What runs are asked with; checkout and interpreter come from the findings.
    void setRunOptions(const backend::GenerateOptions &options) { m_options = options; }
    /// Looks when the earlier steps are done and they, or what they made, changed.
    void look(const backend::SetupReport &report);
    const backend::PreflightWatch &watch() const { return m_watch; }

    /// How far the small volume is, or how it ended.
    void showVolume(Tone tone, const QString &text);
    QString volumeText() const;
    QWidget &volumeNote();

Q_SIGNALS:
    void smallVolumeRequested();
    void settingsRequested();
    void volumeTold();

private:
    void refresh();

    backend::GenerateOptions m_options;
    backend::PreflightWatch m_watch;
    PreflightPanel *m_panel;
    QPushButton *m_generate;
    PathNote *m_note;
    Tone m_volumeTone = Tone::Neutral;
};

} // namespace mrb::ui
