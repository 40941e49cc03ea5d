// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/FileDialogAnswer.h"
#include "ui/MainWindow.h"
#include "ui/MessageBar.h"
#include "ui/PictureDialog.h"
#include "viewer/widgets/ReadoutBar.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QProcess>
#include <QProgressBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <cstring>

using namespace mrb;
using viewer::Command;

namespace {

/// Small files that nibabel writes, and broken ones.
constexpr auto kWriteFiles = R"(
import sys, gzip, numpy as np, nibabel as nib
folder = sys.argv[1]
def save(name, shape, description, seed=0):
    voxels = np.arange(np.prod(shape), dtype=np.int16).reshape(shape) + seed
    image = nib.Nifti1Image(voxels.astype(np.int16), np.eye(4))
    image.header['descrip'] = description
    nib.save(image, folder + '/' + name)
save('plain.nii.gz', (8, 9, 10), b'')
save('phantom.nii.gz', (4, 5, 6), b'phantom, not model output')
save('large.nii', (256, 256, 128), b'')
nib.save(nib.Nifti1Image(np.full((2, 2, 2), 2**53 + 1, np.int64), np.eye(4), dtype=np.int64),
         folder + '/wide.nii')
whole = open(folder + '/plain.nii.gz', 'rb').read()
open(folder + '/truncated.nii.gz', 'wb').write(whole[:-20])
open(folder + '/text.nii', 'w').write('not a volume at all, ' * 40)
open(folder + '/empty.nii.gz', 'w').close()
np.arange(24, dtype=np.uint8).tofile(folder + '/small.raw')
open(folder + '/small.mhd', 'w').write('ObjectType = Image\nNDims = 3\nDimSize = 2 3 4\n'
    'ElementType = MET_UCHAR\nElementSpacing = 1 1 1\nElementDataFile = small.raw\n')
)";

/// Accepts a dialog of a type that opens next, and then the file dialog.
template <class Dialog> void answerDialogAndFile(const QString &file)
{
    auto *timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, file] {
        auto *dialog = qobject_cast<Dialog *>(QApplication::activeModalWidget());
        if (!dialog)
            return;
        timer->deleteLater();
        answerFileDialog(file);
        dialog->accept();
    });
    timer->start(10);
}

} // namespace

class tst_MainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void volumeIsShownWithItsProvenance_data();
    void volumeIsShownWithItsProvenance();
    void unreadableFileLeavesTheShownVolume_data();
    void unreadableFileLeavesTheShownVolume();
    void anUnreadableFirstFileSaysWhy();
    void theNextVolumeTakesTheErrorAway();
    void openingAnotherFileDropsTheFirst();
    void ofSeveralFilesTheFirstIsShown();
    void anUnreadableFileAmongSeveralStopsNothing();
    void cancellingLeavesNothingBehind();
    void filesCanBeDropped();
    void openingAFileAgainReplacesIt();
    void closingFreesTheVoxels();
    void theHistogramFollowsThePicture();
    void recentFilesAreOffered();
    void theStateOfTheWindowIsRemembered();
    void everyCommandDoesSomething();
    void theVolumeCanBeSaved();
    void theEndingIsAddedToASavedName();
    void wideIntegersAreSavedAsTheyAre();
    void closingWaitsForWhatIsBeingSaved();
    void picturesCanBeSaved_data();
    void picturesCanBeSaved();
    void theReadoutCanBeCopied();
    void everyKindOfFileIsShownOrRefused();
    void closingWhileReadingIsSafe();

private:
    QString path(const char *name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    viewer::ViewerModel &model() const { return m_window->viewer().model(); }
    ui::MessageBar &message() const { return *m_window->findChild<ui::MessageBar *>(); }
    void open(const char *name);

    QTemporaryDir m_folder;
    QTemporaryDir m_settings;
    std::unique_ptr<ui::MainWindow> m_window;
};

void tst_MainWindow::initTestCase()
{
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QProcess python;
    python.setProcessChannelMode(QProcess::MergedChannels);
    python.start(QStringLiteral(MRB_TEST_PYTHON),
                 {QStringLiteral("-c"), QString::fromUtf8(kWriteFiles), m_folder.path()});
    QVERIFY2(python.waitForFinished(120000) && python.exitCode() == 0,
             python.readAll().constData());
}

void tst_MainWindow::init()
{
    m_window.reset();
    QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("mrbrain"),
              QStringLiteral("studio"))
        .clear();
    m_window = std::make_unique<ui::MainWindow>();
    m_window->show();
}

void tst_MainWindow::open(const char *name)
{
    const int before = model().volumeCount();
    m_window->openFiles({path(name)});
    QTRY_COMPARE(model().volumeCount(), before + 1);
}

void tst_MainWindow::volumeIsShownWithItsProvenance_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("banner");
    QTest::addColumn<viewer::VoxelIndex>("middle");
    QTest::newRow("unknown") << path("plain.nii.gz") << u"Unknown origin"_qs
                             << viewer::VoxelIndex{4, 4, 5};
    QTest::newRow("phantom") << path("phantom.nii.gz") << u"Demo phantom, not model output"_qs
                             << viewer::VoxelIndex{2, 2, 3};
    QTest::newRow("other format") << path("small.mhd") << u"Unknown origin"_qs
                                  << viewer::VoxelIndex{0, 1,
                                                        2}; // x and y run to the left and back
}

void tst_MainWindow::volumeIsShownWithItsProvenance()
{
    QFETCH(QString, file);
    QFETCH(QString, banner);
    QFETCH(viewer::VoxelIndex, middle);
    m_window->openFiles({file});
    QTRY_VERIFY(model().current());
    QVERIFY(model().current()->banner.startsWith(banner));
    QVERIFY(model().current()->banner.contains(u"not for clinical use"));
    QCOMPARE(model().cursor(), middle);
    QVERIFY(m_window->windowTitle().contains(QFileInfo(file).fileName()));
    // MetaImage says nothing of left and right here, which the user is told.
    QCOMPARE(!message().isHidden(), file.endsWith(u".mhd"));
}

void tst_MainWindow::unreadableFileLeavesTheShownVolume_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name : {"truncated.nii.gz", "text.nii", "empty.nii.gz", "missing.nii.gz"})
        QTest::newRow(name) << path(name);
    QTest::newRow("a folder") << m_folder.path();
}

void tst_MainWindow::unreadableFileLeavesTheShownVolume()
{
    QFETCH(QString, file);
    open("phantom.nii.gz");
    const QString title = m_window->windowTitle();
    const auto shown = model().current()->slices;
    model().setCursor({1, 1, 1});

    m_window->openFiles({file});
    QTRY_VERIFY(!message().isHidden());
    QVERIFY2(message().text().contains(QFileInfo(file).fileName()), qPrintable(message().text()));
    QCOMPARE(model().volumeCount(), 1);
    QCOMPARE(model().current()->slices, shown);
    QCOMPARE(model().cursor(), (viewer::VoxelIndex{1, 1, 1}));
    QCOMPARE(m_window->windowTitle(), title);
}

void tst_MainWindow::anUnreadableFirstFileSaysWhy()
{
    m_window->openFiles({path("truncated.nii.gz")});
    QTRY_VERIFY(!message().isHidden());
    QVERIFY(!model().current());
}

void tst_MainWindow::theNextVolumeTakesTheErrorAway()
{
    m_window->openFiles({path("missing.nii.gz")});
    QTRY_VERIFY(!message().isHidden());
    open("plain.nii.gz");
    QVERIFY(message().isHidden());
}

void tst_MainWindow::openingAnotherFileDropsTheFirst()
{
    m_window->openFiles({path("large.nii")});
    m_window->openFiles({path("missing.nii.gz")});
    m_window->openFiles({path("phantom.nii.gz")});
    QTRY_VERIFY(model().current());
    QVERIFY(QThreadPool::globalInstance()->waitForDone());
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QCOMPARE(model().volumeCount(), 1);
    QCOMPARE(model().current()->name, u"phantom.nii.gz"_qs);
    QVERIFY(message().isHidden());
}

void tst_MainWindow::ofSeveralFilesTheFirstIsShown()
{
    m_window->openFiles({path("plain.nii.gz"), path("phantom.nii.gz"), path("small.mhd")});
    QTRY_COMPARE(model().volumeCount(), 3);
    QCOMPARE(model().current()->name, u"plain.nii.gz"_qs);
    QCOMPARE(model().volume(1).name, u"phantom.nii.gz"_qs);
    QVERIFY(model().volume(1).banner.startsWith(u"Demo phantom"));
}

void tst_MainWindow::anUnreadableFileAmongSeveralStopsNothing()
{
    m_window->openFiles({path("text.nii"), path("phantom.nii.gz"), path("missing.nii.gz")});
    QTRY_VERIFY(message().text().contains(u"missing.nii.gz"));
    QVERIFY(message().text().contains(u"text.nii"));
    QCOMPARE(model().volumeCount(), 1);
    QCOMPARE(model().current()->name, u"phantom.nii.gz"_qs);
}

void tst_MainWindow::cancellingLeavesNothingBehind()
{
    open("phantom.nii.gz");
    m_window->openFiles({path("large.nii"), path("plain.nii.gz")});
    auto *bar = m_window->findChild<QProgressBar *>();
    QVERIFY(bar->isVisible());
    QToolButton *cancel = nullptr;
    for (auto *button : m_window->findChildren<QToolButton *>()) {
        if (button->text() == u"Cancel")
            cancel = button;
    }
    QVERIFY(cancel && cancel->isVisible());
    cancel->click();
    QVERIFY(!bar->isVisible());
    QVERIFY(QThreadPool::globalInstance()->waitForDone());
    QCoreApplication::processEvents();
    QCOMPARE(model().volumeCount(), 1);
    QVERIFY(message().isHidden());
}

void tst_MainWindow::filesCanBeDropped()
{
    QMimeData data;
    data.setUrls(
        {QUrl::fromLocalFile(path("plain.nii.gz")), QUrl::fromLocalFile(path("phantom.nii.gz"))});
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_window.get(), &drop);
    QTRY_COMPARE(model().volumeCount(), 2);

    QMimeData text;
    text.setText(u"hello"_qs);
    QDragEnterEvent other(QPoint(300, 300), Qt::CopyAction, &text, Qt::LeftButton, Qt::NoModifier);
    other.ignore();
    QCoreApplication::sendEvent(m_window.get(), &other);
    QVERIFY(!other.isAccepted());
}

void tst_MainWindow::openingAFileAgainReplacesIt()
{
    open("plain.nii.gz");
    const std::weak_ptr<viewer::VolumeSlices> before = model().current()->slices;
    m_window->openFiles({path("plain.nii.gz")});
    QTRY_VERIFY(before.expired());
    QCOMPARE(model().volumeCount(), 1);
    QCOMPARE(model().currentIndex(), 0);
}

void tst_MainWindow::closingFreesTheVoxels()
{
    open("phantom.nii.gz");
    open("large.nii");
    const auto voxels = std::weak_ptr(model().current()->slices->volume().voxels);
    m_window->commands().action(Command::CloseVolume)->trigger();
    QTRY_VERIFY(voxels.expired());
    QCOMPARE(model().current()->name, u"phantom.nii.gz"_qs);
    m_window->commands().action(Command::CloseVolume)->trigger();
    QVERIFY(!model().current());
    QVERIFY(!m_window->commands().action(Command::CloseVolume)->isEnabled());
}

void tst_MainWindow::theHistogramFollowsThePicture()
{
    bool painted = false;
    connect(&m_window->viewer(), &viewer::Viewer::volumePainted, this, [&] {
        painted = true;
        QVERIFY(!model().current()->histogram);
    });
    open("phantom.nii.gz");
    QTRY_VERIFY(model().current()->histogram);
    QVERIFY(painted);
    QCOMPARE(model().current()->histogram->high, 119.0);
}

void tst_MainWindow::recentFilesAreOffered()
{
    open("plain.nii.gz");
    open("phantom.nii.gz");
    m_window = std::make_unique<ui::MainWindow>();
    QMenu *recent = nullptr;
    for (auto *menu : m_window->findChildren<QMenu *>()) {
        if (menu->title().contains(u"recent"))
            recent = menu;
    }
    QVERIFY(recent);
    Q_EMIT recent->aboutToShow();
    QVERIFY(recent->actions().size() >= 2);
    QVERIFY(recent->actions().at(0)->text().contains(u"phantom.nii.gz"));
    QVERIFY(recent->actions().at(1)->text().contains(u"plain.nii.gz"));
    recent->actions().at(1)->trigger();
    QTRY_COMPARE(model().volumeCount(), 1);
    QCOMPARE(model().current()->name, u"plain.nii.gz"_qs);
}

void tst_MainWindow::theStateOfTheWindowIsRemembered()
{
    m_window->commands().action(Command::LayoutLarge)->trigger();
    m_window->commands().action(Command::Neurological)->trigger();
    m_window->commands().action(Command::RightDragZooms)->trigger();
    m_window->commands().action(Command::ShowPanel)->trigger();
    m_window->close();
    m_window = std::make_unique<ui::MainWindow>();
    m_window->show();
    QCOMPARE(m_window->viewer().paneLayout(), viewer::PaneLayout::LargeAndSmall);
    QCOMPARE(model().settings().convention, viewer::Convention::Neurological);
    QCOMPARE(m_window->viewer().rightDrag(), viewer::RightDrag::Zoom);
    for (const Command command :
         {Command::LayoutLarge, Command::Neurological, Command::RightDragZooms})
        QVERIFY(m_window->commands().action(command)->isChecked());
    QVERIFY(!m_window->commands().action(Command::ShowPanel)->isChecked());
}

void tst_MainWindow::everyCommandDoesSomething()
{
    QCOMPARE(m_window->commands().unbound().size(), std::size_t{0});
}

void tst_MainWindow::theVolumeCanBeSaved()
{
    open("phantom.nii.gz");
    const QString target = path("saved.nii.gz");
    answerFileDialog(target);
    m_window->commands().action(Command::SaveVolumeAs)->trigger();
    QTRY_VERIFY(QFile::exists(target));
    m_window->openFiles({target});
    QTRY_COMPARE(model().volumeCount(), 2);
    // Still a phantom: the description went with it.
    QVERIFY(model().current()->banner.startsWith(u"Demo phantom"));

    answerFileDialog(path("saved.xyz"));
    m_window->commands().action(Command::SaveVolumeAs)->trigger();
    QTRY_VERIFY(!message().isHidden());
    QVERIFY(message().text().contains(u"saved.xyz"));
    QVERIFY(!QFile::exists(path("saved.xyz")));
}

void tst_MainWindow::theEndingIsAddedToASavedName()
{
    open("phantom.nii.gz");
    answerFileDialog(path("named"));
    m_window->commands().action(Command::SaveVolumeAs)->trigger();
    QTRY_VERIFY(QFile::exists(path("named.nii.gz")));
    QVERIFY(!QFile::exists(path("named")));
}

void tst_MainWindow::wideIntegersAreSavedAsTheyAre()
{
    open("wide.nii"); // drawn as double, which does not have this value
    answerFileDialog(path("wide-saved.nii"));
    m_window->commands().action(Command::SaveVolumeAs)->trigger();
    QTRY_VERIFY(QFile::exists(path("wide-saved.nii")));
    const auto saved = volume::readVolumeFile(path("wide-saved.nii").toStdString());
    QVERIFY(saved);
    QCOMPARE(saved->volume.storedType, volume::ScalarType::Int64);
    std::int64_t first = 0;
    std::memcpy(&first, saved->volume.voxels->data(), sizeof first);
    QCOMPARE(first, (std::int64_t{1} << 53U) + 1);
}

void tst_MainWindow::closingWaitsForWhatIsBeingSaved()
{
    open("large.nii");
    answerFileDialog(path("last.nii.gz"));
    m_window->commands().action(Command::SaveVolumeAs)->trigger();
    m_window->close();
    QVERIFY(m_window->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), 60000);
    QVERIFY(QFile::exists(path("last.nii.gz")));
}

void tst_MainWindow::picturesCanBeSaved_data()
{
    QTest::addColumn<Command>("command");
    QTest::newRow("view") << Command::SaveView;
    QTest::newRow("all views") << Command::SaveAllViews;
    QTest::newRow("mosaic") << Command::SaveMosaic;
}

void tst_MainWindow::picturesCanBeSaved()
{
    QFETCH(Command, command);
    open("phantom.nii.gz");
    const QString target = path((QByteArray(QTest::currentDataTag()) + ".png").constData());
    if (command == Command::SaveMosaic)
        answerDialogAndFile<ui::MosaicDialog>(target);
    else
        answerDialogAndFile<ui::PictureDialog>(target);
    m_window->commands().action(command)->trigger();
    QTRY_VERIFY(QFile::exists(target));
    const QImage saved(target);
    QVERIFY(saved.width() > 100 && saved.height() > 100);
    QVERIFY(saved.text(u"Description"_qs).contains(u"phantom", Qt::CaseInsensitive) ||
            saved.text().contains(u"phantom", Qt::CaseInsensitive));
}

void tst_MainWindow::theReadoutCanBeCopied()
{
    open("phantom.nii.gz");
    m_window->commands().action(Command::CopyReadout)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), m_window->viewer().readout().text());
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"75")); // voxel (2, 2, 3) as stored
}

void tst_MainWindow::everyKindOfFileIsShownOrRefused()
{
    QTemporaryDir folder;
    QProcess python;
    python.start(
        QStringLiteral(MRB_TEST_PYTHON),
        {QStringLiteral(MRB_SOURCE_DIR "/tests/volume/make_bad_volumes.py"), folder.path()});
    QVERIFY(python.waitForFinished(120000));
    QCOMPARE(python.exitCode(), 0);
    const QList<QByteArray> lines = python.readAllStandardOutput().trimmed().split('\n');
    QVERIFY(lines.size() > 50);
    for (const QByteArray &line : lines) {
        const QString name = QString::fromUtf8(line.split(',').at(0)).trimmed();
        const bool readable = line.split(',').at(1).trimmed() == "readable";
        while (model().volumeCount() > 0)
            model().closeVolume(0);
        m_window->openFiles({folder.filePath(name)});
        QTRY_VERIFY2(model().current() || !message().isHidden(), line.constData());
        QVERIFY2((model().current() != nullptr) == readable, line.constData());
        if (!readable)
            QVERIFY2(message().text().contains(name), qPrintable(message().text()));
        else
            QVERIFY2(!m_window->viewer().grab().isNull(), line.constData());
    }
}

void tst_MainWindow::closingWhileReadingIsSafe()
{
    m_window->openFiles({path("large.nii")});
    m_window.reset();
    QVERIFY(QThreadPool::globalInstance()->waitForDone());
    QCoreApplication::processEvents();
}

QTEST_MAIN(tst_MainWindow)
#include "tst_MainWindow.moc"
