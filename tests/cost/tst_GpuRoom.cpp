// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/GpuRoom.h"
#include "backend/cost/GpuWatch.h"
#include "tests/process/RunRecorder.h"

#include <unistd.h>

#include <fstream>

using namespace mrb::backend;
using namespace mrb::test;
using mrb::EnvironmentPairs;
namespace fs = std::filesystem;

namespace {

constexpr int kPatienceMs = 60'000; // only there so that a defect ends the test

/// A machine of two cards as nvidia-smi tells it, and a real program of ours behind the supervisor.
/// What is free on the cards and which processes hold memory is in files.
struct Machine : RunRecorder
{
    Machine()
    {
        fs::create_directories(file("bin"));
        write("bin/nvidia-smi", "#!/bin/sh\nhere='" + folder.path().toStdString() +
                                    "'\n"
                                    "case \"$1\" in\n"
                                    "--query-compute-apps=*) [ -e \"$here/broken\" ] && exit 9\n"
                                    "  /bin/cat \"$here/rows\";;\n"
                                    "*) /bin/cat \"$here/cards\";;\n"
                                    "esac\n");
        fs::permissions(file("bin/nvidia-smi"), fs::perms::owner_all);
        setRows("");
        setFree("80000", "24000");
    }

    fs::path file(const char *name) const { return fs::path(folder.path().toStdString()) / name; }
    void write(const char *name, const std::string &text) const
    {
        std::ofstream(file(name)) << text;
    }
    void setRows(const std::string &rows) const { write("rows", rows); }
    void setFree(const std::string &first, const std::string &second) const
    {
        write("cards", "0, Big, 81000, " + first + ", 550.1, 9.0, GPU-a\n1, Small, 24500, " +
                           second + ", 550.1, 8.9, GPU-b\n");
    }
    pid_t startProgram()
    {
        runner->start(spec(QStringLiteral("daemon-holds"), {QStringLiteral("1")}));
        return QTest::qWaitFor([this] { return isReady && !pids.empty(); }, kPatienceMs)
                   ? static_cast<pid_t>(pids.front())
                   : 0;
    }
    RoomWatch watch(EnvironmentPairs more = {}) const
    {
        more.emplace_back("PATH", file("bin").string());
        return RoomWatch(more);
    }
    static std::string row(const char *gpu, pid_t pid, const char *memory)
    {
        return std::string(gpu) + ", " + std::to_string(pid) + ", " + memory + "\n";
    }
};

std::vector<std::optional<double>> othersOf(const MachineMemory &memory)
{
    std::vector<std::optional<double>> others;
    for (const CardRoom &card : memory.cards)
        others.push_back(card.othersMb);
    return others;
}

using Others = std::vector<std::optional<double>>;

} // namespace

Q_DECLARE_METATYPE(CardUse)

class TestGpuRoom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What a process that was left to its supervisor holds goes with its end.
    void cleanup() { QTRY_VERIFY_WITH_TIMEOUT(!hasChildren(), kPatienceMs); }

    void whatOthersHold_data()
    {
        QTest::addColumn<CardUse>("use");
        QTest::addColumn<double>("others");
        QTest::newRow("nobody of ours") << CardUse{.usedMb = 500} << 500.0;
        QTest::newRow("ours is shown")
            << CardUse{.usedMb = 9000, .oursMb = 8000, .isShown = true, .hasOurs = true} << 1000.0;
        QTest::newRow("ours is shown with more than all")
            << CardUse{.usedMb = 7000, .oursMb = 8000, .isShown = true, .hasOurs = true} << 0.0;
        QTest::newRow("ours would be shown but imports still")
            << CardUse{.usedMb = 9000, .isShown = true, .hasOurs = true, .beforeMb = 4} << 9000.0;
        QTest::newRow("ours is hidden, as before it came")
            << CardUse{.usedMb = 9000, .hasOurs = true, .reservedMb = 16000, .beforeMb = 700}
            << 700.0;
        QTest::newRow("ours is hidden, others went")
            << CardUse{.usedMb = 300, .hasOurs = true, .reservedMb = 16000, .beforeMb = 700}
            << 300.0;
        QTest::newRow("ours is hidden, others came")
            << CardUse{.usedMb = 30000, .hasOurs = true, .reservedMb = 16000, .beforeMb = 700}
            << 14000.0;
        QTest::newRow("ours is hidden and was there first")
            << CardUse{.usedMb = 9000, .hasOurs = true, .reservedMb = 16000} << 0.0;
        QTest::newRow("nothing is known of ours")
            << CardUse{.usedMb = 9000, .hasOurs = true} << 9000.0;
        QTest::newRow("nothing is known of ours but the time before")
            << CardUse{.usedMb = 9000, .hasOurs = true, .beforeMb = 700} << 700.0;
    }
    void whatOthersHold()
    {
        QFETCH(CardUse, use);
        QFETCH(double, others);
        QCOMPARE(othersMb(use), others);
    }

    void memoryOfTheMachine_isRead()
    {
        const auto host = parseHostMemory("MemTotal:       16384 kB\nMemFree:          10 kB\n"
                                          "MemAvailable:    12288 kB\nHugePages_Total:   0\n");
        QCOMPARE(*host, (HostMemory{.totalMb = 16, .othersMb = 4}));
        QVERIFY(!parseHostMemory("MemTotal: 16384 kB\n")); // kernels before 3.14
        QVERIFY(!parseHostMemory(""));
    }

    void shownProcesses_areTakenOff_descendantsToo()
    {
        Machine machine;
        const pid_t program = machine.startProgram();
        QVERIFY(program > 0);
        std::string rows = Machine::row("GPU-a", ::getpid(), "1000");
        int ours = 0;
        for (const FoundProcess &process : processesWith(machine.marker)) {
            if (!process.supervisor) {
                rows += Machine::row("GPU-a", process.pid, "5000");
                ++ours;
            }
        }
        QCOMPARE(ours, 2);
        machine.setRows(rows);
        machine.setFree("69000", "24000");
        RoomWatch watch = machine.watch();
        const MachineMemory memory = watch.look({{.pid = program, .gpu = "GPU-a"}}, {});
        QVERIFY(!memory.gpuProblem);
        QCOMPARE(othersOf(memory), (Others{2000, 500}));
        QCOMPARE(memory.cards.front().gpu.name, QStringLiteral("Big"));
        QCOMPARE(memory.gpus.size(), std::size_t{2});
        machine.runner->cancel();
        machine.waitForEnd();
        // A moment after its end it is listed still.
        QCOMPARE(othersOf(watch.look({}, {})), (Others{2000, 500}));
    }

    void hiddenProcesses_areConcludedFromTheTimeBefore()
    {
        Machine machine;
        RoomWatch watch = machine.watch();
        machine.setFree("80300", "24000");
        QCOMPARE(othersOf(watch.look({}, {})), (Others{700, 500}));
        const pid_t program = machine.startProgram();
        QVERIFY(program > 0);
        const std::vector<OurProgram> ours{{.pid = program, .gpu = "GPU-a", .reservedMb = 16000}};
        machine.setFree("72300", "20000");
        QCOMPARE(othersOf(watch.look(ours, {})), (Others{700, 4500}));
        machine.setFree("50000", "20000"); // more than ours can be
        QCOMPARE(othersOf(watch.look(ours, {})), (Others{15000, 4500}));
        machine.setFree("80900", "20000");
        QCOMPARE(othersOf(watch.look(ours, {})), (Others{100, 4500}));
        machine.setFree("72300", "20000"); // what went does not come back by itself
        QCOMPARE(othersOf(watch.look(ours, {})), (Others{100, 4500}));
        QCOMPARE(othersOf(watch.look({}, {})), (Others{8700, 4500}));
    }

    void aBrokenQuestion_isTold_andTheCardsAreStillKnown()
    {
        Machine machine;
        machine.write("broken", "");
        RoomWatch watch = machine.watch();
        const MachineMemory memory = watch.look({}, {});
        QVERIFY(memory.gpuProblem);
        QCOMPARE(memory.gpuProblem->code, error_codes::kGpuUseFailed);
        QCOMPARE(othersOf(memory), (Others{1000, 500}));
    }

    void memoryThatIsNotTold_isNotInvented()
    {
        Machine machine;
        machine.setFree("[N/A]", "24000");
        RoomWatch watch = machine.watch();
        QCOMPARE(othersOf(watch.look({}, {})), (Others{std::nullopt, 500}));
    }

    void theEnvironmentChooses()
    {
        Machine machine;
        RoomWatch second = machine.watch({{"CUDA_VISIBLE_DEVICES", "1"}});
        const MachineMemory one = second.look({}, {});
        QCOMPARE(othersOf(one), (Others{500}));
        QCOMPARE(one.cards.front().gpu.uuid, QStringLiteral("GPU-b"));
        QCOMPARE(one.gpus.size(), std::size_t{2});
        RoomWatch slice = machine.watch({{"CUDA_VISIBLE_DEVICES", "MIG-1"}});
        const MachineMemory sliced = slice.look({}, {});
        QVERIFY(sliced.sliceSelected && sliced.cards.empty());
        QCOMPARE(sliced.gpuProblem->code, error_codes::kGpuSliceUnknown);
    }

    void withoutTheTool_theMachineIsStillKnown()
    {
        RoomWatch watch(EnvironmentPairs{{"PATH", "/nonexistent"}});
        const MachineMemory memory = watch.look({}, {});
        QCOMPARE(memory.gpuProblem->code, error_codes::kGpuToolMissing);
        QVERIFY(memory.cards.empty());
        QVERIFY(memory.host && memory.host->totalMb > memory.host->othersMb);
    }

    void aStop_endsIt()
    {
        Machine machine;
        machine.write("bin/nvidia-smi", "#!/bin/sh\nexec /bin/sleep 1000\n");
        RoomWatch watch({{"PATH", machine.file("bin").string()}}, std::chrono::hours(1));
        std::stop_source stop;
        stop.request_stop();
        const MachineMemory memory = watch.look({}, stop.get_token());
        QCOMPARE(memory.gpuProblem->code, error_codes::kCommandCancelled);
    }
};

QTEST_GUILESS_MAIN(TestGpuRoom)
#include "tst_GpuRoom.moc"
