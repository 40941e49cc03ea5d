# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Stands in for upstream's scripts/diff_model_infer.py and misbehaves as fake_mode.json says.

Stock Python only. Log lines, bars and file names have upstream's format. Keys of the mode, all
optional: volumes (list, see write_volume), steps, hang_at (pauses for ever at a point), wait_at
(until the test opens the pipe models/go), points (files that tell the test how far it got), end
("ok", {"exit": N}, {"signal": N}, these two with last_words for stderr and said for stdout),
scale_factor, stderr_hex, flood_mb, deaf (ignore SIGTERM), children (list of
"session" or "daemon"), sabotage, follow (a file in models that must be there before it goes on from
the imports), ranks ({"1": keys that differ for rank 1}), seeds ({"7": keys that differ for seed 7,
from the first line about the request on}), launcher (see fake_torch_run.py),
spend (by phase, see spend()).
"""
import argparse
import array
import datetime
import gzip
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import time

MODELS = pathlib.Path("models")
GPU_PROCESSES = MODELS / "gpu-processes"
HELD = []
RANK = int(os.environ.get("RANK", 0))  # of torch's launcher


def log(message):
    if RANK != 0:
        return
    now = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    print(f"[{now}][ INFO](inference) - {message}", file=sys.stderr)


def voxels(shape, kind, seed):
    """Values by kind: ramp (deterministic by seed), nudged (one voxel is one more), constant,
    negative, nan."""
    count = shape[0] * shape[1] * shape[2]
    if kind == "constant":
        return array.array("h", [7]) * count
    if kind == "nan":
        return array.array("f", [1.5, float("nan"), 3.25, 900.0]) * (count // 4)
    pattern = array.array("h", ((7 * i * i + 3 * i + seed) % 991 for i in range(4096)))
    values = (pattern * (count // 4096 + 1))[:count]
    if kind == "negative":
        values[5] = -25536
    elif kind == "nudged":
        values[count // 2] += 1
    return values


def header(shape, spacing, typecode):
    """NIfTI-1 as upstream writes it: sform 2, qform 0, slope 1, units unknown."""
    data = bytearray(352)
    struct.pack_into("<i", data, 0, 348)
    struct.pack_into("<8h", data, 40, 3, *shape, 1, 1, 1, 1)
    struct.pack_into("<2h", data, 70, *((16, 32) if typecode == "f" else (4, 16)))
    struct.pack_into("<8f", data, 76, 1.0, *spacing, 1.0, 1.0, 1.0, 1.0)
    struct.pack_into("<3f", data, 108, 352.0, 1.0, 0.0)
    struct.pack_into("<2h", data, 252, 0, 2)
    for row in range(3):
        values = [0.0] * 4
        values[row] = spacing[row]
        struct.pack_into("<4f", data, 280 + 16 * row, *values)
    data[344:348] = b"n+1\0"
    return bytes(data)


def damaged(packed, how):
    """The gzip file, whole or with one fault."""
    data = bytearray(packed)
    if how == "truncated":
        del data[len(data) // 2:]
    elif how == "flipped":
        data[len(data) // 2] ^= 0x10
    elif how == "crc":
        data[-8] ^= 0xFF
    elif how == "empty":
        data.clear()
    elif how == "html":
        data[:] = b"<html>not a volume</html>"
    return bytes(data)


def write_volume(task, spec):
    """spec: shape, spacing, kind, damage, name, folder, link (a target), rank, seed."""
    shape = spec.get("shape", task["dim"])
    spacing = spec.get("spacing", task["spacing"])
    rank = spec.get("rank", RANK)
    size = "x".join(str(n) for n in shape)
    name = spec.get("name") or (
        f"{task['prefix']}_seed{spec.get('seed', task['seed'] + rank)}_size{size}_spacing"
        f"{'x'.join(f'{s:.2f}' for s in spacing)}_{datetime.datetime.now():%Y%m%d%H%M%S}"
        f"_rank{rank}_modality{task['modality']}.nii.gz")
    path = pathlib.Path(spec.get("folder", task["output"])) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if "link" in spec:
        path.symlink_to(spec["link"])
        log(f"Saved {path}.")
        return
    values = voxels(shape, spec.get("kind", "ramp"), task["seed"] + rank)
    packed = gzip.compress(header(shape, spacing, values.typecode) + values.tobytes(), 1, mtime=0)
    path.write_bytes(damaged(packed, spec.get("damage", "")))
    log(f"Saved {path}.")


def child(kind, folder):
    """session: deaf to SIGTERM, in a session of its own; daemon: its parent is gone, too."""
    code = ("import signal, pathlib, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "pathlib.Path(sys.argv[1]).write_text('up'); signal.pause()")
    sign = MODELS / f"child-{kind}"
    argv = [sys.executable, "-c", code, str(sign.absolute()), str(folder)]
    if kind == "daemon":
        script = f"import subprocess; subprocess.Popen({argv!r}, start_new_session=True)"
        argv = [sys.executable, "-c", script]
    started = subprocess.Popen(argv, start_new_session=True, stdin=subprocess.DEVNULL)
    if kind == "daemon":
        started.wait()
    while not sign.exists():
        os.sched_yield()


def point(mode, name):
    """Tells the test how far the run is, and stops here for ever when it is asked to."""
    sign = name if RANK == 0 else f"{name}-rank{RANK}"
    (MODELS / f"reached-{sign}").write_text(str(os.getpid()))
    while mode.get("hang_at") == name:
        signal.pause()
    if mode.get("wait_at") == name:
        (MODELS / "go").read_bytes()


def sabotage(what, output):
    if what == "remove_output":
        shutil.rmtree(output)
    elif what == "result_is_a_folder":
        (output / "result.json" / "taken").mkdir(parents=True)
    elif what == "fill_caches":
        (output / "_runtime_cache" / "xdg" / "kernels").write_bytes(bytes(3 << 20))


def end(how):
    if how == "ok":
        return 0
    sys.stderr.flush()
    sys.stderr.buffer.write(how.get("last_words", "").encode())
    sys.stderr.buffer.flush()
    sys.stdout.write(how.get("said", ""))
    sys.stdout.flush()
    if "signal" in how:
        os.kill(os.getpid(), how["signal"])
        signal.pause()
    if "last_words" not in how and how["exit"] == 1:
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
    return how["exit"]


def spend(mode, phase):
    """mb of memory that stays, gpu_mb of memory on a GPU from now on; goes on when nvidia-smi was
    asked `looks` times since then."""
    spec = mode.get("spend", {}).get(phase)
    if spec is None:
        return
    HELD.append(b"x" * (spec.get("mb", 0) << 20))
    whole = GPU_PROCESSES.with_suffix(".new")
    whole.write_text(f"{spec['uuid']}, {os.getpid()}, {spec['gpu_mb']}\n"
                     if spec.get("gpu_mb") else "")
    whole.rename(GPU_PROCESSES)
    asked = pathlib.Path(f"{GPU_PROCESSES}-asked")

    def count():
        return len(asked.read_text().splitlines()) if asked.exists() else 0
    wanted = count() + spec.get("looks", 0)
    while count() < wanted:
        time.sleep(0.01)  # between two looks


def diffuse(mode, steps):
    for step in range(steps + 1):
        percent = 100 * step // steps
        sys.stderr.write(f"\r{percent:3d}%|{'█' * (percent // 10):<10}| {step}/{steps} "
                         "[00:00<00:00, 10.00it/s]")
        sys.stderr.flush()
        if step == steps // 2:
            spend(mode, "diffusion")
            point(mode, "diffusion")
    sys.stderr.write("\n")


def main():
    parser = argparse.ArgumentParser()
    for option in ("-t", "-e", "-c"):
        parser.add_argument(option, required=True)
    parser.add_argument("-g", type=int, default=1)
    arguments = parser.parse_args()
    mode_file = MODELS / "fake_mode.json"
    mode = json.loads(mode_file.read_text()) if mode_file.exists() else {}
    if arguments.g > 1 and "RANK" not in os.environ:
        raise ValueError("Error initializing torch.distributed using env:// rendezvous: "
                         "environment variable RANK expected, but not set")
    mode.update(mode.get("ranks", {}).get(str(RANK), {}))
    if mode.get("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (MODELS / ("seen.json" if RANK == 0 else f"seen-rank{RANK}.json")).write_text(json.dumps(
        {"argv": sys.orig_argv, "cwd": os.getcwd(), "environ": dict(os.environ),
         "stdin": os.readlink("/proc/self/fd/0")}))
    spend(mode, "imports")
    point(mode, "imports")
    while "follow" in mode and not (MODELS / mode["follow"]).exists():
        time.sleep(0.01)  # between two looks

    json.loads(pathlib.Path(arguments.t).read_text())
    environment = json.loads(pathlib.Path(arguments.e).read_text())
    request = json.loads(pathlib.Path(arguments.c).read_text())["diffusion_unet_inference"]
    output = pathlib.Path(environment["output_dir"])
    task = {"dim": request["dim"], "spacing": request["spacing"], "seed": request["random_seed"],
            "modality": request["modality"], "prefix": environment["output_prefix"],
            "output": output}
    mode.update(mode.get("seeds", {}).get(str(task["seed"]), {}))
    log(f"Using cuda:0 of {arguments.g} with random seed: {task['seed']}")
    log(f"[config] ckpt_filepath -> {environment['existing_ckpt_filepath']}.")
    log(f"[config] random_seed -> {task['seed']}.")
    log(f"[config] output_prefix -> {task['prefix']}.")
    log(f"[config] output_size -> {tuple(task['dim'])}.")
    log(f"[config] out_spacing -> {tuple(task['spacing'])}.")
    log(f"checkpoints {environment['trained_autoencoder_path']} loaded.")
    log(f"checkpoints {environment['existing_ckpt_filepath']} loaded.")
    log(f"scale_factor -> {mode.get('scale_factor', 1.0)}.")
    spend(mode, "models")
    log("num_downsample_level -> 4, divisor -> 4.")
    log("noise: cuda:0, torch.float32, <class 'torch.Tensor'>")
    for kind in mode.get("children", []):
        child(kind, output)
    sys.stderr.flush()
    sys.stderr.buffer.write(bytes.fromhex(mode.get("stderr_hex", "")))
    line = b"flooding the log with a line that says nothing at all and is long enough\n" * 1000
    for _ in range(mode.get("flood_mb", 0) * 2**20 // len(line)):
        sys.stderr.buffer.write(line)
    sys.stderr.buffer.flush()
    diffuse(mode, mode.get("steps", request["num_inference_steps"]))
    for spec in mode.get("volumes", [{}]):
        write_volume(task, spec)
    sabotage(mode.get("sabotage"), output)
    point(mode, "end")
    return end(mode.get("end", "ok"))


if __name__ == "__main__":
    sys.exit(main())
