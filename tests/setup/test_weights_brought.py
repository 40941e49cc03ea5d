# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Weights that somebody brought along, and disks: other file systems, full ones, closed ones."""

import json
import os
import pathlib
import shutil
import sys
import unittest

from mrbrain_cli import SOURCE, WEIGHTS, tree
from weights_shop import LARGE, SMALL, STAGING, WeightsTest, checkpoint

sys.path.insert(0, str(SOURCE / "tests" / "faults"))
from room import Room  # noqa: E402

LAYOUTS = ("as in a checkout", "by name", "cache", "HF_HOME")


class Brought(WeightsTest):

    def setUp(self):
        super().setUp()
        self.folder = self.shop.folder / "brought"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def bring(self, path, content, layout="by name"):
        """One file in the folder, as that layout has it."""
        repository, revision = self.file_of[path]
        place = self.folder / path
        if layout == "by name":
            place = self.folder / pathlib.Path(path).name
        elif layout != "as in a checkout":
            base = self.folder / "hub" if layout == "HF_HOME" else self.folder
            cached = base / ("models--" + repository.replace("/", "--"))
            blob = cached / "blobs" / "0123abc"
            blob.parent.mkdir(parents=True)
            blob.write_bytes(content)
            place = cached / "snapshots" / revision / path
            place.parent.mkdir(parents=True)
            place.symlink_to(os.path.relpath(blob, place.parent))
            return place
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return place

    def take(self, *arguments, folder=None, **more):
        return self.fetch("--weights", folder or self.folder, *arguments, **more)

    def test_takes_them_from_every_layout_and_leaves_them_there(self):
        for layout in LAYOUTS:
            with self.subTest(layout=layout):
                shutil.rmtree(self.folder)
                self.folder.mkdir()
                places = [self.bring(path, self.content[path], layout) for path in WEIGHTS]
                for path in WEIGHTS:
                    (self.shop.root / path).unlink(missing_ok=True)
                before = (tree(self.folder), self.state_of(*places))
                self.assert_done(self.take())
                self.assertEqual((tree(self.folder), self.state_of(*places)), before)
                self.assertEqual(self.hub.requests, [])

    def test_needs_no_packages(self):
        for path in WEIGHTS:
            self.bring(path, self.content[path])
        away = self.shop.folder / "venv-away"
        self.shop.venv.rename(away)
        self.addCleanup(lambda: away.rename(self.shop.venv))
        outcome = self.take()
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assert_installed(*WEIGHTS)

    def test_names_what_is_wrong_and_takes_what_is_right(self):
        wrong = self.bring(SMALL, checkpoint(self.folder / "x", 10))
        self.bring(LARGE, self.content[LARGE])
        for _ in range(2):
            problem = self.assert_failed(self.take(), "weight_mismatch")
            self.assertIn(str(wrong), problem["message"])
            self.assertEqual(problem["field"], SMALL)
        self.assert_installed(LARGE)
        self.assertEqual(tree(self.models), [LARGE.split("/")[1]])
        # A right one in another place of the folder is found all the same.
        self.bring(SMALL, self.content[SMALL], "cache")
        self.assert_done(self.take())

    def test_says_which_are_missing(self):
        self.assert_failed(self.take(), "weight_not_brought")
        self.assert_failed(self.take(folder=self.folder / "nothing"), "weights_folder_unusable")
        self.assertEqual(tree(self.models), [])
        self.assertEqual(self.hub.requests, [])

    def test_takes_away_what_a_killed_copy_left(self):
        staged = self.models / STAGING / "models"
        staged.mkdir(parents=True)
        (staged / f".{LARGE.split('/')[1]}.123.0.part").write_bytes(bytes(1000))
        for path in WEIGHTS:
            self.bring(path, self.content[path])
        self.assert_done(self.take())

    def test_large_ones_need_not_be_hashed_again(self):
        """The file is sparse, so that its size costs nothing."""
        with open(self.folder / "large.pt", "wb") as file:
            file.truncate(101_000_000)
        (self.shop.root / LARGE).symlink_to(self.folder / "large.pt")
        (self.shop.root / SMALL).write_bytes(self.content[SMALL])
        manifest = self.shop.make_manifest(name="large.yaml")
        (self.shop.root / LARGE).unlink()
        (self.folder / "large.pt").rename(self.folder / LARGE.split("/")[1])
        outcome = self.shop.run("setup", "weights", "--yes", "--manifest", manifest, "--upstream",
                                self.shop.root, "--weights", self.folder, env=self.surroundings())
        self.assertEqual(outcome.code, 0, outcome.stderr)
        cache = json.loads((self.shop.folder / "cache/mrbrain/weights-sha256.json").read_text())
        self.assertIn(str(self.shop.root / LARGE), [entry["path"] for entry in cache["entries"]])


class Disks(WeightsTest):

    def room(self, options):
        """A file system of its own, to which the checkout's models/ leads."""
        shop, test = self.shop, self

        class Surroundings:
            """The shop, with the hub in the environment."""
            folder = shop.folder

            @staticmethod
            def environment():
                return test.surroundings()
        room = Room(self, options)
        room.shop = Surroundings
        self.models.rename(self.shop.folder / "models-away")
        self.models.symlink_to(room.path)

        def back():
            self.models.unlink()
            (self.shop.folder / "models-away").rename(self.models)
        self.addCleanup(back)
        return room

    def assert_installed_in(self, room, *paths):
        for path in paths:
            self.assertEqual((room.here / pathlib.Path(path).name).read_bytes(),
                             self.content[path], path)

    def test_models_on_another_file_system(self):
        room = self.room("size=64m")
        outcome = room.run(*self.command())
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assert_installed_in(room, *WEIGHTS)
        self.assertEqual(tree(room.here), sorted(path.split("/")[1] for path in WEIGHTS))
        self.assertTrue(self.models.is_symlink())

    def test_weights_folder_on_another_file_system(self):
        room = self.room("size=64m")
        folder = self.shop.folder / "brought"
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder)
        for path in WEIGHTS:
            (folder / pathlib.Path(path).name).write_bytes(self.content[path])
        outcome = room.run(*self.command("--yes", "--weights", folder))
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assert_installed_in(room, *WEIGHTS)

    def test_disk_full_in_the_middle_of_a_download(self):
        room = self.room("size=2m")
        old = checkpoint(room.here / LARGE.split("/")[1], 10)
        problem = self.assert_failed(room.run(*self.command()), "hub_disk_full")
        self.assertIn("disk space", problem["hint"])
        self.assert_installed_in(room, SMALL)
        self.assertEqual((room.here / LARGE.split("/")[1]).read_bytes(), old)
        part = next((room.here / STAGING).rglob("*.part")).read_bytes()
        self.assertTrue(part and self.content[LARGE].startswith(part))
        room.command("mount", "-o", "remount,size=64m", room.path)
        self.hub.behave()
        outcome = room.run(*self.command())
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assert_installed_in(room, LARGE)
        self.assertEqual(self.hub.ranges(), [len(part)])

    def test_disk_full_in_the_middle_of_a_copy(self):
        room = self.room("size=2m")
        folder = self.shop.folder / "brought"
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder)
        for path in WEIGHTS:
            (folder / pathlib.Path(path).name).write_bytes(self.content[path])
        self.assert_failed(room.run(*self.command("--yes", "--weights", folder)), "cannot_write")
        self.assert_installed_in(room, SMALL)
        self.assertEqual(tree(room.here), [SMALL.split("/")[1]])

    def test_little_room_is_said_before(self):
        room = self.room("size=8m")
        plan = self.plan_in(room.run(*self.command("--check")))
        self.assertIn("disk_nearly_full", [warning["code"] for warning in plan["warnings"]])
        self.assertEqual(plan["needed_bytes"], 3_000_000_000)
        self.assertTrue(plan["may_start"])

    def test_read_only(self):
        room = self.room("size=8m,ro")
        self.assert_failed(room.run(*self.command()), "output_read_only_file_system")
        self.assertEqual(self.hub.requests, [])

    @unittest.skipIf(os.geteuid() != 0, "needs to become another user")
    def test_no_permission(self):
        """A checkout that everything is right with but for the rights to its models folder."""
        def give(user):
            for path in (self.shop.folder, *self.shop.folder.rglob("*")):
                os.lchown(path, user, user)
        self.addCleanup(give, 0)
        give(65534)
        os.chown(self.models, 0, 0)
        outcome = self.fetch(user=65534, group=65534, extra_groups=[])
        problem = self.assert_failed(outcome, "output_not_writable")
        self.assertIn(str(self.models), problem["message"])
        self.assertEqual(tree(self.models), [])
        self.assertEqual(self.hub.requests, [])

    def test_a_link_that_leads_nowhere(self):
        self.models.rename(self.shop.folder / "models-away")
        self.models.symlink_to(self.shop.folder / "not-mounted")

        def back():
            self.models.unlink()
            (self.shop.folder / "models-away").rename(self.models)
        self.addCleanup(back)
        self.assert_failed(self.fetch(), "output_not_a_folder")
        self.assertFalse((self.shop.folder / "not-mounted").exists())


if __name__ == "__main__":
    unittest.main()
