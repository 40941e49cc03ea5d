# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Fetching the pinned weights from a hub: what is fetched, what happens to that which was there, what
breaks off and goes on, and where a token goes."""

import hashlib
import os
import pathlib
import shutil
import signal
import sys
import unittest

from model_hub import Hub
from mrbrain_cli import WEIGHTS, processes_with, tree, wait_until
from weights_shop import (CUT, LARGE, LIBRARY, SMALL, STAGING, TOKEN, WeightsTest,
                          checkpoint)

HTML = b"<!DOCTYPE html><html>Log in</html>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"


class Fetching(WeightsTest):

    def test_fetches_what_is_missing_and_only_that(self):
        (self.shop.root / SMALL).write_bytes(self.content[SMALL])
        before = self.state_of(self.shop.root / SMALL)
        self.assert_done(self.fetch())
        self.assertEqual(self.state_of(self.shop.root / SMALL), before)
        repository, revision = self.file_of[LARGE]
        self.assertEqual({(request.method, request.path) for request in self.hub.requests},
                         {(method, f"/{repository}/resolve/{revision}/{LARGE}")
                          for method in ("HEAD", "GET")})
        self.assertEqual(tree(self.models), sorted(path.split("/")[1] for path in WEIGHTS))

    def test_repeating_it_changes_nothing_and_asks_nobody(self):
        self.assert_done(self.fetch())
        before = self.state_of(*(self.shop.root / path for path in WEIGHTS))
        self.hub.behave()
        self.assert_done(self.fetch())
        self.assertEqual(self.hub.requests, [])
        self.assertEqual(self.state_of(*(self.shop.root / path for path in WEIGHTS)), before)

    def test_plan_tells_source_place_licence_and_what_to_bring(self):
        plan = self.look()
        self.assertEqual((plan["state"], plan["may_start"]), ("missing", True))
        for path, command in zip(WEIGHTS, plan["commands"], strict=True):
            repository, revision = self.file_of[path]
            digest = hashlib.sha256(self.content[path]).hexdigest()
            self.assertRegex(command["text"],
                             f"^{self.shop.root}/.venv/bin/python -I .*/fetch_weights.py --into "
                             f"{self.models}/{STAGING} --repo {repository} --revision {revision} "
                             f"--sha256 {digest} --at-most 3000000000 --file {path}$")
            offline = "\n".join(plan["offline"])
            for part in (path, repository, revision, str(self.shop.root / path),
                         f"echo '{digest}  {self.shop.root / path}' | sha256sum --check"):
                self.assertIn(part, offline)
            self.assertIn(str(self.shop.root / path), [item["path"] for item in plan["writes"]])
        self.assertEqual(self.hub.requests, [])
        self.assertEqual(tree(self.models), [])

    def test_finds_the_library_where_pip_puts_it_without_an_environment(self):
        python = pathlib.Path(sys.base_prefix, "bin", "python3").resolve()
        site = self.shop.home / ".local" / "lib" / self.shop.site.parent.name / "site-packages"
        shutil.copytree(self.shop.site, site)
        self.addCleanup(shutil.rmtree, self.shop.home / ".local")
        self.assert_done(self.fetch("--into-python", "--python", python))

    def test_licence_is_named_before_anything_is_fetched(self):
        outcome = self.fetch()
        before, started, _ = outcome.stderr.partition("] $ ")
        self.assertTrue(started)
        self.assertIn("NVIDIA Open Model License", before)
        self.assertIn("/nvidia/NV-Generate-MR-Brain", before)

    def test_replaces_what_nobody_can_use(self):
        for left in (b"", HTML, POINTER, self.content[LARGE][:100_000]):
            (self.shop.root / LARGE).write_bytes(left)
            plan = self.look()
            self.assertEqual(plan["state"], "wrong")
            self.assertIn("deleted", {item["path"]: item["replaced"] for item in plan["writes"]}[
                str(self.shop.root / LARGE)])
            self.assert_done(self.fetch())
            self.assertEqual(tree(self.models), sorted(path.split("/")[1] for path in WEIGHTS))

    def test_keeps_whole_checkpoints_that_are_not_the_pinned_ones(self):
        target = self.shop.root / LARGE
        others = [checkpoint(target, 10), checkpoint(target, 10)]
        for number, other in enumerate(others, 1):
            target.write_bytes(other)
            plan = self.look()
            self.assertEqual(plan["state"], "wrong")
            self.assertIn("set-aside", {item["path"]: item["replaced"] for item in plan["writes"]}[
                str(target)])
            self.assert_done(self.fetch())
            for kept, content in zip(range(1, number + 1), others):
                self.assertEqual(
                    target.with_name(f"{target.name}.set-aside-{kept}").read_bytes(), content)

    def test_tells_what_it_set_aside_also_when_it_fails(self):
        checkpoint(self.shop.root / SMALL, 10)
        self.hub.close()
        self.hub = Hub({(*self.file_of[SMALL], SMALL): self.content[SMALL]})
        self.addCleanup(self.hub.close)
        outcome = self.fetch()
        self.assertEqual(outcome.code, 3, outcome.stderr)
        self.assert_installed(SMALL)
        warnings = outcome.document["ran"][0]["warnings"]
        self.assertEqual([warning["code"] for warning in warnings], ["weight_set_aside"])
        self.assertTrue(pathlib.Path(warnings[0]["field"]).is_file())

    def test_keeps_the_file_that_a_link_leads_to(self):
        elsewhere = self.shop.folder / "elsewhere.pt"
        other = checkpoint(elsewhere, 10)
        target = self.shop.root / LARGE
        target.symlink_to(elsewhere)
        self.assert_done(self.fetch())
        self.assertEqual(elsewhere.read_bytes(), other)
        self.assertEqual(os.readlink(target.with_name(f"{target.name}.set-aside-1")),
                         str(elsewhere))

    def test_leaves_a_folder_in_the_way_alone(self):
        (self.shop.root / LARGE).mkdir()
        (self.shop.root / LARGE / "mine").write_text("x")
        self.assert_failed(self.fetch(), "weight_not_a_file")
        self.assertEqual((self.shop.root / LARGE / "mine").read_text(), "x")
        self.assertEqual(self.hub.requests, [])

    @unittest.skipIf(LIBRARY, "breaks the stand-in")
    def test_needs_the_checkout_and_the_library(self):
        self.shop.site.joinpath("huggingface_hub", "__init__.py").rename(self.shop.folder / "away")
        self.addCleanup(lambda: (self.shop.folder / "away").rename(
            self.shop.site / "huggingface_hub" / "__init__.py"))
        self.assert_failed(self.fetch(), "hub_library_missing")
        edited = self.shop.root / "scripts" / "__init__.py"
        edited.write_text("# edited")
        self.addCleanup(lambda: edited.write_text(""))
        self.assert_failed(self.fetch(), "setup_step_blocked")
        self.assertEqual(self.hub.requests, [])


class Breaking(WeightsTest):

    def test_goes_on_after_a_broken_connection(self):
        self.hub.behave(cut_after=CUT)
        problem = self.assert_failed(self.fetch(), "hub_not_reached")
        self.assertIn(LARGE, problem["message"])
        self.assert_installed(SMALL)
        self.assertFalse((self.shop.root / LARGE).exists())
        self.assertEqual(self.parts(), {LARGE.split("/")[1]: self.content[LARGE][:CUT]})
        self.assertEqual(self.look()["state"], "interrupted")
        self.hub.behave()
        self.assert_done(self.fetch())
        self.assertEqual(self.hub.ranges(), [CUT])

    def test_begins_anew_where_the_hub_cannot_go_on(self):
        self.hub.behave(cut_after=CUT)
        self.fetch()
        self.hub.behave(ignore_range=True)
        self.assert_done(self.fetch())

    def hold(self, **more):
        """A download that waits in the middle of the larger file."""
        self.hub.behave(hold_after=CUT)
        running = self.start("--yes", **more)
        wait_until(self.hub.holding.is_set, "the hub holds")
        wait_until(lambda: len(self.parts().get(LARGE.split("/")[1], b"")) >= CUT // 2,
                   "most of it is on the disk")
        return running

    def assert_goes_on(self):
        self.assertEqual(self.shop.living(), {})
        self.assertFalse((self.shop.root / LARGE).exists())
        there = self.parts()[LARGE.split("/")[1]]
        self.assertTrue(self.content[LARGE].startswith(there))
        self.assertEqual(self.look()["state"], "interrupted")
        self.hub.behave()
        self.assert_done(self.fetch())
        self.assertEqual(self.hub.ranges(), [len(there)])

    def test_goes_on_after_a_kill(self):
        running = self.hold()
        running.signal(signal.SIGKILL)
        running.wait()
        wait_until(lambda: not self.shop.living(), "nothing is left of it")
        self.assert_goes_on()

    def test_goes_on_after_it_was_cancelled(self):
        running = self.hold()
        running.signal(signal.SIGINT)
        outcome = running.wait()
        self.assertEqual(outcome.code, 130, outcome.stderr)
        self.assert_goes_on()

    def test_cancelled_while_what_came_is_checked(self):
        # A download that is complete at once, and takes long to hash: a hole of many gigabytes.
        staged = self.models / STAGING / SMALL
        python = self.shop.venv / "bin" / "python"
        real = python.with_name("python-of-the-test")
        python.rename(real)
        self.addCleanup(real.rename, python)
        self.shop.write_program(
            "python", f'case "$*" in\n*fetch_weights*) /usr/bin/mkdir -p {staged.parent}; '
                      f'exec /usr/bin/truncate -s 32G {staged};;\nesac\nexec {real} "$@"',
            python.parent)
        running = self.start("--yes")
        files = f"/proc/{running.process.pid}/fd"

        def is_checked():
            return (running.process.poll() is not None or
                    any(os.path.realpath(os.path.join(files, name)) == str(staged)
                        for name in os.listdir(files)))
        wait_until(is_checked, "the file is checked")
        running.signal(signal.SIGINT)
        outcome = running.wait()
        self.assertEqual(outcome.code, 130, outcome.stderr)
        self.assertEqual(outcome.document["ran"][0]["ended"], "cancelled")
        self.assertFalse((self.shop.root / SMALL).exists())
        staged.unlink()

    def test_installs_what_was_complete_when_it_was_killed(self):
        staged = self.models / STAGING / LARGE
        staged.parent.mkdir(parents=True)
        staged.write_bytes(self.content[LARGE])
        self.assertEqual(self.look()["state"], "interrupted")
        self.assert_done(self.fetch())
        self.assertEqual(len(self.hub.gets()), 1)
        # And what was not what it should be does not get there.
        (self.shop.root / LARGE).unlink()
        staged.parent.mkdir(parents=True)
        staged.write_bytes(bytes(1000))
        self.assert_done(self.fetch())

    def test_wrong_content_is_not_installed(self):
        old = checkpoint(self.shop.root / SMALL, 10)
        self.hub.behave(wrong=True)
        problem = self.assert_failed(self.fetch(), "weight_mismatch")
        zeros = bytes(len(self.content[SMALL]))
        outcome = self.fetch()
        self.assertIn(hashlib.sha256(zeros).hexdigest(), outcome.stdout.decode())
        self.assertIn(SMALL, problem["field"] + problem["message"])
        self.assertEqual((self.shop.root / SMALL).read_bytes(), old)
        self.assertEqual(tree(self.models), [SMALL.split("/")[1]])
        self.hub.behave()
        self.assert_done(self.fetch())
        self.assertEqual(self.hub.ranges(), [0, 0])

    def test_another_file_on_the_hub_is_not_even_fetched(self):
        self.hub.behave(other_etag=True)
        self.assert_failed(self.fetch(), "hub_file_differs")
        self.assertEqual(self.hub.gets(), [])

    def test_a_file_that_is_too_large_is_not_even_fetched(self):
        self.hub.behave(size=3_000_000_001)
        outcome = self.fetch()
        self.assert_failed(outcome, "hub_file_differs")
        self.assertIn("a file of 3000000001 bytes", outcome.stderr)
        self.assertEqual(self.hub.gets(), [])

    def test_a_file_without_end_does_not_fill_the_disk(self):
        self.hub.behave(endless=True)
        self.assert_failed(self.fetch(), "hub_not_reached")
        self.assertEqual([path for path in self.models.rglob("*") if path.is_file()], [])
        self.hub.behave()
        self.assert_done(self.fetch())

    def test_what_the_hub_refuses(self):
        for behaviour, code in (({"refuse": 401}, "hub_access_refused"),
                                ({"refuse": 403}, "hub_access_refused"),
                                ({"refuse": 403, "error_code": "GatedRepo"}, "hub_access_refused"),
                                ({"refuse": 404, "error_code": "RevisionNotFound"},
                                 "hub_has_no_such_file"),
                                ({"refuse": 404, "error_code": "RepoNotFound"},
                                 "hub_has_no_such_file"),
                                ({"refuse": 404, "error_code": "EntryNotFound"},
                                 "hub_has_no_such_file"),
                                ({"refuse": 429}, "hub_too_many_requests"),
                                ({"refuse": 503}, "hub_unavailable"),
                                ({"portal": True}, "hub_is_another")):
            with self.subTest(**behaviour):
                old = checkpoint(self.shop.root / SMALL, 10)
                self.hub.behave(**behaviour)
                self.assert_failed(self.fetch(), code)
                self.assertEqual((self.shop.root / SMALL).read_bytes(), old)
                self.assertEqual(tree(self.models), [SMALL.split("/")[1]])

    def test_no_network(self):
        # A port that nobody listens on, a name that nobody has, and the library's own switch.
        self.hub.close()
        for changes, code in (({}, "hub_not_reached"),
                              ({"HF_ENDPOINT": "http://hub.invalid"}, "hub_not_reached"),
                              ({"HF_HUB_OFFLINE": "1"}, "hub_offline_mode")):
            self.assert_failed(self.fetch(env=self.surroundings(**changes)), code)
        self.assertEqual(tree(self.models), [])


class Token(WeightsTest):

    def assert_nowhere(self, outcome):
        """In nothing that was written or said, and in the environment of nothing but the script."""
        secret = TOKEN.encode()
        for text in (outcome.stdout, outcome.stderr.encode()):
            self.assertNotIn(secret, text)
        for path, content in self.everything_written():
            self.assertNotIn(secret, content, path)

    def test_is_asked_for(self):
        self.hub.behave(token=TOKEN)
        problem = self.assert_failed(self.fetch(), "hub_access_refused")
        self.assertIn("hf auth login", problem["hint"])
        self.assertEqual({request.authorization for request in self.hub.requests}, {""})

    def test_is_taken_from_the_users_own_configuration(self):
        other = self.shop.folder / "token-elsewhere"
        for where in ("variable", "file", "path"):
            with self.subTest(where=where):
                for path in WEIGHTS:
                    (self.shop.root / path).unlink(missing_ok=True)
                changes = {}
                if where == "variable":
                    changes["HF_TOKEN"] = TOKEN
                elif where == "file":
                    self.token_file.parent.mkdir(parents=True)
                    self.token_file.write_text(f"{TOKEN}\n")
                else:
                    self.token_file.rename(other)
                    changes["HF_TOKEN_PATH"] = str(other)
                self.hub.behave(token=TOKEN)
                outcome = self.fetch(env=self.surroundings(**changes))
                self.assert_done(outcome)
                if where == "path":
                    other.unlink()
                self.assert_nowhere(outcome)

    def test_is_not_sent_where_files_are_redirected_to(self):
        self.hub.behave(token=TOKEN, redirect=True, cut_after=CUT)
        environment = self.surroundings(HF_TOKEN=TOKEN)
        self.assert_failed(self.fetch(env=environment), "hub_not_reached")
        for behaviour in ({"cut_after": CUT}, {}):
            self.hub.behave(token=TOKEN, redirect=True, **behaviour)
            outcome = self.fetch(env=environment)
            stored = [request for request in self.hub.requests
                      if request.path.startswith("/store/")]
            self.assertEqual({request.authorization for request in stored}, {""})
            self.assertEqual(stored[-1].range, f"bytes={CUT}-")
        self.assert_done(outcome)
        self.assert_nowhere(outcome)
        for _, content in self.everything_written():
            self.assertNotIn(b"of-this-request", content)

    def test_is_in_no_command_line_and_no_message_of_a_failure(self):
        self.hub.behave(token=TOKEN, hold_after=CUT)
        running = self.start("--yes", env=self.surroundings(HF_TOKEN=TOKEN))
        wait_until(self.hub.holding.is_set, "the hub holds")
        lines = processes_with(self.shop.folder)
        self.assertTrue(any("fetch_weights.py" in line for line in lines.values()), lines)
        for line in lines.values():
            self.assertNotIn(TOKEN, line)
        running.signal(signal.SIGTERM)
        self.assert_nowhere(running.wait())
        self.hub.behave(token="another")
        outcome = self.fetch(env=self.surroundings(HF_TOKEN=TOKEN))
        self.assert_failed(outcome, "hub_access_refused")
        self.assert_nowhere(outcome)

    def test_does_not_reach_inference(self):
        self.token_file.parent.mkdir(parents=True)
        self.token_file.write_text(TOKEN)
        environment = self.surroundings(HF_TOKEN=TOKEN, HF_TOKEN_PATH=str(self.token_file),
                                        HUGGING_FACE_HUB_TOKEN=TOKEN, https_proxy="http://u:p@h")
        self.assert_done(self.fetch(env=environment))
        self.shop.mode()
        outcome = self.shop.run("generate", self.shop.request({"dim": [64, 64, 64]}), "--manifest",
                                self.manifest, "-o", self.shop.new_out(), env=environment)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        seen = self.shop.seen()["environ"]
        for name in environment:
            if name.startswith("HF_") or "PROXY" in name.upper() or "TOKEN" in name:
                self.assertNotIn(name, seen)
        self.assertNotIn(TOKEN, str(seen))
        self.assert_nowhere(outcome)


if __name__ == "__main__":
    unittest.main()
