// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/CheckPart.h"

#include "ui/common/FieldNote.h"
#include "ui/runs/PreflightPanel.h"
#include "ui/setup/PathNote.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace mrb::ui {

CheckPart::CheckPart(QWidget *parent)
    : QWidget(parent),
      m_watch(this),
      m_generate(new QPushButton(tr("&Generate one small volume"))),
      m_note(new PathNote)
{
    auto *panel = new PreflightPanel(m_watch);
    panel->setInSetup(true);
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
    layout->addWidget(panel);
    layout->addLayout(row);
    layout->addWidget(m_note);
    connect(m_generate, &QPushButton::clicked, this, &CheckPart::smallVolumeRequested);
    connect(panel, &PreflightPanel::settingsRequested, this, &CheckPart::settingsRequested);
    connect(&m_watch, &backend::PreflightWatch::reported, this, &CheckPart::refresh);
    refresh();
}

void CheckPart::look(const backend::SetupReport &report)
{
    if (report.error || !report.isComplete())
        return;
    const QString request = m_scratch.filePath(QStringLiteral("request.json"));
    const std::string document = backend::smallRequest();
    QFile file(request);
    if (!file.open(QIODevice::WriteOnly) ||
        file.write(document.data(), static_cast<qint64>(document.size())) < 0) {
        showVolume(Tone::Bad, tr("The folder for temporary files cannot be written to: %1. Make "
                                 "room there, or set TMPDIR.")
                                  .arg(file.errorString()));
        return;
    }
    file.close();
    backend::GenerateOptions options = m_options;
    options.engine = backend::Engine::Upstream;
    options.request = QFile::encodeName(request).toStdString();
    options.upstreamRoot = report.root.string();
    if (!report.python.empty())
        options.python = report.python.string();
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
