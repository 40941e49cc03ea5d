// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "../../base/OrdinaryUser.h"
#include "PhantomRuns.h"
#include "ui/results/ThumbnailMaker.h"

#include <QBuffer>
#include <QSignalSpy>
#include <QTest>

#include <fstream>

using namespace mrb;
using namespace mrb::ui;
namespace fs = std::filesystem;

namespace {

QImage imageIn(const fs::path &file)
{
    return QImage(QString::fromStdString(file.string()));
}

void overwrite(const fs::path &file, const std::string &content)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

} // namespace

class tst_ThumbnailMaker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void showsThreePlanesAndThePhantomMark();
    void isMadeOnce();
    void isMadeAgainWhenItCannotBeUsed_data();
    void isMadeAgainWhenItCannotBeUsed();
    void worksInAFolderThatCannotBeWrittenTo();
    void saysWhyThereIsNone_data();
    void saysWhyThereIsNone();
    void comesByItselfAndThenIsAtHand();
    void makesTheNewestWishFirst();
    void forgetsWhatIsNotWantedAnyMore();

private:
    fs::path fresh(const char *name) { return m_runs.copy(m_first, name); }
    test::PhantomRuns m_runs;
    fs::path m_first;
};

void tst_ThumbnailMaker::initTestCase()
{
    m_first = m_runs.add("first", 1);
}

void tst_ThumbnailMaker::showsThreePlanesAndThePhantomMark()
{
    const fs::path folder = fresh("marked");
    const Thumbnail thumbnail = thumbnailOf(m_runs.summary(folder));
    QCOMPARE(thumbnail.problem, QString());
    QCOMPARE(thumbnail.picture.size(), kThumbnailSize);
    QCOMPARE(imageIn(folder / kThumbnailFile).convertToFormat(QImage::Format_RGB32),
             thumbnail.picture);
    // Something bright in each square, and colour only where the mark is.
    std::array<int, 3> bright{};
    int coloured = 0;
    for (int y = 0; y < thumbnail.picture.height(); ++y) {
        for (int x = 0; x < thumbnail.picture.width(); ++x) {
            const QColor colour = thumbnail.picture.pixelColor(x, y);
            bright[std::size_t(x / 128)] += int(colour.value() > 120);
            if (colour.red() - colour.blue() > 80) {
                ++coloured;
                QVERIFY2(y > 64, "the mark covers the brain");
            }
        }
    }
    for (const int square : bright)
        QVERIFY(square > 500);
    QVERIFY(coloured > 200);
}

void tst_ThumbnailMaker::isMadeOnce()
{
    const fs::path folder = fresh("once");
    const backend::RunSummary run = m_runs.summary(folder);
    const Thumbnail first = thumbnailOf(run);
    const auto written = fs::last_write_time(folder / kThumbnailFile);
    fs::remove(run.volumes.front().path); // the second one comes from the file alone
    const Thumbnail second = thumbnailOf(run);
    QCOMPARE(fs::last_write_time(folder / kThumbnailFile), written);
    QCOMPARE(second.picture, first.picture);
}

void tst_ThumbnailMaker::isMadeAgainWhenItCannotBeUsed_data()
{
    QTest::addColumn<std::string>("content");
    const fs::path file = fresh("source") / kThumbnailFile;
    const QImage picture = thumbnailOf(m_runs.summary(file.parent_path())).picture;
    std::ifstream in(file, std::ios::binary);
    const std::string good{std::istreambuf_iterator<char>(in), {}};
    QVERIFY(good.size() > 1000);
    QImage other(kThumbnailSize, QImage::Format_RGB32);
    other.fill(Qt::red);
    for (const QString &key : picture.textKeys())
        other.setText(key, QString(picture.text(key)).replace(u'a', u'b').replace(u'1', u'2'));
    QBuffer png;
    QVERIFY(other.save(&png, "png"));
    QTest::newRow("empty") << std::string();
    QTest::newRow("no picture") << std::string("not a PNG");
    QTest::newRow("cut off") << good.substr(0, good.size() / 2);
    QTest::newRow("of another volume") << png.data().toStdString();
}

void tst_ThumbnailMaker::isMadeAgainWhenItCannotBeUsed()
{
    QFETCH(std::string, content);
    const fs::path folder = fresh(("damaged-" + std::string(QTest::currentDataTag())).c_str());
    const QImage good = thumbnailOf(m_runs.summary(folder)).picture;
    overwrite(folder / kThumbnailFile, content);
    QCOMPARE(thumbnailOf(m_runs.summary(folder)).picture, good);
    QCOMPARE(imageIn(folder / kThumbnailFile).convertToFormat(QImage::Format_RGB32), good);
}

void tst_ThumbnailMaker::worksInAFolderThatCannotBeWrittenTo()
{
    const fs::path folder = fresh("readonly");
    const backend::RunSummary run = m_runs.summary(folder);
    fs::permissions(folder, fs::perms(0555));
    Thumbnail thumbnail;
    {
        const OrdinaryUser bound;
        thumbnail = thumbnailOf(run);
    }
    fs::permissions(folder, fs::perms(0755));
    QCOMPARE(thumbnail.picture.size(), kThumbnailSize);
    QVERIFY(!fs::exists(folder / kThumbnailFile));
}

void tst_ThumbnailMaker::saysWhyThereIsNone_data()
{
    QTest::addColumn<backend::RunSummary>("run");
    QTest::addColumn<QString>("word");
    const backend::RunSummary whole = m_runs.summary(m_first);
    backend::RunSummary run = whole;
    run.volumes.clear();
    run.verdict = backend::EntryVerdict::Failed;
    QTest::newRow("failed") << run << "Failed";
    run.verdict = backend::EntryVerdict::Cancelled;
    QTest::newRow("cancelled") << run << "Cancelled";
    run.state = backend::RunState::Interrupted;
    QTest::newRow("interrupted") << run << "Interrupted";
    run.state = backend::RunState::Running;
    QTest::newRow("under way") << run << "Under way";
    run = whole;
    run.folder = fresh("unreadable");
    run.volumes.front().path = run.folder / "damaged.nii.gz";
    overwrite(run.volumes.front().path, "not a volume");
    QTest::newRow("unreadable") << run << "cannot be read";
    run.volumes.front().path = run.folder / "gone.nii.gz";
    QTest::newRow("missing") << run << "cannot be read";
}

void tst_ThumbnailMaker::saysWhyThereIsNone()
{
    QFETCH(backend::RunSummary, run);
    QFETCH(QString, word);
    const Thumbnail thumbnail = thumbnailOf(run);
    QVERIFY(thumbnail.picture.isNull());
    QVERIFY2(thumbnail.problem.contains(word), qPrintable(thumbnail.problem));
}

void tst_ThumbnailMaker::comesByItselfAndThenIsAtHand()
{
    const backend::RunSummary run = m_runs.summary(fresh("asked"));
    ThumbnailMaker maker;
    QSignalSpy made(&maker, &ThumbnailMaker::made);
    QVERIFY(!maker.thumbnail(run));
    QVERIFY(!maker.thumbnail(run)); // painted once more meanwhile
    QTRY_COMPARE(made.count(), 1);
    QCOMPARE(made[0][0].value<fs::path>(), run.folder);
    QVERIFY(maker.thumbnail(run));
    QCOMPARE(maker.thumbnail(run)->picture.size(), kThumbnailSize);
    QCOMPARE(made.count(), 1);
}

void tst_ThumbnailMaker::makesTheNewestWishFirst()
{
    ThumbnailMaker maker;
    QSignalSpy made(&maker, &ThumbnailMaker::made);
    std::vector<backend::RunSummary> runs;
    for (const char *name : {"one", "two", "three"})
        runs.push_back(m_runs.summary(fresh(name)));
    for (const backend::RunSummary &run : runs)
        QVERIFY(!maker.thumbnail(run));
    QTRY_COMPARE(made.count(), 3);
    // The first was begun at once; the others wait in a pile.
    QCOMPARE(made[1][0].value<fs::path>(), runs[2].folder);
    QCOMPARE(made[2][0].value<fs::path>(), runs[1].folder);
}

void tst_ThumbnailMaker::forgetsWhatIsNotWantedAnyMore()
{
    ThumbnailMaker maker;
    QSignalSpy made(&maker, &ThumbnailMaker::made);
    const backend::RunSummary dropped = m_runs.summary(fresh("dropped"));
    const backend::RunSummary waiting = m_runs.summary(fresh("waiting"));
    QVERIFY(!maker.thumbnail(dropped));
    QVERIFY(!maker.thumbnail(waiting));
    maker.cancel();
    const backend::RunSummary wanted = m_runs.summary(fresh("wanted"));
    QVERIFY(!maker.thumbnail(wanted));
    QTRY_COMPARE(made.count(), 1);
    QCOMPARE(made[0][0].value<fs::path>(), wanted.folder);
    QVERIFY(!fs::exists(waiting.folder / kThumbnailFile));
    QVERIFY(!maker.thumbnail(dropped)); // and can be asked for again
    QTRY_COMPARE(made.count(), 2);
}

QTEST_MAIN(tst_ThumbnailMaker)
#include "tst_ThumbnailMaker.moc"
