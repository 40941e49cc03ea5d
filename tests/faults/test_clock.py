# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The machine's clock is wrong, or is set while a run goes on: durations, names and what counts as
this run's volume do not depend on it."""

import datetime
import os
import pathlib
import re
import unittest

from fault_matrix import ENDED, NOTHING, SMALL, FaultTest, Ran, row
from mrbrain_cli import SANITIZED, WEIGHTS, wait_until

NEEDS = "libfaketime (Debian's faketime)"
PASSED = {"code": 0, "status": "passed_custom_manifest", "left": ENDED, "volumes": 1,
          "group": "clock", "needs": NEEDS}
FORWARD = "+31536000"  # a year
BACK = "-31536000"


def library():
    """Of this machine, whatever its architecture."""
    return next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class ClockTest(FaultTest):

    def setUp(self):
        super().setUp()
        if library() is None or SANITIZED:
            self.skipTest(f"needs {NEEDS}, and a build without sanitizers")
        self.shift = self.shop.folder / "clock"
        self.set_clock("+0")
        self.faked = {"LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(self.shift),
                      "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def set_clock(self, shift):
        """What mrbrain believes from now on; upstream keeps the true time."""
        other = self.shop.folder / "clock.new"
        other.write_text(shift + "\n")
        other.rename(self.shift)

    def environment(self):
        return self.shop.environment(**self.faked)


class Clock(ClockTest):

    def run_with(self, shift, case):
        self.set_clock(shift)
        out = self.shop.new_out()
        self.shop.mode()
        ran = Ran(self.shop.generate(self.shop.request(SMALL), out=out, env=self.environment()),
                  out, case=case)
        started = datetime.datetime.fromisoformat(ran.outcome.document["run"]["started_at"])
        true = datetime.datetime.now(datetime.timezone.utc)
        self.assertEqual(abs(started - true) > datetime.timedelta(days=300), shift != "+0",
                         "the clock was not set")
        return ran

    def set_in_run(self, point, shift, case):
        out = self.shop.new_out()
        self.set_clock("+0")
        running = self.start_waiting(
            point, out, start=lambda *a: self.shop.start(*a, env=self.environment()))
        self.set_clock(shift)
        return Ran(self.go_on(running), out, case=case)

    @row("clock.wrong", fault="The clock is a year ahead or behind",
         made="libfaketime before the start", says="passed_custom_manifest (exit code 0): …",
         **PASSED)
    def test_wrong(self):
        yield self.run_with(FORWARD, "ahead")
        yield self.run_with(BACK, "behind")

    @row("clock.set_forward", fault="The clock is set forward by a year while upstream runs",
         made="libfaketime during the imports, the diffusion and after the volume",
         finding="clock_changed",
         says="warning: The machine's clock was set forward by … s during this run. Durations are "
              "right; do not rely on this run's times of day or on the order of its files by time.",
         **PASSED)
    def test_set_forward(self):
        for point in ("imports", "diffusion", "end"):
            yield self.set_in_run(point, FORWARD, point)

    @row("clock.set_back", fault="The clock is set back by a year while upstream runs",
         made="libfaketime during the imports, the diffusion and after the volume",
         finding="clock_changed",
         says="warning: The machine's clock was set back by … s during this run. Durations are "
              "right; do not rely on this run's times of day or on the order of its files by time.",
         **PASSED)
    def test_set_back(self):
        for point in ("imports", "diffusion", "end"):
            yield self.set_in_run(point, BACK, point)

    @row("clock.time_limit", fault="The clock is set forward by a year in a run with a time limit",
         made="libfaketime during the diffusion, under the default limit of 3600 s",
         finding="clock_changed",
         says="passed_custom_manifest (exit code 0): …", **PASSED)
    def test_time_limit(self):
        return self.set_in_run("diffusion", FORWARD, "")

    @row("clock.same_second", fault="A clock that stands still gives runs the same name",
         made="libfaketime with one moment for all, no --output-dir",
         says="passed_custom_manifest (exit code 0): …", **PASSED)
    def test_same_second(self):
        here = self.shop.folder / "here"
        here.mkdir()
        self.shop.mode()
        self.set_clock("2030-01-01 00:00:00")
        for suffix in ("", "_2", "_3"):
            outcome = self.shop.generate(self.shop.request(SMALL), cwd=here,
                                         env=self.environment())
            folder = outcome.document["output"]["directory"]
            self.assertRegex(folder, re.escape(str(here)) +
                             rf"/mrbrain-runs/20\d{{6}}-\d{{6}}_mri_t1_1234{suffix}$")
            yield Ran(outcome, pathlib.Path(folder), case=suffix or "first")


    @row("clock.same_moment", fault="Four runs are started at the same moment",
         made="libfaketime with one moment for all, no --output-dir",
         says="passed_custom_manifest (exit code 0): …", **PASSED)
    def test_same_moment(self):
        here = self.shop.folder / "together"
        here.mkdir()
        self.shop.mode()
        self.set_clock("2030-01-01 00:00:00")
        running = [self.shop.start("generate", self.shop.request(SMALL), "--manifest",
                                   self.shop.manifest, cwd=here, env=self.environment())
                   for _ in range(4)]
        outcomes = [one.wait() for one in running]
        folders = {outcome.document["output"]["directory"] for outcome in outcomes
                   if outcome.code == 0}
        self.assertEqual(folders, {str(path) for path in (here / "mrbrain-runs").iterdir()})
        for outcome in outcomes:
            folder = outcome.document.get("output", {}).get("directory", "")
            yield Ran(outcome, pathlib.Path(folder), case=pathlib.Path(folder).name)


class Hashes(ClockTest):

    def inventory(self):
        outcome = self.shop.generate("default", "--preflight-only", env=self.environment())
        files = outcome.document.get("model_inventory", {}).get("files", [])
        return outcome, [file["hash_from_cache"] for file in files]

    @row("clock.hash_cache", group="clock", needs=NEEDS,
         fault="A checkpoint changes while the clock is wrong",
         made="hashes remembered under the true time; then the file changed, with size and date as "
              "before, under a clock a year ahead or behind",
         code=2, status="refused", finding="weight_mismatch",
         says="error: The weight file … is not the pinned one: …", left=NOTHING)
    def test_hash_cache(self):
        weight = self.shop.root / WEIGHTS[0]
        whole = weight.read_bytes()
        self.set_clock("+0")
        wait_until(lambda: self.inventory()[1] == [True, True], "the hashes are remembered")
        for shift in (FORWARD, BACK):
            times = weight.stat()
            changed = bytearray(whole)
            changed[60] ^= 1
            weight.write_bytes(changed)
            os.utime(weight, ns=(times.st_atime_ns, times.st_mtime_ns))
            self.set_clock(shift)
            yield Ran(self.inventory()[0], None, case=shift)
            weight.write_bytes(whole)


if __name__ == "__main__":
    unittest.main()
