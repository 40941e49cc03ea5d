// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/MainWindow.h"
#include "viewer/widgets/TriPlanarView.h"

#include <QFile>
#include <QLabel>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace mrb;

namespace {

/// Small files that nibabel writes, and broken ones.
constexpr auto kWriteFiles = R"(
import sys, gzip, numpy as np, nibabel as nib
folder = sys.argv[1]
def save(name, shape, description):
    image = nib.Nifti1Image(np.arange(np.prod(shape), dtype=np.int16).reshape(shape), np.eye(4))
    image.header['descrip'] = description
    nib.save(image, folder + '/' + name)
save('plain.nii.gz', (8, 9, 10), b'')
save('phantom.nii.gz', (4, 5, 6), b'phantom, not model output')
save('large.nii', (256, 256, 128), b'')
whole = open(folder + '/plain.nii.gz', 'rb').read()
open(folder + '/truncated.nii.gz', 'wb').write(whole[:-20])
open(folder + '/text.nii', 'w').write('not a volume at all, ' * 40)
open(folder + '/empty.nii.gz', 'w').close()
np.arange(24, dtype=np.uint8).tofile(folder + '/small.raw')
open(folder + '/small.mhd', 'w').write('ObjectType = Image\nNDims = 3\nDimSize = 2 3 4\n'
    'ElementType = MET_UCHAR\nElementSpacing = 1 1 1\nElementDataFile = small.raw\n')
)";

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
    void filesThatAreNotShownAreNamed();
    void closingWhileReadingIsSafe();

private:
    QString path(const char *name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    viewer::TriPlanarView &view() const { return *m_window->findChild<viewer::TriPlanarView *>(); }
    QLabel &message() const { return *m_window->findChild<QLabel *>(QStringLiteral("message")); }

    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;
};

void tst_MainWindow::initTestCase()
{
    QProcess python;
    python.setProcessChannelMode(QProcess::MergedChannels);
    python.start(QStringLiteral(MRB_TEST_PYTHON),
                 {QStringLiteral("-c"), QString::fromUtf8(kWriteFiles), m_folder.path()});
    QVERIFY2(python.waitForFinished(120000) && python.exitCode() == 0,
             python.readAll().constData());
}

void tst_MainWindow::init()
{
    m_window = std::make_unique<ui::MainWindow>();
    m_window->resize(900, 400);
    m_window->show();
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
                                  << viewer::VoxelIndex{1, 1, 2};
}

void tst_MainWindow::volumeIsShownWithItsProvenance()
{
    QFETCH(QString, file);
    QFETCH(QString, banner);
    QFETCH(viewer::VoxelIndex, middle);
    m_window->openFiles({file});
    QTRY_VERIFY(view().hasVolume());
    QVERIFY(view().banner().startsWith(banner));
    QVERIFY(view().banner().contains(u"not for clinical use"));
    QCOMPARE(view().cursor(), middle);
    QVERIFY(m_window->windowTitle().contains(QFileInfo(file).fileName()));
    QVERIFY(message().isHidden());
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
    m_window->openFiles({path("phantom.nii.gz")});
    QTRY_VERIFY(view().hasVolume());
    const QString title = m_window->windowTitle();
    view().setCursor({1, 1, 1});
    const QImage before = view().grab().toImage();

    m_window->openFiles({file});
    QTRY_VERIFY(!message().isHidden());
    QVERIFY2(message().text().contains(QFileInfo(file).fileName()), qPrintable(message().text()));
    QCOMPARE(view().cursor(), (viewer::VoxelIndex{1, 1, 1}));
    QCOMPARE(m_window->windowTitle(), title);
    view().resize(before.size()); // the message takes some of its room
    QCOMPARE(view().grab().toImage(), before);
}

void tst_MainWindow::anUnreadableFirstFileSaysWhy()
{
    m_window->openFiles({path("truncated.nii.gz")});
    QTRY_VERIFY(!message().isHidden());
    QVERIFY(!view().hasVolume());
}

void tst_MainWindow::theNextVolumeTakesTheErrorAway()
{
    m_window->openFiles({path("missing.nii.gz")});
    QTRY_VERIFY(!message().isHidden());
    m_window->openFiles({path("plain.nii.gz")});
    QTRY_VERIFY(view().hasVolume());
    QVERIFY(message().isHidden());
}

void tst_MainWindow::openingAnotherFileDropsTheFirst()
{
    QSignalSpy shown(&view(), &viewer::TriPlanarView::cursorMoved);
    m_window->openFiles({path("large.nii")});
    m_window->openFiles({path("missing.nii.gz")});
    m_window->openFiles({path("phantom.nii.gz")});
    QTRY_VERIFY(view().hasVolume());
    QVERIFY(QThreadPool::globalInstance()->waitForDone());
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QCOMPARE(shown.count(), 1);
    QCOMPARE(view().cursor(), (viewer::VoxelIndex{2, 2, 3}));
    QVERIFY(message().isHidden());
}

void tst_MainWindow::filesThatAreNotShownAreNamed()
{
    m_window->openFiles({path("plain.nii.gz"), path("phantom.nii.gz")});
    QTRY_VERIFY(view().hasVolume());
    QVERIFY(view().banner().startsWith(u"Unknown"));
    QVERIFY(!message().isHidden());
    QVERIFY(message().text().contains(path("phantom.nii.gz")));
    QVERIFY(!message().text().contains(path("plain.nii.gz")));
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
