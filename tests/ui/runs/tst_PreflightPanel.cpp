// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/runs/QueueBench.h"
#include "ui/runs/PreflightPanel.h"
#include "ui/runs/PreflightRow.h"
#include "ui/runs/WrappedText.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QtTest>

using namespace mrb;
using namespace mrb::ui;
using backend::CheckState;
using test::kPatienceMs;

class tst_PreflightPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void passedItemsAreFoldedAndTheDemoIsNamed();
    void aFailedItemIsOpenWithItsNextStep();
    void whatCanBeFetchedLeadsToTheSetup();
    void whatTheUserUnfoldedStaysUnfolded();
    void lookingAgainLooksAtTheSameOptions();
    void aLongPathDoesNotWidenThePanel();

private:
    backend::GenerateOptions phantom() const;
    void look(const backend::GenerateOptions &options);
    PreflightRow *row(const char *id) const
    {
        for (PreflightRow *each : m_panel->findChildren<PreflightRow *>())
            if (each->item().id == QLatin1StringView(id))
                return each;
        qFatal("no row %s", id);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<backend::PreflightWatch> m_watch;
    std::unique_ptr<PreflightPanel> m_panel;
};

void tst_PreflightPanel::init()
{
    m_watch = std::make_unique<backend::PreflightWatch>();
    m_panel = std::make_unique<PreflightPanel>(*m_watch);
    m_panel->resize(320, 400);
    m_panel->show();
}

void tst_PreflightPanel::cleanup()
{
    QCOMPARE(test::tickingTimers(*m_panel), 0);
    m_panel.reset();
    m_watch.reset();
}

backend::GenerateOptions tst_PreflightPanel::phantom() const
{
    backend::GenerateOptions options;
    options.engine = backend::Engine::Phantom;
    options.python = MRB_TEST_PYTHON;
    options.workingFolder = m_folder.path().toStdString();
    options.outputFolder = (options.workingFolder / "run").string();
    options.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", m_folder.path().toStdString()}};
    return options;
}

void tst_PreflightPanel::look(const backend::GenerateOptions &options)
{
    QSignalSpy reported(m_watch.get(), &backend::PreflightWatch::reported);
    m_watch->look(options);
    QVERIFY(reported.wait(kPatienceMs));
}

void tst_PreflightPanel::passedItemsAreFoldedAndTheDemoIsNamed()
{
    QSignalSpy summaries(m_panel.get(), &PreflightPanel::summaryChanged);
    look(phantom());
    QCOMPARE(m_panel->summary(), QStringLiteral("Ready: demo phantom, not model output"));
    QCOMPARE(summaries.takeLast()[0].toString(), m_panel->summary());
    QCOMPARE(row("gpu")->item().state, CheckState::NotNeeded);
    for (const PreflightRow *each : m_panel->findChildren<PreflightRow *>())
        QVERIFY2(!each->isUnfolded(), qPrintable(each->item().id));
    QVERIFY(!m_panel->findChild<QPushButton *>(QStringLiteral("preflight.settings"))->isVisible());
}

void tst_PreflightPanel::aFailedItemIsOpenWithItsNextStep()
{
    backend::GenerateOptions options = phantom();
    options.engine = backend::Engine::Upstream;
    options.upstreamRoot = "/nowhere";
    look(options);
    QCOMPARE(m_panel->summary(), QStringLiteral("Cannot start: see Checkout"));
    QVERIFY(row("checkout")->isUnfolded());
    QVERIFY(!row("gpu")->isUnfolded());
    const auto *text = row("checkout")->findChild<WrappedText *>();
    const Error &problem = row("checkout")->item().problems.front();
    QVERIFY(text->isVisible());
    QVERIFY(text->toPlainText().contains(problem.message));
    QVERIFY(text->toPlainText().contains(problem.hint));
    QVERIFY(text->textInteractionFlags().testFlag(Qt::TextSelectableByMouse));

    QSignalSpy wanted(m_panel.get(), &PreflightPanel::settingsRequested);
    auto *settings = m_panel->findChild<QPushButton *>(QStringLiteral("preflight.settings"));
    QVERIFY(settings->isVisible());
    settings->click();
    QCOMPARE(wanted.count(), 1);

    look(phantom());
    QVERIFY(!row("checkout")->isUnfolded());
    QVERIFY(!settings->isVisible());
}

void tst_PreflightPanel::whatCanBeFetchedLeadsToTheSetup()
{
    auto *setup = m_panel->findChild<QPushButton *>(QStringLiteral("preflight.setup"));
    auto *again = m_panel->findChild<QPushButton *>(QStringLiteral("preflight.lookAgain"));
    look(phantom());
    QVERIFY(!setup->isVisible());
    backend::GenerateOptions options = phantom();
    options.engine = backend::Engine::Upstream;
    options.upstreamRoot = "/nowhere";
    look(options);
    QVERIFY(setup->isVisible());
    QSignalSpy wanted(m_panel.get(), &PreflightPanel::setupRequested);
    setup->click();
    QCOMPARE(wanted.count(), 1);
    // Inside the set-up both are around the panel.
    m_panel->setInSetup(true);
    QVERIFY(!setup->isVisible() && !again->isVisible());
    look(options);
    QVERIFY(!setup->isVisible());
}

void tst_PreflightPanel::whatTheUserUnfoldedStaysUnfolded()
{
    look(phantom());
    row("disk")->findChild<QToolButton *>()->click();
    QVERIFY(row("disk")->isUnfolded());
    const PreflightRow *before = row("disk");
    look(phantom());
    QCOMPARE(row("disk"), before); // nothing is rebuilt, so nothing flickers
    QVERIFY(row("disk")->isUnfolded());
    QVERIFY(row("disk")->findChild<WrappedText *>()->isVisible());
}

void tst_PreflightPanel::lookingAgainLooksAtTheSameOptions()
{
    backend::GenerateOptions options = phantom();
    options.outputFolder = m_folder.path().toStdString() + "/file/run";
    test::write(m_folder.path().toStdString() + "/file", "");
    look(options);
    QCOMPARE(row("disk")->item().state, CheckState::Failed);
    QVERIFY(QFile::remove(m_folder.path() + QStringLiteral("/file")));
    QSignalSpy reported(m_watch.get(), &backend::PreflightWatch::reported);
    m_panel->findChild<QPushButton *>(QStringLiteral("preflight.lookAgain"))->click();
    QVERIFY(reported.wait(kPatienceMs));
    QCOMPARE(row("disk")->item().state, CheckState::Passed);
}

void tst_PreflightPanel::aLongPathDoesNotWidenThePanel()
{
    backend::GenerateOptions options = phantom();
    options.outputFolder =
        m_folder.path().toStdString() + "/" + std::string(200, 'x') + "/" + std::string(200, 'y');
    std::filesystem::create_directories(*options.outputFolder);
    options.engine = backend::Engine::Upstream;
    options.upstreamRoot = "/" + std::string(200, 'z');
    look(options);
    QVERIFY(row("checkout")->isUnfolded());
    QVERIFY2(m_panel->minimumSizeHint().width() <= 320,
             qPrintable(QString::number(m_panel->minimumSizeHint().width())));
    // Nothing of the text is out of sight: it wraps within the path.
    QCoreApplication::processEvents();
    const auto *text = row("checkout")->findChild<WrappedText *>();
    QVERIFY(text->document()->size().width() <= text->viewport()->width());
    QVERIFY(text->document()->size().height() <= text->viewport()->height() + 1);
}

QTEST_MAIN(tst_PreflightPanel)
#include "tst_PreflightPanel.moc"
