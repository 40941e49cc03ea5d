# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""backend/base/BuildCommit.cmake: what a build says of its commit, wherever the sources lie."""

from __future__ import annotations

import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = SOURCE / "backend" / "base"


class BuildCommit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()
        self.output = self.folder / "BuildCommit.cpp"
        self.sources = self.folder / "the sources"  # a blank, as in many a home folder
        self.sources.mkdir()

    def git(self, *arguments, root=None):
        who = {f"GIT_{kind}_{what}": "test@localhost" for kind in ("AUTHOR", "COMMITTER")
               for what in ("NAME", "EMAIL")}
        done = subprocess.run(["git", "-C", root or self.sources, *arguments], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **who})
        return done.stdout.strip()

    def make_repository(self):
        self.git("init", "-q", "-b", "main")
        (self.sources / "file").write_text("as committed\n")
        self.git("add", "file")
        self.git("commit", "-q", "-m", "first")
        return self.git("rev-parse", "--short=12", "HEAD")

    def ask(self, *, root=None, given="", path=None, **environment):
        """The commit that is compiled in."""
        done = subprocess.run(
            ["cmake", f"-DSOURCE={root or self.sources}", f"-DINPUT={FOLDER / 'BuildCommit.cpp.in'}",
             f"-DOUTPUT={self.output}", f"-DGIVEN={given}", "-P", FOLDER / "BuildCommit.cmake"],
            env={**os.environ, "HOME": str(self.folder), "PATH": path or os.environ["PATH"],
                 **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        return self.output.read_text().split('return "')[1].split('"')[0]

    def test_is_the_commit_and_whether_files_were_changed(self):
        commit = self.make_repository()
        self.assertEqual(self.ask(), commit)
        (self.sources / "notes of mine").write_text("not tracked\n")
        self.assertEqual(self.ask(), commit)
        (self.sources / "file").write_text("changed\n")
        self.assertEqual(self.ask(), f"{commit}+modified")

    def test_an_unchanged_answer_recompiles_nothing(self):
        self.make_repository()
        self.ask()
        before = self.output.stat()
        self.ask()
        after = self.output.stat()
        self.assertEqual((before.st_mtime_ns, before.st_ino), (after.st_mtime_ns, after.st_ino))

    def test_a_worktree_and_a_shallow_clone_know_theirs(self):
        self.make_repository()
        (self.sources / "file").write_text("second\n")
        self.git("commit", "-q", "-a", "-m", "second")
        commit = self.git("rev-parse", "--short=12", "HEAD")
        worktree, clone = self.folder / "worktree", self.folder / "clone"
        self.git("worktree", "add", "-q", "--detach", str(worktree))
        self.assertEqual(self.ask(root=worktree), commit)
        self.git("clone", "-q", "--depth", "1", f"file://{self.sources}", str(clone),
                 root=self.folder)
        self.assertEqual(self.ask(root=clone), commit)

    def test_an_archive_has_none_wherever_it_was_unpacked(self):
        self.make_repository()
        archive = self.sources / "unpacked"
        archive.mkdir()
        self.assertEqual(self.ask(root=archive), "unknown")
        self.assertEqual(self.ask(root=archive, given="b92ee73"), "b92ee73")

    def test_what_git_cannot_tell_is_no_reason_not_to_build(self):
        self.git("init", "-q")
        self.assertEqual(self.ask(), "unknown")  # no commit yet
        (self.sources / ".git" / "HEAD").write_text("damaged\n")
        self.assertEqual(self.ask(), "unknown")

    def test_surroundings_of_a_hook_mislead_nobody(self):
        commit = self.make_repository()
        self.assertEqual(self.ask(GIT_DIR=str(self.folder / "elsewhere")), commit)

    def test_somebody_elses_checkout_is_no_obstacle(self):
        if os.getuid() != 0:
            self.skipTest("only root can give files away")
        commit = self.make_repository()
        for path in [self.sources, *self.sources.rglob("*")]:
            os.chown(path, 65534, 65534)
        self.assertEqual(self.ask(), commit)

    def test_a_name_that_would_be_code_is_refused(self):
        with self.assertRaises(AssertionError) as refused:
            self.ask(given='x"; evil()')
        self.assertIn("no name of a commit", str(refused.exception))
        self.assertFalse(self.output.exists())


if __name__ == "__main__":
    unittest.main()
