# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Why upstream failed: recognised in its log, stored in the result, and told on stderr."""

import json
import pathlib
import signal
import unittest

import jsonschema

from mrbrain_cli import (CONTRACT, EXIT, NONCONSTANT, NO_VOLUME, SMALL, SOURCE,
                         CliTest, strict_json)

SCHEMA = json.loads((SOURCE / "resources/schema/result.schema.json").read_text())

LOGS = CONTRACT / "logs" / "failures"

# What upstream really prints, and what it means; the other logs there end with success.
REAL = {
    "bad_dim": "size_not_supported",
    "checkpoint_without_scale_factor": "weights_lack_an_entry",
    "disk_full": "disk_full",
    "html_instead_of_weights": "weights_are_html",
    "missing_weights": "weights_missing",
    "no_cuda": "no_gpu",
    "no_monai": "module_missing",
    "out_of_memory": "gpu_out_of_memory",
    "steps_2000": "too_many_steps",
    "truncated_checkpoint": "weights_truncated",
    "two_gpus_without_torchrun": "rank_not_set",
    "unwritable": "output_not_writable",
    "wrong_autoencoder": "weights_of_another_model",
}


def traceback(exception, mark=""):
    return (f"{mark}Traceback (most recent call last):\n"
            f'{mark}  File "/opt/upstream/scripts/diff_model_infer.py", line 299, in run\n'
            f"{mark}    run()\n{mark}{exception}\n")


class Causes(CliTest):

    def failed_run(self, *arguments, out=None, **mode):
        """A run whose upstream fails: (outcome, failure)."""
        mode = {"volumes": [], **mode}
        outcome = self.shop.run_small(*arguments, out=out, **mode)
        document = self.assert_verdict(outcome, 3, "failed", [EXIT, *NO_VOLUME])
        folder = pathlib.Path(document["output"]["directory"])
        self.assertEqual(strict_json((folder / "result.json").read_text()), document)
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
        failure = document["failure"]
        self.assertEqual(list(failure), ["code", "what", "why", "advice", "evidence"])
        for key in failure:
            self.assertIn(failure[key], outcome.stderr, key)
        return outcome, failure

    @unittest.skipUnless(LOGS.is_dir(), "upstream's logs do not lie beside this checkout")
    def test_real_logs(self):
        for name, code in REAL.items():
            with self.subTest(name):
                text, _, exit_code = (LOGS / f"{name}.log").read_text().rpartition("\nexit ")
                _, failure = self.failed_run(
                    end={"exit": int(exit_code), "last_words": text + "\n"})
                self.assertEqual(failure["code"], code)
                self.assertIn(failure["evidence"].rstrip("…"), text)

    def test_unknown_exception_is_shown_with_its_place(self):
        outcome, failure = self.failed_run(
            end={"exit": 1, "last_words": traceback("mylib.OddError: something new")})
        self.assertEqual(failure["code"], "unknown")
        self.assertEqual(failure["evidence"], "mylib.OddError: something new")
        self.assertIn("/opt/upstream/scripts/diff_model_infer.py, line 299, in run", failure["why"])
        self.assertIn("the log says: mylib.OddError", outcome.stderr)

    def test_only_errors_are_told_where_nothing_else_is_wanted(self):
        outcome, _ = self.failed_run(
            "--progress", "none", end={"exit": 1, "last_words": traceback("MemoryError")})
        self.assertIn("what to do now: ", outcome.stderr)

    def test_exception_that_the_result_has_no_room_for(self):
        """What follows is longer than the tail in the result; the log has it."""
        summary = "".join(f"[{n}]:\n  exitcode  : 1 (pid: {n})\n  traceback : <N/A>\n"
                          for n in range(1000))
        outcome, failure = self.failed_run(end={"exit": 1, "last_words": traceback(
            "RuntimeError: No CUDA GPUs are available") + summary})
        self.assertEqual(failure["code"], "no_gpu")
        self.assertNotIn("No CUDA GPUs", outcome.document["logs"]["stderr_tail"])

    def test_log_that_vanished(self):
        """The result's own tail has to do."""
        out = self.shop.new_out()
        outcome = self.shop.run_small(out=out, volumes=[], sabotage="remove_output", end={
            "exit": 1, "last_words": traceback("OSError: [Errno 28] No space left on device")})
        self.assertEqual(outcome.code, 5)
        self.assertEqual(outcome.document["failure"]["code"], "disk_full")

    def test_last_words_on_standard_output(self):
        _, failure = self.failed_run(
            end={"exit": 1, "last_words": "", "said": "RuntimeError: No CUDA GPUs are available\n"})
        self.assertEqual(failure["code"], "no_gpu")

    def test_signals(self):
        for number, code in ((signal.SIGKILL, "killed"), (signal.SIGSEGV, "crashed"),
                             (signal.SIGBUS, "bus_error"), (signal.SIGTERM, "terminated")):
            with self.subTest(number):
                outcome = self.shop.run_small(volumes=[], end={"signal": number})
                self.assertEqual(outcome.code, 3, outcome.stderr)
                self.assertEqual(outcome.document["failure"]["code"], code)

    def test_time_limit(self):
        out = self.shop.new_out()
        self.shop.mode(hang_at="diffusion")
        outcome = self.shop.generate(self.shop.request(SMALL), "--timeout-seconds", "2", out=out)
        self.assertEqual(outcome.code, 124, outcome.stderr)
        self.assertEqual(outcome.document["failure"]["code"], "time_limit")

    def test_what_has_no_cause(self):
        """Success, a failed gate, and somebody's wish to stop."""
        self.assertIsNone(self.shop.run_small().document["failure"])
        self.assertIsNone(self.shop.run_small(volumes=[]).document["failure"])
        out = self.shop.new_out()
        words = traceback("MemoryError").encode().hex()
        running = self.shop.start_hanging(out=out, stderr_hex=words)
        running.signal(signal.SIGINT)
        outcome = running.wait()
        self.assertEqual(outcome.code, 130, outcome.stderr)
        self.assertIsNone(outcome.document["failure"])

    def test_scale_factor_that_is_no_number(self):
        """Upstream exits with 0; what it decodes is blank."""
        document = self.run_and_judge(4, "failed", [NONCONSTANT], scale_factor="nan",
                                      volumes=[{"kind": "constant"}])
        self.assertIn("scale_factor_not_finite", [w["code"] for w in document["warnings"]])
        self.assertIsNone(document["failure"])


class SeveralGpus(CliTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.add_launcher()
        cls.shop.add_second_gpu()

    def cause(self, end):
        """Of a run whose second rank ends so, while the first one is at work."""
        self.shop.mode(volumes=[], ranks={"0": {"hang_at": "diffusion"}, "1": {"end": end}})
        outcome = self.shop.generate(self.shop.request(SMALL), "--num-gpus", "2",
                                     out=self.shop.new_out())
        self.assertEqual(outcome.code, 3, outcome.stderr)
        return outcome.document["failure"]

    def test_the_ranks_own_exception_is_the_reason(self):
        words = traceback("torch.OutOfMemoryError: CUDA out of memory. Tried", mark="[rank1]: ")
        failure = self.cause({"exit": 1, "last_words": words})
        self.assertEqual(failure["code"], "gpu_out_of_memory")

    def test_a_rank_that_was_killed(self):
        failure = self.cause({"signal": signal.SIGKILL})
        self.assertEqual(failure["code"], "killed")
        self.assertIn("Signal 9 (SIGKILL) received by PID", failure["evidence"])


if __name__ == "__main__":
    unittest.main()
