# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Homes, temporary folders and descriptors that are not what a program expects. None of them is a
reason not to run."""

import os
import time
import unittest

from fault_matrix import ENDED, SMALL, FaultTest, Left, Ran, row, strict_json
from mrbrain_cli import WEIGHTS, wait_until

PASSED = {"group": "surroundings", "code": 0, "status": "passed_custom_manifest", "left": ENDED,
          "volumes": 1}
VERDICT = "passed_custom_manifest (exit code 0): …"
UNCACHED = "hash_cache_not_written"
HASHED_AGAIN = ("warning: The folder … cannot be created: … The weights will be hashed again next "
                "time. Check XDG_CACHE_HOME and HOME.")


class Folders(FaultTest):

    def run_in(self, case="", **changes):
        out = self.shop.new_out()
        self.shop.mode()
        return Ran(self.shop.generate(self.shop.request(SMALL), out=out,
                                      env=self.shop.environment(**changes)), out, case=case)

    @row("surroundings.no_tmpdir", fault="TMPDIR names nothing, a file, or is not set",
         made="each of them in the environment", says=VERDICT, **PASSED)
    def test_no_tmpdir(self):
        yield self.run_in("nothing", TMPDIR="/nonexistent/tmp")
        yield self.run_in("a file", TMPDIR=str(self.shop.manifest))
        yield self.run_in("not set", TMPDIR=None)

    @row("surroundings.no_home", fault="There is no HOME", made="HOME not set, no XDG_CACHE_HOME",
         says=VERDICT, **PASSED)
    def test_no_home(self):
        return self.run_in(HOME=None, XDG_CACHE_HOME=None)

    @row("surroundings.closed_home", fault="Nothing can be written below HOME",
         made="HOME in /proc and HOME a file, no XDG_CACHE_HOME", finding=UNCACHED,
         says=HASHED_AGAIN, **PASSED)
    def test_closed_home(self):
        # What has just changed is not remembered in any case.
        young = [self.shop.root / path for path in WEIGHTS]
        wait_until(lambda: all(time.time() - path.stat().st_ctime > 3 for path in young),
                   "the weights are old enough to be remembered")
        yield self.run_in("read-only", HOME="/proc/1/fdinfo/none", XDG_CACHE_HOME=None)
        yield self.run_in("a file", HOME=str(self.shop.manifest), XDG_CACHE_HOME=None)

    @row("surroundings.cache_damaged", fault="The remembered hashes are damaged",
         made="garbage, an empty file and a folder in the place of the cache", says=VERDICT,
         **PASSED)
    def test_cache_damaged(self):
        cache = self.shop.folder / "cache/mrbrain/weights-sha256.json"
        cache.parent.mkdir(parents=True, exist_ok=True)
        for case, content in (("garbage", bytes(range(256))), ("empty", b""),
                              ("half", b'{"format": 1, "entries": [{"path"')):
            cache.write_bytes(content)
            yield self.run_in(case)
        cache.unlink(missing_ok=True)
        cache.mkdir()
        yield self.run_in("a folder")
        cache.rmdir()

    @row("surroundings.no_working_folder", fault="The working folder was removed",
         made="mrbrain started in a folder that is gone; --output-dir elsewhere", says=VERDICT,
         **PASSED)
    def test_no_working_folder(self):
        gone = self.shop.folder / "gone"
        gone.mkdir()
        out = self.shop.new_out()
        self.shop.mode()
        outcome = self.shop.generate(self.shop.request(SMALL), out=out, cwd=gone,
                                     preexec_fn=lambda: os.rmdir(gone))
        return Ran(outcome, out)


class Descriptors(FaultTest):

    def run_with(self, **popen):
        out = self.shop.new_out()
        self.shop.mode()
        return Ran(self.shop.generate(self.shop.request(SMALL), out=out, **popen), out)

    UNTOLD = Left("`result.json` with the verdict, ended `run.json`, logs", ENDED.check)

    @row("surroundings.stdout_full", group="surroundings", fault="stdout cannot be written",
         made="stdout to /dev/full, to a pipe without a reader, and closed", code=5,
         status="passed_custom_manifest",
         says="error: The result could not be written to standard output: … It is in "
              "…/result.json.",
         left=UNTOLD, volumes=1)
    def test_stdout_full(self):
        with open("/dev/full", "wb") as full:
            yield self.untold(self.run_with(stdout=full), "full")
        reader, writer = os.pipe()
        os.close(reader)
        yield self.untold(self.run_with(stdout=writer), "no reader")
        os.close(writer)
        yield self.untold(self.run_with(preexec_fn=lambda: os.close(1)), "closed")

    def untold(self, ran, case):
        ran.case = case
        self.assertEqual(ran.outcome.stdout, b"")
        return ran

    @row("surroundings.stderr_gone", fault="stderr is closed or full", says="",
         made="stderr closed, to /dev/full, and to a pipe without a reader", **PASSED)
    def test_stderr_gone(self):
        yield self.run_with(preexec_fn=lambda: os.close(2))
        with open("/dev/full", "wb") as full:
            yield self.run_with(stderr=full)
        reader, writer = os.pipe()
        os.close(reader)
        yield self.run_with(stderr=writer)
        os.close(writer)

    @row("surroundings.stdin_closed", fault="stdin is closed", made="no descriptor 0",
         says=VERDICT, **PASSED)
    def test_stdin_closed(self):
        return self.run_with(preexec_fn=lambda: os.close(0))

    @row("surroundings.none", group="surroundings", fault="No standard descriptor is open",
         made="descriptors 0 to 2 closed", code=5, status="passed_custom_manifest", says="",
         left=UNTOLD, volumes=1)
    def test_none(self):
        ran = self.run_with(preexec_fn=lambda: [os.close(number) for number in range(3)])
        self.assertEqual((ran.out / "run.lock").read_bytes(), b"")
        document = strict_json((ran.out / "result.json").read_text())
        self.assertIn("Saved ", document["logs"]["stderr_tail"])
        return ran


if __name__ == "__main__":
    unittest.main()
