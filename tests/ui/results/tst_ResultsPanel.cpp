// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomRuns.h"
#include "ui/results/ResultsActions.h"
#include "ui/results/ResultsPanel.h"
#include "ui/results/ReviewEditor.h"
#include "ui/results/RunDetails.h"

#include <QAbstractSpinBox>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <fstream>

using namespace mrb;
using namespace mrb::ui;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A panel on a library that has been read.
struct Fixture
{
    explicit Fixture(const fs::path &results)
    {
        panel.resize(340, 700);
        library.setFolders({results});
        panel.show();
    }

    QListView &view() { return *panel.findChild<QListView *>(); }
    QLineEdit &search() { return *panel.findChild<QLineEdit *>(); }
    int rows() { return panel.model().rowCount(); }
    void selectRow(int row, QItemSelectionModel::SelectionFlag how)
    {
        view().selectionModel()->setCurrentIndex(panel.model().index(row), how);
    }

    backend::RunLibrary library;
    ResultsPanel panel{library};
};

} // namespace

class tst_ResultsPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void saysWhatToDoWithoutRuns();
    void makesThumbnailsOfWhatIsVisible();
    void showsTheSelectedRun();
    void keepsSelectionAndPlaceWhenARunArrives();
    void saysThatNothingMatches();
    void rowsCanBeRatedByKeyboard();
    void textBeingTypedIsStoredWhenAnotherRunIsSelected();
    void textBeingTypedSurvivesARatingFromElsewhere();
    void enablesWhatFitsTheSelection();
    void asksBeforeItMovesToTheTrash();
    void copiesAndSavesATable();
    void selectShowsARunThatTheFilterHides();
    void everyControlHasAName();

private:
    QTemporaryDir m_home;
    test::PhantomRuns m_runs;
    fs::path m_first, m_second;
};

void tst_ResultsPanel::initTestCase()
{
    qputenv("XDG_DATA_HOME", QFile::encodeName(m_home.path())); // where the trash is
    m_first = m_runs.add("a", 11);
    m_second = m_runs.add("b", 22, QStringLiteral("mri_flair"));
    m_runs.copy(m_first, "c");
}

void tst_ResultsPanel::saysWhatToDoWithoutRuns()
{
    const QTemporaryDir empty;
    Fixture f(empty.path().toStdString());
    const auto says = [&f](const char *text) {
        for (const QLabel *label : f.panel.findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(QLatin1StringView(text)))
                return true;
        }
        return false;
    };
    QTRY_VERIFY(says("No runs yet"));
    QVERIFY(!f.panel.actions().review->isEnabled());
    f.library.setFolders({});
    QTRY_VERIFY(says("No results folder is set"));
}

void tst_ResultsPanel::makesThumbnailsOfWhatIsVisible()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    for (const char *name : {"a", "b", "c"})
        QTRY_VERIFY(fs::exists(m_runs.results() / name / kThumbnailFile));
}

void tst_ResultsPanel::showsTheSelectedRun()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    QSignalSpy current(&f.panel, &ResultsPanel::currentChanged);
    f.panel.select(m_second);
    QCOMPARE(f.panel.currentFolder(), m_second);
    QCOMPARE(current.count(), 1);
    QCOMPARE(current[0][0].value<fs::path>(), m_second);
    const QString text = f.panel.findChild<RunDetails *>()->text();
    for (const char *part : {"FLAIR", "seed 22", "64 × 64 × 64 voxels", "3.5 × 3.75 × 2.72 mm",
                             "not model output", "1 volume"})
        QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(text));
    QSignalSpy opened(&f.panel, &ResultsPanel::openRequested);
    f.view().setFocus();
    QTest::keyClick(&f.view(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened[0][0].value<fs::path>(), m_second);
}

void tst_ResultsPanel::keepsSelectionAndPlaceWhenARunArrives()
{
    Fixture f(m_runs.results());
    f.panel.resize(340, 400);
    QTRY_COMPARE(f.rows(), 3);
    f.selectRow(1, QItemSelectionModel::ClearAndSelect);
    f.selectRow(2, QItemSelectionModel::Select);
    const auto before = f.panel.selectedFolders();
    QCOMPARE(before.size(), std::size_t(2));
    QSignalSpy changed(&f.panel, &ResultsPanel::currentChanged);
    f.view().verticalScrollBar()->setValue(f.view().verticalScrollBar()->maximum());
    const int top =
        f.view().visualRect(f.panel.model().index(f.panel.model().rowOf(before[1]))).top();
    const fs::path newest = m_runs.add("new", 5);
    f.library.refresh();
    QTRY_COMPARE(f.rows(), 4);
    QCOMPARE(f.panel.selectedFolders(), before);
    QCOMPARE(f.panel.model().rowOf(newest), 0);
    if (f.view().verticalScrollBar()->value() > 0)
        QCOMPARE(f.view().visualRect(f.panel.model().index(f.panel.model().rowOf(before[1]))).top(),
                 top);
    // Also where everything is arranged anew.
    auto *sort = f.panel.findChildren<QComboBox *>().last();
    QCOMPARE(sort->accessibleName(), QStringLiteral("Sort by"));
    sort->setCurrentIndex(1);
    auto after = f.panel.selectedFolders();
    std::sort(after.begin(), after.end());
    auto expected = before;
    std::sort(expected.begin(), expected.end());
    QCOMPARE(after, expected);
    QCOMPARE(changed.count(), 0);
    fs::remove_all(newest);
    f.library.refresh();
    QTRY_COMPARE(f.rows(), 3);
}

void tst_ResultsPanel::saysThatNothingMatches()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    QTest::keyClicks(&f.search(), QStringLiteral("flair"));
    QCOMPARE(f.rows(), 1);
    QTest::keyClicks(&f.search(), QStringLiteral(" zzz"));
    QCOMPARE(f.rows(), 0);
    QVERIFY(!f.view().isVisible());
    QPushButton *clear = f.panel.findChild<QPushButton *>();
    QVERIFY(clear->isVisible());
    clear->click();
    QCOMPARE(f.rows(), 3);
    QVERIFY(f.view().isVisible());
}

void tst_ResultsPanel::rowsCanBeRatedByKeyboard()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    f.view().setFocus();
    QTest::keyClick(&f.view(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(f.panel.selectedFolders().size(), std::size_t(3));
    QAction other; // as the viewer has one
    other.setShortcut(Qt::Key_2);
    f.panel.addAction(&other);
    QSignalSpy elsewhere(&other, &QAction::triggered);
    QTest::keyClick(&f.view(), Qt::Key_2);
    QCOMPARE(elsewhere.count(), 0);
    for (const fs::path &folder : f.panel.selectedFolders())
        QTRY_VERIFY(contentOf(folder / backend::kReviewFile).find("\"rejected\"") !=
                    std::string::npos);
    QTest::keyClick(&f.view(), Qt::Key_3);
    for (const fs::path &folder : f.panel.selectedFolders())
        QTRY_COMPARE(backend::readReview(folder)->rating, backend::Rating::Undecided);
}

void tst_ResultsPanel::textBeingTypedIsStoredWhenAnotherRunIsSelected()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    f.panel.select(m_first);
    auto *editor = f.panel.findChild<ReviewEditor *>();
    QTest::keyClicks(editor->findChild<QPlainTextEdit *>(), QStringLiteral("ringing"));
    QTest::keyClicks(editor->findChild<QLineEdit *>(), QStringLiteral("paper, , figure 2,paper"));
    f.panel.select(m_second);
    QCOMPARE(editor->findChild<QPlainTextEdit *>()->toPlainText(), QString());
    QTRY_COMPARE(backend::readReview(m_first)->note, QStringLiteral("ringing"));
    QCOMPARE(backend::readReview(m_first)->tags,
             QStringList({QStringLiteral("paper"), QStringLiteral("figure 2")}));
    QCOMPARE(backend::readReview(m_second)->note, QString());
    QVERIFY(f.search().text().isEmpty());
    f.search().setText(QStringLiteral("figure ringing"));
    QCOMPARE(f.rows(), 1);
}

void tst_ResultsPanel::textBeingTypedSurvivesARatingFromElsewhere()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    f.panel.select(m_second);
    auto *editor = f.panel.findChild<ReviewEditor *>();
    QTest::keyClicks(editor->findChild<QPlainTextEdit *>(), QStringLiteral("good"));
    f.panel.actions().accept->trigger();
    QTRY_COMPARE(backend::readReview(m_second)->rating, backend::Rating::Accepted);
    QTRY_COMPARE(backend::readReview(m_second)->note, QStringLiteral("good"));
    QCOMPARE(editor->findChild<QPlainTextEdit *>()->toPlainText(), QStringLiteral("good"));
    editor->findChild<QCheckBox *>()->click();
    QTRY_COMPARE(backend::readReview(m_second)->artefacts.size(), 1);
    QCOMPARE(backend::readReview(m_second)->rating, backend::Rating::Accepted);
}

void tst_ResultsPanel::enablesWhatFitsTheSelection()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    const ResultsActions &actions = f.panel.actions();
    f.view().clearSelection();
    QVERIFY(!actions.open->isEnabled() && !actions.trash->isEnabled());
    QVERIFY(actions.contactSheet->isEnabled() && actions.saveCsv->isEnabled());
    f.selectRow(0, QItemSelectionModel::ClearAndSelect);
    QVERIFY(actions.open->isEnabled() && actions.useSeed->isEnabled());
    QVERIFY(!actions.compare->isEnabled());
    f.selectRow(1, QItemSelectionModel::Select);
    QVERIFY(actions.compare->isEnabled() && !actions.open->isEnabled());
    QSignalSpy compared(&f.panel, &ResultsPanel::compareRequested);
    actions.compare->trigger();
    QCOMPARE(compared.count(), 1);
    QCOMPARE(compared[0][0].value<fs::path>(), f.panel.model().run(0).folder);
    QCOMPARE(compared[0][1].value<fs::path>(), f.panel.model().run(1).folder);
    QSignalSpy seeds(&f.panel, &ResultsPanel::useSeedRequested);
    // A run without a volume has its report; it cannot be compared.
    actions.enableFor({.runs = 1, .volumes = false});
    QVERIFY(actions.open->isEnabled());
    actions.enableFor({.runs = 2, .volumes = false});
    QVERIFY(!actions.compare->isEnabled());
    // A key that is held down, as in Ctrl+D, makes no difference to what is selected.
    QTest::keyPress(&f.view(), Qt::Key_Control, Qt::ControlModifier);
    f.panel.select(m_second);
    QTest::keyRelease(&f.view(), Qt::Key_Control);
    QCOMPARE(f.panel.currentFolder(), m_second);
    QCOMPARE(f.view().selectionModel()->selectedIndexes().size(), 1);
    actions.useSeed->trigger();
    QCOMPARE(seeds[0][0].toLongLong(), 22);
}

void tst_ResultsPanel::asksBeforeItMovesToTheTrash()
{
    const fs::path folder = m_runs.copy(m_first, "unwanted");
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 4);
    f.panel.select(folder);
    QSignalSpy trashed(&f.library, &backend::RunLibrary::trashed);
    QSignalSpy failed(&f.library, &backend::RunLibrary::failed);
    const auto ask = [&f] {
        f.panel.actions().trash->trigger();
        return f.panel.findChild<QMessageBox *>();
    };
    QMessageBox *box = ask();
    QVERIFY(box);
    QVERIFY2(box->text().contains(QStringLiteral("seed 11")), qPrintable(box->text()));
    QVERIFY2(box->informativeText().contains(QStringLiteral("B on disk")),
             qPrintable(box->informativeText()));
    QTest::keyClick(box, Qt::Key_Return); // what it does when one is hasty
    QTRY_VERIFY(!f.panel.findChild<QMessageBox *>());
    QVERIFY(fs::exists(folder));
    box = ask();
    for (QAbstractButton *button : box->buttons()) {
        if (box->buttonRole(button) == QMessageBox::AcceptRole)
            button->click();
    }
    QTRY_COMPARE(trashed.count(), 1);
    QCOMPARE(failed.count(), 0);
    QVERIFY(!fs::exists(folder));
    QTRY_COMPARE(f.rows(), 3);
}

void tst_ResultsPanel::copiesAndSavesATable()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    QSignalSpy succeeded(&f.panel, &ResultsPanel::succeeded);
    QSignalSpy failed(&f.panel, &ResultsPanel::failed);
    f.panel.actions().copyCsv->trigger();
    QTRY_COMPARE(succeeded.count(), 1);
    const QString table = QGuiApplication::clipboard()->text();
    QCOMPARE(table.count(u'\n'), 4);
    QVERIFY(table.contains(u"mri_flair"));
    const fs::path file = m_runs.results() / "table.csv";
    f.panel.saveCsv(file);
    QTRY_COMPARE(succeeded.count(), 2);
    QCOMPARE(QString::fromStdString(contentOf(file)).remove(u'\r'), QString(table).remove(u'\r'));
    fs::remove(file);
    f.panel.saveCsv(m_runs.results() / "no-such-folder" / "table.csv");
    QTRY_COMPARE(failed.count(), 1);
}

void tst_ResultsPanel::selectShowsARunThatTheFilterHides()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    f.search().setText(QStringLiteral("flair"));
    QCOMPARE(f.rows(), 1);
    f.panel.select(m_first);
    QCOMPARE(f.panel.currentFolder(), m_first);
}

void tst_ResultsPanel::everyControlHasAName()
{
    Fixture f(m_runs.results());
    QTRY_COMPARE(f.rows(), 3);
    f.panel.select(m_first);
    QList<QWidget *> named;
    for (const QLabel *label : f.panel.findChildren<QLabel *>()) {
        if (label->buddy())
            named += label->buddy();
    }
    for (QWidget *widget : f.panel.findChildren<QWidget *>()) {
        const auto *button = qobject_cast<QAbstractButton *>(widget);
        const bool control =
            button || qobject_cast<QComboBox *>(widget) ||
            qobject_cast<QAbstractItemView *>(widget) || qobject_cast<QPlainTextEdit *>(widget) ||
            (qobject_cast<QLineEdit *>(widget) && !qobject_cast<QComboBox *>(widget->parent()));
        // Parts of Qt's own controls are named by those.
        const bool inner = widget->objectName().startsWith(u"qt_") ||
                           qobject_cast<QComboBox *>(widget->window()) ||
                           widget->inherits("QComboBoxListView") ||
                           widget->inherits("QLineEditIconButton");
        if (control && !inner)
            QVERIFY2(!widget->accessibleName().isEmpty() || named.contains(widget) ||
                         (button && !button->text().isEmpty()),
                     widget->metaObject()->className());
    }
}

QTEST_MAIN(tst_ResultsPanel)
#include "tst_ResultsPanel.moc"
