// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/common/FieldNote.h"
#include "ui/settings/StudioSettings.h"
#include "ui/settings/WelcomePage.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QtTest>

using namespace mrb;
using namespace mrb::ui;

namespace {

constexpr ErrorCode kMissing = "missing";

Errors twoProblems()
{
    return {
        {kMissing, QStringLiteral("No <b>checkout</b> was found."), QStringLiteral("Clone it.")},
        {kMissing, QStringLiteral("There is no GPU."), {}}};
}

QStringList notes(const WelcomePage &page)
{
    QStringList texts;
    for (const auto *note : page.findChildren<FieldNote *>())
        texts += note->text();
    return texts;
}

QString everyText(const WelcomePage &page)
{
    QString text;
    for (const auto *label : page.findChildren<QLabel *>())
        text += label->text() + u'\n';
    return text;
}

} // namespace

class tst_WelcomePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keys_askForEverythingThePageOffers()
    {
        WelcomePage page;
        page.show();
        page.activateWindow();
        QSignalSpy setup(&page, &WelcomePage::setupRequested);
        QSignalSpy settings(&page, &WelcomePage::settingsRequested);
        QSignalSpy phantom(&page, &WelcomePage::phantomRequested);
        QSignalSpy open(&page, &WelcomePage::openRequested);
        QSignalSpy guide(&page, &WelcomePage::guideRequested);
        const QList<QPushButton *> buttons = page.findChildren<QPushButton *>();
        QCOMPARE(buttons.size(), 5);
        buttons.front()->setFocus();
        // From one to the next with the tabulator alone.
        for (const QSignalSpy *spy : {&setup, &settings, &phantom, &open, &guide}) {
            QCOMPARE(spy->size(), 0);
            QTest::keyClick(page.focusWidget(), Qt::Key_Space);
            QCOMPARE(spy->size(), 1);
            QTest::keyClick(page.focusWidget(), Qt::Key_Tab);
        }
        for (const QPushButton *button : buttons) {
            QVERIFY(button->text().contains(u'&'));
            QVERIFY(!button->accessibleDescription().isEmpty());
        }
    }

    void problems_areListedWithTheirNextStepAsPlainText()
    {
        WelcomePage page;
        QCOMPARE(notes(page).size(), 1); // still looking
        page.setProblems(twoProblems());
        QCOMPARE(notes(page),
                 (QStringList{QStringLiteral("No <b>checkout</b> was found.\nClone it."),
                              QStringLiteral("There is no GPU.")}));
        for (const auto *label : page.findChildren<FieldNote *>().front()->findChildren<QLabel *>())
            QCOMPARE(label->textFormat() == Qt::PlainText || label->text().isEmpty(), true);
        page.setProblems({twoProblems().back()});
        QCOMPARE(notes(page), QStringList(QStringLiteral("There is no GPU.")));
    }

    void ready_takesTheProblemsAway()
    {
        WelcomePage page;
        page.setProblems(twoProblems());
        page.setReady(true);
        QCOMPARE(notes(page).size(), 1);
        QCOMPARE(page.findChild<FieldNote *>()->tone(), Tone::Good);
        page.setReady(false);
        QCOMPARE(page.findChild<FieldNote *>()->tone(), Tone::Busy);
        page.setProblems({});
        QCOMPARE(page.findChild<FieldNote *>()->tone(), Tone::Good);
    }

    void phantomAndPurpose_areSaidForWhatTheyAre()
    {
        const WelcomePage page;
        QVERIFY(everyText(page).contains(QStringLiteral("never output of the model")));
        QVERIFY(everyText(page).contains(QStringLiteral("never for clinical use")));
    }

    void everySize_showsWholeLinesAndScrollsOnlyDown_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("small") << QSize(420, 300);
        QTest::newRow("700") << QSize(700, 500);
        QTest::newRow("1600") << QSize(1600, 900);
    }
    void everySize_showsWholeLinesAndScrollsOnlyDown()
    {
        QFETCH(const QSize, size);
        WelcomePage page;
        page.setProblems(twoProblems());
        page.resize(size);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QCOMPARE(page.horizontalScrollBar()->maximum(), 0);
        for (const auto *label : page.findChildren<QLabel *>()) {
            if (label->wordWrap() && label->isVisible())
                QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                         qPrintable(label->text()));
        }
        if (size.height() >= 500)
            QCOMPARE(page.verticalScrollBar()->maximum(), 0);
    }
};

QTEST_MAIN(tst_WelcomePage)
#include "tst_WelcomePage.moc"
