// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/MainWindow.h"

#include "backend/base/Text.h"
#include "ui/Provenance.h"
#include "viewer/widgets/TriPlanarView.h"

#include <QAction>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QStatusBar>
#include <QVBoxLayout>

namespace mrb::ui {

namespace {

/// A long file name must not widen the window.
void letTheWindowDecideTheWidth(QLabel *label)
{
    QSizePolicy policy = label->sizePolicy();
    policy.setHorizontalPolicy(QSizePolicy::Ignored);
    label->setSizePolicy(policy);
}

QLabel *makeMessageLabel()
{
    auto *label = new QLabel;
    label->setObjectName(QStringLiteral("message"));
    label->setTextFormat(Qt::PlainText); // it names files, which may be called anything
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setWordWrap(true);
    label->setMargin(8);
    letTheWindowDecideTheWidth(label);
    label->setAutoFillBackground(true);
    QPalette palette = label->palette();
    palette.setColor(QPalette::Window, QColor(0x6e, 0x1f, 0x1f));
    palette.setColor(QPalette::WindowText, Qt::white);
    label->setPalette(palette);
    label->hide();
    return label;
}

} // namespace

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent),
      m_view(new viewer::TriPlanarView),
      m_message(makeMessageLabel()),
      m_facts(new QLabel)
{
    setWindowTitle(tr("MR Brain Studio"));
    auto *centre = new QWidget;
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_message);
    layout->addWidget(m_view, 1);
    setCentralWidget(centre);

    QMenu *file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("&Open…"), QKeySequence::Open, this, &MainWindow::chooseFile);
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);

    connect(&m_loader, &VolumeLoader::loaded, this, &MainWindow::showVolume);
    connect(&m_loader, &VolumeLoader::failed, this, &MainWindow::showError);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setMargin(4);
    letTheWindowDecideTheWidth(m_facts);
    statusBar()->addWidget(m_facts, 1);
    statusBar()->setSizeGripEnabled(false);
}

void MainWindow::openFiles(const QStringList &files)
{
    if (files.isEmpty())
        return;
    m_leftOut.clear();
    if (files.size() > 1)
        m_leftOut = tr("One volume can be shown at a time; not opened: %1")
                        .arg(files.mid(1).join(QStringLiteral(", ")));
    showMessage({});
    statusBar()->showMessage(tr("Reading %1…").arg(files.first()));
    m_loader.load(QFile::encodeName(files.first()).toStdString());
}

void MainWindow::chooseFile()
{
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Open a volume"), {},
        tr("Volumes (*.nii *.nii.gz *.nrrd *.nhdr *.mha *.mhd);;All files (*)"));
    if (!file.isEmpty())
        openFiles({file});
}

void MainWindow::showVolume(const LoadedVolume &loaded)
{
    const volume::VolumeGeometry &geometry = loaded.volume.geometry;
    m_view->setVolume(loaded.volume, loaded.window,
                      provenanceBanner(provenanceOf(loaded.description)));
    setWindowTitle(tr("%1 – MR Brain Studio").arg(toQString(loaded.file.filename())));
    statusBar()->clearMessage();
    m_facts->setText(tr("%1 × %2 × %3 voxels of %4 × %5 × %6 mm  ·  %7")
                         .arg(geometry.dims[0])
                         .arg(geometry.dims[1])
                         .arg(geometry.dims[2])
                         .arg(geometry.spacingMm[0], 0, 'g', 4)
                         .arg(geometry.spacingMm[1], 0, 'g', 4)
                         .arg(geometry.spacingMm[2], 0, 'g', 4)
                         .arg(toQString(loaded.file.filename())));
    showMessage(m_leftOut);
}

void MainWindow::showError(const Error &error)
{
    statusBar()->clearMessage();
    showMessage(error.hint.isEmpty() ? error.message : tr("%1\n%2").arg(error.message, error.hint));
}

void MainWindow::showMessage(const QString &text)
{
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

} // namespace mrb::ui
