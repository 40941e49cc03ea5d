// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "EvidenceRuns.h"
#include "backend/evidence/RecordDiff.h"
#include "ui/evidence/Comparison.h"
#include "ui/evidence/ComparisonDialog.h"
#include "ui/evidence/ComparisonTree.h"

#include <QCheckBox>
#include <QClipboard>
#include <QSignalSpy>
#include <QtTest>

using namespace mrb;
using namespace mrb::test;
namespace fs = std::filesystem;

class tst_ComparisonDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theOtherSeedIsMarked();
    void onlyDifferencesHidesTheRest();
    void theSameSettingsAgree();
    void showingAsksForBothVolumes();
    void whatCannotBeComparedIsSaid();
    void aReproductionSaysItsVerdict();

private:
    void compare(const fs::path &first, const fs::path &second);
    /// Null where there is none of that name.
    const QTreeWidgetItem *row(const QString &name);

    std::unique_ptr<PhantomRuns> m_runs;
    fs::path m_first, m_again, m_other;
    std::unique_ptr<ui::ComparisonDialog> m_dialog;
};

void tst_ComparisonDialog::initTestCase()
{
    m_runs = std::make_unique<PhantomRuns>();
    m_first = m_runs->add("first", 31);
    m_again = m_runs->add("again", 31);
    m_other = m_runs->add("other", 32);
}

void tst_ComparisonDialog::compare(const fs::path &first, const fs::path &second)
{
    m_dialog = std::make_unique<ui::ComparisonDialog>(QStringLiteral("Compare"));
    m_dialog->show();
    QSignalSpy compared(m_dialog.get(), &ui::ComparisonDialog::compared);
    m_dialog->compare([first, second](std::stop_token stop) -> Result<ui::Comparison> {
        const auto diff = backend::diffRecords(first, second, std::move(stop));
        if (!diff)
            return diff.error();
        return ui::comparisonOf(*diff);
    });
    QTRY_COMPARE_WITH_TIMEOUT(compared.size(), 1, kPatienceMs);
}

const QTreeWidgetItem *tst_ComparisonDialog::row(const QString &name)
{
    const auto found = m_dialog->tree().findItems(name, Qt::MatchExactly | Qt::MatchRecursive, 0);
    return found.isEmpty() ? nullptr : found.front();
}

void tst_ComparisonDialog::theOtherSeedIsMarked()
{
    compare(m_first, m_other);
    const QTreeWidgetItem *seed = row(QStringLiteral("Seed"));
    QVERIFY(seed);
    QCOMPARE(seed->text(1), QStringLiteral("31"));
    QCOMPARE(seed->text(2), QStringLiteral("32"));
    QVERIFY(seed->font(0).bold());
    const auto signOf = [](const QTreeWidgetItem *item) {
        return item->icon(0).pixmap(16).toImage();
    };
    const QTreeWidgetItem *modality = row(QStringLiteral("Modality"));
    QVERIFY(modality);
    QVERIFY(!modality->font(0).bold());
    QVERIFY(signOf(seed) != signOf(modality));
    QCOMPARE(m_dialog->tree().headerItem()->text(1), QStringLiteral("first"));
}

void tst_ComparisonDialog::onlyDifferencesHidesTheRest()
{
    compare(m_first, m_other);
    m_dialog->findChild<QCheckBox *>()->click();
    QVERIFY(row(QStringLiteral("Modality"))->isHidden());
    QVERIFY(!row(QStringLiteral("Seed"))->isHidden());
    buttonOf(*m_dialog, QStringLiteral("Copy as text"))->click();
    QVERIFY(QApplication::clipboard()->text().contains(u"Seed"));
}

void tst_ComparisonDialog::theSameSettingsAgree()
{
    compare(m_first, m_again);
    QVERIFY(m_dialog->comparison()->tone == ui::Tone::Good);
    QCOMPARE(m_dialog->comparison()->volumes.size(), std::size_t{1});
    QCOMPARE(m_dialog->comparison()->volumes.front().verdict,
             backend::ReproductionVerdict::BitIdentical);
}

void tst_ComparisonDialog::showingAsksForBothVolumes()
{
    compare(m_first, m_other);
    // Drawn from other seeds, each volume has no partner and there is nothing to show.
    compare(m_first, m_again);
    QSignalSpy shown(m_dialog.get(), &ui::ComparisonDialog::showRequested);
    buttonOf(*m_dialog, QStringLiteral("Show both"))->click();
    QCOMPARE(shown.size(), 1);
    const auto volumes = shown.front().front().value<backend::VolumeComparison>();
    QCOMPARE(volumes.first.parent_path(), m_first);
    QCOMPARE(volumes.second.parent_path(), m_again);
}

void tst_ComparisonDialog::whatCannotBeComparedIsSaid()
{
    m_dialog = std::make_unique<ui::ComparisonDialog>(QStringLiteral("Compare"));
    QSignalSpy failed(m_dialog.get(), &ui::ComparisonDialog::failed);
    m_dialog->compare([this](std::stop_token) -> Result<ui::Comparison> {
        const auto diff = backend::diffRecords(m_first, m_runs->results() / "nothing");
        if (!diff)
            return diff.error();
        return ui::comparisonOf(*diff);
    });
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
    QVERIFY2(m_dialog->verdict().contains(u"nothing"), qPrintable(m_dialog->verdict()));
    QVERIFY(!buttonOf(*m_dialog, QStringLiteral("Copy as text"))->isEnabled());
}

void tst_ComparisonDialog::aReproductionSaysItsVerdict()
{
    const auto reproduction = backend::judgeReproduction(m_first, m_again);
    QVERIFY(reproduction);
    const auto diff = backend::diffRecords(m_first, m_again);
    QVERIFY(diff);
    m_dialog = std::make_unique<ui::ComparisonDialog>(QStringLiteral("Again"));
    m_dialog->setComparison(ui::comparisonOf(*reproduction, *diff, QStringLiteral("first")));
    QCOMPARE(m_dialog->verdict(), QStringLiteral("Bit-identical"));
    QVERIFY(m_dialog->comparison()->text.startsWith(u"Bit-identical"));
    QCOMPARE(m_dialog->comparison()->document, reproduction->document);
    // The run says so itself from now on.
    const auto said = m_runs->summary(m_again).reproduction;
    QVERIFY(said.has_value());
    QCOMPARE(said->originalRunId, m_runs->summary(m_first).runId);
    QVERIFY2(said->text.startsWith(u"Bit-identical"), qPrintable(said->text));
}

QTEST_MAIN(tst_ComparisonDialog)
#include "tst_ComparisonDialog.moc"
