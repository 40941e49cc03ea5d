# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""A checkout with packages and without weights, the hub that has them, and questions about what
`mrbrain setup weights` did."""

import hashlib
import os
import pathlib
import shutil
import zipfile

from model_hub import Hub
from mrbrain_cli import WEIGHTS, CliTest, tree

HERE = pathlib.Path(__file__).resolve().parent
STAGING = ".mrbrain-download"
REPOSITORIES = ("nvidia/NV-Generate-CT", "nvidia/NV-Generate-MR-Brain")
REVISIONS = ("75ac080fb1083c403793563477724c038e7d430c",
             "ef9759bf221265b2704569cdeeac20bbf03b62ee")
SMALL, LARGE = WEIGHTS
# As the tests' hub: one that nobody has. It is looked for in every byte that was written.
TOKEN = "hf_TestTokenOfNobody0123456789"
# Folders with the real huggingface_hub and what it needs, separated by colons, in place of the
# stand-in. It takes files in larger pieces.
LIBRARY = os.environ.get("MRB_HUB_LIBRARY", "")
# Where the larger file is cut off.
CUT = 20 << (20 if LIBRARY else 16)


def checkpoint(path, kilobytes, fill=b""):
    """A zip archive, as torch.save() writes them, of about that size."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("archive/data.pkl"), fill or os.urandom(kilobytes << 10))
    return path.read_bytes()


class WeightsTest(CliTest):
    """Weights that take a moment; the hub is new in each test, the checkout has none of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shop = cls.shop
        cls.add_library(shop.site)
        cls.models = shop.root / "models"
        cls.content = {SMALL: checkpoint(shop.root / SMALL, 500),
                       LARGE: checkpoint(shop.root / LARGE, CUT // 1024 * 3 // 2)}
        cls.manifest = shop.make_manifest(name="weights.yaml")
        cls.file_of = dict(zip(WEIGHTS, zip(REPOSITORIES, REVISIONS)))

    @staticmethod
    def add_library(site):
        if LIBRARY:
            shutil.rmtree(site / "tqdm")  # an empty one would be found first
            (site / "library.pth").write_text(LIBRARY.replace(":", "\n") + "\n")
            return
        shutil.copytree(HERE / "standin" / "huggingface_hub", site / "huggingface_hub",
                        ignore=shutil.ignore_patterns("__pycache__"))
        info = site / "huggingface_hub-0.36.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: huggingface_hub\nVersion: 0.36.2\n")

    def setUp(self):
        super().setUp()
        for left in self.models.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        shutil.rmtree(self.shop.folder / "cache", ignore_errors=True)
        self.hub = Hub({(*self.file_of[path], path): content
                        for path, content in self.content.items()})
        self.addCleanup(self.hub.close)

    def surroundings(self, **changes):
        return self.shop.environment(**{"HF_ENDPOINT": self.hub.address, **changes})

    def start(self, *arguments, env=None, **more):
        return self.shop.start(*self.command(*arguments), env=env or self.surroundings(), **more)

    def command(self, *arguments):
        return ("setup", "weights", "--manifest", self.manifest, "--upstream", self.shop.root,
                *(arguments or ["--yes"]))

    def fetch(self, *arguments, **more):
        return self.start("--yes", *arguments, **more).wait()

    def look(self, **more):
        """The step as it stands."""
        return self.plan_in(self.start("--check", **more).wait())

    @staticmethod
    def plan_in(outcome):
        return next(step for step in outcome.document["setup"]["steps"]
                    if step["step"] == "weights")

    def problems(self, outcome):
        """Of that which was carried out, or why nothing was. What a command says of its failure is
        named by its cause."""
        source = [*outcome.document["ran"], self.plan_in(outcome)][0]
        return {problem["field"] if problem["code"] == "setup_command_failed" else
                problem["code"]: problem for problem in source["problems"]}

    def assert_done(self, outcome):
        self.assertEqual(outcome.code, 0, outcome.stderr + outcome.stdout.decode())
        self.assertEqual(self.plan_in(outcome)["state"], "done")
        self.assert_installed(*WEIGHTS)
        self.assertFalse((self.models / STAGING).exists())

    def assert_failed(self, outcome, code):
        """For one reason, which comes with something to do."""
        self.assertNotEqual(outcome.code, 0, outcome.stderr)
        problems = self.problems(outcome)
        self.assertIn(code, problems, outcome.stderr)
        self.assertTrue(problems[code]["message"] and problems[code]["hint"], problems)
        return problems[code]

    def assert_installed(self, *paths):
        for path in paths:
            self.assertEqual(hashlib.sha256((self.shop.root / path).read_bytes()).digest(),
                             hashlib.sha256(self.content[path]).digest(), path)

    def parts(self):
        """What incomplete downloads hold: {name of the weight: bytes}"""
        return {part.name.split(".pt.")[0] + ".pt": part.read_bytes()
                for part in (self.models / STAGING).rglob("*.part")}

    def state_of(self, *paths):
        """By which a file that was left alone is told from one that was made again."""
        return {path: (os.stat(path).st_ino, os.stat(path).st_mtime_ns) for path in paths}

    def everything_written(self):
        """Every regular file of the shop but the token's own, as bytes."""
        for name in tree(self.shop.folder):
            path = self.shop.folder / name
            if path.is_file() and not path.is_symlink() and path != self.token_file:
                yield path, path.read_bytes()

    @property
    def token_file(self):
        return self.shop.folder / "cache" / "huggingface" / "token"
