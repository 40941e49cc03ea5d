// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

/// Uses memory and time on demand: spender MARKER MODE [MIB [MILLISECONDS]]. MARKER is only there
/// to be found in /proc; forks keep it. Says "ready" when the memory is there.

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace {

void ready()
{
    if (::write(STDOUT_FILENO, "ready\n", 6) != 6)
        ::_exit(9);
}

[[noreturn]] void sleepForever()
{
    while (true)
        ::pause();
}

std::vector<char> memory(int mebibytes)
{
    return std::vector<char>(static_cast<std::size_t>(mebibytes) << 20, 1);
}

/// Of processor time, hence at least as long by the clock.
void burn(int milliseconds)
{
    timespec used = {};
    volatile unsigned sum = 0;
    do {
        for (unsigned i = 0; i < 100'000; ++i)
            sum = sum + i;
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    } while (used.tv_sec * 1000 + used.tv_nsec / 1'000'000 < milliseconds);
}

struct Amount
{
    int mebibytes = 0;
    int milliseconds = 0;
};

void spend(const Amount &amount)
{
    const std::vector<char> held = memory(amount.mebibytes);
    burn(amount.milliseconds);
}

void hold(const Amount &amount)
{
    const std::vector<char> held = memory(amount.mebibytes);
    ready();
    sleepForever();
}

/// Twice the memory, half of it in a child.
void holdInTwo(const Amount &amount)
{
    int ends[2] = {};
    if (::pipe(ends) != 0)
        ::_exit(9);
    if (::fork() == 0) {
        const std::vector<char> held = memory(amount.mebibytes);
        ::close(ends[1]);
        sleepForever();
    }
    ::close(ends[1]);
    char byte = 0;
    if (::read(ends[0], &byte, 1) == 0)
        hold(amount);
}

void inGrandchild(const std::function<void()> &body)
{
    if (::fork() == 0) {
        if (::fork() == 0) {
            body();
            ::_exit(0);
        }
        ::wait(nullptr);
        ::_exit(0);
    }
}

/// Its parent is gone, and its session is its own.
void inDaemon(const std::function<void()> &body)
{
    if (::fork() == 0) {
        ::setsid();
        if (::fork() != 0)
            ::_exit(0);
        body();
        ::_exit(0);
    }
    ::wait(nullptr);
}

/// Ends when the pipe's last writer has ended.
void waitFor(const std::function<void(const std::function<void()> &)> &start,
             const std::function<void()> &body)
{
    int ends[2] = {};
    if (::pipe(ends) != 0)
        ::_exit(9);
    start(body);
    ::close(ends[1]);
    char byte = 0;
    while (::read(ends[0], &byte, 1) > 0) {
    }
    while (::wait(nullptr) > 0) {
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        return 99;
    const auto number = [&](int index) { return index < argc ? std::atoi(argv[index]) : 0; };
    const Amount amount{number(3), number(4)};
    const std::map<std::string, std::function<void()>> modes{
        {"nothing", [] {}},
        {"spend", [&] { spend(amount); }},
        {"hold", [&] { hold(amount); }},
        {"two-hold", [&] { holdInTwo(amount); }},
        {"grandchild-holds", [&] { waitFor(inGrandchild, [&] { hold(amount); }); }},
        {"daemon-holds", [&] { waitFor(inDaemon, [&] { hold(amount); }); }},
        {"grandchild-spends", [&] { waitFor(inGrandchild, [&] { spend(amount); }); }},
        {"daemon-spends", [&] { waitFor(inDaemon, [&] { spend(amount); }); }},
        // What a child used before it ended, then a process that stays.
        {"grandchild-spent",
         [&] {
             waitFor(inGrandchild, [&] { spend(amount); });
             ready();
             sleepForever();
         }},
    };
    const auto mode = modes.find(argv[2]);
    if (mode == modes.end())
        return 98;
    mode->second();
    return 0;
}
