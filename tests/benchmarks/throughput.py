#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Many volumes on this machine's GPUs: one after another, several at once, and from interpreters
that are kept ready; and whether all of them give the same bytes.

    throughput.py MRBRAIN FOLDER [--runs 16] [--serial-runs 16] [--ways serial,cold,warm,single] -- OPTIONS OF mrbrain batch

Each way is a batch in a folder of its own below FOLDER, which must not exist. `again-…` ways run
beside the earlier ones, so the batch has learned from those what a run takes; the others have a parent
folder of their own and know nothing. `single` is a warm batch of one run at a time: every run finds
its interpreter ready.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import time

WAYS = {
    # name: (folder, options)
    "serial": ("serial/batch", ["--jobs", "1"]),
    "cold": ("cold/batch", []),
    "warm": ("warm/batch", ["--warm"]),
    "single": ("single/batch", ["--warm", "--jobs", "1"]),
    "again-cold": ("cold/again-cold", []),
    "again-warm": ("cold/again-warm", ["--warm"]),
}
FIRST_SEED = 1000


def run(arguments, folder, options, runs):
    command = [arguments.mrbrain, "batch", "default", "--seeds", f"{FIRST_SEED}..{FIRST_SEED + runs - 1}",
               "-o", folder, *options, *arguments.options]
    began = time.monotonic()
    outcome = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - began
    if outcome.returncode != 0:
        print(outcome.stderr[-2000:], file=sys.stderr)
    return seconds, json.loads(outcome.stdout)


def records(document):
    for made in document["runs"]:
        if made["run_folder"]:
            yield json.loads((pathlib.Path(made["run_folder"]) / "result.json").read_text())


def describe(way, seconds, document, reference):
    results = list(records(document))
    sums = {result["input"]["random_seed"]: [sample.get("image_sha256")
                                             for sample in result["output"]["samples"]]
            for result in results}
    for seed, found in sums.items():
        reference.setdefault(seed, found)
    equal = sum(found == reference[seed] for seed, found in sums.items())
    walls = sorted(result["run"]["wall_seconds"] for result in results)
    held = [result["cost"]["measured"]["gpu_memory_mb_held"] or 0 for result in results]
    peaks = [result["cost"]["measured"]["gpu_memory_mb_peak"] or 0 for result in results]
    launches = [result["invocation"]["launch"] for result in results]
    print(f"| {way} | {len(results)} | {seconds:.1f} | {seconds / max(len(results), 1):.2f} | "
          f"{walls[0]:.1f} / {walls[len(walls) // 2]:.1f} / {walls[-1]:.1f} | "
          f"{max(result['run']['most_at_once'] for result in results)} | "
          f"{max(held) / 1024:.1f} / {max(peaks) / 1024:.1f} | {equal} | "
          f"{', '.join(sorted(set(launches)))}, {document['batch']['plan']['basis_text']} |",
          flush=True)


def main():
    own, options = sys.argv[1:], []
    if "--" in own:
        at = own.index("--")
        own, options = own[:at], own[at + 1:]
    parser = argparse.ArgumentParser()
    parser.add_argument("mrbrain")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=16)
    parser.add_argument("--serial-runs", type=int, default=16, help="at most so many one by one")
    parser.add_argument("--ways", default="serial,cold,warm,single")
    arguments = parser.parse_args(own)
    arguments.options = options
    reference = {}
    print("| way | runs | s in all | s per volume | s of a run: least / median / most | "
          "most at once | GPU GiB of a run: held / peak | files equal | launch, basis of the plan |")
    for way in arguments.ways.split(","):
        folder, more = WAYS[way]
        most = {"single": 4, "serial": arguments.serial_runs}.get(way, arguments.runs)
        runs = min(arguments.runs, most)
        seconds, document = run(arguments, arguments.folder / folder, more, runs)
        describe(way, seconds, document, reference)


if __name__ == "__main__":
    main()
