// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of MainWindow that keeps the open volumes.
#include "backend/base/Text.h"
#include "ui/MainWindow.h"
#include "ui/MessageBar.h"
#include "ui/common/ElidedLabel.h"

#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>

#include <algorithm>
#include <utility>

namespace mrb::ui {

void MainWindow::openPaths(const QStringList &paths, std::optional<PendingVolume> begun)
{
    QStringList volumes, documents;
    for (const QString &path : paths) {
        const bool document = path.endsWith(u".json", Qt::CaseInsensitive) ||
                              path.endsWith(u".zip", Qt::CaseInsensitive) ||
                              QFileInfo(path).isDir();
        (document ? documents : volumes) += path;
    }
    if (begun && (volumes.isEmpty() || volumes.front() != paths.front()))
        begun.reset();
    openFiles(volumes, std::move(begun));
    if (!documents.isEmpty())
        Q_EMIT documentsGiven(documents);
}

void MainWindow::openFiles(const QStringList &files, std::optional<PendingVolume> begun)
{
    if (files.isEmpty())
        return;
    m_messages->clear();
    m_showNext = true;
    std::vector<std::filesystem::path> paths;
    for (const QString &file : files)
        paths.push_back(absolutePath(file));
    m_loader.load(std::move(paths), std::move(begun));
}

void MainWindow::addVolume(const LoadedVolume &loaded)
{
    const std::filesystem::path &path = loaded.file.file;
    m_recent.add(toQString(path));
    for (const Error &note : loaded.file.notes)
        m_messages->showNote(note);
    auto slices = std::make_shared<viewer::VolumeSlices>(loaded.drawn);
    // Opened again, a file takes the place of what it was before.
    const auto before = std::find_if(m_files.begin(), m_files.end(), [&path](const auto &entry) {
        return entry.second.file == path;
    });
    const viewer::VolumeSlices *replaced = before == m_files.end() ? nullptr : before->first;
    volume::VolumeFile facts = loaded.file;
    if (facts.volume.storedType == loaded.drawn.storedType)
        facts.volume.voxels.reset(); // the same ones that are drawn
    m_files.emplace(slices.get(), std::move(facts));

    viewer::ViewerModel &model = m_viewer->model();
    using Show = viewer::ViewerModel::Show;
    const bool wasShown = model.current() && model.current()->slices.get() == replaced;
    model.addVolume({toQString(path.filename()),
                     backend::provenanceBanner(backend::provenanceOf(loaded.file.description)),
                     std::move(slices), loaded.window, nullptr},
                    m_showNext || (replaced && wasShown) ? Show::Now : Show::WhenAsked);
    if (std::exchange(m_showNext, false))
        m_viewer->focusSlices();
    for (int i = 0; replaced && i < model.volumeCount(); ++i) {
        if (model.volume(i).slices.get() == replaced) {
            model.closeVolume(i);
            break;
        }
    }
    Q_EMIT volumeOpened(path);
}

void MainWindow::onVolumesChanged()
{
    const viewer::ViewerModel &model = m_viewer->model();
    std::erase_if(m_files, [&model](const auto &entry) {
        for (int i = 0; i < model.volumeCount(); ++i) {
            if (model.volume(i).slices.get() == entry.first)
                return false;
        }
        return true;
    });
    showFacts();
    showCentre();
    const viewer::VolumeSlices *shown = model.current() ? model.current()->slices.get() : nullptr;
    if (std::exchange(m_shown, shown) != shown)
        Q_EMIT currentChanged();
}

const viewer::VolumeSlices *MainWindow::slicesOf(const std::filesystem::path &file) const
{
    const auto found = std::find_if(m_files.begin(), m_files.end(), [&file](const auto &entry) {
        return entry.second.file == file;
    });
    return found == m_files.end() ? nullptr : found->first;
}

int MainWindow::indexOf(const std::filesystem::path &file) const
{
    const viewer::VolumeSlices *slices = slicesOf(file);
    const viewer::ViewerModel &model = m_viewer->model();
    for (int i = 0; slices && i < model.volumeCount(); ++i) {
        if (model.volume(i).slices.get() == slices)
            return i;
    }
    return -1;
}

std::filesystem::path MainWindow::currentFile() const
{
    const viewer::OpenVolume *current = m_viewer->model().current();
    const auto file = current ? m_files.find(current->slices.get()) : m_files.end();
    return file == m_files.end() ? std::filesystem::path() : file->second.file;
}

void MainWindow::closeFile(const std::filesystem::path &file)
{
    if (const int index = indexOf(file); index >= 0)
        m_viewer->model().closeVolume(index);
}

void MainWindow::setReferenceFile(const std::filesystem::path &file)
{
    if (const int index = indexOf(file); index >= 0)
        m_viewer->model().setReference(index);
}

void MainWindow::setOrigin(const std::filesystem::path &file, backend::Provenance provenance,
                           const QString &name)
{
    if (const viewer::VolumeSlices *slices = slicesOf(file))
        m_viewer->model().setIdentity(slices, name.isEmpty() ? toQString(file.filename()) : name,
                                      backend::provenanceBanner(provenance));
}

void MainWindow::setNamesHidden(bool hidden)
{
    m_namesHidden = hidden;
    showFacts();
}

void MainWindow::setTitlePrefix(const QString &prefix)
{
    m_titlePrefix = prefix;
    showFacts();
}

void MainWindow::showFacts()
{
    const viewer::OpenVolume *current = m_viewer->model().current();
    if (!current || m_namesHidden) {
        setWindowTitle(m_titlePrefix + tr("MR Brain Studio"));
        m_facts->setFullText({});
        return;
    }
    const volume::VolumeGeometry &geometry = current->slices->volume().geometry;
    const auto file = m_files.find(current->slices.get());
    setWindowTitle(m_titlePrefix + tr("%1 – MR Brain Studio").arg(current->name));
    m_facts->setFullText(
        tr("%1 × %2 × %3 voxels of %4 × %5 × %6 mm  ·  %7")
            .arg(geometry.dims[0])
            .arg(geometry.dims[1])
            .arg(geometry.dims[2])
            .arg(geometry.spacingMm[0], 0, 'g', 4)
            .arg(geometry.spacingMm[1], 0, 'g', 4)
            .arg(geometry.spacingMm[2], 0, 'g', 4)
            .arg(file == m_files.end() ? current->name : toQString(file->second.file)),
        Qt::ElideMiddle);
}

} // namespace mrb::ui
