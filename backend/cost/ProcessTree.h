// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>

namespace mrb::backend {

/// What the processes of a run use at one moment.
struct TreeUsage
{
    /// MiB. Memory that processes share counts for each of them; what is shared once would cost
    /// walking the page tables of each, which stops the process meanwhile.
    double rssMb = 0;
    /// User and system, of the living and, as far as they were waited for, of those that ended.
    double cpuSeconds = 0;
    int processes = 0;

    friend bool operator==(const TreeUsage &, const TreeUsage &) = default;
};

/// The processes below the supervisor of a run, found through /proc. The supervisor adopts what
/// loses its parent, so a daemon belongs as well. It is known by number and start time: one that
/// ended and whose number was given away again holds nothing. One thread at a time.
class ProcessTree
{
public:
    /// The tree that `program` is in: all below its parent. Nothing when the program has ended
    /// already or does not descend from this process.
    static std::optional<ProcessTree> around(pid_t program);

    /// Nothing when the supervisor is gone.
    std::optional<TreeUsage> look() const;
    /// Whether it is below the supervisor now.
    bool holds(pid_t process) const;

private:
    ProcessTree(pid_t root, unsigned long long startTime) : m_root(root), m_startTime(startTime) {}

    pid_t m_root;
    unsigned long long m_startTime; ///< clock ticks since the machine's start
};

/// Whether a process of this number can be seen from here.
bool processExists(pid_t process);

} // namespace mrb::backend
