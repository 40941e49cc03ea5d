// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/FailureRules.h"

#include "backend/failure/RuleTables.h"

#include <vector>

namespace mrb::backend {

namespace {

constexpr auto kReinstall =
    MRB_NOOP("Install requirements.txt of the checkout into a new virtual environment and run "
             "preflight.");

constexpr SignalRule kSignals[] = {
    {9, "killed", MRB_NOOP("The program was killed (signal 9)."),
     MRB_NOOP("Somebody did it, or the kernel because the machine ran out of memory (RAM)."),
     MRB_NOOP("Look at dmesg for \"Out of memory\"; close other programs, or ask for fewer "
              "voxels.")},
    {15, "terminated", MRB_NOOP("The program was asked to end (signal 15)."),
     MRB_NOOP("Somebody, a scheduler or the machine's shutdown asked."), MRB_NOOP("Run again.")},
    {1, "terminated", MRB_NOOP("The program's session ended (signal 1)."), "",
     MRB_NOOP("Run again.")},
    {2, "terminated", MRB_NOOP("The program was interrupted (signal 2)."), "",
     MRB_NOOP("Run again.")},
    {11, "crashed", MRB_NOOP("The program crashed (signal 11, invalid memory access)."),
     MRB_NOOP("Native code of a package failed; mixed versions are a usual reason."), kReinstall},
    {6, "crashed", MRB_NOOP("The program aborted (signal 6)."),
     MRB_NOOP("Native code of a package stopped it; the log's end often says why."), kReinstall},
    {7, "bus_error", MRB_NOOP("The program crashed (signal 7, bus error)."),
     MRB_NOOP("A file shrank while it was used, the disk or /dev/shm is full, or memory failed."),
     MRB_NOOP("Check the free space and the weights' hashes in preflight, then run again. A "
              "container needs more shared memory (--shm-size).")},
    {4, "crashed", MRB_NOOP("The program used an instruction this processor lacks (signal 4)."),
     MRB_NOOP("A package was built for a newer processor."), kReinstall},
};

} // namespace

std::span<const FailureRule> failureRules()
{
    static const std::vector<FailureRule> rules = [] {
        std::vector<FailureRule> all;
        for (const std::span<const FailureRule> part : {gpuRules(), fileRules(), packageRules()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return rules;
}

std::span<const SignalRule> signalRules()
{
    return kSignals;
}

} // namespace mrb::backend
