// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/GpuLoop.h"
#include "tests/process/Processes.h"

#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace {

constexpr int kPatienceMs = 60'000; // only there so that a defect ends the test

/// An nvidia-smi of our own. It notes each start, and ends when there is a file `end`.
struct Tool
{
    Tool()
    {
        std::filesystem::create_directories(file("bin"));
        std::ofstream(file("bin/nvidia-smi"))
            << "#!/bin/sh\nhere='" << folder.path().toStdString()
            << "'\necho \"$*\" >> \"$here/starts\"\n"
               "while ! [ -e \"$here/end\" ]; do\n"
               "echo 'GPU-a, 10, 500'; printf 'GPU-b, 1'; /bin/sleep 0.01\n"
               "printf '1, 600\\nno row\\nGPU-b, 11, 600\\n'; /bin/sleep 0.01\ndone\n";
        std::filesystem::permissions(file("bin/nvidia-smi"), std::filesystem::perms::owner_all);
    }
    std::filesystem::path file(const char *name) const
    {
        return std::filesystem::path(folder.path().toStdString()) / name;
    }
    EnvironmentPairs environment() const { return {{"PATH", file("bin").string()}}; }
    qsizetype starts() const { return contentOf(file("starts")).count('\n'); }
    /// What it had just forked may be seen for a moment after the whole group was killed.
    bool isRunning() const { return !processesWith(folder.path()).empty(); }

    QTemporaryDir folder;
};

/// Follows in a thread of its own and counts what it gets.
struct Follower
{
    Follower(
        GpuLoop &loop, const EnvironmentPairs &environment, std::function<void()> onRows = [] {})
        : m_thread([this, &loop, environment, onRows](const std::stop_token &stop) {
              const auto sink = [&](const std::vector<GpuProcess> &rows,
                                    GpuLoop::Clock::time_point) {
                  for (const GpuProcess &row : rows)
                      (row == kFirst ? first : row == kSecond ? second : strange) += 1;
                  onRows();
              };
              try {
                  loop.follow(environment, sink, stop);
              } catch (const std::runtime_error &) {
                  hasThrown = true;
              }
              hasReturned = true;
          })
    {
    }
    bool gets(int more)
    {
        const int before = second;
        return QTest::qWaitFor([&] { return second >= before + more; }, kPatienceMs);
    }
    void stop() { m_thread.request_stop(); }
    bool returns()
    {
        return QTest::qWaitFor([&] { return hasReturned.load(); }, kPatienceMs);
    }

    const GpuProcess kFirst{"GPU-a", 10, 500};
    const GpuProcess kSecond{"GPU-b", 11, 600};
    std::atomic<int> first = 0, second = 0, strange = 0;
    std::atomic<bool> hasThrown = false, hasReturned = false;

private:
    std::jthread m_thread; // last: it ends before what it works on
};

} // namespace

class TestGpuLoop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allWhoFollow_shareOneProgram()
    {
        const Tool tool;
        GpuLoop loop;
        std::vector<std::unique_ptr<Follower>> followers;
        for (int i = 0; i < 16; ++i)
            followers.push_back(std::make_unique<Follower>(loop, tool.environment()));
        const auto gotAll = [](const auto &follower) {
            return follower->first > 0 && follower->second >= 3;
        };
        QTRY_VERIFY_WITH_TIMEOUT(std::ranges::all_of(followers, gotAll), kPatienceMs);
        QCOMPARE(contentOf(tool.file("starts")),
                 QByteArray("--query-compute-apps=gpu_uuid,pid,used_memory "
                            "--format=csv,noheader,nounits --loop-ms=20\n"));
        for (const auto &follower : followers)
            QCOMPARE(follower->strange.load(), 0); // a row that came in two pieces is one
        followers.clear();
        QTRY_VERIFY_WITH_TIMEOUT(!tool.isRunning(), kPatienceMs);
        QVERIFY(!hasChildren());
        QCOMPARE(tool.starts(), 1);
    }

    void whoLeavesOrThrows_disturbsNobody_data()
    {
        QTest::addColumn<bool>("throws");
        QTest::newRow("leaves") << false;
        QTest::newRow("throws") << true;
    }
    void whoLeavesOrThrows_disturbsNobody()
    {
        QFETCH(bool, throws);
        const Tool tool;
        GpuLoop loop;
        std::atomic<bool> mayThrow = false;
        Follower first(loop, tool.environment(), [&] {
            if (mayThrow)
                throw std::runtime_error("a defect");
        });
        QVERIFY(first.gets(1)); // so it has started the program
        Follower second(loop, tool.environment());
        QVERIFY(second.gets(1));
        if (throws)
            mayThrow = true;
        else
            first.stop();
        QVERIFY(first.returns());
        QCOMPARE(first.hasThrown.load(), throws);
        QVERIFY(second.gets(3));
        QVERIFY(tool.isRunning());
        QCOMPARE(tool.starts(), 1);
        second.stop();
        QVERIFY(second.returns());
        QTRY_VERIFY_WITH_TIMEOUT(!tool.isRunning(), kPatienceMs);
    }

    void whoIsSlow_holdsNobodyUpAndMissesNothing()
    {
        const Tool tool;
        GpuLoop loop;
        std::atomic<bool> isHeld = true;
        Follower slow(loop, tool.environment(), [&] { isHeld.wait(true); });
        const auto goOn = [&] {
            isHeld = false;
            isHeld.notify_all();
        };
        const auto atTheEnd = qScopeGuard(goOn);
        QTRY_VERIFY_WITH_TIMEOUT(slow.first + slow.second > 0, kPatienceMs); // it is in its sink
        Follower other(loop, tool.environment());
        QVERIFY(other.gets(5));
        other.stop();
        QVERIFY(other.returns());
        goOn();
        QTRY_VERIFY_WITH_TIMEOUT(slow.second >= other.second, kPatienceMs);
    }

    void aProgramThatEnds_sendsAllAwayAndTheNextStartsIt()
    {
        const Tool tool;
        GpuLoop loop;
        Follower first(loop, tool.environment());
        Follower second(loop, tool.environment());
        QVERIFY(first.gets(1) && second.gets(1));
        std::ofstream(tool.file("end")) << "";
        QVERIFY(first.returns() && second.returns());
        QCOMPARE(tool.starts(), 1);
        std::filesystem::remove(tool.file("end"));
        Follower next(loop, tool.environment());
        QVERIFY(next.gets(1));
        QCOMPARE(tool.starts(), 2);
    }

    void aProgramThatIsKilled_sendsAllAway()
    {
        const Tool tool;
        GpuLoop loop;
        Follower follower(loop, tool.environment());
        QVERIFY(follower.gets(1));
        for (const FoundProcess &process : processesWith(tool.folder.path()))
            ::kill(process.pid, SIGKILL);
        QVERIFY(follower.returns());
    }

    void withoutTheProgram_theyReturnAtOnce()
    {
        const QTemporaryDir empty;
        GpuLoop loop;
        for (int i = 0; i < 2; ++i)
            loop.follow({{"PATH", empty.path().toStdString()}},
                        [](const auto &, auto) { QFAIL("nothing can be said"); }, {});
    }

    void aStopBeforehand_isFollowedByNothing()
    {
        const Tool tool;
        GpuLoop loop;
        std::stop_source stopped;
        stopped.request_stop();
        loop.follow(
            tool.environment(), [](const auto &, auto) {}, stopped.get_token());
        QTRY_VERIFY_WITH_TIMEOUT(!tool.isRunning(), kPatienceMs);
    }

    void anotherEnvironment_hasAProgramOfItsOwn()
    {
        const Tool tool;
        GpuLoop loop;
        EnvironmentPairs environment = tool.environment();
        Follower plain(loop, environment);
        QVERIFY(plain.gets(1));
        // It is about programs that compute; nvidia-smi does not look at it.
        environment.emplace_back("CUDA_VISIBLE_DEVICES", "GPU-b");
        Follower onOneCard(loop, environment);
        QVERIFY(onOneCard.gets(1));
        QCOMPARE(tool.starts(), 1);
        environment.emplace_back("LD_LIBRARY_PATH", "/nowhere");
        Follower other(loop, environment);
        QVERIFY(other.gets(1));
        QCOMPARE(tool.starts(), 2);
        plain.stop();
        onOneCard.stop();
        QVERIFY(plain.returns() && onOneCard.returns());
        QVERIFY(other.gets(2));
    }

    void comingAndLeavingAtAnyMoment_isSafe()
    {
        const Tool tool;
        GpuLoop loop;
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                for (int round = 0; round < 10; ++round) {
                    std::stop_source stop;
                    int answers = 0;
                    // Some from within, some from another thread, some at once.
                    const auto sink = [&](const auto &, auto) {
                        if (++answers > (i + round) % 3)
                            stop.request_stop();
                    };
                    const std::jthread other([&] {
                        if ((i + round) % 4 == 0)
                            stop.request_stop();
                    });
                    loop.follow(tool.environment(), sink, stop.get_token());
                }
            });
        threads.clear();
        QTRY_VERIFY_WITH_TIMEOUT(!tool.isRunning(), kPatienceMs);
        QVERIFY(!hasChildren());
    }
};

QTEST_GUILESS_MAIN(TestGpuLoop)
#include "tst_GpuLoop.moc"
