// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of MainWindow that asks for files.
#include "backend/base/Text.h"
#include "ui/MainWindow.h"
#include "ui/PictureDialog.h"
#include "viewer/render/PaneText.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>

#include <functional>
#include <utility>

namespace mrb::ui {

namespace {

/// "brain.nii.gz" is called "brain".
QString baseName(const QString &name)
{
    for (const QString &ending : volume::savableExtensions()) {
        if (name.endsWith(ending, Qt::CaseInsensitive))
            return name.chopped(ending.size());
    }
    return QFileInfo(name).completeBaseName();
}

} // namespace

void MainWindow::chooseFiles()
{
    openFiles(QFileDialog::getOpenFileNames(
        this, tr("Open volumes"), {},
        tr("Volumes (*.nii *.nii.gz *.nrrd *.nhdr *.mha *.mhd);;All files (*)")));
}

QString MainWindow::askForTarget(const QString &title, const QString &ending, const QString &filter)
{
    const viewer::OpenVolume &current = *m_viewer->model().current();
    const auto file = m_files.find(current.slices.get());
    const QDir folder(file == m_files.end() ? QDir::homePath()
                                            : toQString(file->second.file.parent_path()));
    QFileDialog dialog(this, title, folder.path(), filter);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    const QString name =
        file == m_files.end() ? current.name : toQString(file->second.file.filename());
    dialog.selectFile(baseName(name) + ending);
    // Added before the dialog asks whether to overwrite.
    const auto takeSuffix = [&dialog](const QString &chosen) {
        dialog.setDefaultSuffix(chosen.section(u'*', -1).mid(1).chopped(1));
    };
    connect(&dialog, &QFileDialog::filterSelected, &dialog, takeSuffix);
    takeSuffix(dialog.selectedNameFilter());
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().value(0) : QString();
}

void MainWindow::hand(const PictureDialog &dialog, std::function<Result<QImage>()> draw,
                      const QString &ending)
{
    if (dialog.copies()) {
        m_jobs.copyPicture(std::move(draw));
        return;
    }
    const QString target = askForTarget(tr("Save picture"), ending, tr("PNG pictures (*.png)"));
    if (!target.isEmpty())
        m_jobs.savePicture(std::move(draw), QFile::encodeName(target).toStdString());
}

void MainWindow::savePicture(bool allViews)
{
    PictureDialog dialog(this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    // Taken now: the view may change while the file is chosen.
    const viewer::PictureOrder order =
        allViews ? m_viewer->allViewsPicture(dialog.scale(), dialog.annotations())
                 : m_viewer->viewPicture(dialog.scale(), dialog.annotations());
    hand(
        dialog, [order] { return drawOrder(order); }, QStringLiteral("-view.png"));
}

void MainWindow::saveMosaic()
{
    const viewer::ViewerModel &model = m_viewer->model();
    const viewer::OpenVolume current = *model.current();
    const viewer::Convention convention = model.settings().convention;
    MosaicDialog dialog({current.slices->axes(viewer::Plane::Axial, convention),
                         current.slices->axes(viewer::Plane::Coronal, convention),
                         current.slices->axes(viewer::Plane::Sagittal, convention)},
                        m_viewer->focusedPlane(), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const viewer::MosaicSpec spec{.plane = dialog.plane(),
                                  .grid = dialog.grid(),
                                  .settings = model.settings(),
                                  .colours = model.coloursOf(model.currentIndex())};
    const volume::VolumeGeometry &geometry = current.slices->volume().geometry;
    const viewer::PictureFrame frame{
        .size = {},
        .ratio = dialog.scale(),
        .banner = current.banner,
        .convention = viewer::conventionLine(convention, viewer::obliqueDegrees(geometry),
                                             geometry.orientationKnown),
        .details = viewer::mosaicDetails(*current.slices, spec),
        .source = current.name,
        .annotations = dialog.annotations()};
    const auto draw = [spec, frame, voxels = current.slices->volume()]() -> Result<QImage> {
        viewer::VolumeSlices slices(voxels);
        viewer::PictureFrame sized = frame;
        sized.size = viewer::mosaicPictureSize(slices, spec, frame);
        return viewer::mosaicPicture(slices, spec, sized);
    };
    hand(dialog, draw, QStringLiteral("-mosaic.png"));
}

void MainWindow::saveVolumeAs()
{
    const viewer::OpenVolume current = *m_viewer->model().current();
    QStringList filters;
    for (const QString &ending : volume::savableExtensions())
        filters += QStringLiteral("*%1 (*%1)").arg(ending);
    const QString target = askForTarget(tr("Save volume as"), QStringLiteral("-copy.nii.gz"),
                                        filters.join(QStringLiteral(";;")));
    if (target.isEmpty())
        return;
    const auto file = m_files.find(current.slices.get());
    volume::SaveOptions options;
    if (file != m_files.end())
        options = {.description = file->second.description, .spaceCode = file->second.spaceCode};
    const bool asStored = file != m_files.end() && file->second.volume.voxels;
    m_jobs.saveVolume(asStored ? file->second.volume : current.slices->volume(),
                      QFile::encodeName(target).toStdString(), options);
}

} // namespace mrb::ui
