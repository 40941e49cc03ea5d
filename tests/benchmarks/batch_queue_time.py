#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""How long `mrbrain batch` takes to plan and to queue many requests, and to recognise as many
finished ones.

usage: batch_queue_time.py MRBRAIN [REQUESTS]
Uses the phantom. Queued means that the first run has started: every request was read, validated,
compared with what is in the folder and put into the queue by then. The finished runs are copies of
one record with other seeds, so that a thousand of them need not be made.
"""
import json
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

REQUEST = {"dim": [64, 64, 64], "num_inference_steps": 1}
REPEATS = 5


def order(mrbrain, folder, request, seeds, *more):
    return [mrbrain, "batch", str(request), "--seeds", f"1..{seeds}", "--engine", "phantom",
            "-o", str(folder), *more]


def seconds_to_plan(command):
    begin = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - begin, json.loads(done.stdout)


def seconds_to_first_start(command):
    """Then the batch is killed; what it began is ended by its supervisors."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.endswith(": started\n"):
            break
    wall = time.monotonic() - begin
    process.send_signal(signal.SIGKILL)
    process.wait()
    return wall


def copy_finished(run, folder, seeds):
    """The run's record under each of the other seeds."""
    result = json.loads((run / "result.json").read_text())
    journal = json.loads((run / "run.json").read_text())
    sample = result["output"]["samples"][0]
    volume = pathlib.Path(sample["image_path"])
    for seed in range(2, seeds + 1):
        copy = folder / f"copy-{seed}"
        copy.mkdir()
        shutil.copyfile(volume, copy / volume.name)
        result["input"]["random_seed"] = journal["random_seed"] = seed
        block = result["invocation"]["rendered_model_config"]["diffusion_unet_inference"]
        block["random_seed"] = seed
        result["output"]["directory"] = str(copy)
        sample["image_path"] = str(copy / volume.name)
        (copy / "result.json").write_text(json.dumps(result, indent=2))
        (copy / "run.json").write_text(json.dumps(journal, indent=2))


def tell(what, values):
    print(f"{what}: median {statistics.median(values):.3f} s, "
          f"min {min(values):.3f}, max {max(values):.3f}")


def main() -> None:
    mrbrain = sys.argv[1]
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        request = place / "request.json"
        request.write_text(json.dumps(REQUEST))
        nothing = place / "nothing"
        tell(f"{requests} requests planned",
             [seconds_to_plan(order(mrbrain, nothing, request, requests, "--dry-run"))[0]
              for _ in range(REPEATS)])
        tell(f"{requests} requests queued, the first run started",
             [seconds_to_first_start(order(mrbrain, place / f"queued-{i}", request, requests))
              for i in range(REPEATS)])
        folder = place / "finished"
        subprocess.run(order(mrbrain, folder, request, 1), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        copy_finished(next(folder.glob("*/result.json")).parent, folder, requests)
        walls = []
        for _ in range(REPEATS):
            wall, document = seconds_to_plan(order(mrbrain, folder, request, requests))
            assert document["batch"]["counts"]["made_before"] == requests
            walls.append(wall)
        tell(f"{requests} finished requests recognised", walls)


if __name__ == "__main__":
    main()
