// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/CheckPart.h"

#include "ui/common/FieldNote.h"
#include "ui/runs/PreflightPanel.h"
#include "ui/setup/PathNote.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace mrb::ui {

CheckPart::CheckPart(QWidget *parent)
    : QWidget(parent),
      m_watch(this),
      m_panel(new PreflightPanel(m_watch)),
      m_generate(new QPushButton(tr("&Generate one small volume"))),
      m_note(new PathNote)
{
    m_panel->setInSetup(true);
    m_panel->hide();
    m_generate->setObjectName(QStringLiteral("setup.smallVolume"));
    const QString explanation =
        tr("Goes through everything once: loads the weights, makes the smallest volume in few "
           "steps on the GPU and measures it. It takes its turn in the queue.");
    m_generate->setAccessibleDescription(explanation);
    auto *row = new QHBoxLayout;
    row->addWidget(m_generate, 0, Qt::AlignTop);
    row->addWidget(makeExplanation(explanation), 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    layout->addLayout(row);
    layout->addWidget(m_note);
    connect(m_generate, &QPushButton::clicked, this, &CheckPart::smallVolumeRequested);
    connect(m_panel, &PreflightPanel::settingsRequested, this, &CheckPart::settingsRequested);
    connect(&m_watch, &backend::PreflightWatch::reported, this, &CheckPart::refresh);
    refresh();
}

void CheckPart::look(const backend::SetupReport &report)
{
    if (report.error || !report.isComplete())
        return;
    backend::GenerateOptions options = m_options;
    options.engine = backend::Engine::Upstream;
    options.request = "default"; // a run as people will want it asks for more than a small one
    options.upstreamRoot = report.root.string();
    if (!report.python.empty())
        options.python = report.python.string();
    m_panel->show();
    m_watch.look(options);
}

void CheckPart::showVolume(Tone tone, const QString &text)
{
    m_volumeTone = tone;
    m_note->say(tone, text);
    refresh();
    QTimer::singleShot(0, this, &CheckPart::volumeTold); // once it has its place
}

QString CheckPart::volumeText() const
{
    return m_note->text();
}

QWidget &CheckPart::volumeNote()
{
    return *m_note;
}

void CheckPart::refresh()
{
    m_generate->setEnabled(m_watch.report().mayStart && m_volumeTone != Tone::Busy);
}

} // namespace mrb::ui
