# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Folders that hold something already: another run in whatever state, or a part of one."""

import fcntl
import signal
import unittest

from fault_matrix import ENDED, NOTHING, SMALL, UNTOUCHED, FaultTest, Ran, row, tree, wait_until

TAKEN = "output_folder_has_a_result"
ELSEWHERE = "Choose another folder with --output-dir."


class Taken(FaultTest):

    def into(self, out, case=""):
        """A run into a folder that is there already."""
        self.shop.mode()
        before = tree(out)
        content = {path: (out / path).read_bytes() for path in before if (out / path).is_file()}
        outcome = self.shop.generate(self.shop.request(SMALL), out=out)
        for path, old in content.items():
            self.assertEqual((out / path).read_bytes(), old, path)
        return Ran(outcome, out, before, case)

    def run_of(self, **mode):
        out = self.shop.new_out()
        self.shop.run_small(out=out, **mode)
        return out

    @row("folders.finished", group="folders", fault="The folder holds a finished run",
         made="a second run with the same --output-dir", code=2, status="refused", finding=TAKEN,
         says=f"… holds a finished run, and nothing is overwritten. {ELSEWHERE}",
         left=UNTOUCHED, volumes=1)
    def test_finished(self):
        return self.into(self.run_of())

    @row("folders.running", group="folders", fault="The folder's run is still going on",
         made="two mrbrain in one folder", code=2, status="refused", finding=TAKEN,
         says="… is the folder of a run that is still going on. Wait until it has ended, or choose "
              "another folder with --output-dir.",
         left=UNTOUCHED)
    def test_running(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out)
        before = tree(out)
        outcome = self.shop.run("generate", self.shop.request(SMALL), "--manifest",
                                self.shop.manifest, "-o", out)
        self.assertEqual(tree(out), before)
        running.signal(signal.SIGINT)
        self.assertEqual(running.wait().code, 130)
        self.shop.mode()
        return Ran(outcome, None)

    @row("folders.interrupted", group="folders", fault="The folder's run was interrupted",
         made="mrbrain killed with SIGKILL, then a second run", code=2, status="refused",
         finding=TAKEN,
         says="… holds a run that was interrupted; what it left is kept. Choose another folder "
              "with --output-dir, or remove this one if you need nothing of it.",
         left=UNTOUCHED)
    def test_interrupted(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out)
        running.signal(signal.SIGKILL)
        running.wait()
        wait_until(lambda: not self.shop.living(), "all descendants are gone")
        return self.into(out)

    @row("folders.damaged_journal", group="folders",
         fault="The journal run.json was damaged by a disk",
         made="a finished run whose run.json is then empty, cut off, garbage or a folder", code=2,
         status="refused", finding=TAKEN,
         says="… holds a run whose journal run.json cannot be read; it was interrupted, or the "
              "disk is damaged. Choose another folder with --output-dir, and keep this one until "
              "you have looked at its volumes.",
         left=UNTOUCHED, volumes=1)
    def test_damaged_journal(self):
        out = self.run_of()
        journal = out / "run.json"
        whole = journal.read_bytes()
        for case, content in (("empty", b""), ("cut off", whole[:len(whole) // 2]),
                              ("garbage", bytes(range(256)) * 20)):
            journal.write_bytes(content)
            yield self.into(out, case)
        journal.unlink()
        journal.mkdir()
        yield self.into(out, "a folder")

    @row("folders.parts", group="folders", fault="The folder holds a part of another run",
         made="result.json (also as a dangling link), logs or _staged_configs without a journal",
         code=2, status="refused", finding=TAKEN,
         says=f"… already holds … of another run; nothing is overwritten. {ELSEWHERE}",
         left=UNTOUCHED)
    def test_parts(self):
        for name in ("result.json", "logs/stderr.log", "_staged_configs/old.json"):
            out = self.shop.new_out()
            path = out / name
            path.parent.mkdir(parents=True)
            path.write_text("precious")
            yield self.into(out, name)
        out = self.shop.new_out()
        out.mkdir()
        (out / "result.json").symlink_to(self.shop.folder / "elsewhere.json")
        yield self.into(out, "dangling link")
        self.assertTrue((out / "result.json").is_symlink())


class Locks(FaultTest):

    @row("folders.lock_held", group="folders", fault="Another process holds the folder's lock",
         made="flock on run.lock in a folder with nothing else", code=2, status="refused",
         finding="output_folder_in_use",
         says="Another run is using …. Wait for it, or choose another folder with --output-dir.",
         left=UNTOUCHED)
    def test_lock_held(self):
        out = self.shop.new_out()
        out.mkdir()
        with open(out / "run.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            outcome = self.shop.run_small(out=out)
        return Ran(outcome, out, ["run.lock"])

    @row("folders.stale_lock", group="folders", fault="A lock file was left and nobody holds it",
         made="a run.lock without a holder, as a kill before the first journal leaves it", code=0,
         status="passed_custom_manifest", says="passed_custom_manifest (exit code 0): …",
         left=ENDED, volumes=1)
    def test_stale_lock(self):
        out = self.shop.new_out()
        out.mkdir()
        (out / "run.lock").write_text("")
        return Ran(self.shop.run_small(out=out), out)

    @row("folders.lock_is_a_link", group="folders", fault="A link lies in the place of the lock",
         made="run.lock as a link to a file elsewhere", code=5, status="refused",
         finding="cannot_write",
         says="…/run.lock cannot be created: Too many levels of symbolic links. Something else has "
              "that name; move it away.",
         left=UNTOUCHED)
    def test_lock_is_a_link(self):
        out = self.shop.new_out()
        out.mkdir()
        (out / "run.lock").symlink_to(self.shop.folder / "elsewhere.lock")
        outcome = self.shop.run_small(out=out)
        self.assertFalse((self.shop.folder / "elsewhere.lock").exists())
        return Ran(outcome, out, ["run.lock"])


class NoFolder(FaultTest):

    @row("folders.a_file", group="folders", fault="A file has the folder's name",
         made="a file at --output-dir", code=2, status="refused",
         finding="output_folder_not_a_folder",
         says=f"… is not a folder. {ELSEWHERE}", left=UNTOUCHED)
    def test_a_file(self):
        out = self.shop.new_out()
        out.write_text("a file")
        outcome = self.shop.run_small(out=out)
        self.assertEqual(out.read_text(), "a file")
        return Ran(outcome, None)

    @row("folders.below_a_file", group="folders", fault="The folder would lie below a file",
         made="--output-dir FILE/below", code=2, status="refused", finding="output_not_a_folder",
         says="… is not a folder. Choose another output folder.", left=NOTHING)
    def test_below_a_file(self):
        file = self.shop.new_out()
        file.write_text("a file")
        return Ran(self.shop.run_small(out=file / "below"), file / "below")

    @row("folders.too_long", group="folders", fault="The folder's name is too long for the disk",
         made="a name of 300 characters", code=2, status="refused", finding="disk_not_readable",
         says="The free space for … cannot be found out: File name too long. Choose another "
              "output folder.", left=NOTHING)
    def test_too_long(self):
        out = self.shop.out / ("a" * 300)
        before = tree(self.shop.out)
        outcome = self.shop.run_small(out=out)
        self.assertEqual(tree(self.shop.out), before)
        return Ran(outcome, None)

    @row("folders.staging_blocked", group="folders",
         fault="A file lies where upstream's caches belong", made="a file named _runtime_cache",
         code=5, status="refused", finding="cannot_write",
         says="…_runtime_cache/… cannot be created: Not a directory. Choose another folder with "
              "--output-dir.", left=UNTOUCHED)
    def test_staging_blocked(self):
        out = self.shop.new_out()
        out.mkdir()
        (out / "_runtime_cache").write_text("a file where upstream's caches belong")
        yield Ran(self.shop.run_small(out=out), out, ["_runtime_cache"])
        (out / "_runtime_cache").unlink()
        self.assertEqual(self.shop.run_small(out=out).code, 0, "the folder is as good as new")


if __name__ == "__main__":
    unittest.main()
