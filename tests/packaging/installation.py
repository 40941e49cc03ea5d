# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""An installation of what was built, in a folder of its own, and how its programs are run."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ["MRB_BUILD"])


def install(prefix: pathlib.Path) -> None:
    done = subprocess.run([os.environ["MRB_CMAKE"], "--install", BUILD, "--prefix", prefix],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise AssertionError(f"cmake --install failed:\n{done.stdout}")


def tree(folder: pathlib.Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


class InstallationTest(unittest.TestCase):
    """Installed once for the class, under a name with blanks, and then moved."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mrbrain-install-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()
        first = cls.folder / "first place"
        install(first)
        cls.prefix = cls.folder / "moved to" / "another place"
        cls.prefix.parent.mkdir()
        first.rename(cls.prefix)
        cls.home = cls.folder / "home"
        cls.home.mkdir()

    def run_program(self, name, *arguments, prefix=None, display=None, **environment):
        """Without anything of whoever runs the tests. display: on an X server of its own."""
        command = [prefix or self.prefix, "bin", name]
        command = [str(pathlib.Path(*command)), *map(str, arguments)]
        if display:
            command = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", *command]
        asan = {"ASAN_OPTIONS": os.environ["ASAN_OPTIONS"]}
        return subprocess.run(command, cwd=self.folder, text=True, timeout=500,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={"PATH": "/usr/bin:/bin", "HOME": str(self.home),
                                   "LANG": "C.UTF-8", **asan, **environment})

    def copy(self):
        """To be damaged."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        self.addCleanup(shutil.rmtree, folder)
        return pathlib.Path(shutil.copytree(self.prefix, folder / "copy"))
