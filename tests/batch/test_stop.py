# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Stopping a batch: once lets runs finish, twice ends them; and two batches in one folder."""

import fcntl
import os
import signal
import unittest

from batch_shop import BatchTest, release
from mrbrain_cli import SMALL, strict_json, wait_until


class Stop(BatchTest):

    def setUp(self):
        super().setUp()
        self.pipe = self.shop.root / "models" / "go"
        os.mkfifo(self.pipe)
        self.addCleanup(self.pipe.unlink)
        self.request = self.shop.request(SMALL)

    def order(self, *arguments):
        return self.upstream(self.request, "--seeds", "1..6", "--jobs", "1", *arguments)

    def start_waiting(self):
        """The first run waits in the middle."""
        self.shop.mode(seeds={"1": {"wait_at": "diffusion"}})
        running = self.start_batch(*self.order())
        wait_until(lambda: self.shop.reached("diffusion") or running.process.poll() is not None,
                   "the first run is under way")
        return running

    def stop(self, running, number, says):
        running.signal(number)
        wait_until(lambda: says in running.text_of_stderr(), f"it is told: {says}")

    def statuses(self, document):
        return [run["status"] for run in document["runs"]]

    def assert_stops(self, number):
        running = self.start_waiting()
        self.stop(running, number, "no further run is started")
        document = self.summary(release(self.shop.root, running), 130)
        self.assertEqual(self.statuses(document), ["passed_custom_manifest"] + ["not_ended"] * 5)
        self.assertTrue(document["batch"]["stopped_by_user"])
        self.assertEqual(len(self.runs_in()), 1)

    def test_so_many_at_once_and_no_more(self):
        self.shop.mode(wait_at="diffusion")
        running = self.start_batch(*self.upstream(self.request, "--seeds", "1..6", "--jobs", "2"))
        wait_until(lambda: running.text_of_stderr().count(": started") == 2, "two runs start")
        self.stop(running, signal.SIGINT, "no further run is started")
        wait_until(lambda: self.shop.reached("diffusion"), "they are under way")
        self.assertEqual(running.text_of_stderr().count(": started"), 2)
        running.signal(signal.SIGINT)
        document = self.summary(running.wait(), 130)
        self.assertEqual(self.statuses(document), ["cancelled"] * 2 + ["not_ended"] * 4)
        self.assertEqual(document["batch"]["most_at_once"], 2)

    def test_once_lets_runs_finish(self):
        self.assert_stops(signal.SIGINT)
        self.shop.mode()
        again = self.summary(self.batch(*self.order()))
        self.assertEqual(again["batch"]["counts"]["made_before"], 1)

    def test_sigterm_and_sighup_are_the_same_wish(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                self.out = self.shop.new_out()
                self.assert_stops(number)

    def test_twice_ends_them(self):
        running = self.start_waiting()
        self.stop(running, signal.SIGINT, "no further run is started")
        running.signal(signal.SIGINT)
        document = self.summary(running.wait(), 130)
        self.assertEqual(self.statuses(document), ["cancelled"] + ["not_ended"] * 5)
        self.assertEqual([journal["overall_status"] for journal in self.runs_in().values()],
                         ["cancelled"])
        self.shop.mode()
        again = self.summary(self.batch(*self.order()))
        self.assertEqual(again["batch"]["counts"]["made_before"], 0)

    def test_two_batches_in_one_folder(self):
        running = self.start_waiting()
        before = (self.out / "batch.json").read_bytes()
        document = self.assert_refused(self.batch(*self.order()))
        self.assertEqual([error["code"] for error in document["errors"]], ["batch_in_use"])
        self.assertEqual((self.out / "batch.json").read_bytes(), before)
        plan = self.batch(*self.order("--dry-run"))
        self.assertEqual(self.summary(plan)["batch"]["counts"]["not_ended"], 6)
        self.summary(release(self.shop.root, running))

    def test_lock_is_free_after_the_end(self):
        self.summary(self.batch(*self.order()))
        with open(self.out / "batch.lock", "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_summary_follows_the_runs(self):
        """After each end, so that a kill loses nothing."""
        self.shop.mode(seeds={"3": {"wait_at": "diffusion"}})
        running = self.start_batch(*self.order())
        wait_until(lambda: self.shop.reached("diffusion"), "some run waits or has passed")
        done = lambda: [run["status"] for run in
                        strict_json((self.out / "batch.json").read_text())["runs"]].count(
                            "passed_custom_manifest")
        wait_until(lambda: done() == 2, "the two that ended are in batch.json")
        self.summary(release(self.shop.root, running))


if __name__ == "__main__":
    unittest.main()
