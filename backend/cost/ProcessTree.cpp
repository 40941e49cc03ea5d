// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/ProcessTree.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

namespace {

// Deeper than any sane ancestry; /proc may change while it is followed.
constexpr int kMostGenerations = 64;

struct ProcessStat
{
    pid_t pid = 0;
    pid_t parent = 0;
    unsigned long long ownTicks = 0;
    unsigned long long endedChildrenTicks = 0;
    unsigned long long startTime = 0;
    unsigned long long rssPages = 0;
};

/// A file of /proc that fits; empty when it is gone.
template <std::size_t Size>
std::string_view readProcFile(const std::string &path, std::array<char, Size> &buffer)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return {};
    std::size_t length = 0;
    while (length < buffer.size()) {
        const ssize_t got = ::read(descriptor, buffer.data() + length, buffer.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += static_cast<std::size_t>(got);
    }
    ::close(descriptor);
    return {buffer.data(), length};
}

std::string folderOf(pid_t pid)
{
    return "/proc/" + std::to_string(pid);
}

std::optional<ProcessStat> readStat(pid_t pid)
{
    std::array<char, 1024> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): read into
    const std::string_view text = readProcFile(folderOf(pid) + "/stat", buffer);
    // The name in the second field may hold anything, also spaces and brackets.
    const std::size_t nameEnd = text.rfind(')');
    if (nameEnd == std::string_view::npos || nameEnd + 4 > text.size())
        return std::nullopt;
    ProcessStat stat{.pid = pid};
    const char *at = text.data() + nameEnd + 3; // behind the state
    const char *const end = text.data() + text.size();
    // proc(5): field 4 is the parent, 14 to 17 are user, system and ended children's times, 22 the
    // start time, 24 the resident pages.
    for (int field = 4; field <= 24; ++field) {
        while (at < end && *at == ' ')
            ++at;
        long long value = 0;
        const auto read = std::from_chars(at, end, value);
        if (read.ec != std::errc())
            return std::nullopt;
        at = read.ptr;
        const auto count = static_cast<unsigned long long>(value < 0 ? 0 : value);
        if (field == 4)
            stat.parent = static_cast<pid_t>(value);
        else if (field == 14 || field == 15)
            stat.ownTicks += count;
        else if (field == 16 || field == 17)
            stat.endedChildrenTicks += count;
        else if (field == 22)
            stat.startTime = count;
        else if (field == 24)
            stat.rssPages = count;
    }
    return stat;
}

template <class Visitor> void visitNumbers(const char *folder, const Visitor &visit)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> entries(::opendir(folder), &::closedir);
    if (!entries)
        return;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
    while (const dirent *entry = ::readdir(entries.get())) {
        pid_t number = 0;
        const char *const end = entry->d_name + std::strlen(entry->d_name);
        const auto read = std::from_chars(entry->d_name, end, number);
        if (read.ec == std::errc() && read.ptr == end && number > 0)
            visit(number);
    }
}

/// Kernels may lack the lists of children (CONFIG_PROC_CHILDREN).
bool kernelListsChildren()
{
    static const bool known = ::access("/proc/thread-self/children", R_OK) == 0;
    return known;
}

void addListedChildren(pid_t parent, std::vector<pid_t> &children)
{
    const std::string tasks = folderOf(parent) + "/task";
    visitNumbers(tasks.c_str(), [&](pid_t task) {
        std::array<char, 16384> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        const std::string_view list =
            readProcFile(tasks + '/' + std::to_string(task) + "/children", buffer);
        const char *at = list.data();
        const char *const end = list.data() + list.size();
        while (at < end) {
            pid_t child = 0;
            const auto read = std::from_chars(at, end, child);
            if (read.ec == std::errc() && child > 0)
                children.push_back(child);
            at = read.ptr + 1;
        }
    });
}

std::vector<ProcessStat> descendantsByLists(pid_t root)
{
    std::vector<ProcessStat> found;
    std::set<pid_t> seen{root};
    std::vector<pid_t> waiting;
    addListedChildren(root, waiting);
    while (!waiting.empty()) {
        const pid_t pid = waiting.back();
        waiting.pop_back();
        if (!seen.insert(pid).second)
            continue;
        const auto stat = readStat(pid);
        // A number that was given away meanwhile has a parent of another family.
        if (!stat || !seen.contains(stat->parent))
            continue;
        found.push_back(*stat);
        addListedChildren(pid, waiting);
    }
    return found;
}

std::vector<ProcessStat> descendantsByScan(pid_t root)
{
    std::multimap<pid_t, ProcessStat> childrenOf;
    visitNumbers("/proc", [&childrenOf](pid_t pid) {
        if (const auto stat = readStat(pid))
            childrenOf.emplace(stat->parent, *stat);
    });
    std::vector<ProcessStat> found;
    std::set<pid_t> seen{root};
    std::vector<pid_t> waiting{root};
    while (!waiting.empty()) {
        const auto [first, last] = childrenOf.equal_range(waiting.back());
        waiting.pop_back();
        for (auto it = first; it != last; ++it) {
            if (seen.insert(it->second.pid).second) {
                found.push_back(it->second);
                waiting.push_back(it->second.pid);
            }
        }
    }
    return found;
}

bool isBelow(pid_t process, pid_t ancestor)
{
    auto stat = readStat(process);
    for (int generation = 0; stat && generation < kMostGenerations; ++generation) {
        if (stat->parent == ancestor)
            return true;
        if (stat->parent <= 1)
            return false;
        stat = readStat(stat->parent);
    }
    return false;
}

} // namespace

std::optional<ProcessTree> ProcessTree::around(pid_t program)
{
    const auto stat = readStat(program);
    if (!stat || stat->parent == ::getpid() || !isBelow(stat->parent, ::getpid()))
        return std::nullopt;
    const auto root = readStat(stat->parent);
    if (!root)
        return std::nullopt;
    return ProcessTree(root->pid, root->startTime);
}

std::optional<TreeUsage> ProcessTree::look() const
{
    // Parents before children: who ends meanwhile is missing from this look rather than in it
    // twice.
    const auto root = readStat(m_root);
    if (!root || root->startTime != m_startTime)
        return std::nullopt;
    const std::vector<ProcessStat> descendants =
        kernelListsChildren() ? descendantsByLists(m_root) : descendantsByScan(m_root);
    // The supervisor itself does not count, only what it waited for.
    unsigned long long ticks = root->endedChildrenTicks;
    unsigned long long pages = 0;
    for (const ProcessStat &process : descendants) {
        ticks += process.ownTicks + process.endedChildrenTicks;
        pages += process.rssPages;
    }
    static const auto kTicksPerSecond = static_cast<double>(::sysconf(_SC_CLK_TCK));
    static const auto kPageBytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
    constexpr double kMebibyte = 1024.0 * 1024.0;
    return TreeUsage{.rssMb = static_cast<double>(pages) * kPageBytes / kMebibyte,
                     .cpuSeconds = static_cast<double>(ticks) / kTicksPerSecond,
                     .processes = static_cast<int>(descendants.size())};
}

bool ProcessTree::holds(pid_t process) const
{
    const auto root = readStat(m_root);
    return root && root->startTime == m_startTime && isBelow(process, m_root);
}

bool processExists(pid_t process)
{
    return ::kill(process, 0) == 0 || errno == EPERM;
}

} // namespace mrb::backend
