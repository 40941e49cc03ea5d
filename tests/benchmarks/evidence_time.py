#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Bundling and verifying 10 runs of 256x256x128 against what neither can do without.

usage: evidence_time.py BUILD_DIR [PAIRS]
The two sides of a pair run one after the other, so that the ratio holds on a machine whose speed
drifts. Whole processes, files in the page cache; reports are made before.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 10


def wall(*command) -> float:
    begin = time.monotonic()
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    took = time.monotonic() - begin
    # A phantom cannot pass, so verifying it ends with 4.
    if done.returncode not in (0, 4):
        sys.exit(done.stderr.decode())
    return took


def compared(name: str, pairs: int, ours, baseline) -> None:
    ours(), baseline()
    times = [(ours(), baseline()) for _ in range(pairs)]
    ratios = [a / b for a, b in times]
    first, second = zip(*times)
    print(f"{name}: ours {statistics.median(first):.3f} s, without what is ours "
          f"{statistics.median(second):.3f} s, ratio {statistics.median(ratios):.2f} "
          f"({min(ratios):.2f} to {max(ratios):.2f})")


def main() -> None:
    build = pathlib.Path(sys.argv[1]).resolve()
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    mrbrain, base = build / "bin/mrbrain", build / "tests/bin/evidence_baseline"
    with tempfile.TemporaryDirectory(dir=build) as scratch:
        folder = pathlib.Path(scratch)
        runs = [folder / f"run{number}" for number in range(RUNS)]
        for number, run in enumerate(runs):
            wall(mrbrain, "generate", "default", "--engine", "phantom", "-s", number, "-o", run)
        archive = folder / "bundle.zip"
        made = subprocess.run([mrbrain, "bundle", *runs, "-o", archive], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if json.loads(made.stdout)["warnings"]:
            sys.exit("the reports could not be made")
        content = folder / "content"
        subprocess.run([sys.executable, "-m", "zipfile", "-e", archive, content], check=True)
        files = [path for path in content.rglob("*") if path.is_file()]
        print(json.dumps({"files": len(files), "bytes": archive.stat().st_size}))
        def fresh(target: pathlib.Path, *command) -> float:
            target.unlink(missing_ok=True)
            return wall(*command)

        compared("bundle", pairs,
                 lambda: fresh(archive, mrbrain, "bundle", *runs, "-o", archive),
                 lambda: fresh(folder / "copy", base, "copy", folder / "copy", *files))
        compared("verify, archive", pairs, lambda: wall(mrbrain, "verify", archive),
                 lambda: wall(base, "check", *files))
        compared("verify, folder", pairs, lambda: wall(mrbrain, "verify", content),
                 lambda: wall(base, "check", *files))


if __name__ == "__main__":
    main()
