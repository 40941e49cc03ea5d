// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/form/Presets.h"
#include "backend/request/OverrideDocument.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

const std::string kDocument = "{\n  \"modality\": \"mri_flair\",\n  \"random_seed\": 7\n}\n";

} // namespace

class TestPresets : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_base;

    fs::path folder() const { return fs::path(m_base->path().toStdString()) / "new" / "presets"; }
    Presets presets() const { return Presets(folder()); }
    qsizetype filesIn() const
    {
        return std::distance(fs::directory_iterator(folder()), fs::directory_iterator());
    }

private Q_SLOTS:
    void init() { m_base = std::make_unique<QTemporaryDir>(); }

    void savedPreset_readsBackAsItWas_andIsReplaced()
    {
        const QString name = QStringLiteral("FLAIR sagittal \u00e4");
        QVERIFY(presets().names().isEmpty()); // not even the folder is there
        QVERIFY(presets().save(u' ' + name + u' ', kDocument));
        QCOMPARE(presets().names(), QStringList{name});
        QCOMPARE(*presets().read(name), kDocument);
        QVERIFY(presets().save(name, "{}"));
        QCOMPARE(*presets().read(name), "{}"s);
        QCOMPARE(filesIn(), 1);
    }

    void names_areSortedAsPeopleSort_andOthersFilesAreNotNamed()
    {
        for (const char *name : {"scan 10", "Scan 2", "alpha", "scan 1"})
            QVERIFY(presets().save(QString::fromUtf8(name), kDocument));
        test::writeFile(folder() / "notes.txt", "x");
        test::writeFile(folder() / ".hidden.json", "{}");
        test::writeFile(folder() / " blank.json", "{}");
        fs::create_directories(folder() / "folder.json");
        const QStringList expected{QStringLiteral("alpha"), QStringLiteral("scan 1"),
                                   QStringLiteral("Scan 2"), QStringLiteral("scan 10")};
        QCOMPARE(presets().names(), expected);
    }

    void nameThatIsNoFileName_isRefusedEverywhere_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << QString();
        QTest::newRow("blank") << QStringLiteral("  \t");
        QTest::newRow("path") << QStringLiteral("a/b");
        QTest::newRow("parent") << QStringLiteral("../a");
        QTest::newRow("backslash") << QStringLiteral("a\\b");
        QTest::newRow("hidden") << QStringLiteral(".a");
        QTest::newRow("dots") << QStringLiteral("..");
        QTest::newRow("dot at the end") << QStringLiteral("a.");
        QTest::newRow("line break") << QStringLiteral("a\nb");
        QTest::newRow("NUL") << QStringLiteral("a") + QChar(u'\0') + QStringLiteral("b");
        QTest::newRow("colon") << QStringLiteral("T1: mine");
        QTest::newRow("half a character") << QString(QChar(0xd800));
        QTest::newRow("101 bytes") << QString(101, u'a');
        QTest::newRow("51 letters, 102 bytes") << QString(51, QChar(0xe4));
    }
    void nameThatIsNoFileName_isRefusedEverywhere()
    {
        QFETCH(const QString, name);
        QCOMPARE(presets().save(name, kDocument).error().code, backend::error_codes::kPresetName);
        QCOMPARE(presets().read(name).error().code, backend::error_codes::kPresetName);
        QCOMPARE(presets().remove(name).error().code, backend::error_codes::kPresetName);
        QVERIFY(!fs::exists(folder()));
    }

    void longestName_isTaken()
    {
        const QString name(50, QChar(0xe4));
        QVERIFY(presets().save(name, kDocument));
        QCOMPARE(presets().names(), QStringList{name});
    }

    void corruptPreset_isReportedAndKept_data()
    {
        QTest::addColumn<std::string>("content");
        QTest::newRow("cut off") << kDocument.substr(0, 20);
        QTest::newRow("empty") << ""s;
        QTest::newRow("of a newer version") << "{\"new_field\": 1}"s;
        QTest::newRow("too large") << std::string(kMaxJsonBytes + 1, ' ');
    }
    void corruptPreset_isReportedAndKept()
    {
        QFETCH(const std::string, content);
        const fs::path file = test::writeFile(folder() / "mine.json", content);
        const QString name = QStringLiteral("mine");
        const Result<std::string> read = presets().read(name);
        QVERIFY(!read);
        QVERIFY(read.error().message.contains(toQString(file)));
        QCOMPARE(presets().save(name, kDocument).error().code, backend::error_codes::kPresetName);
        QCOMPARE(test::readFile(file), content);
        QCOMPARE(presets().names(), QStringList{name});
        QVERIFY(presets().remove(name)); // that is what the user asked for
        QVERIFY(presets().save(name, kDocument));
    }

    void documentThatIsNone_isNotSaved()
    {
        QCOMPARE(presets().save(QStringLiteral("a"), "{\"nonsense\": 1}").error().code,
                 backend::error_codes::kUnknownKey);
        QVERIFY(presets().names().isEmpty());
    }

    void missingPreset_isAnError()
    {
        QCOMPARE(presets().read(QStringLiteral("a")).error().code, mrb::error_codes::kCannotRead);
        QCOMPARE(presets().remove(QStringLiteral("a")).error().code,
                 backend::error_codes::kPresetName);
    }

    void folderThatCannotBeMade_isAnError()
    {
        test::writeFile(folder().parent_path(), "a file where the folder should be");
        const Result<> saved = presets().save(QStringLiteral("a"), kDocument);
        QCOMPARE(saved.error().code, mrb::error_codes::kCannotWrite);
        QVERIFY(saved.error().message.contains(toQString(folder())));
    }

    void defaultFolder_followsTheConfigurationFolder()
    {
        const QByteArray before = qgetenv("XDG_CONFIG_HOME");
        const bool wasSet = qEnvironmentVariableIsSet("XDG_CONFIG_HOME");
        qputenv("XDG_CONFIG_HOME", "/somewhere/config");
        const fs::path chosen = defaultPresetFolder();
        qunsetenv("XDG_CONFIG_HOME");
        const fs::path usual = defaultPresetFolder();
        if (wasSet)
            qputenv("XDG_CONFIG_HOME", before);
        QCOMPARE(chosen, fs::path("/somewhere/config/mrbrain/presets"));
        QVERIFY(usual.string().ends_with("/.config/mrbrain/presets"));
    }
};

QTEST_GUILESS_MAIN(TestPresets)
#include "tst_Presets.moc"
