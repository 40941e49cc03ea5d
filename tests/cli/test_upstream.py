# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""An upstream that fails, makes noise or breaks the folder: the exit code, the status and exactly
the gates that fail."""

import os
import shutil
import signal
import subprocess
import unittest

from mrbrain_cli import EXIT, NO_VOLUME, SANITIZED, SMALL, CliTest, strict_json

class Endings(CliTest):

    def test_traceback_and_exit_code_1(self):
        document = self.run_and_judge(3, "failed", [EXIT, *NO_VOLUME], volumes=[], end={"exit": 1})
        self.assertEqual(document["invocation"]["exit_code"], 1)
        self.assertIn("RuntimeError: CUDA out of memory", document["logs"]["stderr_tail"])
        self.assertIn("CUDA out of memory", document["invocation"]["outcome"])

    def test_failure_after_a_good_volume_is_a_failure(self):
        document = self.run_and_judge(3, "failed", [EXIT], end={"exit": 7})
        self.assertEqual(document["invocation"]["exit_code"], 7)
        self.assertEqual(document["output"]["num_samples"], 1)

    def test_death_by_a_signal(self):
        for number in (signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM):
            with self.subTest(number):
                document = self.run_and_judge(3, "failed", [EXIT, *NO_VOLUME], volumes=[],
                                              end={"signal": number})
                self.assertEqual(document["invocation"]["exit_code"], -number)

    def test_exit_codes_of_ours_mean_nothing_when_upstream_has_them(self):
        for number in (2, 4, 5, 124, 130):
            with self.subTest(number):
                self.run_and_judge(3, "failed", [EXIT, *NO_VOLUME], volumes=[],
                                   end={"exit": number})

    def test_success_without_a_volume(self):
        document = self.run_and_judge(4, "failed", NO_VOLUME, volumes=[])
        self.assertEqual(document["output"]["samples"], [])
        self.assertEqual(document["invocation"]["exit_code"], 0)

    def test_daemon_left_behind_is_ended_and_told(self):
        document = self.run_and_judge(0, "passed_custom_manifest", [], children=["daemon"])
        self.assertIn("leftover_processes_ended", [w["code"] for w in document["warnings"]])
        self.assertEqual(self.shop.living(), {})

    def test_helper_that_ignores_sigterm_is_ended_after_a_crash(self):
        self.run_and_judge(3, "failed", [EXIT, *NO_VOLUME], volumes=[],
                           children=["session", "daemon"], end={"signal": signal.SIGKILL})
        self.assertEqual(self.shop.living(), {})

    def test_python_that_vanishes_between_preflight_and_start(self):
        """It answers once and is gone: the run failed to start, which is recorded as a failure."""
        real = self.shop.python
        once = self.shop.folder / "once"
        self.shop.write_program("once", f'/bin/rm "$0"\nexec {real} "$@"', self.shop.folder)
        outcome = self.shop.generate(self.shop.request(SMALL), "--python", once,
                                     out=self.shop.new_out())
        document = self.assert_verdict(outcome, 3, "failed", [EXIT, *NO_VOLUME])
        self.assertEqual(document["invocation"]["exit_code"], 127)
        self.assertIn(str(once), document["invocation"]["outcome"])


class Noise(CliTest):

    def test_bytes_that_are_not_utf8(self):
        out = self.shop.new_out()
        document = self.run_and_judge(0, "passed_custom_manifest", [], out=out,
                                      stderr_hex=b"caf\xe9 \xff\xfe \xc3\n".hex())
        self.assertIn("caf\ufffd", document["logs"]["stderr_tail"])
        self.assertIn(b"caf\xe9 \xff\xfe \xc3\n", (out / "logs/stderr.log").read_bytes())

    def test_control_characters_and_a_nul(self):
        self.run_and_judge(0, "passed_custom_manifest", [],
                           stderr_hex=b"\x1b[31mred\x00nul\x07\n".hex())

    def test_numpys_cast_warning_becomes_ours(self):
        document = self.run_and_judge(
            0, "passed_custom_manifest", [],
            stderr_hex=b"x.py:1: RuntimeWarning: invalid value encountered in cast\n".hex())
        self.assertIn("invalid_values_became_zero", [w["code"] for w in document["warnings"]])

    def test_flood_stays_in_the_log_and_out_of_memory(self):
        out = self.shop.new_out()
        self.shop.mode(flood_mb=200)
        outcome = self.shop.generate(self.shop.request(SMALL), "--progress", "none", out=out,
                                     stderr=subprocess.DEVNULL)
        document = self.assert_verdict(outcome, 0, "passed_custom_manifest", [])
        log = out / "logs/stderr.log"
        self.assertGreater(log.stat().st_size, 199 * 2**20)
        self.assertTrue(log.read_bytes()[-200:].endswith(b".nii.gz.\n"))
        self.assertEqual(len(document["logs"]["stderr_tail"]), 4003)
        self.assertTrue(document["logs"]["stderr_tail"].startswith("..."))
        if not SANITIZED:  # which keeps freed memory for a while
            self.assertLess(outcome.peak_mib, 100)
        shutil.rmtree(out)


class Unwritable(CliTest):
    """Results that cannot be stored: exit code 5, and stdout has them all the same."""

    def test_folder_is_removed_while_upstream_runs(self):
        out = self.shop.new_out()
        outcome = self.shop.run_small(out=out, sabotage="remove_output")
        document = self.assert_verdict(outcome, 5, "failed", NO_VOLUME)
        self.assertIn("cannot_write", [warning["code"] for warning in document["warnings"]])
        self.assertIn(str(out / "result.json"), outcome.stderr)
        self.assertFalse(out.exists())

    def test_result_cannot_be_put_in_its_place(self):
        out = self.shop.new_out()
        outcome = self.shop.run_small(out=out, sabotage="result_is_a_folder")
        document = self.assert_verdict(outcome, 5, "failed", [])
        self.assertEqual(document["output"]["num_samples"], 1)
        self.assertNotEqual(strict_json((out / "run.json").read_text())["state"], "ended")
        self.assertEqual([path.name for path in out.iterdir() if ".part" in path.name], [])

    def test_staging_that_fails_runs_nothing_and_leaves_nothing(self):
        out = self.shop.new_out()
        out.mkdir()
        (out / "_runtime_cache").write_text("a file where upstream's caches belong")
        outcome = self.shop.run_small(out=out)
        self.assertEqual(outcome.code, 5, outcome.stderr)
        self.assertEqual(outcome.codes(), ["cannot_write"])
        self.assertFalse(self.shop.reached("imports"))
        left = [path.name for path in out.iterdir()]
        self.assertEqual(sorted(left), ["_runtime_cache", "run.lock"])
        (out / "_runtime_cache").unlink()
        self.run_and_judge(0, "passed_custom_manifest", [], out=out)

    def test_run_whose_stdout_is_gone_keeps_its_result_on_disk(self):
        out = self.shop.new_out()
        self.shop.mode()
        with open("/dev/full", "wb") as full:
            outcome = self.shop.generate(self.shop.request(SMALL), out=out, stdout=full)
        self.assertEqual(outcome.code, 5)
        document = strict_json((out / "result.json").read_text())
        self.assertEqual(document["overall_status"], "passed_custom_manifest")

    def test_run_without_any_standard_descriptor_is_a_run(self):
        out = self.shop.new_out()
        outcome = self.shop.generate(self.shop.request(SMALL), out=out,
                                     preexec_fn=lambda: [os.close(number) for number in range(3)])
        self.assertEqual(outcome.code, 5)
        self.assertEqual((out / "run.lock").read_bytes(), b"")
        document = strict_json((out / "result.json").read_text())
        self.assertEqual(document["overall_status"], "passed_custom_manifest")
        self.assertIn("Saved ", document["logs"]["stderr_tail"])


if __name__ == "__main__":
    unittest.main()
