// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/report/ReportLoader.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <memory>

using namespace mrb;
using ui::ReportLoader;

class tst_ReportLoader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void runArrives();
    void problemsArrive();
    void onlyTheLastAskedForArrives();
    void cancelledNeverArrives();
    void mayGoWhileLoading();

private:
    std::filesystem::path makeRun(int seed) const
    {
        const QString folder = m_temporary->filePath(QString::number(seed));
        QDir().mkpath(folder);
        QFile journal(folder + QStringLiteral("/run.json"));
        if (journal.open(QIODevice::WriteOnly))
            journal.write(QStringLiteral("{\"state\": \"running\", \"modality_name\": \"mri_t1\","
                                         " \"random_seed\": %1}")
                              .arg(seed)
                              .toUtf8());
        return folder.toStdString();
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
};

void tst_ReportLoader::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
}

void tst_ReportLoader::runArrives()
{
    ReportLoader loader;
    backend::RunReport report;
    QThread *thread = nullptr;
    connect(&loader, &ReportLoader::loaded, this, [&](const backend::RunReport &arrived) {
        report = arrived;
        thread = QThread::currentThread();
    });
    loader.loadRun(makeRun(7));
    QVERIFY(loader.isLoading());
    QVERIFY(report.title.isEmpty()); // never from within the call
    QTRY_COMPARE(report.title, QStringLiteral("T1, seed 7"));
    QCOMPARE(thread, qApp->thread());
    QVERIFY(!loader.isLoading());
}

void tst_ReportLoader::problemsArrive()
{
    ReportLoader loader;
    QStringList problems;
    connect(&loader, &ReportLoader::failed, this,
            [&problems](const Error &error) { problems << error.message; });
    loader.loadRun(m_temporary->path().toStdString());
    QTRY_COMPARE(problems.size(), 1);
    loader.loadVolume(m_temporary->filePath(QStringLiteral("none.nii.gz")).toStdString());
    QTRY_COMPARE(problems.size(), 2);
    QVERIFY(problems.last().contains(u"none.nii.gz"));
}

void tst_ReportLoader::onlyTheLastAskedForArrives()
{
    ReportLoader loader;
    QStringList arrived;
    connect(&loader, &ReportLoader::loaded, this,
            [&arrived](const backend::RunReport &report) { arrived << report.title; });
    connect(&loader, &ReportLoader::failed, this,
            [&arrived](const Error &error) { arrived << error.message; });
    loader.loadVolume(m_temporary->filePath(QStringLiteral("none.nii.gz")).toStdString());
    for (int seed = 1; seed <= 20; ++seed)
        loader.loadRun(makeRun(seed));
    QTRY_VERIFY(!loader.isLoading());
    // Workers of the others have ended too once this one, asked for later, is here.
    loader.loadRun(makeRun(21));
    QTRY_COMPARE(arrived.size(), 2);
    QCOMPARE(arrived, QStringList({QStringLiteral("T1, seed 20"), QStringLiteral("T1, seed 21")}));
}

void tst_ReportLoader::cancelledNeverArrives()
{
    ReportLoader loader;
    QStringList arrived;
    connect(&loader, &ReportLoader::loaded, this,
            [&arrived](const backend::RunReport &report) { arrived << report.title; });
    loader.loadRun(makeRun(1));
    loader.cancel();
    QVERIFY(!loader.isLoading());
    loader.loadRun(makeRun(2));
    QTRY_VERIFY(!arrived.isEmpty());
    QCOMPARE(arrived, QStringList(QStringLiteral("T1, seed 2")));
}

void tst_ReportLoader::mayGoWhileLoading()
{
    for (int i = 0; i < 10; ++i) {
        auto loader = std::make_unique<ReportLoader>();
        connect(loader.get(), &ReportLoader::loaded, this, [] { QFAIL("from beyond"); });
        loader->loadRun(makeRun(i));
    }
    ReportLoader last;
    QStringList arrived;
    connect(&last, &ReportLoader::loaded, this,
            [&arrived](const backend::RunReport &report) { arrived << report.title; });
    last.loadRun(makeRun(99));
    QTRY_COMPARE(arrived.size(), 1);
}

QTEST_MAIN(tst_ReportLoader)
#include "tst_ReportLoader.moc"
