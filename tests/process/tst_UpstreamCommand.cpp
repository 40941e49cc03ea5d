// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/UpstreamCommand.h"

#include <QTest>

using namespace mrb::backend;

class tst_UpstreamCommand : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void warmCommandGoesThroughTheLauncher();
    void severalGpusHaveNoWarmCommand();

private:
    static UpstreamCommand cold(int gpus)
    {
        return upstreamCommand({.python = "/venv/bin/python",
                                .module = "scripts.x",
                                .networkConfig = "configs/n.json",
                                .stagedEnvironment = "/run/e.json",
                                .stagedModel = "/run/m.json",
                                .numGpus = gpus});
    }
};

void tst_UpstreamCommand::warmCommandGoesThroughTheLauncher()
{
    const auto warm = warmCommand(cold(1), "/share/warm/warm_start.py");
    QVERIFY(warm);
    QCOMPARE(warm->argv(), QStringLiteral("/venv/bin/python /share/warm/warm_start.py -m scripts.x "
                                          "-t ./configs/n.json -e /run/e.json -c /run/m.json")
                               .split(u' '));
}

void tst_UpstreamCommand::severalGpusHaveNoWarmCommand()
{
    QVERIFY(!warmCommand(cold(2), "/share/warm/warm_start.py"));
    QVERIFY(!warmCommand({"/bin/sh", {QStringLiteral("-c"), QStringLiteral("true")}}, "/x.py"));
    QVERIFY(!warmCommand({"/bin/sh", {}}, "/x.py"));
}

QTEST_APPLESS_MAIN(tst_UpstreamCommand)
#include "tst_UpstreamCommand.moc"
