#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""From the start of a program to its last change of the screen, and its peak memory.

first_picture.py [--rounds N] [--size WxH] [--part X,Y,W,H] COMMAND [VS COMMAND]...

Each COMMAND is one argument, split like a shell would; rounds go through all of them in turns. The
X server's screen is a memory-mapped file, so watching it costs the programs next to nothing. Only
what changes inside --part (fractions of the screen) counts for commands that begin with "part:",
so that what follows a first picture elsewhere can be left out.
"""
import argparse
import mmap
import os
import pathlib
import shlex
import statistics
import struct
import subprocess
import tempfile
import time
import zlib

QUIET_S = 2.5  # without a change: finished


class Screen:
    def __init__(self, size: str):
        self.folder = tempfile.TemporaryDirectory()
        self.display = f":{200 + os.getpid() % 5000}"
        self.server = subprocess.Popen(
            ["Xvfb", self.display, "-screen", "0", size + "x24", "-fbdir", self.folder.name,
             "-noreset"], stderr=subprocess.DEVNULL)
        socket = pathlib.Path("/tmp/.X11-unix/X" + self.display[1:])
        while not socket.exists():
            time.sleep(0.01)
        time.sleep(0.3)
        file = open(pathlib.Path(self.folder.name) / "Xvfb_screen0", "rb")
        self.memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack(">25I", self.memory[:100])
        self.width, self.height, self.stride = header[4], header[5], header[12]
        self.start = header[0] + 12 * header[19]

    def digest(self, part) -> int:
        x, y, w, h = (int(f * s) for f, s in
                      zip(part, (self.width, self.height, self.width, self.height)))
        value = 0
        for row in range(y, min(y + h, self.height), 16):
            at = self.start + row * self.stride + 4 * x
            value = zlib.adler32(self.memory[at:at + 4 * w], value)
        return value

    def close(self):
        self.server.terminate()
        self.server.wait()


def measure(command: str, size: str, part) -> tuple[float, float]:
    if not command.startswith("part:"):
        part = (0.0, 0.0, 1.0, 1.0)
    screen = Screen(size)
    try:
        empty = last = screen.digest(part)
        environment = dict(os.environ, DISPLAY=screen.display, LIBGL_ALWAYS_SOFTWARE="1")
        began = time.monotonic()
        changed = began
        process = subprocess.Popen(shlex.split(command.removeprefix("part:")), env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            time.sleep(0.005)
            now = time.monotonic()
            digest = screen.digest(part)
            if digest != last:
                last, changed = digest, now
            if process.poll() is not None:
                raise SystemExit(f"ended by itself, exit code {process.returncode}: {command}")
            if last != empty and now - changed > QUIET_S:
                break
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
        process.kill()
        process.wait()
        return changed - began, peak / 1024
    finally:
        screen.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--part", default="0,0,1,1")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    part = tuple(float(field) for field in options.part.split(","))
    results = {command: [] for command in options.command}
    for _ in range(options.rounds):
        for command in options.command:
            results[command].append(measure(command, options.size, part))
    for command, values in results.items():
        times = [time_s for time_s, _ in values]
        print(f"{statistics.median(times) * 1000:7.0f} ms ({min(times) * 1000:.0f}-"
              f"{max(times) * 1000:.0f})  {max(peak for _, peak in values):6.0f} MiB  {command}")


if __name__ == "__main__":
    main()
