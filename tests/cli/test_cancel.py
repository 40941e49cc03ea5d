# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Runs that the user ends: recorded as cancelled, and no process stays."""

import fcntl
import os
import pathlib
import pty
import signal
import unittest

from mrbrain_cli import EXIT, NO_VOLUME, CliTest


class Cancel(CliTest):

    def cancelled(self, running, out, gates, number=signal.SIGINT):
        running.signal(number)
        outcome = running.wait()
        document = self.assert_verdict(outcome, 130, "cancelled", gates)
        self.assertEqual(document["invocation"]["exit_code"], 130)
        self.assertEqual((out / "result.json").read_bytes(), outcome.stdout)
        self.assert_ended_without_trace(out)
        return document

    def test_signals_in_the_middle_of_the_diffusion(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                out = self.shop.new_out()
                running = self.shop.start_hanging(out=out)
                document = self.cancelled(running, out, [EXIT, *NO_VOLUME], number)
                self.assertEqual([phase["name"] for phase in document["phases"]],
                                 ["imports", "models", "diffusion"])
                self.assertIn("| 3/6 [", document["logs"]["stderr_tail"])

    def test_while_it_imports(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out, point="imports")
        self.cancelled(running, out, [EXIT, *NO_VOLUME])

    def test_volume_that_was_finished_before_is_still_measured(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out, point="end")
        document = self.cancelled(running, out, [EXIT])
        self.assertEqual(document["output"]["num_samples"], 1)

    def test_impatient_user_who_asks_twice(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out, deaf=True)
        running.signal(signal.SIGINT)
        running.signal(signal.SIGTERM)
        self.cancelled(running, out, [EXIT, *NO_VOLUME])

    def test_hang_up_under_nohup_is_not_a_cancel(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(
            out=out, popen={"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)})
        running.signal(signal.SIGHUP)
        # The signal was delivered, or dropped, when kill() returned; a later SIGINT says that the
        # run is still there to be cancelled by it.
        status = pathlib.Path(f"/proc/{running.pid}/status").read_text()
        ignored = int(status.split("SigIgn:")[1].split()[0], 16)
        self.assertTrue(ignored & (1 << (signal.SIGHUP - 1)), "SIGHUP was not left ignored")
        self.cancelled(running, out, [EXIT, *NO_VOLUME])

    def test_interrupt_from_the_terminal_reaches_mrbrain_and_ends_all(self):
        """Ctrl+C goes to the whole foreground group; upstream must not be hit by it directly."""
        try:
            controller, terminal = pty.openpty()
        except OSError as reason:  # a container without /dev/pts
            self.skipTest(f"no terminal can be made here: {reason}")
        self.addCleanup(os.close, controller)
        out = self.shop.new_out()

        def own_terminal():
            os.setsid()
            fcntl.ioctl(terminal, 0x540E, 0)  # TIOCSCTTY
        running = self.shop.start_hanging(out=out, popen={"preexec_fn": own_terminal,
                                                          "stdin": terminal})
        os.close(terminal)
        os.write(controller, b"\x03")
        document = self.assert_verdict(running.wait(), 130, "cancelled", [EXIT, *NO_VOLUME])
        self.assertNotIn("KeyboardInterrupt", document["logs"]["stderr_tail"])
        self.assert_ended_without_trace(out)


if __name__ == "__main__":
    unittest.main()
