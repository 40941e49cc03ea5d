// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/GuideDialog.h"
#include "ui/settings/MarkdownView.h"
#include "ui/settings/StudioSettings.h"

#include <QApplication>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTextDocument>
#include <QtTest>

using namespace mrb::ui;

namespace {

constexpr int kPictureSide = 1200; ///< wider than the view

QByteArray guide()
{
    QByteArray text = "# The guide\n\nSee [judging](#judging-a-volume--twice), [the site]"
                      "(https://example.org/x), [other](other.md) and [gone](gone.md).\n\n"
                      "![A picture](images/large.png)\n\n";
    for (int i = 0; i < 60; ++i)
        text += "Filling line.\n\n";
    return text + "## Judging a volume – twice\n\nThe needle is here.\n";
}

} // namespace

/// Takes what the view hands to the desktop.
class Desktop : public QObject
{
    Q_OBJECT

public Q_SLOTS:
    void open(const QUrl &url) { m_opened += url; }

public:
    QList<QUrl> m_opened;
};

class tst_GuideDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_folder.path()).mkdir(QStringLiteral("images")));
        QImage picture(kPictureSide, kPictureSide / 2, QImage::Format_RGB32);
        picture.fill(QColor(10, 200, 30));
        QVERIFY(picture.save(path("images/large.png")));
        write("guide.md", guide());
        write("other.md", "# Another page\n");
    }

    void picture_appearsAndIsNoWiderThanTheView()
    {
        GuideDialog dialog(path("guide.md"));
        dialog.resize(700, 600);
        dialog.show();
        const MarkdownView &view = dialog.view();
        QTRY_VERIFY(!view.isLoading() && pictureWidth(dialog.view()) > 100);
        QTRY_VERIFY(pictureWidth(dialog.view()) <= view.viewport()->width());
        QTRY_COMPARE(view.horizontalScrollBar()->maximum(), 0);
        QTRY_COMPARE(dialog.grab().toImage().pixelColor(200, 200), QColor(10, 200, 30));
        dialog.resize(500, 600);
        QTRY_VERIFY(pictureWidth(dialog.view()) <= view.viewport()->width());
    }

    void sections_areListedAndGoneTo()
    {
        GuideDialog dialog(path("guide.md"));
        dialog.resize(700, 400);
        dialog.show();
        auto *sections = dialog.findChild<QComboBox *>();
        QCOMPARE(sections->count(), 2);
        QVERIFY(sections->itemText(1).contains(QStringLiteral("Judging a volume")));
        sections->setFocus();
        QTest::keyClick(sections, Qt::Key_Down);
        QTRY_VERIFY(dialog.view().verticalScrollBar()->value() > 500);
    }

    void find_goesOnAndWrapsAndSaysWhenThereIsNothing()
    {
        GuideDialog dialog(path("guide.md"));
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(&dialog, Qt::Key_F, Qt::ControlModifier);
        auto *field = dialog.findChild<QLineEdit *>();
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, QStringLiteral("needle"));
        QCOMPARE(dialog.view().textCursor().selectedText(), QStringLiteral("needle"));
        const int first = dialog.view().textCursor().selectionStart();
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(dialog.isVisible());
        QCOMPARE(dialog.view().textCursor().selectionStart(), first); // around to the only one
        field->setText(QStringLiteral("filling"));
        const int before = dialog.view().textCursor().selectionStart();
        QTest::keyClick(field, Qt::Key_F3);
        QVERIFY(dialog.view().textCursor().selectionStart() != before);
        QTest::keyClick(field, Qt::Key_F3, Qt::ShiftModifier);
        QCOMPARE(dialog.view().textCursor().selectionStart(), before);
        field->setText(QStringLiteral("haystack"));
        QVERIFY(texts(dialog).contains(QStringLiteral("Not found")));
        QTest::keyClick(field, Qt::Key_Escape); // empties the field first
        QVERIFY(dialog.isVisible());
        QVERIFY(!texts(dialog).contains(QStringLiteral("Not found")));
    }

    void links_stayHereOrGoToTheDesktop()
    {
        Desktop desktop;
        QDesktopServices::setUrlHandler(QStringLiteral("https"), &desktop, "open");
        QDesktopServices::setUrlHandler(QStringLiteral("file"), &desktop, "open");
        GuideDialog dialog(path("guide.md"));
        dialog.resize(700, 400);
        dialog.show();
        MarkdownView &view = dialog.view();
        const auto click = [&view](const char *link) {
            Q_EMIT view.anchorClicked(QUrl(QString::fromUtf8(link)));
        };
        click("#judging-a-volume--twice");
        QVERIFY(view.verticalScrollBar()->value() > 500);
        QVERIFY(desktop.m_opened.isEmpty());
        click("https://example.org/x");
        click("other.md");
        click("gone.md");
        click("#gone");
        QCOMPARE(desktop.m_opened, (QList<QUrl>{QUrl(QStringLiteral("https://example.org/x")),
                                                QUrl::fromLocalFile(path("other.md"))}));
        QVERIFY(texts(dialog).contains(QStringLiteral("#gone is not here")));
        QCOMPARE(view.headings().size(), std::size_t(2)); // the guide is still there
        QDesktopServices::unsetUrlHandler(QStringLiteral("https"));
        QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
    }

    void missingGuide_isSaid()
    {
        GuideDialog dialog(path("nothing.md"));
        dialog.show();
        QVERIFY(dialog.view().toPlainText().contains(path("nothing.md")));
        QVERIFY(!dialog.findChild<QLineEdit *>()->isEnabled());
    }

    void otherColours_keepThePlaceAndThePictures()
    {
        GuideDialog dialog(path("guide.md"));
        dialog.resize(700, 400);
        dialog.show();
        QTRY_VERIFY(pictureWidth(dialog.view()) > 100);
        dialog.view().verticalScrollBar()->setValue(300);
        applyColours(ColourScheme::Dark);
        QTRY_VERIFY(pictureWidth(dialog.view()) > 100);
        QTRY_VERIFY(std::abs(dialog.view().verticalScrollBar()->value() - 300) < 5);
        applyColours(ColourScheme::System);
    }

private:
    QString path(const char *name) const { return m_folder.filePath(QString::fromUtf8(name)); }

    void write(const char *name, const QByteArray &bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    int pictureWidth(MarkdownView &view) const
    {
        const QUrl url = QUrl::fromLocalFile(path("images/large.png"));
        return view.document()->resource(QTextDocument::ImageResource, url).value<QImage>().width();
    }

    static QStringList texts(const QDialog &dialog)
    {
        QStringList all;
        for (const auto *label : dialog.findChildren<QLabel *>())
            all += label->text();
        return all;
    }

    QTemporaryDir m_folder;
};

QTEST_MAIN(tst_GuideDialog)
#include "tst_GuideDialog.moc"
