# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""A checkout without packages, and wheels to install."""

import shutil

from setup_shop import SetupTest
from tiny_wheels import PACKAGES, TORCH_WITH_CUDA, make_wheel, make_wheels


class PackagesTest(SetupTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wheels = make_wheels(cls.shop.folder / "wheels")
        # Whoever imports torch leaves a trace.
        cls.trace = cls.shop.folder / "torch-was-imported"
        make_wheel(cls.wheels, "torch", "2.6.0",
                   {"torch/__init__.py": f"open({str(cls.trace)!r}, 'w').close()\n",
                    "torch/version.py": TORCH_WITH_CUDA})

        # An environment with nothing but pip in it, made by the set-up itself: copies of it save
        # most tests from making one.
        cls.prepared = cls.shop.folder / "prepared"
        empty = cls.shop.folder / "no-wheels"
        empty.mkdir()
        checkout = cls.shop.folder / "for-prepared"
        cls.shop.git(cls.shop.folder, "clone", "-q", cls.repository, checkout)
        cls.shop.run("setup", "packages", "--yes", "--manifest", cls.shop.manifest, "--upstream",
                     checkout, "--venv", cls.prepared, "--wheels", empty,
                     env=cls.shop.environment(NV_GENERATE_ROOT=None))

    def setUp(self):
        super().setUp()
        self.make_checkout()
        self.venv = self.root / ".venv"

    def take_prepared(self):
        shutil.copytree(self.prepared, self.venv, symlinks=True)

    def install(self, *arguments, **more):
        return self.setup("packages", *(arguments or ("--wheels", self.wheels)), **more)

    def installed(self, venv=None):
        site = next((venv or self.venv).glob("lib/python3*/site-packages"))
        return {path.name for path in site.iterdir()}

    def assert_installed(self, outcome, venv=None):
        self.assert_done(outcome, "packages")
        names = self.installed(venv)
        for module, _, _ in PACKAGES.values():
            self.assertIn(module, names)
        self.assertFalse(self.trace.exists(), "torch was imported")
