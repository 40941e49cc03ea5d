// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "SettingsFolder.h"
#include "backend/diagnostics/Redaction.h"
#include "ui/settings/ApplicationIcon.h"
#include "ui/settings/Diagnostics.h"
#include "ui/settings/LicencesDialog.h"
#include "ui/settings/StudioSettings.h"

#include <QApplication>
#include <QImage>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QRegularExpression>

using namespace mrb;
using namespace mrb::ui;

namespace {

/// As it is shown.
QString textOf(const backend::Diagnostics &facts)
{
    const backend::GenerateOptions options = backend::optionsForThisProcess();
    return toText(withoutSecrets(facts, backend::privateNames(options.environment)));
}

} // namespace

class tst_SelfDescription : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = qgetenv("HOME");
        m_user = qgetenv("USER");
        m_host = qgetenv("HOSTNAME");
        qputenv("HOME", "/srv/people/zebra");
        qputenv("USER", "zebra");
        qputenv("HOSTNAME", "stripes-7"); // the machine's own may be any word
        m_folder = std::make_unique<SettingsFolder>();
    }

    void cleanup()
    {
        qputenv("HOME", m_home);
        qputenv("USER", m_user);
        qputenv("HOSTNAME", m_host);
    }

    void diagnostics_nameNobody()
    {
        SettingsStore store;
        StudioSettings settings = store.settings();
        settings.upstreamRoot = QStringLiteral("/srv/people/zebra/checkout");
        settings.python = QStringLiteral("/mnt/zebra/venv/bin/python");
        settings.furtherResults = {QStringLiteral("/srv/people/zebras/runs")};
        store.set(settings);
        const QString text = textOf(windowFacts(
            store,
            {{QStringLiteral("Weights"),
              QStringLiteral("weights at /srv/people/zebra/w on stripes-7 of user zebra")}}));
        QVERIFY(text.contains(QStringLiteral("checkout: ~/checkout")));
        QVERIFY(text.contains(QStringLiteral("weights at ~/w on <machine> of user <user>")));
        QVERIFY(text.contains(QStringLiteral("/mnt/<user>/venv")));
        // Another's folder that begins alike is not this home folder.
        QVERIFY(text.contains(QStringLiteral("/srv/people/zebras/runs")));
        QVERIFY(!text.contains(QStringLiteral("/srv/people/zebra/")));
        const QRegularExpression name(QStringLiteral("\\bzebra\\b|stripes"));
        QVERIFY(!text.contains(name));
    }

    void diagnostics_tellWhatAHelperAsks()
    {
        m_folder->write("[runs]\ntimeLimitSeconds=-5\n");
        const SettingsStore store;
        const QString text = textOf(
            windowFacts(store, {{QStringLiteral("Weights"), QStringLiteral("one is missing")}}));
        for (const QString &fact :
             {QStringLiteral("platform: offscreen"), QStringLiteral("engine: upstream"),
              QStringLiteral("time limit: 3600 s"), QStringLiteral("problem: runs/timeLimit"),
              QStringLiteral("Weights: one is missing"), QApplication::font().family()})
            QVERIFY2(text.contains(fact), qPrintable(fact + u'\n' + text));
    }

    /// NOTICE is what is distributed; the window must not say something else.
    void licences_areThoseOfTheNotice()
    {
        QFile file(QStringLiteral(MRB_SOURCE_DIR "/NOTICE"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString notice = QString::fromUtf8(file.readAll());
        const std::vector<Component> all = components();
        QVERIFY(all.size() > 9);
        for (const Component &component : all) {
            QVERIFY(!component.use.isEmpty());
            if (component.name == QStringLiteral("Colour maps"))
                continue;
            QString licence = component.licence;
            licence.remove(QStringLiteral("-only"));
            const QRegularExpression line(QStringLiteral("(?m)^.*%1.*%2")
                                              .arg(QRegularExpression::escape(component.name),
                                                   QRegularExpression::escape(licence)));
            QVERIFY2(component.name == QStringLiteral("MR Brain Studio") || notice.contains(line),
                     qPrintable(component.name));
        }
        const QRegularExpression row(QStringLiteral("(?m)^  ([\\w/+-]+( ISA-L)?)[ \\d.(].*(MIT|BSD|"
                                                    "Apache|LGPL)"));
        auto rows = row.globalMatch(notice);
        int found = 0;
        while (rows.hasNext()) {
            const QString name = rows.next().captured(1);
            QVERIFY2(std::any_of(all.begin(), all.end(),
                                 [&name](const Component &part) { return part.name == name; }),
                     qPrintable(name));
            ++found;
        }
        QCOMPARE(found, 10);
    }

    void versions_areKnown()
    {
        for (const Component &component : components()) {
            if (component.name == QStringLiteral("Colour maps") ||
                component.name == QStringLiteral("NV-Generate-CTMR"))
                continue;
            const QRegularExpression version(QStringLiteral("^\\d+\\.\\d+"));
            QVERIFY2(component.version.contains(version), qPrintable(component.name));
        }
    }

    void licencesDialog_showsWholeTextsAndSaysWhereAMissingOneWouldBe()
    {
        LicencesDialog dialog;
        dialog.show();
        auto *list = dialog.findChild<QListWidget *>();
        const auto *text = dialog.findChild<QPlainTextEdit *>();
        QTRY_VERIFY(text->toPlainText().contains(QStringLiteral("Apache License")));
        const std::vector<Component> all = components();
        for (int row = 1; row < list->count(); ++row) {
            const Component &component = all.at(static_cast<std::size_t>(row));
            list->setCurrentRow(row);
            QTRY_VERIFY(!text->toPlainText().isEmpty());
            if (QFile::exists(component.textFile))
                QVERIFY2(text->toPlainText().size() > 500, qPrintable(component.name));
            else
                QVERIFY(text->toPlainText().contains(component.textFile));
        }
    }

    void icon_isItsOwnPictureInEverySize()
    {
        const QIcon icon = applicationIcon();
        for (const int side : {16, 24, 32, 48, 64, 128, 256}) {
            QVERIFY(icon.availableSizes().contains(QSize(side, side)));
            const QImage image = icon.pixmap(QSize(side, side), 1.0).toImage();
            QCOMPARE(image.size(), QSize(side, side));
            QCOMPARE(image.pixelColor(0, 0).alpha() < 128, true); // round corners
            QCOMPARE(image.pixelColor(side / 4, side / 2).alpha(), 255);
        }
    }

private:
    QByteArray m_home;
    QByteArray m_user;
    QByteArray m_host;
    std::unique_ptr<SettingsFolder> m_folder;
};

QTEST_MAIN(tst_SelfDescription)
#include "tst_SelfDescription.moc"
