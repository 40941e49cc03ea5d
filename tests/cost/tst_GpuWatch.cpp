// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/GpuWatch.h"

#include <QTest>

using namespace mrb::backend;

namespace {

using Uses = std::vector<GpuUse>;
using Rows = std::vector<GpuProcess>;

constexpr pid_t kOurs = 10;
constexpr pid_t kOurSecond = 11;
constexpr pid_t kOthers = 20;
constexpr pid_t kNobodyHere = 30;

GpuOwner ownerOf(pid_t process)
{
    return process == kOurs || process == kOurSecond ? GpuOwner::Run
           : process == kOthers                      ? GpuOwner::Other
                                                     : GpuOwner::Unknown;
}

} // namespace

Q_DECLARE_METATYPE(GpuSample)

class TestGpuWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void processRows_areRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<Rows>("rows");
        QTest::newRow("none") << QByteArray("") << Rows{};
        QTest::newRow("none, in words")
            << QByteArray("No running compute processes found\n") << Rows{};
        QTest::newRow("two") << QByteArray("GPU-a, 435, 12898\nGPU-b, 436, 512\n")
                             << Rows{{"GPU-a", 435, 12898}, {"GPU-b", 436, 512}};
        QTest::newRow("memory is not told")
            << QByteArray("GPU-a, 435, [N/A]\n") << Rows{{"GPU-a", 435, {}}};
        QTest::newRow("permissions")
            << QByteArray("GPU-a, 435, [Insufficient Permissions]\r\n") << Rows{{"GPU-a", 435, {}}};
    }
    void processRows_areRead()
    {
        QFETCH(QByteArray, text);
        const auto rows = parseGpuProcesses(text.toStdString());
        QVERIFY(rows);
        QTEST(*rows, "rows");
    }

    void otherAnswers_areErrors_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("another query's answer")
            << QByteArray("0, Fake H100, 81559, 80000, 550.54.15, 9.0, GPU-1\n");
        QTest::newRow("no number") << QByteArray("GPU-a, python, 5\n");
        QTest::newRow("memory") << QByteArray("GPU-a, 435, much\n");
        QTest::newRow("negative") << QByteArray("GPU-a, 435, -1\n");
        QTest::newRow("a complaint") << QByteArray("Unable to determine the device handle\n");
    }
    void otherAnswers_areErrors()
    {
        QFETCH(QByteArray, text);
        const auto rows = parseGpuProcesses(text.toStdString());
        QVERIFY(!rows);
        QCOMPARE(rows.error().code, error_codes::kGpuUseUnreadable);
    }

    void memoryOfCards_isRead()
    {
        const auto uses = parseGpuMemory("GPU-a, 4\nGPU-b, [N/A]\n");
        QVERIFY(uses);
        QCOMPARE(*uses, (Uses{{"GPU-a", 4}, {"GPU-b", {}}}));
        QVERIFY(!parseGpuMemory("GPU-a, 4, 5\n"));
    }

    void rows_areOursOrNot_data()
    {
        QTest::addColumn<Rows>("rows");
        QTest::addColumn<Uses>("devices");
        QTest::addColumn<GpuSample>("sample");
        const Uses quiet{{"GPU-a", 500}};
        QTest::newRow("nobody") << Rows{} << quiet << GpuSample{};
        QTest::newRow("ours") << Rows{{"GPU-a", kOurs, 700}} << Uses{{"GPU-a", 9000}}
                              << GpuSample{.ofProcesses = {{"GPU-a", 700}}};
        QTest::newRow("two of ours on a card, one on another")
            << Rows{{"GPU-a", kOurs, 700}, {"GPU-a", kOurSecond, 50}, {"GPU-b", kOurSecond, 60}}
            << quiet << GpuSample{.ofProcesses = {{"GPU-a", 750}, {"GPU-b", 60}}};
        QTest::newRow("ours and others") << Rows{{"GPU-a", kOthers, 5000}, {"GPU-a", kOurs, 700}}
                                         << quiet << GpuSample{.ofProcesses = {{"GPU-a", 700}}};
        QTest::newRow("memory of one is not told")
            << Rows{{"GPU-a", kOurs, 700}, {"GPU-a", kOurSecond, {}}} << quiet
            << GpuSample{.ofProcesses = {{"GPU-a", {}}}};
        QTest::newRow("another program begins")
            << Rows{{"GPU-a", kOthers, 5000}} << Uses{{"GPU-a", 5500}} << GpuSample{};
        QTest::newRow("nobody is shown, but the card fills")
            << Rows{} << Uses{{"GPU-a", 5500}} << GpuSample{.ofDevices = {{"GPU-a", 5000}}};
        QTest::newRow("numbers of another PID namespace")
            << Rows{{"GPU-a", kNobodyHere, 5000}} << Uses{{"GPU-a", 5500}}
            << GpuSample{.ofDevices = {{"GPU-a", 5000}}};
        QTest::newRow("a desktop drifts") << Rows{} << Uses{{"GPU-a", 540}} << GpuSample{};
        QTest::newRow("others give memory back") << Rows{} << Uses{{"GPU-a", 10}} << GpuSample{};
        QTest::newRow("a card that was not there before")
            << Rows{} << Uses{{"GPU-z", 5500}} << GpuSample{};
        QTest::newRow("a card that says nothing")
            << Rows{} << Uses{{"GPU-a", {}}} << GpuSample{.hidden = true};
    }
    void rows_areOursOrNot()
    {
        QFETCH(Rows, rows);
        QFETCH(Uses, devices);
        const GpuSample got = gpuSample(rows, ownerOf, devices, {{"GPU-a", 500}});
        QTEST(got, "sample");
    }
};

QTEST_GUILESS_MAIN(TestGpuWatch)
#include "tst_GpuWatch.moc"
