// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomRuns.h"
#include "ui/results/ReviewBar.h"

#include <QAction>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

using namespace mrb;
using namespace mrb::ui;
namespace fs = std::filesystem;

namespace {

/// A window with a bar, something that has the keys, a text input and shortcuts of its own.
struct Window
{
    explicit Window(const fs::path &results)
        : bar(*new ReviewBar(library)),
          viewer(*new QWidget),
          input(*new QLineEdit),
          shortcut(*new QAction(&top))
    {
        auto *layout = new QVBoxLayout(&top);
        layout->addWidget(&bar);
        layout->addWidget(&viewer);
        layout->addWidget(&input);
        viewer.setFocusPolicy(Qt::StrongFocus);
        shortcut.setShortcut(Qt::Key_1);
        top.addAction(&shortcut);
        bar.takeKeysOf(&viewer);
        library.setFolders({results});
        top.resize(700, 500);
        top.show();
        top.activateWindow();
    }
    bool wait() { return QTest::qWaitForWindowActive(&top); }
    void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }
    QString text() const
    {
        QStringList lines;
        for (const QLabel *label : bar.findChildren<QLabel *>())
            lines += label->text() + u'|' + label->toolTip();
        return lines.join(u'\n');
    }

    backend::RunLibrary library;
    QWidget top;
    ReviewBar &bar;
    QWidget &viewer;
    QLineEdit &input;
    QAction &shortcut;
};

} // namespace

class tst_ReviewBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void ratesThreeRunsByKeyboardAlone();
    void takesKeysOfTheViewerAheadOfShortcuts();
    void leavesTextInputsTheirKeys();
    void writesNoteTagsAndArtefacts();
    void blindReviewTellsNothing();
    void staysWhereItIsWithoutAdvancing();
    void keysOfArtefactsAreFree();
    void isQuietWithoutRuns();

private:
    backend::Review stored(const char *name)
    {
        return *backend::readReview(m_runs.results() / name);
    }
    test::PhantomRuns m_runs;
    std::vector<fs::path> m_order;
};

void tst_ReviewBar::initTestCase()
{
    const fs::path first = m_runs.add("a", 4711);
    m_order = {first, m_runs.copy(first, "b"), m_runs.copy(first, "c")};
}

void tst_ReviewBar::init()
{
    for (const fs::path &folder : m_order)
        fs::remove(folder / backend::kReviewFile);
}

void tst_ReviewBar::ratesThreeRunsByKeyboardAlone()
{
    Window w(m_runs.results());
    QTRY_COMPARE(w.library.runs().size(), std::size_t(3));
    QVERIFY(w.wait());
    QSignalSpy shown(&w.bar, &ReviewBar::showRequested);
    QSignalSpy finished(&w.bar, &ReviewBar::finished);
    QVERIFY(!w.bar.isVisible());
    w.bar.start(m_order);
    QVERIFY(w.bar.isVisible() && w.bar.hasFocus());
    w.press(Qt::Key_1);
    w.press(Qt::Key_2);
    QCOMPARE(w.bar.currentFolder(), m_order[2]);
    QVERIFY2(w.text().contains(u"3 of 3 · accepted 1 · rejected 1"), qPrintable(w.text()));
    w.press(Qt::Key_Left);
    w.press(Qt::Key_P);
    w.press(Qt::Key_P); // there is nothing before the first one
    QCOMPARE(w.bar.currentFolder(), m_order[0]);
    w.press(Qt::Key_3);
    w.press(Qt::Key_N);
    w.press(Qt::Key_Right);
    QCOMPARE(w.bar.currentFolder(), m_order[2]);
    w.press(Qt::Key_1);
    QCOMPARE(shown.count(), 7);
    QCOMPARE(shown.last()[0].value<fs::path>(), m_order[2]);
    w.press(Qt::Key_Escape);
    QCOMPARE(finished.count(), 1);
    QVERIFY(!w.bar.isVisible());
    QTRY_COMPARE(stored("c").rating, backend::Rating::Accepted);
    QTRY_COMPARE(stored("b").rating, backend::Rating::Rejected);
    QTRY_COMPARE(stored("a").rating, backend::Rating::Undecided);
    QVERIFY(fs::exists(m_order[1] / backend::kReviewFile));
}

void tst_ReviewBar::takesKeysOfTheViewerAheadOfShortcuts()
{
    Window w(m_runs.results());
    QTRY_COMPARE(w.library.runs().size(), std::size_t(3));
    QVERIFY(w.wait());
    QSignalSpy triggered(&w.shortcut, &QAction::triggered);
    w.viewer.setFocus();
    w.press(Qt::Key_1);
    QCOMPARE(triggered.count(), 1); // no review: the window's own key
    w.bar.start(m_order);
    w.viewer.setFocus();
    w.press(Qt::Key_1);
    QCOMPARE(triggered.count(), 1);
    QCOMPARE(w.bar.currentFolder(), m_order[1]);
    w.press(Qt::Key_Escape);
    w.viewer.setFocus();
    w.press(Qt::Key_1);
    QCOMPARE(triggered.count(), 2);
}

void tst_ReviewBar::leavesTextInputsTheirKeys()
{
    Window w(m_runs.results());
    QTRY_COMPARE(w.library.runs().size(), std::size_t(3));
    QVERIFY(w.wait());
    w.bar.start(m_order);
    w.input.setFocus();
    QTest::keyClicks(&w.input, QStringLiteral("1 hint"));
    QCOMPARE(w.input.text(), QStringLiteral("1 hint"));
    w.bar.setFocus();
    w.press(Qt::Key_T);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("2nd, night"));
    QCOMPARE(w.bar.currentFolder(), m_order[0]);
    w.press(Qt::Key_Escape); // out of the input, not out of the review
    QVERIFY(w.bar.isActive() && w.bar.hasFocus());
    QTRY_COMPARE(stored("a").tags, QStringList({QStringLiteral("2nd"), QStringLiteral("night")}));
    QTRY_COMPARE(stored("a").rating, backend::Rating::Undecided);
}

void tst_ReviewBar::writesNoteTagsAndArtefacts()
{
    Window w(m_runs.results());
    QTRY_COMPARE(w.library.runs().size(), std::size_t(3));
    QVERIFY(w.wait());
    w.bar.start(m_order);
    w.press(Qt::Key_Return);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("left"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("side"));
    w.press(Qt::Key_Return);
    QVERIFY(w.bar.hasFocus());
    w.press(Qt::Key_4);
    w.press(Qt::Key_5);
    w.press(Qt::Key_5); // taken back
    w.press(Qt::Key_Q); // last: what is waited for below is stored once and not on the way
    const auto table = backend::artefactTable();
    QTRY_COMPARE(stored("a").note, QStringLiteral("left\nside"));
    QTRY_COMPARE(
        stored("a").artefacts,
        QStringList({QString::fromUtf8(table[0].key.data(), qsizetype(table[0].key.size())),
                     QString::fromUtf8(table[7].key.data(), qsizetype(table[7].key.size()))}));
    // What another run has is its own.
    w.press(Qt::Key_N);
    QCOMPARE(w.bar.findChild<QPlainTextEdit *>()->toPlainText(), QString());
    w.press(Qt::Key_1);
    w.press(Qt::Key_P);
    w.press(Qt::Key_P);
    QCOMPARE(w.bar.findChild<QPlainTextEdit *>()->toPlainText(), QStringLiteral("left\nside"));
    QCOMPARE(w.library.find(m_order[1])->review.note, QString());
    QVERIFY(w.library.find(m_order[1])->review.artefacts.isEmpty());
}

void tst_ReviewBar::blindReviewTellsNothing()
{
    Window w(m_runs.results());
    QTRY_COMPARE(w.library.runs().size(), std::size_t(3));
    QVERIFY(w.wait());
    QSignalSpy hidden(&w.bar, &ReviewBar::hideSettingsChanged);
    w.bar.start(m_order);
    QVERIFY(w.text().contains(u"seed 4711") && w.text().contains(u"T1"));
    w.press(Qt::Key_H);
    QCOMPARE(hidden.count(), 1);
    QVERIFY(w.bar.hidesSettings());
    w.press(Qt::Key_N);
    for (const auto word : {u"4711", u"T1", u"phantom", u"64"})
        QVERIFY2(!w.text().contains(QStringView(word), Qt::CaseInsensitive), qPrintable(w.text()));
    w.press(Qt::Key_Escape);
    QCOMPARE(hidden.count(), 2);
    QCOMPARE(hidden[1][0].toBool(), false);
}

void tst_ReviewBar::staysWhereItIsWithoutAdvancing()
{
    Window w(m_runs.results());
    QTRY_COMPARE(w.library.runs().size(), std::size_t(3));
    QVERIFY(w.wait());
    w.bar.start(m_order);
    for (QCheckBox *box : w.bar.findChildren<QCheckBox *>()) {
        if (box->text().contains(u"Go on"))
            box->setChecked(false);
    }
    QVERIFY(!w.bar.advances());
    QVERIFY(w.bar.minimumSizeHint().width() <= 560); // the viewer's room at 1280 x 800
    w.press(Qt::Key_2);
    QCOMPARE(w.bar.currentFolder(), m_order[0]);
    QVERIFY(w.text().contains(u"rejected 1"));
}

void tst_ReviewBar::keysOfArtefactsAreFree()
{
    const QString keys = artefactKeys();
    QVERIFY(keys.size() >= std::ssize(backend::artefactTable()));
    for (const QChar key : keys) {
        QCOMPARE(keys.count(key), 1);
        QVERIFY(!QStringLiteral("123NPHT").contains(key));
    }
}

void tst_ReviewBar::isQuietWithoutRuns()
{
    Window w(m_runs.results());
    w.bar.start({});
    QVERIFY(!w.bar.isActive() && !w.bar.isVisible());
    QKeyEvent key(QEvent::KeyPress, Qt::Key_1, Qt::NoModifier);
    QVERIFY(!w.bar.handleKey(&key));
    w.bar.start({"/no/such/run"});
    QVERIFY(w.text().contains(u"no longer there"));
    QVERIFY(w.bar.handleKey(&key)); // and nothing happens
    w.bar.leave();
}

QTEST_MAIN(tst_ReviewBar)
#include "tst_ReviewBar.moc"
