# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""A small checkout with packages of its own, and both ways to run a module of it."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import unittest
from dataclasses import dataclass

DATA = pathlib.Path(os.environ["MRB_DATA"])
LAUNCHER = DATA / "warm" / "warm_start.py"
MODULE = "scripts.entry"
CONFIG = "./configs/network.json"

# What it prints is compared with a cold start, so it says all that a script can see of its start.
ENTRY = '''
from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import datetime

import monai
import torch
from monai import transforms

from . import helper
from .tools import inner, work
from .tools.inner import deep

os.environ.get("MARK")  # not an import, hence not executed before go


def main():
    main_module = sys.modules["__main__"]
    with open("/proc/self/fd/0", "rb") as file:
        stdin = (os.readlink("/proc/self/fd/0"), file.read().decode(), sys.stdin.read(),
                 sys.stdin.seekable(), sys.stdin.encoding)
    print(json.dumps({
        "argv": sys.argv, "name": __name__, "file": __file__, "package": __package__,
        "spec": __spec__.name, "loader": type(__loader__).__name__, "doc": __doc__,
        "main": main_module.__dict__ is globals(), "own": __spec__.name in sys.modules,
        "path": sys.path, "cwd": os.getcwd(), "environment": dict(os.environ),
        "stdin": stdin, "flags": str(sys.flags), "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")),
        "names": sorted(name for name in globals() if not name.startswith("__")),
        "order": torch.ORDER}), flush=True)


if __name__ == "__main__":
    main()
'''

FILES = {
    "scripts/__init__.py": "",
    "scripts/entry.py": ENTRY,
    "scripts/helper.py": "import torch\ntorch.ORDER.append(__name__)\n",
    "scripts/tools/__init__.py": "def work():\n    return 1\n",
    "scripts/tools/inner.py": "deep = 1\n",
    "scripts/unused.py": "raise RuntimeError('nobody asked for it')\n",
    "configs/network.json": json.dumps({
        "spatial_dims": 3,
        "net": {"_target_": "monai.nets.unet.UNet", "inner": [{"_target_": "monai.nets.plain.Net"}]},
        "by_name": {"_target_": "UNet"},
        "computed": {"_target_": "$import os"},
    }),
}
# A folder like site-packages, reached through PYTHONPATH; not below the checkout.
PACKAGES = {
    "torch/__init__.py": "from . import cuda\n__version__ = '2.6.0+fake'\nORDER = []\n",
    "torch/cuda.py": "STATE = []\ndef is_initialized():\n    return bool(STATE)\n",
    "monai/__init__.py": "__version__ = '1.5.0'\n",
    "monai/transforms.py": "import torch\ntorch.ORDER.append(__name__)\n",
    "monai/nets/__init__.py": "",
    "monai/nets/unet.py": "class UNet: pass\n",
    "monai/nets/plain.py": "class Net: pass\n",
}


@dataclass
class Ended:
    code: int
    stdout: str
    stderr: str

    @property
    def document(self):
        return json.loads(self.stdout)


class Waiting:
    """The launcher, started as the supervisor starts it."""

    def __init__(self, shop, arguments, **popen):
        self._ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [shop.python, LAUNCHER, *arguments], stdin=theirs, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, **shop.surroundings(), **popen)
        theirs.close()
        self._reader = self._ours.makefile("rb")

    def report(self):
        """What it says when it is ready; None when it ends before."""
        line = self._reader.readline()
        return json.loads(line) if line else None

    def tell(self, text):
        self._ours.sendall(text)

    def leave(self):
        with contextlib.suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)
        self._reader.close()
        self._ours.close()

    def end(self) -> Ended:
        stdout, stderr = self.process.communicate()
        self.leave()
        return Ended(self.process.returncode, stdout, stderr)

    def run(self) -> Ended:
        self.tell(b"go\n")
        self.leave()
        return self.end()


class Shop:
    def __init__(self):
        # As os.getcwd() says it.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mrbrain-warm-")).resolve()
        self.root = self.folder / "checkout"
        self.site = self.folder / "site"
        self.python = sys.executable
        for path, text in FILES.items():
            self.write(path, text)
        for path, text in PACKAGES.items():
            self.write(path, text, self.site)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, path, text, root=None):
        file = (root or self.root) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        return file

    def surroundings(self):
        return {"cwd": self.root,
                "env": {"PATH": os.defpath, "PYTHONPATH": str(self.site), "MARK": "größe",
                        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}}

    def start(self, *arguments, module=MODULE, **popen) -> Waiting:
        return Waiting(self, ["-m", module, *arguments], **popen)

    def warm(self, *arguments, module=MODULE) -> Ended:
        waiting = self.start(*arguments, module=module)
        waiting.report()
        return waiting.run()

    def cold(self, *arguments, module=MODULE) -> Ended:
        done = subprocess.run([self.python, "-m", module, *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False, **self.surroundings())
        return Ended(done.returncode, done.stdout, done.stderr)


class WarmTest(unittest.TestCase):
    """A shop for each test: modules are changed at will."""

    maxDiff = None

    def setUp(self):
        self.shop = Shop()
        self.addCleanup(self.shop.remove)
