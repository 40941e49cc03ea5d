// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "EvidenceRuns.h"
#include "ui/evidence/CheckTree.h"
#include "ui/evidence/VerifyDialog.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QSignalSpy>
#include <QtTest>

using namespace mrb;
using namespace mrb::test;
namespace fs = std::filesystem;

class tst_VerifyDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_dialog.reset(); }
    void aPhantomFailsForWhatItIsAlone_data();
    void aPhantomFailsForWhatItIsAlone();
    void onlyFailuresHidesTheRest();
    void aChangedByteIsFound();
    void aNotedDigestIsComparedWithTheBundles();
    void whatIsNoDigestIsSaidAndChecksNothing();
    void whatIsNoEvidenceIsSaid();
    void theNextOneTakesThePlaceOfTheFirst();
    void aBundleIsDropped();
    void theReportIsCopiedAndSaved();

private:
    void verify(const fs::path &path);
    QStringList failing() const;
    /// Of the rows that can be seen: group and name.
    QStringList shown();

    std::unique_ptr<PhantomRuns> m_runs;
    QTemporaryDir m_folder;
    fs::path m_run, m_bundle;
    backend::BundleExport m_exported;
    std::unique_ptr<ui::VerifyDialog> m_dialog;
};

void tst_VerifyDialog::initTestCase()
{
    m_runs = std::make_unique<PhantomRuns>();
    m_run = m_runs->add("run", 21);
    m_bundle = fs::path(m_folder.path().toStdString()) / "bundle.zip";
    backend::BundleOrder order;
    order.runs = {m_run};
    order.target = m_bundle;
    const auto exported = backend::exportBundle(order, &makeReport);
    QVERIFY2(exported, exported ? "" : qPrintable(exported.error().message));
    m_exported = *exported;
}

void tst_VerifyDialog::init()
{
    m_dialog = std::make_unique<ui::VerifyDialog>();
    m_dialog->show();
}

void tst_VerifyDialog::verify(const fs::path &path)
{
    QSignalSpy verified(m_dialog.get(), &ui::VerifyDialog::verified);
    m_dialog->verify(path);
    QTRY_COMPARE_WITH_TIMEOUT(verified.size(), 1, kPatienceMs);
}

QStringList tst_VerifyDialog::failing() const
{
    QStringList names;
    for (const backend::EvidenceCheck &check : m_dialog->report()->checks) {
        if (!check.passed)
            names += QString::fromStdString(check.name);
    }
    names.sort();
    return names;
}

QStringList tst_VerifyDialog::shown()
{
    QStringList names;
    ui::CheckTree &tree = m_dialog->checks();
    for (int row = 0; row < tree.topLevelItemCount(); ++row) {
        const QTreeWidgetItem *group = tree.topLevelItem(row);
        for (int i = 0; i < group->childCount(); ++i) {
            if (!group->isHidden() && !group->child(i)->isHidden())
                names += group->child(i)->text(0);
        }
    }
    return names;
}

void tst_VerifyDialog::aPhantomFailsForWhatItIsAlone_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("bundle") << toQString(m_bundle);
    QTest::newRow("run") << toQString(m_run);
}

void tst_VerifyDialog::aPhantomFailsForWhatItIsAlone()
{
    QFETCH(QString, path);
    verify(path.toStdString());
    const QStringList expected{QStringLiteral("gate:invocation.model_inventory.all_present"),
                               QStringLiteral("gate:invocation.model_inventory.all_sha256_match"),
                               QStringLiteral("gate:invocation.upstream_identity.trusted"),
                               QStringLiteral("model_inventory_present"),
                               QStringLiteral("source_pack_passed")};
    QCOMPARE(failing(), expected);
    QVERIFY2(m_dialog->verdict().startsWith(u"5 of "), qPrintable(m_dialog->verdict()));
    // What failed comes first, in the group that failed.
    QStringList first = shown().mid(0, expected.size());
    first.sort();
    QCOMPARE(first, expected);
    QVERIFY(shown().size() > 30);
}

void tst_VerifyDialog::onlyFailuresHidesTheRest()
{
    verify(m_bundle);
    auto *only = m_dialog->findChild<QCheckBox *>();
    only->click();
    QCOMPARE(shown().size(), 5);
    only->click();
    QVERIFY(shown().size() > 30);
}

void tst_VerifyDialog::aChangedByteIsFound()
{
    const fs::path unpacked = fs::path(m_folder.path().toStdString()) / "unpacked";
    QCOMPARE(failureOf(QStringLiteral(MRB_TEST_PYTHON),
                       {QStringLiteral("-m"), QStringLiteral("zipfile"), QStringLiteral("-e"),
                        toQString(m_bundle), toQString(unpacked)}),
             QByteArray());
    fs::path report;
    for (const auto &entry : fs::recursive_directory_iterator(unpacked)) {
        if (entry.path().filename() == "report.pdf")
            report = entry.path();
    }
    changeFile(report);
    verify(unpacked);
    QVERIFY2(failing().contains(u"checksums_match"), qPrintable(failing().join(u' ')));
    const auto &checks = m_dialog->report()->checks;
    QVERIFY(std::any_of(checks.begin(), checks.end(), [](const auto &check) {
        return check.name == "checksums_match" && check.reason.contains(u"report.pdf");
    }));
}

void tst_VerifyDialog::aNotedDigestIsComparedWithTheBundles()
{
    verify(m_bundle);
    QSignalSpy verified(m_dialog.get(), &ui::VerifyDialog::verified);
    m_dialog->setNotedDigest(QString::fromStdString(m_exported.sumsSha256).toUpper());
    QTRY_COMPARE_WITH_TIMEOUT(verified.size(), 1, kPatienceMs);
    QCOMPARE(failing().size(), 5);
    m_dialog->setNotedDigest(QString(64, u'0'));
    QTRY_COMPARE_WITH_TIMEOUT(verified.size(), 2, kPatienceMs);
    QVERIFY2(failing().contains(u"digest_matches"), qPrintable(failing().join(u' ')));
}

void tst_VerifyDialog::whatIsNoDigestIsSaidAndChecksNothing()
{
    verify(m_bundle);
    QSignalSpy verified(m_dialog.get(), &ui::VerifyDialog::verified);
    m_dialog->setNotedDigest(QStringLiteral("1234"));
    QVERIFY(!m_dialog->isVerifying());
    const auto labels = m_dialog->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->isVisible() && label->text().contains(u"64 digits");
    }));
}

void tst_VerifyDialog::whatIsNoEvidenceIsSaid()
{
    QSignalSpy failed(m_dialog.get(), &ui::VerifyDialog::failed);
    m_dialog->verify(fs::path(m_folder.path().toStdString()) / "nothing.zip");
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
    QVERIFY(!m_dialog->report());
    QVERIFY2(m_dialog->verdict().contains(u"nothing.zip"), qPrintable(m_dialog->verdict()));
    QVERIFY(!buttonOf(*m_dialog, QStringLiteral("Copy as text"))->isEnabled());
}

void tst_VerifyDialog::theNextOneTakesThePlaceOfTheFirst()
{
    QSignalSpy verified(m_dialog.get(), &ui::VerifyDialog::verified);
    m_dialog->verify(m_bundle);
    m_dialog->verify(m_run);
    QTRY_COMPARE_WITH_TIMEOUT(verified.size(), 1, kPatienceMs);
    QCOMPARE(m_dialog->report()->given, m_run);
}

void tst_VerifyDialog::aBundleIsDropped()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(toQString(m_bundle))});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_dialog.get(), &enter);
    QVERIFY(enter.isAccepted());
    QSignalSpy verified(m_dialog.get(), &ui::VerifyDialog::verified);
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_dialog.get(), &drop);
    QTRY_COMPARE_WITH_TIMEOUT(verified.size(), 1, kPatienceMs);
    QCOMPARE(m_dialog->report()->given, m_bundle);
}

void tst_VerifyDialog::theReportIsCopiedAndSaved()
{
    verify(m_bundle);
    buttonOf(*m_dialog, QStringLiteral("Copy as text"))->click();
    const QString copied = QApplication::clipboard()->text();
    QVERIFY(copied.contains(QString::fromStdString(m_exported.sumsSha256)));
    QCOMPARE(copied.count(QStringLiteral("FAIL")), 5);

    const fs::path saved = fs::path(m_folder.path().toStdString()) / "verification.json";
    m_dialog->saveJson(saved);
    QTRY_VERIFY_WITH_TIMEOUT(fs::exists(saved), kPatienceMs);
    const char *script = "import json, sys\n"
                         "checks = json.load(open(sys.argv[1]))['checks']\n"
                         "assert sum(check['status'] == 'fail' for check in checks) == 5\n";
    QCOMPARE(failureOf(QStringLiteral(MRB_TEST_PYTHON),
                       {QStringLiteral("-c"), QLatin1StringView(script), toQString(saved)}),
             QByteArray());
}

QTEST_MAIN(tst_VerifyDialog)
#include "tst_VerifyDialog.moc"
