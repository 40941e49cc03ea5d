# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""A small file system of the test's own, in a mount namespace that nothing else sees."""

import contextlib
import os
import pathlib
import subprocess
import unittest

from mrbrain_cli import MRBRAIN, Running

NEEDS = "a mount namespace (unshare --mount --map-root-user)"
TOOLS = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
HOLD = 'mount -t tmpfs -o "$2" none "$1" && echo up && exec cat'


class Room:
    """`path` is the mount point as mrbrain sees it, `here` the same folder as the test reaches it;
    both stay until the test ends. A process that only waits holds the namespace."""

    def __init__(self, test, options):
        self.shop = test.shop
        self.path = self.shop.folder / f"room-{test.id().rsplit('.', 1)[1]}"
        self.path.mkdir(exist_ok=True)
        self._holder = subprocess.Popen(
            ["/usr/bin/unshare", "--mount", "--map-root-user", "/bin/sh", "-c", HOLD, "sh",
             str(self.path), options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=TOOLS, cwd="/")
        test.addCleanup(self._end)
        if self._holder.stdout.readline() != "up\n":
            raise unittest.SkipTest(f"needs {NEEDS}: {self._holder.stderr.read().strip()}")
        self._root = pathlib.Path(f"/proc/{self._holder.pid}/root")
        self._enter = ["/usr/bin/nsenter", "-t", str(self._holder.pid), "--user", "--mount",
                       "--preserve-credentials", "--"]

    def _end(self):
        self._holder.stdin.close()
        self._holder.wait()
        for pipe in (self._holder.stdout, self._holder.stderr):
            pipe.close()

    @property
    def here(self):
        return self._root / self.path.relative_to("/")

    def command(self, *argv):
        """A command on the mounts of the room."""
        subprocess.run([*self._enter, *map(str, argv)], check=True, env=TOOLS)

    def start(self, *arguments) -> Running:
        argv = [*self._enter, os.fsencode(str(MRBRAIN)), *(os.fsencode(str(a)) for a in arguments)]
        return Running(self.shop, argv, self.shop.environment(), self.shop.folder)

    def run(self, *arguments):
        return self.start(*arguments).wait()

    def fill(self, leave=0):
        """Until nothing more fits, but for some bytes."""
        with open(self.here / "filler", "wb", buffering=0) as filler:
            with contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(4096))
            filler.truncate(filler.tell() - leave)

    def make_read_only(self):
        """For whatever is opened from now on; files that are open stay writable, as no mount that
        is in use can be made read-only."""
        self.command("mount", "--bind", self.path, self.path)
        self.command("mount", "-o", "remount,bind,ro", self.path)

    def unmount(self):
        self.command("umount", "--lazy", self.path)
