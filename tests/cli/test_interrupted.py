# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Ends that nobody planned for: SIGKILL and the time limit; more in the fault matrix."""

import os
import signal
import unittest

from mrbrain_cli import EXIT, NO_VOLUME, SMALL, CliTest, wait_until


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
