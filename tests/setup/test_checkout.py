# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""`mrbrain setup checkout` against a repository on this machine: what it makes, what it leaves alone,
and what happens when it is interrupted."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

from setup_shop import Server, SetupTest, closed_port, fingerprint, refusing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))
from room import Room  # noqa: E402

# What a clone that was cut off leaves, said by the stand-in before it hangs.
HALF_A_CLONE = ('for last; do :; done\nPATH=/usr/bin:/bin\nmkdir -p "$last/.git/objects/pack"\n'
                'echo half > "$last/.git/objects/pack/tmp_pack_1"')


class Making(SetupTest):

    def test_is_the_pinned_commit_and_nothing_else_is_left(self):
        outcome = self.assert_done(self.setup("checkout"), "checkout")
        self.assertEqual(self.shop.git(self.root, "rev-parse", "HEAD"), self.shop.commit)
        self.assertEqual(self.shop.git(self.root, "status", "--porcelain"), "")
        self.assertEqual(os.listdir(self.place), ["model"])
        ran = outcome.document["ran"]
        self.assertEqual([(run["step"], run["ended"]) for run in ran], [("checkout", "done")])
        log = pathlib.Path(ran[0]["log"]).read_text()
        for command in self.look_before["commands"]:
            self.assertIn("$ " + command["text"], log)
            self.assertIn(command["text"], outcome.stderr)

    def setUp(self):
        super().setUp()
        self.look_before = self.look("checkout")

    def test_a_look_says_everything_and_writes_nothing(self):
        before = fingerprint(self.shop.folder)
        outcome = self.start("checkout", "--check").wait()
        self.assertEqual(outcome.code, 2)
        self.assertEqual(fingerprint(self.shop.folder), before)
        plan = self.plan(outcome, "checkout")
        self.assertEqual(plan["state"], "missing")
        self.assertTrue(plan["may_start"])
        clone, checkout = (command["text"] for command in plan["commands"])
        self.assertIn(" clone --no-checkout --progress ", clone)
        self.assertIn(str(self.repository), clone)
        self.assertTrue(checkout.endswith(f"checkout --progress --detach {self.shop.commit}"))
        self.assertEqual(plan["writes"][0]["path"], str(self.root))
        self.assertTrue(plan["offline"])

    def test_nobody_is_asked_without_a_terminal(self):
        before = fingerprint(self.shop.folder)
        outcome = self.start("checkout").wait()
        self.assert_refused(outcome)
        self.assertEqual(outcome.codes(), ["setup_needs_consent"])
        self.assertIn(" clone --no-checkout", outcome.stderr)
        self.assertEqual(fingerprint(self.shop.folder), before)

    def test_a_second_time_changes_nothing(self):
        self.assert_done(self.setup("checkout"), "checkout")
        before = fingerprint(self.shop.folder)
        outcome = self.assert_done(self.setup("checkout"), "checkout")
        self.assertEqual(outcome.document["ran"], [])
        self.assertEqual(fingerprint(self.shop.folder), before)

    def test_an_empty_folder_becomes_it(self):
        self.root.mkdir()
        self.assert_done(self.setup("checkout"), "checkout")

    def test_folders_above_it_are_made(self):
        root = self.place / "a" / "b" / "model"
        self.assert_done(self.setup("checkout", root=root), "checkout")

    def test_a_bundle_of_git_does_as_a_repository(self):
        bundle = self.place / "model.bundle"
        self.shop.git(self.repository, "bundle", "create", "-q", bundle, "--all")
        self.assert_done(self.setup("checkout", repository=bundle), "checkout")

    def test_hooks_and_line_ends_of_the_user_do_not_count(self):
        hooks = self.place / "hooks"
        hooks.mkdir()
        self.shop.write_program("post-checkout", f"echo ran > {self.place}/hook-ran", hooks)
        (self.shop.home / ".gitconfig").write_text(
            f"[core]\n\tautocrlf = true\n\thooksPath = {hooks}\n[init]\n\ttemplateDir = {hooks}\n")
        self.addCleanup((self.shop.home / ".gitconfig").unlink)
        self.assert_done(self.setup("checkout"), "checkout")
        self.assertFalse((self.place / "hook-ran").exists())


class WhatIsThere(SetupTest):
    """Whatever has the name already stays exactly as it is."""

    def assert_untouched(self, code="checkout_folder_is_something_else"):
        before = fingerprint(self.place)
        outcome = self.setup("checkout")
        self.assert_problem(outcome, "checkout", code)
        self.assertEqual(outcome.document["ran"], [])
        self.assertEqual(self.plan(outcome, "checkout")["state"], "wrong")
        after = fingerprint(self.place)
        if (self.root / ".git").exists():  # git may note that files have not changed
            before.pop("model/.git/index", None)
            after.pop("model/.git/index", None)
        self.assertEqual(after, before)
        return self.plan(outcome, "checkout")

    def test_a_checkout_that_fits_is_accepted(self):
        self.make_checkout()
        outcome = self.assert_done(self.setup("checkout"), "checkout")
        self.assertEqual(outcome.document["ran"], [])

    def test_a_file(self):
        self.root.write_text("mine")
        self.assert_untouched()

    def test_other_files(self):
        self.root.mkdir()
        (self.root / "thesis.txt").write_text("mine")
        self.assertIn("thesis.txt", self.assert_untouched()["fact"])

    def test_another_repository(self):
        self.root.mkdir()
        (self.root / "thesis.txt").write_text("mine")
        self.shop.git(self.root, "init", "-q")
        self.shop.git(self.root, "add", ".")
        self.shop.git(self.root, "commit", "-q", "-m", "mine")
        self.assertIn("repository of something else", self.assert_untouched()["fact"])

    def test_another_commit(self):
        self.make_checkout()
        (self.root / "more.txt").write_text("more")
        self.shop.git(self.root, "add", ".")
        self.shop.git(self.root, "commit", "-q", "-m", "more")
        plan = self.assert_untouched("checkout_commit_differs")
        self.assertIn("git checkout --detach", str(plan["problems"]))

    def test_an_edited_file(self):
        self.make_checkout()
        script = self.root / "scripts" / "diff_model_infer.py"
        script.write_text(script.read_text() + "# mine\n")
        self.assert_untouched("checkout_tracked_files_changed")

    def test_a_link_that_leads_to_a_file(self):
        (self.place / "notes").write_text("mine")
        self.root.symlink_to(self.place / "notes")
        before = fingerprint(self.place)
        outcome = self.setup("checkout")
        self.assertEqual(outcome.code, 2)
        self.assertEqual(fingerprint(self.place), before)

    def test_a_folder_in_which_another_disk_begins(self):
        room = Room(self, "size=1m,mode=755")
        outcome = room.run(*self.order("checkout", "--yes", root=room.path))
        problem = self.assert_problem(outcome, "checkout", "checkout_folder_is_something_else")
        self.assertIn("--upstream", problem["hint"])
        self.assertEqual(outcome.document["ran"], [])
        self.assert_done(room.run(*self.order("checkout", "--yes", root=room.path / "model")),
                         "checkout")

    def test_a_name_that_is_not_text(self):
        outcome = self.setup("checkout", root=os.fsencode(self.place) + b"/model\xff")
        self.assert_problem(outcome, "checkout", "path_not_utf8")
        self.assertEqual(os.listdir(self.place), [])

    def test_a_folder_that_only_has_the_name_of_a_partial_clone(self):
        self.partial.mkdir()
        (self.partial / "thesis.txt").write_text("mine")
        before = fingerprint(self.place)
        outcome = self.setup("checkout")
        self.assert_problem(outcome, "checkout", "checkout_partial_not_ours")
        self.assertEqual(fingerprint(self.place), before)


class Faults(SetupTest):

    def assert_nothing_made(self):
        self.assertFalse(self.root.exists())
        self.assertFalse(self.partial.exists(), "what cannot be used was left")

    def test_no_git(self):
        empty = self.place / "bin"
        empty.mkdir()
        outcome = self.setup("checkout", env=self.surroundings(PATH=str(empty)))
        self.assert_problem(outcome, "checkout", "git_missing")
        self.assert_nothing_made()

    def test_an_address_that_nobody_answers(self):
        outcome = self.setup("checkout", repository=f"http://127.0.0.1:{closed_port()}/model.git")
        self.assert_failed(outcome, "setup_no_network")
        self.assert_nothing_made()

    def test_proxies_that_refuse(self):
        for code in (403, 407):
            with self.subTest(code):
                proxy = Server(self, refusing(code))
                outcome = self.setup(
                    "checkout", repository="https://model.invalid/model.git",
                    env=self.surroundings(https_proxy=f"http://{proxy.address}"))
                failure = self.assert_failed(outcome, "setup_proxy_refused")
                self.assertIn(str(code), failure["what"])
                self.assertEqual([seen[:2] for seen in proxy.seen],
                                 [("CONNECT", "model.invalid:443")])
                self.assert_nothing_made()

    def test_no_repository_at_the_folder(self):
        outcome = self.setup("checkout", repository=self.place / "nothing.git")
        self.assert_failed(outcome, "setup_repository_missing")
        self.assert_nothing_made()

    def test_a_repository_without_the_commit(self):
        other = self.place / "other"
        other.mkdir()
        self.shop.git(other, "init", "-q")
        (other / "a").write_text("a")
        self.shop.git(other, "add", ".")
        self.shop.git(other, "commit", "-q", "-m", "another")
        outcome = self.setup("checkout", repository=other)
        failure = self.assert_failed(outcome, "setup_commit_missing")
        self.assertIn(self.shop.commit, failure["what"])
        self.assert_nothing_made()

    def test_a_password_in_the_address_goes_nowhere(self):
        secret = "verysecret"
        outcome = self.setup("checkout", repository=f"https://me:{secret}@model.invalid/m.git")
        self.assert_problem(outcome, "checkout", "address_with_password")
        self.assertNotIn(secret, outcome.stderr + outcome.stdout.decode())
        self.assert_nothing_made()

    def test_a_disk_that_becomes_full(self):
        room = Room(self, "size=320k,mode=755")
        room.fill(leave=60000)
        order = self.order("checkout", "--yes", root=room.path / "model")
        outcome = room.run(*order)
        self.assertIn(outcome.code, (3, 5), outcome.stderr)
        self.assertIn("No space left on device", outcome.stderr)
        if outcome.code == 3:
            self.assert_failed(outcome, "setup_disk_full")
        self.assertFalse((room.here / "model").exists())
        (room.here / "filler").unlink()
        self.assert_done(room.run(*order), "checkout")

    def test_a_folder_without_permission_to_write(self):
        room = Room(self, "size=1m,mode=755")
        room.make_read_only()
        outcome = room.run(*self.order("checkout", "--yes", root=room.path / "model"))
        self.assert_problem(outcome, "checkout", "output_read_only_file_system")
        self.assertEqual(outcome.document["ran"], [])

    def test_a_folder_of_somebody_else(self):
        cache = self.place / "cache"
        cache.mkdir()
        cache.chmod(0o777)
        self.place.chmod(0o555)
        self.addCleanup(self.place.chmod, 0o755)
        user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        outcome = self.setup("checkout", env=self.surroundings(XDG_CACHE_HOME=str(cache)), **user)
        problem = self.assert_problem(outcome, "checkout", "output_not_writable")
        self.assertIn(str(self.place), problem["message"])
        self.assertEqual(os.listdir(self.place), ["cache"])

    def test_a_clone_that_lacks_files(self):
        damaged = self.place / "damaged.git"
        shutil.copytree(self.repository, damaged)
        blob = self.shop.git(damaged, "rev-parse", f"{self.shop.commit}:requirements.txt")
        for pack in damaged.glob("objects/pack/*.pack"):
            with open(pack, "rb") as packed:
                content = packed.read()
            pack.unlink()
            pack.with_suffix(".idx").unlink()
            subprocess.run(["git", "-C", damaged, "unpack-objects", "-q"], input=content, check=True)
        (damaged / "objects" / blob[:2] / blob[2:]).unlink()
        outcome = self.setup("checkout", repository=damaged)
        self.assertEqual(outcome.code, 3, outcome.stderr)
        self.assert_nothing_made()


class Interrupted(SetupTest):

    def assert_goes_on(self, commands):
        plan = self.look("checkout")
        self.assertEqual(plan["state"], "interrupted")
        self.assertEqual(len(plan["commands"]), commands)
        self.assert_done(self.setup("checkout"), "checkout")
        self.assertEqual(self.shop.git(self.root, "status", "--porcelain"), "")
        self.assertFalse(self.partial.exists())

    def test_killed_while_it_clones(self):
        running = self.start_hanging("checkout", self.hanging("git", "clone*", HALF_A_CLONE))
        self.kill(running)
        self.assertFalse(self.root.exists())
        self.assert_goes_on(commands=2)

    def test_killed_while_it_checks_out(self):
        running = self.start_hanging(
            "checkout", self.hanging("git", "*checkout*--detach*",
                                     'PATH=/usr/bin:/bin; echo half > "$2/requirements.txt"; '
                                     'touch "$2/.git/index.lock"'))
        self.kill(running)
        self.assertFalse(self.root.exists())
        self.assert_goes_on(commands=1)

    def test_git_is_killed(self):
        running = self.start_hanging("checkout", self.hanging("git", "clone*", HALF_A_CLONE))
        os.kill(int(self.reached.read_text()), signal.SIGKILL)
        outcome = running.wait()
        self.assert_failed(outcome, "killed")
        self.assertFalse(self.root.exists())
        self.assert_done(self.setup("checkout"), "checkout")

    def test_cancelled_while_it_clones(self):
        running = self.start_hanging("checkout", self.hanging("git", "clone*", HALF_A_CLONE))
        running.signal(signal.SIGINT)
        outcome = running.wait()
        self.assertEqual(outcome.code, 130, outcome.stderr)
        self.assertEqual(outcome.document["ran"][0]["ended"], "cancelled")
        self.assertFalse(self.root.exists())
        self.assertFalse(self.partial.exists())
        self.assertEqual(self.shop.living(), {})

    def test_two_at_once(self):
        running = self.start_hanging("checkout", self.hanging("git", "clone*", HALF_A_CLONE))
        second = self.setup("checkout")
        self.assertEqual(second.code, 2, second.stderr)
        self.assertEqual(self.codes_of(second.document["ran"][0]["problems"]), ["setup_in_use"])
        self.assertTrue(self.partial.exists())
        running.signal(signal.SIGTERM)
        self.assertEqual(running.wait().code, 130)


if __name__ == "__main__":
    unittest.main()
