// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of Workbench that has to do with settings and help.
#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/environment/GpuProbe.h"
#include "ui/CommandPalette.h"
#include "ui/MainWindow.h"
#include "ui/Workbench.h"
#include "ui/common/InBackground.h"
#include "ui/settings/Diagnostics.h"
#include "ui/settings/DiagnosticsDialog.h"
#include "ui/settings/GuideDialog.h"
#include "ui/settings/LicencesDialog.h"
#include "ui/settings/SettingsDialog.h"

#include <QAction>
#include <QDockWidget>
#include <QPointer>

namespace mrb::ui {

namespace {

std::vector<GpuChoice> choicesOf(const backend::GpuProbe &probe)
{
    std::vector<GpuChoice> choices;
    for (const backend::Gpu &gpu : probe.gpus) {
        const QString value = gpu.uuid.isEmpty() ? QString::number(gpu.index) : gpu.uuid;
        const QString label =
            gpu.memoryTotalMiB
                ? Text::tr("GPU %1: %2, %3 GB")
                      .arg(QString::number(gpu.index), gpu.name)
                      .arg(static_cast<double>(*gpu.memoryTotalMiB) / 1024.0, 0, 'f', 0)
                : Text::tr("GPU %1: %2").arg(QString::number(gpu.index), gpu.name);
        choices.push_back({value, label});
    }
    return choices;
}

} // namespace

void Workbench::bindWindowCommands()
{
    using C = StudioCommand;
    m_commands.bind(C::Preferences, [this](bool) { openSettingsDialog(); });
    m_commands.bind(C::ResetPanels, [this](bool) { layOutDocks(); });
    m_commands.bind(C::DarkColours, [this](bool dark) {
        StudioSettings settings = m_settings.settings();
        settings.colours = dark ? ColourScheme::Dark : ColourScheme::Light;
        m_settings.set(settings);
    });
    m_commands.bind(C::FindCommand, [this](bool) { findCommand(); });
    m_commands.bind(C::Guide, [this](bool) { showGuide(); });
    m_commands.bind(C::Diagnostics, [this](bool) { showDiagnostics(); });
    m_commands.bind(C::Licences, [this](bool) {
        LicencesDialog dialog(&m_window);
        dialog.exec();
    });
}

void Workbench::openSettingsDialog()
{
    SettingsDialog dialog(m_settings, &m_window);
    dialog.setWarmSaving(warmSavingText());
    QAction *zooms = m_window.commands().action(viewer::Command::RightDragZooms);
    dialog.setRightDragZooms(zooms->isChecked());
    connect(&dialog, &SettingsDialog::rightDragZoomsChosen, this, [zooms](bool on) {
        if (zooms->isChecked() != on)
            zooms->trigger();
    });
    inBackground(
        &dialog,
        [environment = m_settings.settings().options().environment] {
            return backend::probeGpus(environment);
        },
        [&dialog](const backend::GpuProbe &probe) {
            dialog.setGpus(choicesOf(probe), probe.error ? probe.error->message : QString());
        });
    dialog.exec();
}

void Workbench::findCommand()
{
    QPointer<QAction> chosen;
    {
        CommandPalette palette(*m_window.menuBar(), &m_window);
        if (palette.exec() == QDialog::Accepted)
            chosen = palette.chosen();
    }
    if (chosen)
        chosen->trigger();
}

void Workbench::showGuide()
{
    auto *guide = new GuideDialog(toQString(dataFile("guide/guide.md")), &m_window);
    guide->setAttribute(Qt::WA_DeleteOnClose);
    guide->show();
}

void Workbench::showDiagnostics()
{
    std::vector<backend::Fact> checklist;
    for (const backend::PreflightItem &item : m_preflight.report().items)
        checklist.push_back({item.title, item.fact});
    backend::DiagnosticsOptions options{.run = m_settings.settings().options(),
                                        .resultsFolder =
                                            m_settings.settings().resultsFolder.toStdString()};
    if (m_library->find(m_reported) != nullptr)
        options.runFolder = m_reported;
    auto *dialog =
        new DiagnosticsDialog(windowFacts(m_settings, checklist), std::move(options), &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

} // namespace mrb::ui
