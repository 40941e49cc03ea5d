// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/DiagnosticsDialog.h"
#include "ui/common/FieldNote.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFile>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <filesystem>
#include <memory>

using namespace mrb;
using namespace mrb::ui;

namespace {

backend::Diagnostics windowSections()
{
    backend::FactSection section{QStringLiteral("window")};
    section.add(QStringLiteral("folder"), QStringLiteral("/srv/people/zebra/runs"));
    return {{section}};
}

} // namespace

class tst_DiagnosticsDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void machineIsFilledInAndCopied();
    void whatTheWindowKnowsIsThereAtOnce();
    void closingEndsWhatHangs();

private:
    backend::DiagnosticsOptions options() const;
    /// A Python that never answers, of which diagnostics are more patient than this test; its
    /// process number is in a file.
    void makeHangingTool() const;
    qint64 toolProcess() const;

    QTemporaryDir m_folder;
};

backend::DiagnosticsOptions tst_DiagnosticsDialog::options() const
{
    backend::DiagnosticsOptions options;
    options.run.environment = {{"PATH", m_folder.path().toStdString()},
                               {"HOME", "/srv/people/zebra"}};
    options.run.workingFolder = m_folder.path().toStdString();
    return options;
}

void tst_DiagnosticsDialog::makeHangingTool() const
{
    QFile::remove(m_folder.filePath(QStringLiteral("process")));
    QFile tool(m_folder.filePath(QStringLiteral("python3")));
    QVERIFY(tool.open(QIODevice::WriteOnly | QIODevice::Truncate));
    const QByteArray process = QFile::encodeName(m_folder.filePath(QStringLiteral("process")));
    tool.write("#!/bin/sh\necho $$ > '" + process + "'\nkill -STOP $$\n");
    QVERIFY(tool.setPermissions(QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner));
}

qint64 tst_DiagnosticsDialog::toolProcess() const
{
    QFile file(m_folder.filePath(QStringLiteral("process")));
    const QByteArray text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    return text.endsWith('\n') ? text.trimmed().toLongLong() : 0;
}

void tst_DiagnosticsDialog::machineIsFilledInAndCopied()
{
    DiagnosticsDialog dialog(windowSections(), options());
    dialog.show();
    auto *busy = dialog.findChild<QProgressBar *>();
    QVERIFY(busy->isVisible());
    QTRY_VERIFY(!busy->isVisible());
    for (const char *part : {"program\n", "GPUs\n", "gpu_tool_missing: ", "checkout\n", "Python\n",
                             "window\n  folder: ~/runs\n"})
        QVERIFY2(dialog.text().contains(QString::fromLatin1(part)), part);
    QVERIFY(dialog.text().startsWith(QStringLiteral("program\n")));
    QCOMPARE(dialog.findChild<FieldNote *>()->tone(), Tone::Notice);
    QTest::keyClick(&dialog, Qt::Key_Return); // copying is the default button
    QCOMPARE(QApplication::clipboard()->text(), dialog.text());
    QCOMPARE(dialog.findChild<FieldNote *>()->tone(), Tone::Good);
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible());
}

void tst_DiagnosticsDialog::whatTheWindowKnowsIsThereAtOnce()
{
    makeHangingTool();
    DiagnosticsDialog dialog(windowSections(), options());
    dialog.show();
    QTRY_VERIFY(toolProcess() > 0);
    QTRY_VERIFY(dialog.text().contains(QStringLiteral("folder: ~/runs")));
    QVERIFY(!dialog.text().contains(QStringLiteral("zebra")));
    QVERIFY(dialog.findChild<QProgressBar *>()->isVisible());
    QTest::keyClick(&dialog, Qt::Key_Return);
    QCOMPARE(QApplication::clipboard()->text(), dialog.text());
    QCOMPARE(dialog.findChild<FieldNote *>()->tone(), Tone::Busy); // more is to come
}

void tst_DiagnosticsDialog::closingEndsWhatHangs()
{
    makeHangingTool();
    auto dialog = std::make_unique<DiagnosticsDialog>(windowSections(), options());
    dialog->show();
    QTRY_VERIFY(toolProcess() > 0);
    const auto process = static_cast<pid_t>(toolProcess());
    QCOMPARE(::kill(process, 0), 0);
    dialog.reset();
    QTRY_VERIFY(::kill(process, 0) != 0);
}

QTEST_MAIN(tst_DiagnosticsDialog)
#include "tst_DiagnosticsDialog.moc"
