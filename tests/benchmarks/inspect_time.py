# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Runs commands in turns, n times each, and prints median wall time and peak memory.

usage: inspect_time.py N NAME COMMAND... [--- NAME COMMAND...]...
The commands take turns so that a busy moment of the machine does not hit one of them alone.
"""
import os
import statistics
import subprocess
import sys
import time


def run_once(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def main():
    rounds = int(sys.argv[1])
    entries, rest = [], sys.argv[2:]
    while rest:
        end = rest.index("---") if "---" in rest else len(rest)
        entries.append((rest[0], rest[1:end], []))
        rest = rest[end + 1:]
    for _, command, _ in entries:
        run_once(command)  # warms the page cache
    for _ in range(rounds):
        for _, command, results in entries:
            results.append(run_once(command))
    first = statistics.median(seconds for seconds, _ in entries[0][2])
    print(f"{'':24}{'median s':>10}{'min s':>9}{'max s':>9}{'peak MiB':>10}{'first/this':>12}")
    for name, _, results in entries:
        seconds = [s for s, _ in results]
        median = statistics.median(seconds)
        peak = max(m for _, m in results)
        print(f"{name:24}{median:10.3f}{min(seconds):9.3f}{max(seconds):9.3f}{peak:10.0f}"
              f"{first / median:12.2f}")


if __name__ == "__main__":
    main()
