# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""An installation works wherever it is put, and consists of what a user needs."""

from __future__ import annotations

import json
import shutil
import unittest

from installation import InstallationTest, tree

SMALL = {"dim": [64, 64, 64], "spacing": [3.5, 3.75, 2.72], "num_inference_steps": 6}


class Install(InstallationTest):

    def test_it_generates_and_draws_where_it_was_moved_to(self):
        before = tree(self.prefix)
        request = self.folder / "request.json"
        request.write_text(json.dumps(SMALL))
        run = self.folder / "a run"
        done = self.run_program("mrbrain", "generate", request, "--engine", "phantom", "-o", run)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads((run / "result.json").read_text())
        self.assertEqual(result["overall_status"], "demo")
        self.assertEqual(result["invocation"]["upstream_root"],
                         str(self.prefix / "share/mrbrain/phantom_upstream"))
        volume, = run.glob("*.nii.gz")
        picture = self.folder / "picture.png"
        done = self.run_program("mrbrain", "snapshot", volume, "-o", picture)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")
        # Whoever removes the program removes all of it.
        self.assertEqual(tree(self.prefix), before)

    def test_programs_are_found_by_links(self):
        folder = self.folder / "bin of the user"
        folder.mkdir()
        (folder / "mrbrain").symlink_to(self.prefix / "bin" / "mrbrain")
        done = self.run_program(folder / "mrbrain", "generate", "default", "--engine", "phantom",
                                "--dry-run")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_nothing_is_installed_that_is_only_for_building(self):
        files = {path for path in tree(self.prefix) if (self.prefix / path).is_file()}
        self.assertEqual({path for path in files if path.startswith("bin/")},
                         {"bin/mrbrain", "bin/mrbrain-studio"})
        self.assertEqual({path for path in files if path.startswith("libexec/")},
                         {"libexec/mrbrain/mrbrain-picture", "libexec/mrbrain/mrbrain-supervisor"})
        others = {path for path in files if not path.startswith(("bin/", "libexec/", "share/"))}
        self.assertEqual(others, set())
        self.assertEqual([path for path in files if "__pycache__" in path or path.endswith(".pyc")],
                         [])

    def test_no_file_knows_where_it_was_built(self):
        """A path of the build tree inside would work on one machine only."""
        for path in self.prefix.rglob("*"):
            if path.is_file() and path.suffix not in (".png", ".gz"):
                content = path.read_bytes()
                self.assertNotIn(b"first place", content, path)
                if path.parent.name not in ("bin", "mrbrain"):  # programs hold names of sources
                    self.assertNotIn(str(shutil.os.environ["MRB_BUILD"]).encode(), content, path)

    def test_without_its_data_it_says_what_is_missing(self):
        broken = self.copy()
        shutil.rmtree(broken / "share" / "mrbrain" / "phantom_upstream")
        done = self.run_program("mrbrain", "generate", "default", "--engine", "phantom", "-o",
                                self.folder / "never", prefix=broken)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("phantom_upstream", done.stderr)
        self.assertFalse((self.folder / "never").exists())


if __name__ == "__main__":
    unittest.main()
