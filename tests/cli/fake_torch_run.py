# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Stands in for torch's launcher, `python -m torch.distributed.run`, as far as a run meets it:
starts one process for each GPU in a session of its own, with the variables that torch reads, waits,
and when one fails ends the others with SIGTERM and, those that stay, SIGKILL. Then it reports and
exits with 1, whatever the rank's own exit code was.

Keys of "launcher" in models/fake_mode.json: patience (seconds between SIGTERM and SIGKILL; null:
it gives up without SIGKILL), exit (its own exit code, instead of that of what happened).
"""
import argparse
import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

API = "torch/distributed/elastic/multiprocessing/api.py"
RULE = "=" * 60


def say(letter, line, message):
    now = datetime.datetime.now().strftime("%m%d %H:%M:%S.%f")
    print(f"{letter}{now} {os.getpid()} {API}:{line}] {message}", file=sys.stderr, flush=True)


def start(rank, count, module, arguments):
    environment = dict(os.environ, RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(count),
                       LOCAL_WORLD_SIZE=str(count), MASTER_ADDR="localhost", MASTER_PORT="29500")
    environment.setdefault("OMP_NUM_THREADS", "1")
    return subprocess.Popen([sys.executable, "-u", "-m", module, *arguments], env=environment,
                            start_new_session=True)


def end(others, patience):
    for process in others:
        say("W", 897, f"Sending process {process.pid} closing signal SIGTERM")
        process.terminate()
    limit = time.monotonic() + (patience or 0)
    while any(process.poll() is None for process in others) and time.monotonic() < limit:
        time.sleep(0.01)
    for process in others:
        if patience is not None and process.poll() is None:
            say("W", 916, f"Unable to shutdown process {process.pid} via Signals.SIGTERM, "
                          "forcefully exiting via Signals.SIGKILL")
            process.kill()
            process.wait()


def report(rank, process, module):
    code = process.returncode
    say("E", 869, f"failed (exitcode: {code}) local_rank: {rank} (pid: {process.pid}) of binary: "
                  f"{sys.executable}")
    why = (f"Signal {-code} ({signal.Signals(-code).name}) received by PID {process.pid}"
           if code < 0 else "no error file was written")
    print("Traceback (most recent call last):\n"
          '  File "<frozen runpy>", line 198, in _run_module_as_main\n'
          '  File "torch/distributed/run.py", line 892, in main\n    run(args)\n'
          "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n"
          f"{RULE}\n{module} FAILED\n{'-' * 60}\nFailures:\n  <NO_OTHER_FAILURES>\n{'-' * 60}\n"
          f"Root Cause (first observed failure):\n[0]:\n  rank      : {rank} (local_rank: {rank})\n"
          f"  exitcode  : {code} (pid: {process.pid})\n  traceback : {why}\n{RULE}",
          file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--standalone", action="store_true")
    parser.add_argument("--nproc_per_node", type=int, required=True)
    parser.add_argument("-m", action="store_true", required=True)
    parser.add_argument("module")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    mode_file = pathlib.Path("models/fake_mode.json")
    mode = (json.loads(mode_file.read_text()) if mode_file.exists() else {}).get("launcher", {})
    print(f"\n{'*' * 41}\nOMP_NUM_THREADS is 1 for each process unless it is set.\n{'*' * 41}",
          file=sys.stderr, flush=True)
    count = arguments.nproc_per_node
    ranks = [start(rank, count, arguments.module, arguments.rest) for rank in range(count)]

    def told_to_end(number, _frame):
        end([process for process in ranks if process.poll() is None], mode.get("patience", 0.3))
        sys.exit(128 + number)
    signal.signal(signal.SIGTERM, told_to_end)

    failed = []
    while not failed and any(process.poll() is None for process in ranks):
        time.sleep(0.01)  # between two looks
        failed = [rank for rank, process in enumerate(ranks) if process.poll()]
    first = failed[:1]
    end([process for process in ranks if process.poll() is None], mode.get("patience", 0.3))
    if first:
        report(first[0], ranks[first[0]], arguments.module)
    return mode.get("exit", 1 if first else 0)


if __name__ == "__main__":
    sys.exit(main())
