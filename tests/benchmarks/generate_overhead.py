#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What `mrbrain generate` itself costs around upstream: process wall minus upstream's wall.

usage: generate_overhead.py MRBRAIN [RUNS]
Uses the phantom at the default size (256x256x128), measurements included.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time


def one_run(mrbrain: str, folder: pathlib.Path) -> tuple[float, float]:
    begin = time.monotonic()
    process = subprocess.run([mrbrain, "generate", "default", "--engine", "phantom", "-o",
                              str(folder), "--progress", "none"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    wall = time.monotonic() - begin
    return wall, json.loads(process.stdout)["runtime"]["subprocess_seconds"]


def main() -> None:
    mrbrain = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    own = []
    with tempfile.TemporaryDirectory() as folder:
        one_run(mrbrain, pathlib.Path(folder) / "warm-up")
        for index in range(runs):
            wall, upstream = one_run(mrbrain, pathlib.Path(folder) / str(index))
            own.append(wall - upstream)
            print(f"run {index}: wall {wall:.3f} s, upstream {upstream:.3f} s, "
                  f"own {own[-1]:.3f} s")
    print(f"own time: median {statistics.median(own):.3f} s, "
          f"min {min(own):.3f}, max {max(own):.3f}")


if __name__ == "__main__":
    main()
