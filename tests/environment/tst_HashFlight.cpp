// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Sha256.h"
#include "backend/environment/HashCache.h"
#include "backend/environment/HashLock.h"
#include "backend/environment/WeightsInventory.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <latch>
#include <span>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace codes = mrb::backend::error_codes;
namespace fs = std::filesystem;

namespace {

// A little more than is read at once, so that a reader can be stopped in the middle.
const std::string kContent = "PK" + std::string(3 << 20, 'w');

std::int64_t now()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// As if the files had been there for a minute.
std::int64_t later()
{
    return now() + 60 * std::int64_t{1'000'000'000};
}

/// Another process that hashes the weights: it says when it has begun, and goes on when told to.
class OtherProcess
{
public:
    using Take = std::function<WeightsInventory(const InventoryOptions &)>;
    OtherProcess(InventoryOptions options, const Take &take)
    {
        if (::pipe(m_begun.data()) != 0 || ::pipe(m_goOn.data()) != 0)
            return;
        m_pid = ::fork();
        if (m_pid != 0) {
            char letter = 0;
            m_isHashing = m_pid > 0 && ::read(m_begun[0], &letter, 1) == 1;
            return;
        }
        bool isFirst = true;
        options.progress = [this, &isFirst](const HashProgress &) {
            char letter = 'b';
            if (std::exchange(isFirst, false) &&
                (::write(m_begun[1], &letter, 1) != 1 || ::read(m_goOn[0], &letter, 1) != 1))
                ::_exit(2);
        };
        ::_exit(take(options).allMatch ? 0 : 1);
    }
    OtherProcess(const OtherProcess &) = delete;
    OtherProcess &operator=(const OtherProcess &) = delete;
    ~OtherProcess()
    {
        if (m_pid > 0) {
            ::kill(m_pid, SIGKILL);
            (void)end();
        }
        for (const int descriptor : {m_begun[0], m_begun[1], m_goOn[0], m_goOn[1]})
            ::close(descriptor);
    }
    bool isHashing() const { return m_isHashing; }
    void goOn() const
    {
        const char letter = 'g';
        (void)!::write(m_goOn[1], &letter, 1);
    }
    void killIt() const { ::kill(m_pid, SIGKILL); }
    /// What it ended with.
    int end()
    {
        int status = -1;
        ::waitpid(std::exchange(m_pid, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    std::array<int, 2> m_begun{-1, -1};
    std::array<int, 2> m_goOn{-1, -1};
    pid_t m_pid = -1;
    bool m_isHashing = false;
};

} // namespace

/// Preparations that begin at the same moment share the hashing of weights.
class TestHashFlight : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<ExpectedWeight> m_expected;
    InventoryOptions m_options;

    fs::path root() const { return fs::canonical(m_folder->path().toStdString()) / "root"; }
    WeightsInventory take(const InventoryOptions &options, std::stop_token stop = {}) const
    {
        return takeInventory(root(), m_expected, options, std::move(stop));
    }
    std::future<WeightsInventory> taking(const InventoryOptions &options,
                                         std::stop_token stop = {}) const
    {
        return std::async(std::launch::async, [=, this] { return take(options, stop); });
    }
    /// Begun in the middle of a file, until it is let go on.
    struct Held
    {
        std::latch begun{1};
        std::latch goOn{1};
        std::atomic<bool> isFirst = true;
        std::function<void(const HashProgress &)> progress()
        {
            return [this](const HashProgress &) {
                if (!isFirst.exchange(false))
                    return;
                begun.count_down();
                goOn.wait();
            };
        }
    };
    /// The clock is asked when it is known what has to be hashed.
    InventoryOptions telling(std::latch &latch, std::int64_t (*clock)() = &later) const
    {
        InventoryOptions options = m_options;
        options.clock = [&latch, clock] {
            latch.count_down();
            return clock();
        };
        return options;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_expected.clear();
        for (const char *name : {"a.pt", "b.pt"}) {
            const std::string content = kContent + name;
            writeFile(root() / name, content);
            m_expected.push_back(
                {.path = name, .sha256 = Sha256::ofBytes(std::as_bytes(std::span(content)))});
        }
        m_options = {.cacheFile = root() / "cache/sums.json", .clock = &later};
    }

    void sixteenAtOnce_readEachFileOnce_data()
    {
        QTest::addColumn<bool>("withCache");
        QTest::addColumn<bool>("settled");
        QTest::newRow("as usual") << true << true;
        QTest::newRow("files too young for the cache") << true << false;
        QTest::newRow("no cache") << false << true;
    }

    void sixteenAtOnce_readEachFileOnce()
    {
        QFETCH(bool, withCache);
        QFETCH(bool, settled);
        constexpr int kCallers = 16;
        std::latch allLooked(kCallers);
        if (!withCache)
            m_options.cacheFile.clear();
        InventoryOptions options = telling(allLooked, settled ? &later : &now);
        // Whoever reads waits until everybody has found that the hashes are not known.
        std::atomic<int> readers = 0;
        options.progress = [&](const HashProgress &) { allLooked.wait(); };
        std::vector<std::future<WeightsInventory>> callers;
        for (int i = 0; i < kCallers; ++i)
            callers.push_back(taking(options));
        for (auto &caller : callers) {
            const WeightsInventory inventory = caller.get();
            QVERIFY(inventory.allMatch && !inventory.cacheError);
            for (const WeightFile &file : inventory.files)
                readers += file.fromCache ? 0 : 1;
        }
        QCOMPARE(readers.load(), static_cast<int>(m_expected.size()));
        QCOMPARE(take(m_options).files[0].fromCache, withCache && settled);
    }

    void theFirstOneCancelled_theNextOneReads()
    {
        Held held;
        InventoryOptions first = m_options;
        first.progress = held.progress();
        std::stop_source stop;
        m_expected.pop_back();
        auto cancelled = taking(first, stop.get_token());
        held.begun.wait();
        std::latch looked(1);
        auto second = taking(telling(looked));
        looked.wait();
        stop.request_stop();
        held.goOn.count_down();
        QCOMPARE(cancelled.get().files[0].error->code, codes::kWeightsCancelled);
        const WeightsInventory inventory = second.get();
        QVERIFY(inventory.allMatch);
        QVERIFY(!inventory.files[0].fromCache);
    }

    void whoWaits_canBeCancelled()
    {
        Held held;
        InventoryOptions first = m_options;
        first.progress = held.progress();
        m_expected.pop_back();
        auto reading = taking(first);
        held.begun.wait();
        std::latch looked(1);
        std::stop_source stop;
        auto waiting = taking(telling(looked), stop.get_token());
        looked.wait();
        stop.request_stop();
        QCOMPARE(waiting.get().files[0].error->code, codes::kWeightsCancelled);
        held.goOn.count_down();
        QVERIFY(reading.get().allMatch);
    }

    void rehashing_readsByItself()
    {
        QVERIFY(!take(m_options).files[0].fromCache);
        QVERIFY(take(m_options).files[0].fromCache);
        m_options.rehash = true;
        QVERIFY(!take(m_options).files[0].fromCache);
    }

    void aFileThatChangesWhileOneWaits_isNotBelieved()
    {
        Held held;
        InventoryOptions first = m_options;
        first.progress = held.progress();
        m_expected.pop_back();
        auto reading = taking(first);
        held.begun.wait();
        std::latch looked(1);
        auto waiting = taking(telling(looked));
        looked.wait();
        writeFile(root() / "a.pt", kContent);
        held.goOn.count_down();
        QCOMPARE(reading.get().files[0].error->code, codes::kWeightChangedWhileRead);
        QCOMPARE(waiting.get().files[0].error->code, codes::kWeightChangedWhileRead);
    }

    void anotherProcess_isWaitedFor()
    {
        m_expected.pop_back();
        OtherProcess other(m_options,
                           [this](const InventoryOptions &options) { return take(options); });
        QVERIFY(other.isHashing());
        std::latch looked(1);
        auto waiting = taking(telling(looked));
        looked.wait();
        other.goOn();
        QCOMPARE(other.end(), 0);
        const WeightsInventory inventory = waiting.get();
        QVERIFY(inventory.allMatch);
        QVERIFY(inventory.files[0].fromCache);
    }

    void waitingForAnotherProcess_canBeCancelled()
    {
        m_expected.pop_back();
        const OtherProcess other(m_options,
                                 [this](const InventoryOptions &options) { return take(options); });
        QVERIFY(other.isHashing());
        std::latch looked(1);
        std::stop_source stop;
        auto waiting = taking(telling(looked), stop.get_token());
        looked.wait();
        stop.request_stop();
        QCOMPARE(waiting.get().files[0].error->code, codes::kWeightsCancelled);
    }

    void anotherProcessThatDies_isNotWaitedFor()
    {
        m_expected.pop_back();
        OtherProcess other(m_options,
                           [this](const InventoryOptions &options) { return take(options); });
        QVERIFY(other.isHashing());
        std::latch looked(1);
        auto waiting = taking(telling(looked));
        looked.wait();
        other.killIt();
        const WeightsInventory inventory = waiting.get();
        QVERIFY(inventory.allMatch);
        QVERIFY(!inventory.files[0].fromCache);
    }

    void aLockThatCannotBeMade_onlyCostsTime()
    {
        const fs::path lock = m_options.cacheFile.string() + ".lock";
        fs::create_directories(lock);
        QVERIFY(!HashLock::ofFile(m_options.cacheFile, "/a", {}).isHeld());
        const WeightsInventory inventory = take(m_options);
        QVERIFY(inventory.allMatch && !inventory.cacheError);
        QVERIFY(take(m_options).files[0].fromCache);
    }

    void twoFiles_areHashedAtTheSameTime()
    {
        const fs::path &cache = m_options.cacheFile;
        const HashLock first = HashLock::ofFile(cache, "/a", {});
        const HashLock second = HashLock::ofFile(cache, "/b", {});
        const HashLock writing = HashLock::ofCache(cache);
        QVERIFY(first.isHeld() && second.isHeld() && writing.isHeld());
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!HashLock::ofFile(cache, "/a", stop.get_token()).isHeld());
    }

    void whatManyProcessesRemember_isKept()
    {
        constexpr int kProcesses = 8;
        constexpr const char *kSum =
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        std::vector<pid_t> children;
        for (int i = 0; i < kProcesses; ++i) {
            const pid_t pid = ::fork();
            if (pid == 0) {
                HashCache cache = HashCache::load(m_options.cacheFile);
                cache.store("/weights/" + std::to_string(i), {}, kSum, later());
                ::_exit(cache.save() ? 0 : 1);
            }
            children.push_back(pid);
        }
        for (const pid_t child : children) {
            int status = -1;
            QCOMPARE(::waitpid(child, &status, 0), child);
            QCOMPARE(status, 0);
        }
        const HashCache cache = HashCache::load(m_options.cacheFile);
        for (int i = 0; i < kProcesses; ++i)
            QVERIFY(cache.find("/weights/" + std::to_string(i), {}));
    }
};

QTEST_GUILESS_MAIN(TestHashFlight)
#include "tst_HashFlight.moc"
