# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Folders and disks that cannot take the results: from the start, or from somewhere in the middle.
What cannot be stored was still printed: stdout has the whole document."""

import resource
import shutil
import subprocess
import unittest

from fault_matrix import GONE, INTERRUPTED, NOTHING, SMALL, FaultTest, Left, Ran, row, tree
from mrbrain_cli import MRBRAIN, Outcome
from room import NEEDS, Room

TOO_LARGE = ("File too large. A limit on the size of files was reached; raise it (ulimit -f) or "
             "ask who set it.")
HINT_FULL = "Free some disk space or choose another folder."


class Closed(FaultTest):

    @row("output.not_writable", group="output", fault="The user may not write to the folder",
         made="a folder of another user, asked as an ordinary user", code=2, status="refused",
         finding="output_not_writable",
         says="You may not write to …. Choose another output folder or ask its owner.",
         left=NOTHING, needs="an ordinary user that can run mrbrain")
    def test_not_writable(self):
        user = self.as_ordinary_user()
        closed = self.shop.new_out()
        closed.mkdir()
        closed.chmod(0o755 if user else 0o555)
        outcome = self.shop.run("generate", self.shop.request(SMALL), "--engine", "phantom",
                                "--python", self.shop.python, "-o", closed / "x", **user)
        self.assertEqual(tree(closed), [])
        closed.chmod(0o755)
        return Ran(outcome, closed / "x")

    @row("output.read_only", group="output", fault="The file system is mounted read-only",
         made="a tmpfs mounted with -o ro", code=2, status="refused",
         finding="output_read_only_file_system",
         says="… is on a file system mounted read-only. Choose an output folder on another disk.",
         left=NOTHING, needs=NEEDS)
    def test_read_only(self):
        room = Room(self, "size=8m,ro")
        outcome = room.run("generate", self.shop.request(SMALL), "--manifest", self.shop.manifest,
                           "-o", room.path / "x")
        return Ran(outcome, room.here / "x")


class Full(FaultTest):

    def generate(self, room):
        self.shop.mode()
        return Ran(room.run("generate", self.shop.request(SMALL), "--manifest", self.shop.manifest,
                            "-o", room.path / "x"), room.here / "x")

    def filled_at(self, point, leave=0):
        room = Room(self, "size=8m")
        running = self.start_waiting(point, room.path / "x", start=room.start)
        room.fill(leave)
        outcome = self.go_on(running)
        (room.here / "filler").unlink()
        return Ran(outcome, room.here / "x", room=room, shown=room.path / "x")

    @row("output.nearly_full", group="output", fault="The disk has too little room for the run",
         made="a tmpfs of 512 KiB", code=2, status="refused", finding="disk_nearly_full",
         says="… MB are free at …, but the run should have … MB (twice the estimate). Free some "
              "disk space or choose an output folder on another disk.",
         left=NOTHING, needs=NEEDS)
    def test_nearly_full(self):
        return self.generate(Room(self, "size=512k"))

    @row("output.no_more_files", group="output", fault="The disk has room, but not for more files",
         made="a tmpfs with 8 MiB and 3 inodes", code=5, status="refused", finding="cannot_write",
         says=f"… No space left on device. {HINT_FULL}", left=NOTHING, needs=NEEDS)
    def test_no_more_files(self):
        return self.generate(Room(self, "size=8m,nr_inodes=3"))

    @row("output.full_while_running", group="output", fault="The disk fills up while upstream runs",
         made="the tmpfs filled during the diffusion, but for 4 KiB", code=5, status="failed",
         finding="cannot_write",
         says=f"error: …/result.json cannot be written: No space left on device. {HINT_FULL}",
         left=INTERRUPTED, volumes=1, needs=NEEDS)
    def test_full_while_running(self):
        ran = self.filled_at("diffusion", 4096)
        document = ran.outcome.document
        self.assertEqual(document["invocation"]["exit_code"], 1)
        for sample in document["output"]["samples"]:  # none when not even a byte had room
            self.assertIs(sample["image_readable"], False)
        return ran

    @row("output.full_after_volume", group="output",
         fault="The disk is full when the volume is written and the result is not",
         made="the tmpfs filled after upstream's last write", code=5, status="failed",
         finding="cannot_write",
         says=f"error: …/result.json cannot be written: No space left on device. {HINT_FULL}",
         left=INTERRUPTED, volumes=1, needs=NEEDS)
    def test_full_after_volume(self):
        ran = self.filled_at("end")
        document = ran.outcome.document
        self.assertEqual([gate["status"] for gate in document["gates"]],
                         ["pass"] * len(document["gates"]))
        return ran

    @row("output.file_size_limit", group="output", fault="No file may be as large as the result",
         made="RLIMIT_FSIZE of 6000 bytes (ulimit -f), as a quota would", code=5, status="failed",
         finding="cannot_write", says=f"error: …/result.json cannot be written: {TOO_LARGE}",
         left=INTERRUPTED, volumes=1)
    def test_file_size_limit(self):
        return self.limited(6000)

    @row("output.no_room_for_journal", group="output", fault="Not even the journal can be written",
         made="RLIMIT_FSIZE of 500 bytes", code=5, status="refused", finding="cannot_write",
         says=f"error: …/run.json cannot be written: {TOO_LARGE}", left=NOTHING)
    def test_no_room_for_journal(self):
        return self.limited(500)

    def limited(self, size):
        """Through pipes, as the files of the test would be limited, too."""
        out = self.shop.new_out()
        self.shop.mode()
        done = subprocess.run(
            [MRBRAIN, "generate", self.shop.request(SMALL), "--manifest", self.shop.manifest, "-o",
             out], capture_output=True, env=self.shop.environment(), cwd=self.shop.folder,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        # Python cuts its compiled modules off without a word then.
        shutil.rmtree(self.shop.root / "scripts" / "__pycache__", ignore_errors=True)
        return Ran(Outcome(done.returncode, done.stdout, done.stderr.decode(), 0), out)


class Vanishing(FaultTest):

    REPLACED = ("error: The output folder … is no longer the one in which the run began: it was "
                "removed, replaced or unmounted. Nothing was written there; what the run printed "
                "is all that is left of it.")

    @row("output.removed", group="output", fault="The folder is removed while upstream runs",
         made="the stand-in removes it after the volume", code=5, status="failed",
         finding="output_folder_replaced", says=REPLACED, left=GONE)
    def test_removed(self):
        out = self.shop.new_out()
        return Ran(self.shop.run_small(out=out, sabotage="remove_output"), out)

    @row("output.replaced", group="output", fault="Another folder lies in the place of the run's",
         made="the folder renamed during the diffusion and a new one made", code=5,
         status="failed", finding="output_folder_replaced", says=REPLACED,
         left=Left("the new folder as upstream left it; in the old one `run.json` without an end "
                   "state, logs", lambda *_: None), volumes=1)
    def test_replaced(self):
        out = self.shop.new_out()
        running = self.start_waiting("diffusion", out)
        moved = self.shop.new_out()
        out.rename(moved)
        out.mkdir()
        outcome = self.go_on(running)
        self.assertEqual(outcome.document["output"]["samples"], [])
        self.assertEqual([path.suffixes for path in out.iterdir()][0][-2:], [".nii", ".gz"])
        INTERRUPTED.check(self, Ran(outcome, moved), None)
        return Ran(outcome, out)

    @row("output.unmounted", group="output", fault="The file system is unmounted while it is used",
         made="umount --lazy during the diffusion", code=5, status="failed",
         finding="output_folder_replaced", says=REPLACED,
         left=Left("below the mount point what upstream wrote there; the rest went with the file "
                   "system", lambda *_: None), volumes=1, needs=NEEDS)
    def test_unmounted(self):
        room = Room(self, "size=8m")
        running = self.start_waiting("diffusion", room.path / "x", start=room.start)
        room.unmount()
        outcome = self.go_on(running)
        return Ran(outcome, room.here / "x")

    @row("output.read_only_while_running", group="output",
         fault="The file system becomes read-only while upstream runs",
         made="a read-only mount over it during the diffusion", code=5, status="failed",
         finding="cannot_write",
         says="error: …/result.json cannot be written: Read-only file system. Its file system is "
              "mounted read-only, perhaps after an error of the disk; choose a folder on another.",
         left=INTERRUPTED, needs=NEEDS)
    def test_read_only_while_running(self):
        room = Room(self, "size=8m")
        running = self.start_waiting("diffusion", room.path / "x", start=room.start)
        room.make_read_only()
        outcome = self.go_on(running)
        self.assertEqual(outcome.document["invocation"]["exit_code"], 1)
        return Ran(outcome, room.here / "x", room=room, shown=room.path / "x")

    @row("output.logs_replaced", group="output", fault="The folder of the logs is moved away",
         made="logs renamed during the diffusion, a file put in its place", code=0,
         status="passed_custom_manifest", finding="cannot_write",
         says="warning: The log …/logs/stderr.log was moved or removed while it was written. The "
              "end of it is in the result.",
         left=Left("`result.json`, ended `run.json`; the logs are where they were moved to",
                   lambda *_: None), volumes=1)
    def test_logs_replaced(self):
        out = self.shop.new_out()
        running = self.start_waiting("diffusion", out)
        moved = self.shop.new_out()
        (out / "logs").rename(moved)
        (out / "logs").write_text("something else")
        outcome = self.go_on(running)
        self.assertIn(b"Saved ", (moved / "stderr.log").read_bytes())
        self.assertEqual((out / "result.json").read_bytes(), outcome.stdout)
        return Ran(outcome, out)

    @row("output.result_is_a_folder", group="output",
         fault="A folder lies in the place of result.json",
         made="the stand-in makes one", code=5, status="failed", finding="cannot_write",
         says="error: …/result.json cannot be written: Is a directory. Something else has that "
              "name; move it away.",
         left=INTERRUPTED, volumes=1)
    def test_result_is_a_folder(self):
        out = self.shop.new_out()
        return Ran(self.shop.run_small(out=out, sabotage="result_is_a_folder"), out)


if __name__ == "__main__":
    unittest.main()
