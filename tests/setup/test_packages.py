# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""`mrbrain setup packages`: a real virtual environment and a real pip, with tiny wheels in place of
what an index has."""

import shutil
import signal
import subprocess
import sys
import unittest

from mrbrain_cli import WEIGHTS
from packages_shop import PackagesTest
from setup_shop import closed_port, fingerprint, make_index


class Installing(PackagesTest):

    def test_everything_is_installed_and_told(self):
        plan = self.look("packages", "--wheels", self.wheels)
        self.assertEqual(plan["state"], "missing")
        self.assertEqual(plan["writes"][0]["path"], str(self.venv))
        outcome = self.install()
        self.assert_installed(outcome)
        fact = self.plan(outcome, "packages")["fact"]
        self.assertIn("torch 2.6.0", fact)
        self.assertIn("CUDA 12.4", fact)
        for command in plan["commands"]:
            self.assertIn("$ " + command["text"], outcome.stderr)
        # The checkout is still the pinned one, and a run would take this interpreter.
        self.assertEqual(self.look("checkout")["state"], "done")
        self.assertEqual(outcome.document["setup"]["python"], str(self.venv / "bin" / "python"))

    def test_a_second_time_changes_nothing(self):
        self.take_prepared()
        self.assert_installed(self.install())
        before = fingerprint(self.place)
        outcome = self.install()
        self.assert_done(outcome, "packages")
        self.assertEqual(outcome.document["ran"], [])
        self.assertEqual(fingerprint(self.place), before)

    def test_another_folder_for_the_environment(self):
        venv = self.place / "elsewhere"
        outcome = self.install("--wheels", self.wheels, "--venv", venv)
        self.assert_installed(outcome, venv)
        self.assertFalse(self.venv.exists())
        self.assertFalse(outcome.document["setup"]["python_found_by_default"])
        self.assertIn(f"{venv}/bin/python: name it with --python", outcome.stderr)

    def test_an_index_on_this_machine(self):
        self.take_prepared()
        index = make_index(self.place / "simple", self.wheels)
        self.assert_installed(self.install("--index-url", f"file://{index}"))

    def test_an_interpreter_that_runs_would_find_is_accepted(self):
        env = self.surroundings(VIRTUAL_ENV=str(self.venv_with_everything()))
        outcome = self.install(env=env)
        self.assert_done(outcome, "packages")
        self.assertEqual(outcome.document["ran"], [])
        self.assertFalse(self.venv.exists())

    def venv_with_everything(self):
        venv = self.place / "mine"
        self.assert_installed(self.install("--wheels", self.wheels, "--venv", venv), venv)
        return venv

    def test_into_an_interpreter_of_the_users_own(self):
        venv = self.place / "conda"
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        outcome = self.install("--wheels", self.wheels, "--into-python", "--python",
                               venv / "bin" / "python")
        self.assert_installed(outcome, venv)
        self.assertFalse(self.venv.exists())
        self.assertEqual([c for c in outcome.stderr.splitlines() if " -m venv " in c], [])


    def test_into_no_interpreter_in_particular(self):
        outcome = self.install("--wheels", self.wheels, "--into-python")
        self.assert_refused(outcome, "usage")
        self.assertFalse(self.venv.exists())


class Python(PackagesTest):

    def base(self, version="3.11", whole=1, name="some-python"):
        """A stand-in that answers what a set-up asks an interpreter that it may build on."""
        return self.shop.write_program(name, f'echo; echo "MRBRAIN-BASE {version} {whole} 0"',
                                       self.place)

    def test_one_that_is_too_old(self):
        outcome = self.install("--python", self.base("3.8"))
        problem = self.assert_problem(outcome, "packages", "python_too_old")
        self.assertIn("3.8", problem["message"])
        self.assertFalse(self.venv.exists())

    def test_one_that_cannot_make_environments(self):
        outcome = self.install("--python", self.base(whole=0))
        problem = self.assert_problem(outcome, "packages", "python_cannot_make_venv")
        self.assertIn("python3-venv", problem["hint"])
        self.assertFalse(self.venv.exists())

    def test_something_that_is_no_python(self):
        other = self.shop.write_program("some-python", "echo hello", self.place)
        outcome = self.install("--python", other)
        self.assert_problem(outcome, "packages", "python_answer_unreadable")

    def test_none_at_all(self):
        folder = self.place / "bin"
        folder.mkdir()
        shutil.copy(self.shop.bin / "git", folder, follow_symlinks=False)
        outcome = self.install(env=self.surroundings(PATH=str(folder)))
        self.assert_problem(outcome, "packages", "python_not_found")

    def test_the_first_usable_of_several_is_taken(self):
        folder = self.place / "bin"
        folder.mkdir()
        old = self.base("3.9", name="python3.11")  # whatever it is called
        shutil.copy(old, folder / "python3.11")
        outcome = self.install(env=self.surroundings(PATH=f"{folder}:{self.shop.bin}"))
        self.assert_installed(outcome)
        self.assertIn(f"{self.shop.bin}/python3 -m venv", outcome.stderr)


class WhatIsThere(PackagesTest):

    def test_a_folder_that_is_no_environment(self):
        self.venv.mkdir()
        (self.venv / "thesis.txt").write_text("mine")
        before = fingerprint(self.place)
        outcome = self.install()
        self.assert_problem(outcome, "packages", "checkout_folder_is_something_else")
        self.assertEqual(fingerprint(self.place), before)

    def test_a_folder_with_a_document_that_only_has_the_name_of_our_mark(self):
        folder = self.place / "data"
        folder.mkdir()
        (folder / "thesis.txt").write_text("mine")
        mark = folder / "mrbrain-setup.json"
        printed = self.start("packages", "--check").wait().stdout
        for document in (printed, b'{"state": "made"}',
                         b'{"made_by": "mrbrain setup", "state": 5}'):
            mark.write_bytes(document)
            before = fingerprint(folder)
            outcome = self.install("--wheels", self.wheels, "--venv", folder)
            self.assert_problem(outcome, "packages", "checkout_folder_is_something_else")
            self.assertEqual(fingerprint(folder), before)

    def test_a_broken_environment_of_somebody_else(self):
        (self.venv / "bin").mkdir(parents=True)
        (self.venv / "pyvenv.cfg").write_text("home = /nonexistent\n")
        (self.venv / "bin" / "python").symlink_to("/nonexistent/python3")
        before = fingerprint(self.place)
        outcome = self.install()
        self.assert_problem(outcome, "packages", "checkout_folder_is_something_else")
        self.assertEqual(fingerprint(self.place), before)

    def test_a_broken_environment_of_ours_is_made_anew(self):
        self.take_prepared()
        self.assert_installed(self.install())
        (self.venv / "bin" / "python").unlink()
        (self.venv / "bin" / "python").symlink_to("/nonexistent/python3")
        self.assert_installed(self.install())

    def test_an_environment_that_lacks_a_package_gets_it(self):
        self.take_prepared()
        self.assert_installed(self.install())
        shutil.rmtree(next(self.venv.glob("lib/python3*/site-packages/monai")))
        shutil.rmtree(next(self.venv.glob("lib/python3*/site-packages/monai-*")))
        plan = self.look("packages", "--wheels", self.wheels)
        self.assertIn("monai", plan["fact"])
        self.assert_installed(self.install())

    def test_the_hubs_library_is_missing_when_a_weight_is_wrong(self):
        self.take_prepared()
        self.assert_installed(self.install())
        for path in self.venv.glob("lib/python3*/site-packages/huggingface_hub*"):
            shutil.rmtree(path)
        (self.root / "models").mkdir(exist_ok=True)
        for path in WEIGHTS:
            shutil.copy(self.shop.root / path, self.root / path)
        self.assertEqual(self.look("packages")["state"], "done")
        (self.root / WEIGHTS[0]).write_text("<html>Log in</html>")
        plan = self.look("packages", "--wheels", self.wheels)
        self.assertEqual(plan["state"], "missing")
        self.assertIn("huggingface_hub", plan["fact"])
        self.assert_installed(self.install())
        self.assertTrue(self.look("weights")["may_start"])

    def test_a_configuration_of_pip_for_the_systems_python(self):
        self.take_prepared()
        configuration = self.shop.home / ".config" / "pip" / "pip.conf"
        configuration.parent.mkdir(parents=True)
        self.addCleanup(shutil.rmtree, configuration.parent)
        configuration.write_text("[install]\nuser = true\n")
        self.assert_installed(self.install())

    def test_an_untrusted_checkout_installs_nothing(self):
        requirements = self.root / "requirements.txt"
        requirements.write_text(f"--index-url http://127.0.0.1:{closed_port()}/\nevil\n")
        before = fingerprint(self.place)
        outcome = self.install()
        self.assert_problem(outcome, "packages", "setup_step_blocked")
        after = fingerprint(self.place)
        before.pop("model/.git/index")
        after.pop("model/.git/index")
        self.assertEqual(after, before)

    def test_two_checkouts_do_not_make_one_environment_at_once(self):
        shared = self.place / "shared"
        other = self.place / "other"
        self.shop.git(self.place, "clone", "-q", self.repository, other)
        running = self.start_hanging("packages", self.hanging("python3", "*-m*venv*"), "--wheels",
                                     self.wheels, "--venv", shared)
        before = fingerprint(shared)
        second = self.setup("packages", "--wheels", self.wheels, "--venv", shared, root=other)
        self.assertEqual(second.code, 2, second.stderr)
        self.assertEqual(self.codes_of(second.document["ran"][0]["problems"]), ["setup_in_use"])
        self.assertEqual(fingerprint(shared), before)
        running.signal(signal.SIGTERM)
        self.assertEqual(running.wait().code, 130)

    def test_killed_while_the_environment_is_made(self):
        env = self.hanging("python3", "*-m*venv*",
                           'for last; do :; done\nPATH=/usr/bin:/bin\nmkdir -p "$last/bin"\n'
                           'echo half > "$last/pyvenv.cfg"')
        running = self.start_hanging("packages", env, "--wheels", self.wheels)
        self.kill(running)
        plan = self.look("packages", "--wheels", self.wheels)
        self.assertEqual(plan["state"], "interrupted")
        self.assert_installed(self.install())


if __name__ == "__main__":
    unittest.main()
