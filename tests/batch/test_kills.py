# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""SIGKILL at random moments of a batch: of mrbrain, of a supervisor, of upstream, of whatever is
kept ready. After each death of mrbrain the same order is given again, until all is done."""

import contextlib
import fcntl
import os
import random
import signal
import unittest

from batch_shop import ENDED, PHANTOM, BatchTest
from mrbrain_cli import SMALL, strict_json, wait_until

SEED = int(os.environ.get("MRB_KILL_SEED", "20260801"))
VERDICTS = ENDED | {"failed"}


class Kills(BatchTest):

    def storm(self, runs, kills, order):
        """Starts, kills and starts again until so many kills were done and the batch is complete.
        Returns the last summary."""
        chance = random.Random(SEED)
        victims = ["mrbrain", "child"] * (kills // 2)
        chance.shuffle(victims)
        running = self.start_batch(*order)
        for victim in victims:
            # A moment is so much further progress, not a time: machines differ.
            wanted = self.progress() + chance.randint(1, 2 * runs // kills + 1)
            wait_until(lambda: self.progress() >= wanted or running.process.poll() is not None,
                       "some progress")
            self.assertIsNone(running.process.poll(), running.text_of_stderr())
            if victim == "child":
                self.kill_child(running, chance)
                continue
            running.signal(signal.SIGKILL)
            running.wait()
            running = self.start_batch(*order)
        outcome = running.wait()
        # Runs whose child was killed have failed, and an order that failed is given again.
        self.assertIn(outcome.code, (0, 2, 3), outcome.stderr)
        return self.summary(outcome if outcome.code == 0 else self.batch(*order))

    def kill_child(self, running, chance):
        while True:
            children = wait_until(lambda: sorted(self.shop.living(running.pid)), "a child is there")
            with contextlib.suppress(ProcessLookupError):  # it was faster
                os.kill(chance.choice(children), signal.SIGKILL)
                return

    def progress(self):
        """Goes up when a run begins, writes its journal anew, or ends."""
        return sum(1 + sum((folder / name).exists() for name in ("run.json", "result.json", "logs"))
                   for folder in self.out.glob("*/"))

    def assert_whole(self, document, runs):
        wait_until(lambda: not self.shop.living(), "no process is left")
        finished = {}
        for folder, journal in self.runs_in().items():
            with open(folder / "run.lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if journal["state"] != "ended":
                continue
            result = strict_json((folder / "result.json").read_text())
            self.assertIn(result["overall_status"], VERDICTS)
            if result["overall_status"] in ENDED:
                finished.setdefault(journal["random_seed"], []).append(folder)
        self.assertEqual(sorted(finished), list(range(1, runs + 1)))
        for run in document["runs"]:
            self.assertIn(run["status"], ENDED)
            self.assertTrue(run["volumes"])
        # No document is there in part under its own name, and no batch left a part of its own.
        self.assertEqual([path for path in self.out.glob(".*")
                          if not path.name.startswith(".batch.json.")], [])

    def test_phantoms(self):
        self.assert_whole(self.storm(16, 8, (self.tiny(), "--seeds", "1..16", *PHANTOM)), 16)

    def test_forty_warm_starts_of_upstream(self):
        order = self.upstream(self.shop.request(SMALL), "--seeds", "1..40", "--warm")
        self.assert_whole(self.storm(40, 20, order), 40)


if __name__ == "__main__":
    unittest.main()
