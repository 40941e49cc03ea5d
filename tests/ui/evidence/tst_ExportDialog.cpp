// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "EvidenceRuns.h"
#include "HangingReport.h"
#include "ui/evidence/DigestField.h"
#include "ui/evidence/ExportChoices.h"
#include "ui/evidence/ExportDialog.h"

#include <QCheckBox>
#include <QCryptographicHash>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTreeWidget>
#include <QtTest>

using namespace mrb;
using namespace mrb::test;
namespace fs = std::filesystem;

class tst_ExportDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void anArchiveIsReadByOthers();
    void aFolderWithoutVolumes();
    void pathsAndNamesStayOutUnlessKept();
    void theNameFollowsWhatIsChosen();
    void onlyAcceptedRuns();
    void aRunWithoutResultCannotBeChosen();
    void whatCannotBeATargetIsSaid();
    void anExistingFileIsReplacedOnlyWhenAgreed();
    void stoppingLeavesNothing();
    void closingMeanwhileAsks();
    void aChangedVolumeIsRefused();
    void aFolderThatCannotBeWrittenTo();
    void aReportThatCannotBeMadeIsAWarning();

private:
    /// A dialog for these runs that writes to the target folder.
    void open(const std::vector<fs::path> &runs, backend::ReportMaker maker = &makeReport);
    void exportNow();
    ui::ExportChoices &choices() { return m_dialog->choices(); }
    template <class Widget> Widget *child(const QString &text)
    {
        for (Widget *widget : m_dialog->findChildren<Widget *>()) {
            if (widget->text().remove(u'&').startsWith(text))
                return widget;
        }
        qFatal("nothing says %s", qPrintable(text));
    }
    QStringList left() const
    {
        return QDir(m_target->path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }
    QString at(const char *name) const { return m_target->filePath(QLatin1StringView(name)); }

    std::unique_ptr<PhantomRuns> m_runs;
    fs::path m_first, m_second;
    std::unique_ptr<QTemporaryDir> m_target;
    std::unique_ptr<ui::ExportDialog> m_dialog;
};

void tst_ExportDialog::initTestCase()
{
    m_runs = std::make_unique<PhantomRuns>();
    m_first = m_runs->add("first", 11);
    m_second = m_runs->add("second", 12, QStringLiteral("mri_flair"));
}

void tst_ExportDialog::init()
{
    m_target = std::make_unique<QTemporaryDir>();
}

void tst_ExportDialog::cleanup()
{
    m_dialog.reset();
    m_target.reset();
}

void tst_ExportDialog::open(const std::vector<fs::path> &runs, backend::ReportMaker maker)
{
    std::vector<ui::ExportCandidate> candidates;
    for (const fs::path &run : runs)
        candidates.push_back(candidate(m_runs->summary(run)));
    m_dialog = std::make_unique<ui::ExportDialog>(
        candidates,
        ui::ExportDefaults{.folder = m_target->path(),
                           .environment = {{"HOME", "/home/somebody"}, {"USER", "somebody"}}},
        std::move(maker));
    m_dialog->show();
}

void tst_ExportDialog::exportNow()
{
    QSignalSpy ended(m_dialog.get(), &ui::ExportDialog::exportEnded);
    buttonOf(*m_dialog, QStringLiteral("Export"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
}

void tst_ExportDialog::anArchiveIsReadByOthers()
{
    open({m_first, m_second});
    QCOMPARE(choices().target(), at("mrbrain-2-runs.zip"));
    exportNow();
    QVERIFY2(m_dialog->exported().has_value(), qPrintable(m_dialog->problem()));
    QCOMPARE(left(), QStringList{QStringLiteral("mrbrain-2-runs.zip")});

    const char *script = "import sys, zipfile\n"
                         "bundle = zipfile.ZipFile(sys.argv[1])\n"
                         "assert bundle.testzip() is None\n"
                         "bundle.extractall(sys.argv[2])\n";
    const QString unpacked = at("unpacked");
    QCOMPARE(
        failureOf(QStringLiteral(MRB_TEST_PYTHON), {QStringLiteral("-c"), QLatin1StringView(script),
                                                    at("mrbrain-2-runs.zip"), unpacked}),
        QByteArray());
    QCOMPARE(failureOf(QStringLiteral("sha256sum"),
                       {QStringLiteral("--quiet"), QStringLiteral("--strict"), QStringLiteral("-c"),
                        QStringLiteral("SHA256SUMS")},
                       unpacked),
             QByteArray());
    const QStringList runs =
        QDir(unpacked + QStringLiteral("/runs")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCOMPARE(runs.size(), 2);
    for (const QString &run : runs) {
        const QDir folder(unpacked + QStringLiteral("/runs/") + run);
        for (const char *made : {"report.html", "report.pdf", "output.json", "replay.sh"})
            QVERIFY2(folder.exists(QLatin1StringView(made)), made);
    }
    // The digest that is to be noted is that of the sums, which holds for what was unpacked too.
    QFile sums(unpacked + QStringLiteral("/SHA256SUMS"));
    QVERIFY(sums.open(QIODevice::ReadOnly));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QVERIFY(hash.addData(&sums));
    const auto digests = m_dialog->findChildren<ui::DigestField *>();
    QVERIFY(std::any_of(digests.begin(), digests.end(), [&hash](const ui::DigestField *field) {
        return field->isVisible() && field->digest().toLatin1() == hash.result().toHex();
    }));
    QVERIFY(buttonOf(*m_dialog, QStringLiteral("Verify now"))->isVisible());
    QVERIFY(!buttonOf(*m_dialog, QStringLiteral("Export"))->isVisible());
}

void tst_ExportDialog::aFolderWithoutVolumes()
{
    open({m_first});
    child<QRadioButton>(QStringLiteral("A folder"))->click();
    child<QCheckBox>(QStringLiteral("Include the volumes"))->click();
    exportNow();
    QVERIFY2(m_dialog->exported().has_value(), qPrintable(m_dialog->problem()));
    const QString folder = choices().target();
    QVERIFY(QFileInfo(folder).isDir());
    QCOMPARE(
        failureOf(QStringLiteral("sha256sum"),
                  {QStringLiteral("--quiet"), QStringLiteral("-c"), QStringLiteral("SHA256SUMS")},
                  folder),
        QByteArray());
    for (const auto &entry : fs::recursive_directory_iterator(folder.toStdString()))
        QVERIFY2(entry.path().extension() != ".gz", entry.path().c_str());
    // The same folder is never written again.
    QVERIFY(choices().problem().contains(QFileInfo(folder).fileName()));
}

void tst_ExportDialog::pathsAndNamesStayOutUnlessKept()
{
    const QByteArray place = m_first.parent_path().string().c_str();
    const auto mentions = [&place](const QString &folder) {
        for (const auto &entry : fs::recursive_directory_iterator(folder.toStdString())) {
            QFile file(toQString(entry.path()));
            if (entry.is_regular_file() && file.open(QIODevice::ReadOnly) &&
                file.readAll().contains(place))
                return true;
        }
        return false;
    };
    open({m_first});
    child<QRadioButton>(QStringLiteral("A folder"))->click();
    exportNow();
    QVERIFY2(m_dialog->exported().has_value(), qPrintable(m_dialog->problem()));
    QVERIFY(!mentions(choices().target()));

    open({m_first});
    child<QRadioButton>(QStringLiteral("A folder"))->click();
    child<QCheckBox>(QStringLiteral("Keep paths"))->click();
    choices().setTarget(at("kept"));
    exportNow();
    QVERIFY2(m_dialog->exported().has_value(), qPrintable(m_dialog->problem()));
    QVERIFY(mentions(at("kept")));
}

void tst_ExportDialog::theNameFollowsWhatIsChosen()
{
    open({m_first, m_second});
    auto *list = choices().findChild<QTreeWidget *>();
    QCOMPARE(choices().target(), at("mrbrain-2-runs.zip"));
    list->topLevelItem(1)->setCheckState(0, Qt::Unchecked);
    QCOMPARE(choices().target(), at("first.zip"));
    QCOMPARE(choices().order().runs, std::vector<fs::path>{m_first});
    child<QRadioButton>(QStringLiteral("A folder"))->click();
    QCOMPARE(choices().target(), at("first-bundle"));
    // What somebody typed stays, but for its ending.
    choices().setTarget(at("mine"));
    child<QRadioButton>(QStringLiteral("One ZIP archive"))->click();
    QCOMPARE(choices().target(), at("mine.zip"));
    list->topLevelItem(1)->setCheckState(0, Qt::Checked);
    QCOMPARE(choices().target(), at("mine.zip"));
}

void tst_ExportDialog::onlyAcceptedRuns()
{
    std::vector<ui::ExportCandidate> runs{candidate(m_runs->summary(m_first)),
                                          candidate(m_runs->summary(m_second))};
    runs[1].accepted = true;
    m_dialog = std::make_unique<ui::ExportDialog>(
        runs,
        ui::ExportDefaults{.folder = m_target->path(), .environment = {}, .onlyAccepted = true},
        &makeReport);
    QCOMPARE(choices().order().runs, std::vector<fs::path>{m_second});
    child<QCheckBox>(QStringLiteral("Only accepted"))->click();
    QCOMPARE(choices().order().runs, (std::vector<fs::path>{m_first, m_second}));
}

void tst_ExportDialog::aRunWithoutResultCannotBeChosen()
{
    std::vector<ui::ExportCandidate> runs{candidate(m_runs->summary(m_first))};
    runs[0].refusal = QStringLiteral("Still running");
    m_dialog = std::make_unique<ui::ExportDialog>(
        runs, ui::ExportDefaults{.folder = m_target->path(), .environment = {}}, &makeReport);
    m_dialog->show();
    const QTreeWidgetItem *item = choices().findChild<QTreeWidget *>()->topLevelItem(0);
    QVERIFY(!item->flags().testFlag(Qt::ItemIsEnabled));
    QCOMPARE(item->text(1), QStringLiteral("Still running"));
    QVERIFY(choices().order().runs.empty());
    QVERIFY(!buttonOf(*m_dialog, QStringLiteral("Export"))->isEnabled());
}

void tst_ExportDialog::whatCannotBeATargetIsSaid()
{
    open({m_first});
    QVERIFY(choices().problem().isEmpty());
    for (const QString &target : {QString(), QStringLiteral("relative.zip"),
                                  at("nowhere") + QStringLiteral("/a.zip"), m_target->path()}) {
        choices().setTarget(target);
        QVERIFY2(!choices().problem().isEmpty(), qPrintable(target));
        QVERIFY(!buttonOf(*m_dialog, QStringLiteral("Export"))->isEnabled());
    }
}

void tst_ExportDialog::anExistingFileIsReplacedOnlyWhenAgreed()
{
    open({m_first});
    QFile before(choices().target());
    QVERIFY(before.open(QIODevice::WriteOnly));
    before.write("mine");
    before.close();
    choices().setTarget(choices().target());
    buttonOf(*m_dialog, QStringLiteral("Export"))->click();
    QVERIFY(pressInMessageBox(QStringLiteral("Cancel")));
    QVERIFY(!m_dialog->isExporting());
    QCOMPARE(QFileInfo(before).size(), 4);

    QSignalSpy ended(m_dialog.get(), &ui::ExportDialog::exportEnded);
    buttonOf(*m_dialog, QStringLiteral("Export"))->click();
    QVERIFY(pressInMessageBox(QStringLiteral("Replace")));
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
    QVERIFY2(m_dialog->exported().has_value(), qPrintable(m_dialog->problem()));
    QVERIFY(QFileInfo(before).size() > 1000);
}

void tst_ExportDialog::stoppingLeavesNothing()
{
    const HangingReport report;
    open({m_first}, report);
    QSignalSpy ended(m_dialog.get(), &ui::ExportDialog::exportEnded);
    buttonOf(*m_dialog, QStringLiteral("Export"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(report.reached(), kPatienceMs);
    QVERIFY(m_dialog->isExporting());
    buttonOf(*m_dialog, QStringLiteral("Stop the export"))->click();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
    QVERIFY(!m_dialog->exported());
    QVERIFY(!m_dialog->problem().isEmpty());
    QCOMPARE(left(), QStringList());
    QVERIFY(buttonOf(*m_dialog, QStringLiteral("Export"))->isVisible()); // and may begin again
}

void tst_ExportDialog::closingMeanwhileAsks()
{
    const HangingReport report;
    open({m_first}, report);
    buttonOf(*m_dialog, QStringLiteral("Export"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(report.reached(), kPatienceMs);
    m_dialog->close();
    QVERIFY(m_dialog->isVisible());
    QVERIFY(pressInMessageBox(QStringLiteral("Go on")));
    QVERIFY(m_dialog->isVisible());
    QVERIFY(m_dialog->isExporting());

    QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
    QVERIFY(pressInMessageBox(QStringLiteral("Stop and close")));
    QTRY_VERIFY_WITH_TIMEOUT(!m_dialog->isVisible(), kPatienceMs);
    QVERIFY(!m_dialog->isExporting());
    QCOMPARE(left(), QStringList());
}

void tst_ExportDialog::aChangedVolumeIsRefused()
{
    const fs::path changed = m_runs->copy(m_first, "changed");
    const auto removed = qScopeGuard([&changed] { fs::remove_all(changed); });
    const fs::path volume = m_runs->summary(changed).volumes.front().path;
    changeFile(volume);
    open({m_second, changed});
    exportNow();
    QVERIFY(!m_dialog->exported());
    QVERIFY2(m_dialog->problem().contains(toQString(volume.filename())),
             qPrintable(m_dialog->problem()));
    QCOMPARE(left(), QStringList());
}

void tst_ExportDialog::aFolderThatCannotBeWrittenTo()
{
    open({m_first});
    choices().setTarget(QStringLiteral("/proc/bundle.zip")); // nor for the superuser
    exportNow();
    QVERIFY(!m_dialog->exported());
    QVERIFY2(m_dialog->problem().contains(u"/proc"), qPrintable(m_dialog->problem()));
}

void tst_ExportDialog::aReportThatCannotBeMadeIsAWarning()
{
    open({m_first}, [](const fs::path &, std::stop_token) -> Result<> {
        return Error{mrb::error_codes::kCannotWrite, QStringLiteral("The ink has dried up"),
                     QStringLiteral("Buy some.")};
    });
    exportNow();
    QVERIFY2(m_dialog->exported().has_value(), qPrintable(m_dialog->problem()));
    const auto labels = m_dialog->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->isVisible() && label->text().contains(u"The ink has dried up. Buy some.");
    }));
}

QTEST_MAIN(tst_ExportDialog)
#include "tst_ExportDialog.moc"
