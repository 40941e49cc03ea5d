// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

/// A program that misbehaves on demand: fakeprogram MARKER MODE [VALUE...]. MARKER is only there
/// to be found in /proc; forks keep it.

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

using Values = std::vector<std::string>;

int number(const Values &values, std::size_t index)
{
    return index < values.size() ? std::atoi(values[index].c_str()) : 0;
}

void writeAll(int descriptor, const std::string &bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t written = ::write(descriptor, bytes.data() + at, bytes.size() - at);
        if (written <= 0)
            ::_exit(9);
        at += static_cast<std::size_t>(written);
    }
}

void ignoreTerm()
{
    ::signal(SIGTERM, SIG_IGN);
}

[[noreturn]] void sleepForever()
{
    while (true)
        ::pause();
}

void ready()
{
    writeAll(STDOUT_FILENO, "ready\n");
}

int arguments(const Values &values)
{
    for (const std::string &value : values)
        writeAll(STDOUT_FILENO, value + '\0');
    return 0;
}

int environment(const Values &)
{
    for (char **entry = environ; *entry; ++entry)
        writeAll(STDOUT_FILENO, std::string(*entry) + '\0');
    return 0;
}

int openDescriptors()
{
    DIR *folder = ::opendir("/proc/self/fd");
    int open = -1; // the folder's own
    while (const dirent *entry = ::readdir(folder))
        open += entry->d_name[0] != '.' ? 1 : 0;
    ::closedir(folder);
    return open;
}

// What a child should find: nothing on stdin, only the standard descriptors, its folder.
int surroundings(const Values &)
{
    std::string text = std::istreambuf_iterator<char>(std::cin) == std::istreambuf_iterator<char>()
                           ? "stdin empty\n"
                           : "stdin not empty\n";
    text += "descriptors " + std::to_string(openDescriptors()) + '\n';
    std::string path(4096, '\0');
    text += std::string("folder ") + ::getcwd(path.data(), path.size()) + '\n';
    sigset_t blocked;
    ::sigprocmask(SIG_BLOCK, nullptr, &blocked);
    text += std::string("blocked ") + (::sigismember(&blocked, SIGTERM) != 0 ? "yes\n" : "no\n");
    struct sigaction action = {};
    ::sigaction(SIGPIPE, nullptr, &action);
    text += std::string("sigpipe ") + (action.sa_handler == SIG_DFL ? "default\n" : "changed\n");
    writeAll(STDOUT_FILENO, text);
    return 0;
}

int print(const Values &values)
{
    std::ifstream file(values.at(0), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    writeAll(number(values, 1) == 1 ? STDOUT_FILENO : STDERR_FILENO, bytes);
    return number(values, 2);
}

int flood(const Values &values)
{
    const bool lines = values.at(1) == "lines";
    std::string block(std::size_t{1} << 20, 'x');
    for (std::size_t i = 99; lines && i < block.size(); i += 100)
        block[i] = '\n';
    for (int i = 0; i < number(values, 0); ++i)
        writeAll(STDERR_FILENO, block);
    return 0;
}

int hang(const Values &)
{
    ignoreTerm();
    ready();
    sleepForever();
}

int politeHang(const Values &)
{
    ready();
    sleepForever();
}

// Ends with 0 when asked to.
int handleTerm(const Values &)
{
    ::signal(SIGTERM, [](int) { ::_exit(0); });
    ready();
    sleepForever();
}

void daemonise(const std::function<void()> &body)
{
    if (::fork() != 0)
        return;
    ::setsid();
    if (::fork() != 0)
        ::_exit(0);
    body();
    ::_exit(0);
}

// A TERM-deaf grandchild in a session of its own; then the program hangs or exits.
int deafDaemon(const Values &values)
{
    daemonise([] {
        ignoreTerm();
        ready();
        sleepForever();
    });
    ::wait(nullptr);
    if (values.at(0) == "exit")
        return 0;
    sleepForever();
}

int stoppedChild(const Values &)
{
    if (::fork() == 0) {
        ::raise(SIGSTOP);
        sleepForever();
    }
    int status = 0;
    ::waitpid(-1, &status, WUNTRACED);
    ready();
    sleepForever();
}

// A helper that ends as soon as it notices that the program has ended.
int shortLivedHelper(const Values &)
{
    int ends[2] = {};
    if (::pipe(ends) != 0)
        return 9;
    if (::fork() == 0) {
        ::close(ends[1]);
        char byte = 0;
        [[maybe_unused]] const ssize_t got = ::read(ends[0], &byte, 1);
        ::_exit(0);
    }
    return 0;
}

// Each generation forks the next one and is gone: a moving target.
int chain(const Values &)
{
    ignoreTerm();
    daemonise([] {
        ready();
        while (true) {
            if (::fork() > 0)
                ::_exit(0);
        }
    });
    return 0;
}

int spawner(const Values &values)
{
    ignoreTerm();
    ::signal(SIGCHLD, SIG_IGN);
    ready();
    for (int i = 0; i < number(values, 0); ++i) {
        if (::fork() == 0)
            sleepForever();
        ::usleep(500);
    }
    sleepForever();
}

int burn(const Values &)
{
    std::vector<char> memory(std::size_t{64} << 20, 1);
    volatile unsigned sum = 0;
    for (int round = 0; round < 4; ++round) {
        for (const char value : memory)
            sum = sum + static_cast<unsigned>(value);
    }
    return 0;
}

void awaitGo()
{
    std::string told;
    char byte = 0;
    while (told != "go\n") {
        if (::read(STDIN_FILENO, &byte, 1) != 1)
            ::_exit(90);
        told += byte;
    }
}

// A program that is held, in steps "WHAT:VALUE".
int held(const Values &values)
{
    const std::map<std::string, std::function<void(const std::string &)>> steps{
        {"out", [](const std::string &text) { writeAll(STDOUT_FILENO, text + '\n'); }},
        {"err", [](const std::string &text) { writeAll(STDERR_FILENO, text + '\n'); }},
        {"flood",
         [](const std::string &kib) {
             writeAll(STDERR_FILENO, std::string(std::stoul(kib) * 1024, 'x'));
         }},
        {"say", [](const std::string &text) { writeAll(STDIN_FILENO, text + '\n'); }},
        {"say-long",
         [](const std::string &bytes) {
             writeAll(STDIN_FILENO, std::string(std::stoul(bytes), 'y') + '\n');
         }},
        {"descriptors",
         [](const std::string &) {
             writeAll(STDOUT_FILENO, std::to_string(openDescriptors()) + '\n');
         }},
        {"close", [](const std::string &) { ::close(STDIN_FILENO); }},
        {"await", [](const std::string &) { awaitGo(); }},
        {"rest",
         [](const std::string &) {
             char byte = 0;
             writeAll(STDOUT_FILENO, ::read(STDIN_FILENO, &byte, 1) == 0 ? "end\n" : "more\n");
         }},
        {"daemon", [](const std::string &) { deafDaemon({"exit"}); }},
        {"hang", [](const std::string &) { hang({}); }},
        {"exit", [](const std::string &code) { ::_exit(std::stoi(code)); }},
        {"signal", [](const std::string &signal) { ::kill(::getpid(), std::stoi(signal)); }},
    };
    for (const std::string &value : values) {
        const std::size_t colon = value.find(':');
        steps.at(value.substr(0, colon))(value.substr(colon + 1));
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        return 99;
    const Values values(argv + 3, argv + argc);
    const std::map<std::string, std::function<int(const Values &)>> modes{
        {"exit", [](const Values &given) { return number(given, 0); }},
        {"signal",
         [](const Values &given) {
             ::signal(number(given, 0), SIG_DFL);
             ::kill(::getpid(), number(given, 0));
             return 0;
         }},
        {"arguments", arguments},
        {"environment", environment},
        {"surroundings", surroundings},
        {"print", print},
        {"flood", flood},
        {"hang", hang},
        {"polite-hang", politeHang},
        {"handle-term", handleTerm},
        {"deaf-daemon", deafDaemon},
        {"stopped-child", stoppedChild},
        {"short-lived-helper", shortLivedHelper},
        {"chain", chain},
        {"spawner", spawner},
        {"burn", burn},
        {"held", held},
    };
    const auto mode = modes.find(argv[2]);
    return mode == modes.end() ? 98 : mode->second(values);
}
