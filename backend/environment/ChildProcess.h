// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mrb::backend {

/// A file descriptor that is closed at the end of its life.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(Descriptor &&other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor() { close(); }

    int number() const { return m_number; }
    bool isOpen() const { return m_number >= 0; }
    void close();

private:
    int m_number = -1;
};

struct Pipe
{
    Descriptor readEnd; ///< does not block
    Descriptor writeEnd;
};

/// False with errno set when the machine has no descriptors left.
bool openPipe(Pipe &pipe);

/// What a program is to find on its standard input; not open when the machine refuses.
Descriptor openInput(const std::string &input);

/// A program to be started with nothing but what is named here.
struct ChildSpec
{
    std::filesystem::path program; ///< PATH is not searched
    const std::vector<std::string> &arguments;
    const EnvironmentPairs &environment;
    const std::filesystem::path &workingFolder; ///< empty: the parent's
    int in, out, err;                           ///< all above 2
};

/// Starts it in a process group of its own, with all signals as a fresh login has them. It is
/// killed when the calling thread ends, so also when this program is killed. Returns its number, or
/// nothing, and errno says why.
std::optional<pid_t> startChild(const ChildSpec &spec);

/// The child and everything that stayed in its group. The leader is killed and reaped at the end of
/// life of this object whatever happens, and never before the group was killed: until then its
/// number cannot be given to another process.
class ChildGroup
{
public:
    explicit ChildGroup(pid_t leader);
    ChildGroup(const ChildGroup &) = delete;
    ChildGroup &operator=(const ChildGroup &) = delete;
    ~ChildGroup();

    const Descriptor &pidfd() const { return m_pidfd; }
    /// Without reaping it.
    bool hasExited() const;
    /// Kills the group and returns the wait status of the leader, or nothing if it cannot be had.
    std::optional<int> end();

private:
    void waitForExit(int milliseconds) const;

    pid_t m_leader;
    Descriptor m_pidfd;
    bool m_reaped = false;
};

} // namespace mrb::backend
