# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of `mrbrain batch` share: the workshop of tests/cli, orders of small volumes, and
questions about a batch's folder."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import sys

import jsonschema
from mrbrain_cli import SOURCE, CliTest, strict_json, wait_until

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((SOURCE / "resources/schema/batch.schema.json").read_text()))
TINY = {"dim": [64, 64, 64], "num_inference_steps": 1}
PHANTOM = ("--engine", "phantom", "--python", sys.executable)
ENDED = {"passed_custom_manifest", "passed", "demo"}


class BatchTest(CliTest):

    def setUp(self):
        super().setUp()
        self.out = self.shop.new_out()

    def batch(self, *arguments, out=None, **more):
        return self.shop.run("batch", *arguments, "-o", out or self.out, **more)

    def start_batch(self, *arguments, out=None, **more):
        return self.shop.start("batch", *arguments, "-o", out or self.out, **more)

    def upstream(self, *arguments):
        """The options of a batch with the stand-in for upstream."""
        return (*arguments, "--manifest", self.shop.manifest)

    def tiny(self, **changes):
        return self.shop.request({**TINY, **changes})

    def summary(self, outcome, code=0):
        """The document on stdout, which is that of batch.json and keeps to the schema."""
        self.assertEqual(outcome.code, code, outcome.stderr)
        document = outcome.document
        SCHEMA.validate(document)
        if document["state"] == "ended":
            self.assertEqual(strict_json((self.out / "batch.json").read_text()), document)
            self.assertEqual(document["exit_code"], code)
            self.assert_counts_agree(document)
        return document

    def assert_counts_agree(self, document):
        counts = document["batch"]["counts"]
        runs = document["runs"]
        self.assertEqual(counts["requests"], len(runs))
        self.assertEqual(counts["made_before"], sum(run["made_before"] for run in runs))
        verdicts = ("passed", "demo", "gate_failed", "failed", "timed_out", "not_written",
                    "refused", "cancelled", "not_ended")
        self.assertEqual(sum(counts[name] for name in verdicts), len(runs))
        self.assertEqual(document["batch"]["volumes"],
                         sum(len(run["volumes"]) for run in runs if not run["made_before"]))

    def assert_refused_batch(self, outcome, *codes_and_fields):
        """Refused, with all of these told together, and nothing written."""
        document = self.assert_refused(outcome)
        self.assertEqual([(error["code"], error["field"]) for error in document["errors"]],
                         list(codes_and_fields))
        self.assertFalse(self.out.exists())
        return document

    def seeds_of(self, document):
        return [run["request"]["random_seed"] for run in document["runs"]]

    def runs_in(self, folder=None):
        """{run folder: journal} of a batch's folder."""
        return {path.parent: strict_json(path.read_text())
                for path in sorted((folder or self.out).glob("*/run.json"))}

    def wait_for_results(self, count):
        wait_until(lambda: len(list(self.out.glob("*/result.json"))) >= count,
                   f"{count} runs have a result")


def release(root, running):
    """Lets everything go on that waits at the pipe models/go, until the batch has ended."""
    def is_over():
        with contextlib.suppress(OSError):  # nobody waits there
            os.close(os.open(root / "models" / "go", os.O_WRONLY | os.O_NONBLOCK))
        # Not reaped: whoever asks for the outcome does that.
        return os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    wait_until(is_over, "the batch ends")
    return running.wait()
