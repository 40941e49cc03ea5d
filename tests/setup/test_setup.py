# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""`mrbrain setup` from an empty machine to a volume, what it says on the way, and what it keeps from
runs."""

import json
import os
import pathlib
import pty
import shutil
import unittest

import jsonschema

from mrbrain_cli import SOURCE, WEIGHTS, strict_json
from setup_shop import SetupTest, closed_port, fingerprint
from tiny_wheels import make_wheels

SCHEMA = json.loads((SOURCE / "resources" / "schema" / "setup.schema.json").read_text())


class StoryTest(SetupTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wheels = make_wheels(cls.shop.folder / "wheels")
        cls.weights = cls.shop.folder / "brought"
        cls.weights.mkdir()
        for path in WEIGHTS:
            shutil.copy(cls.shop.root / path, cls.weights)

    def brought(self):
        return ("--wheels", self.wheels, "--weights", self.weights)

    def document_of(self, outcome):
        document = outcome.document
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
        return document

    @staticmethod
    def states(document):
        return {step["step"]: step["state"] for step in document["setup"]["steps"]}


class Story(StoryTest):

    def test_from_nothing_to_a_volume(self):
        runs = self.place / "runs"
        runs.mkdir()
        outcome = self.setup("all", *self.brought(), "--generate", cwd=runs)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        document = self.document_of(outcome)
        self.assertEqual(self.states(document), {"checkout": "done", "packages": "done",
                                                 "weights": "done", "check": "done"})
        self.assertTrue(document["setup"]["complete"])
        self.assertEqual([run["step"] for run in document["ran"]],
                         ["checkout", "packages", "weights"])
        folder = pathlib.Path(document["generation"]["run_folder"])
        self.assertEqual(folder.parent, runs / "mrbrain-runs")
        result = strict_json((folder / "result.json").read_text())
        self.assertEqual(result["exit_code"], document["generation"]["exit_code"])
        self.assertTrue(list(folder.rglob("*.nii.gz")))
        # A root that runs do not find by themselves is named.
        self.assertIn(f"export NV_GENERATE_ROOT={self.root}", outcome.stderr)

        # A run really finds everything, and once more there is nothing to do.
        env = self.surroundings(NV_GENERATE_ROOT=str(self.root))
        run = self.shop.run("preflight", "default", "--manifest", self.shop.manifest, env=env)
        self.assertEqual(run.code, 0, run.stderr)
        before = fingerprint(self.root)
        again = self.setup("all", *self.brought())
        self.assertEqual(again.code, 0, again.stderr)
        self.assertEqual(self.document_of(again)["ran"], [])
        after = fingerprint(self.root)
        self.assertEqual({k: v for k, v in after.items() if before.get(k) != v}, {})

    def test_the_usual_place_is_found_by_runs(self):
        outcome = self.shop.run("setup", "checkout", "--yes", "--manifest", self.shop.manifest,
                                "--repository", self.repository, env=self.surroundings())
        self.assertEqual(outcome.code, 0, outcome.stderr)
        document = self.document_of(outcome)
        root = self.shop.home / ".cache/nvidia-skills/upstreams" / (
            "NV-Generate-CTMR-" + self.shop.commit[:7])
        self.assertEqual(document["setup"]["root"], str(root))
        self.assertTrue(document["setup"]["root_found_by_default"])
        self.assertTrue(document["setup"]["python_found_by_default"])
        self.assertNotIn("NV_GENERATE_ROOT", outcome.stderr)
        # An interpreter elsewhere is not found, and the checkout still is.
        venv = self.place / "elsewhere"
        outcome = self.shop.run("setup", "packages", "--check", "--manifest", self.shop.manifest,
                                "--venv", venv, env=self.surroundings())
        document = self.document_of(outcome)
        self.assertTrue(document["setup"]["root_found_by_default"])
        self.assertFalse(document["setup"]["python_found_by_default"])

    def test_what_to_bring_is_told_before_the_first_step(self):
        outcome = self.shop.run("setup", "--check", "--manifest", self.shop.manifest,
                                env=self.surroundings())
        self.assertEqual(outcome.code, 2, outcome.stderr)
        steps = self.document_of(outcome)["setup"]["steps"]
        self.assertEqual([step["state"] for step in steps],
                         ["missing", "blocked", "blocked", "blocked"])
        for step, words in zip(steps, ("git clone --mirror", "pip download", "sha256sum")):
            self.assertIn(words, "\n".join(step["offline"]), step["step"])

    def test_a_step_that_waits_for_another_asks_nobody(self):
        outcome = self.shop.run("setup", "packages", "--manifest", self.shop.manifest,
                                env=self.surroundings())
        self.assertEqual(outcome.code, 2)
        self.assertEqual(self.document_of(outcome)["setup"]["steps"][0]["state"], "blocked")
        self.assertIn("The checkout comes first", outcome.stderr)
        self.assertNotIn("asked", outcome.stderr)

    def test_a_check_of_a_machine_without_a_gpu(self):
        self.assertEqual(self.setup("all", *self.brought()).code, 0)
        folder = self.place / "bin"
        shutil.copytree(self.shop.bin, folder, symlinks=True)
        (folder / "nvidia-smi").unlink()
        outcome = self.start("all", "--check", *self.brought(),
                             env=self.surroundings(PATH=str(folder))).wait()
        self.assertEqual(outcome.code, 2)
        document = self.document_of(outcome)
        self.assertEqual(self.states(document)["check"], "wrong")
        self.assertIn("gpu_tool_missing", self.codes_of(document["setup"]["steps"][3]["problems"]))

    def test_a_failure_fits_the_schema_and_ends_it(self):
        outcome = self.setup("all", repository=f"http://127.0.0.1:{closed_port()}/model.git")
        self.assertEqual(outcome.code, 3)
        document = self.document_of(outcome)
        self.assertEqual([(run["step"], run["ended"]) for run in document["ran"]],
                         [("checkout", "failed")])
        self.assertEqual(self.states(document)["packages"], "blocked")

    def test_a_look_fits_the_schema(self):
        self.document_of(self.start("all", "--check").wait())

    def test_a_manifest_that_cannot_be_read(self):
        outcome = self.shop.run("setup", "--check", "--manifest", self.place / "nothing.yaml",
                                env=self.surroundings())
        self.assert_refused(outcome)

    def test_a_document_that_nobody_takes(self):
        with open("/dev/full", "wb") as full:
            outcome = self.start("checkout", "--check", stdout=full).wait()
        self.assertEqual(outcome.code, 5)


class Asking(StoryTest):
    """On a terminal each step asks; no is the answer of whoever only presses return."""

    def answered(self, answer):
        controller, terminal = pty.openpty()
        os.write(controller, answer.encode())
        running = self.start("checkout", stdin=terminal, stderr=terminal)
        os.close(terminal)
        seen = b""
        while True:
            try:
                piece = os.read(controller, 4096)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            seen += piece
        os.close(controller)
        return running.wait(), seen.decode(errors="replace")

    def test_yes(self):
        outcome, seen = self.answered("y\n")
        self.assertIn("[y/N]", seen)
        self.assertLess(seen.index(" clone --no-checkout"), seen.index("[y/N]"))
        self.assert_done(outcome, "checkout")

    def test_no(self):
        before = fingerprint(self.shop.folder)
        outcome, _ = self.answered("\n")
        self.assertEqual(outcome.code, 2)
        self.assertEqual(outcome.document["ran"], [])
        self.assertEqual(fingerprint(self.shop.folder), before)


class Secrets(StoryTest):

    def test_what_the_set_up_may_know_a_run_does_not(self):
        secrets = {"https_proxy": "http://me:secret@proxy.invalid:1", "HF_TOKEN": "hf_secret",
                   "PIP_INDEX_URL": "https://me:secret@index.invalid", "SSH_AUTH_SOCK": "/secret",
                   "HF_ENDPOINT": "https://secret.invalid"}
        env = self.surroundings(**secrets)
        outcome = self.setup("all", *self.brought(), "--generate", env=env, cwd=self.place)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        seen = json.loads((self.root / "models" / "seen.json").read_text())["environ"]
        for name, value in secrets.items():
            self.assertFalse(name in seen and seen[name] == value, name)
        self.assertNotIn("secret", str(seen))
        self.assertNotIn("secret", outcome.stderr + outcome.stdout.decode())


if __name__ == "__main__":
    unittest.main()
