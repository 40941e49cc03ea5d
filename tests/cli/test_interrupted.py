# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Ends that nobody planned for: a cancel before the start, SIGKILL, the clock."""

import os
import signal
import unittest

from mrbrain_cli import EXIT, NO_VOLUME, SMALL, CliTest, wait_until


class CancelOfThePreflight(CliTest):
    """Nothing of upstream ran yet and no folder was made."""

    def cancel_at(self, sign, arguments=(), **more):
        out = self.shop.new_out()
        running = self.shop.start("generate", self.shop.request(SMALL), "--manifest",
                                  self.shop.manifest, "-o", out, *arguments, **more)
        wait_until(sign.exists, "the preflight is under way")
        running.signal(signal.SIGINT)
        outcome = running.wait()
        self.assertEqual(outcome.code, 130, outcome.stderr)
        self.assertEqual(outcome.document["error"], "cancelled")
        self.assertEqual(outcome.codes(), ["cancelled"])
        self.assertEqual(self.shop.living(), {})
        self.assertFalse(out.exists())
        self.assertFalse(self.shop.reached("imports"))

    def test_hanging_nvidia_smi(self):
        folder = self.shop.folder / "hanging-smi"
        folder.mkdir()
        (folder / "git").symlink_to(self.shop.bin / "git")
        sign = self.shop.folder / "smi-is-up"
        self.shop.write_program("nvidia-smi", f"trap '' TERM\n: > {sign}\n/bin/sleep 1000", folder)
        self.cancel_at(sign, env=self.shop.environment(PATH=str(folder)))

    def test_hanging_python(self):
        sign = self.shop.folder / "python-is-up"
        python = self.shop.write_program("hanging-python", f": > {sign}\nexec /bin/sleep 1000",
                                         self.shop.folder)
        self.cancel_at(sign, ("--python", python))

    def test_hanging_git(self):
        folder = self.shop.folder / "hanging-git"
        folder.mkdir()
        sign = self.shop.folder / "git-is-up"
        self.shop.write_program("git", f": > {sign}\nexec /bin/sleep 1000", folder)
        self.cancel_at(sign, env=self.shop.environment(PATH=str(folder)))


class Killed(CliTest):
    """SIGKILL gives mrbrain no chance; its supervisor cleans up."""

    def kill(self, **mode):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out, **mode)
        self.assertTrue(self.shop.living(running.pid))
        running.signal(signal.SIGKILL)
        self.assertEqual(running.wait().code, -signal.SIGKILL)
        wait_until(lambda: not self.shop.living(), "all descendants are gone")
        self.assert_ended_without_trace(out, state="running")
        self.assertFalse((out / "result.json").exists())
        return out

    def test_descendants_go_too_and_the_journal_says_interrupted(self):
        out = self.kill()
        outcome = self.shop.generate(self.shop.request(SMALL), out=out)
        self.assert_refused(outcome)
        self.assertEqual(outcome.codes(), ["output_folder_has_a_result"])

    def test_even_those_that_ignore_sigterm(self):
        self.kill(deaf=True, children=["session", "daemon"])

    def test_death_of_a_supervisor_ends_the_run_as_a_failure(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out, children=["session"])
        supervisors = [pid for pid, command in self.shop.living(running.pid).items()
                       if "mrbrain-supervisor" in command]
        self.assertTrue(supervisors)
        os.kill(supervisors[-1], signal.SIGKILL)
        document = self.assert_verdict(running.wait(), 3, "failed", [EXIT, *NO_VOLUME])
        self.assertEqual(document["invocation"]["exit_code"], -9)
        self.assert_ended_without_trace(out)


class TimeLimit(CliTest):

    def test_ends_the_run_and_is_written_into_the_log(self):
        out = self.shop.new_out()
        self.shop.mode(hang_at="diffusion", children=["session"])
        outcome = self.shop.generate(self.shop.request(SMALL), "--timeout-seconds", "1.5", out=out)
        document = self.assert_verdict(outcome, 124, "timed_out", [EXIT, *NO_VOLUME])
        self.assertEqual(document["invocation"]["exit_code"], 124)
        self.assertTrue(document["logs"]["stderr_tail"].endswith("\n[TIMEOUT after 1.5s]"))
        self.assertTrue((out / "logs/stderr.log").read_text().endswith("\n[TIMEOUT after 1.5s]"))
        self.assertGreaterEqual(document["runtime"]["subprocess_seconds"], 1.4)
        self.assert_ended_without_trace(out)

    def test_run_that_is_faster_than_its_limit_passes(self):
        self.assert_verdict(self.shop.run_small("--timeout-seconds", "500"),
                            0, "passed_custom_manifest", [])

    def test_limit_that_is_over_at_once(self):
        out = self.shop.new_out()
        self.shop.mode(hang_at="imports")
        outcome = self.shop.generate(self.shop.request(SMALL), "--timeout-seconds", "0.001",
                                     out=out)
        self.assert_verdict(outcome, 124, "timed_out", [EXIT, *NO_VOLUME])
        self.assert_ended_without_trace(out)


if __name__ == "__main__":
    unittest.main()
