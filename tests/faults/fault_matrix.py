# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong, and what mrbrain then says, returns and leaves behind.

A row is data plus a function that makes the fault, and both stand together:

    class Driver(FaultTest):
        @row("gpu.missing", group="gpu", fault="nvidia-smi is not installed", made="…",
             code=2, status="refused", finding="gpu_tool_missing", says="nvidia-smi was not …",
             left=NOTHING)
        def test_missing(self):
            out = self.shop.new_out()
            return Ran(self.shop.generate("default", out=out, env=…), out)

The function returns what ran, or yields several when a row has cases; FaultTest compares each with
the row and with what holds for every row. docs/reliability.md is generated from the rows:

    python3 tests/faults/fault_matrix.py --write
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import importlib
import inspect
import json
import os
import pathlib
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cli")]
os.environ.setdefault("MRB_MRBRAIN", "mrbrain")  # writing the document runs nothing

from mrbrain_cli import (NO_VOLUME, OF_SAMPLES, SMALL, SOURCE, CliTest,  # noqa: E402
                         Outcome, strict_json, tree, wait_until)

PAGE = SOURCE / "docs" / "reliability.md"
COMMAND = "python3 tests/faults/fault_matrix.py --write"
# In the order of the page.
GROUPS = {
    "output": "Output folder and disk",
    "folders": "Folders that hold something already",
    "checkout": "Checkout and its configs",
    "python": "Python",
    "gpu": "nvidia-smi and the driver",
    "clock": "The clock",
    "surroundings": "HOME, TMPDIR and descriptors",
    "upstream": "What upstream does",
    "kills": "Kills",
    "ranks": "Several GPUs",
}
OF_A_RUN = {"result.json", "run.json", "run.lock", "logs", "_staged_configs", "_runtime_cache"}


@dataclass
class Ran:
    """One mrbrain that was run under a row's fault."""
    outcome: Outcome
    out: pathlib.Path | None  # the run's folder, as the test process reaches it; None: not asked
    before: list | None = None  # what the folder held before, where it was there
    case: str = ""
    room: object = None  # the Room that it ran in
    shown: pathlib.Path | None = None  # the folder's name for mrbrain, where that is another


@dataclass(frozen=True)
class Left:
    """What stays in the run's folder: words for the page, and check(test, ran, document)."""
    words: str
    check: Callable


@dataclass(frozen=True)
class Row:
    id: str
    group: str  # a key of GROUPS
    fault: str  # in words
    made: str  # how the test makes it
    code: int  # exit code
    status: str  # refused, killed, or the overall_status
    says: str  # on stderr; "…" stands for anything within a line
    left: Left
    finding: str = ""  # codes of a refusal's errors; of a warning or the failure of a run
    gates: tuple | None = None  # exactly those that fail; None: not asked
    volumes: int = 0  # files *.nii* in the folder afterwards, whole or not
    needs: str = ""  # what the machine must offer; else skipped
    test: str = ""

    @property
    def verdict(self):
        words = [f"`{name}`" for name in self.finding.split()]
        gates = list(self.gates or ())
        for every, name in ((NO_VOLUME, "every gate of the output"),
                            (OF_SAMPLES, "every gate of the volumes")):
            if set(every) <= set(gates):
                gates = [*(gate for gate in gates if gate not in every), f"x.{name}"]
        words += [gate.split(".", 1)[1].replace("_", " ") for gate in gates]
        return self.status + (": " if words else "") + "; ".join(words)


ROWS: list[Row] = []


def row(id, **fields):  # noqa: A002: the name that rows are known by
    """Registers the row of a test method, and makes the method compare."""
    def attach(function):
        where = pathlib.Path(inspect.getsourcefile(function)).name
        entry = Row(id=id, test=f"{where} {function.__qualname__}", **fields)
        assert entry.group in GROUPS, entry.group
        ROWS.append(entry)

        @functools.wraps(function)
        def test(self):
            self.compare_with(entry, function)
        return test
    return attach


def _nothing(test, ran, _document):
    if ran.before is None:
        test.assertFalse(os.path.lexists(ran.out), tree(ran.out) if ran.out.is_dir() else ran.out)
    else:
        test.assertEqual(tree(ran.out), ran.before)


def _ended(test, ran, document):
    test.assertEqual(strict_json((ran.out / "result.json").read_text()), document)
    journal = strict_json((ran.out / "run.json").read_text())
    test.assertEqual([journal["state"], journal["overall_status"], journal["exit_code"]],
                     ["ended", document["overall_status"], document["exit_code"]])
    for name in ("logs/stdout.log", "logs/stderr.log"):
        test.assertTrue((ran.out / name).is_file(), name)


def _interrupted(test, ran, _document):
    """Without a result, and recognised: by its journal, and by the next run that wants it."""
    test.assertFalse((ran.out / "result.json").is_file())
    journal = strict_json((ran.out / "run.json").read_text())
    test.assertIn(journal["state"], ("preparing", "running", "measuring"))
    test.assert_recognised(ran, "interrupted")


def _gone(test, ran, _document):
    test.assertFalse(os.path.lexists(ran.out))


NOTHING = Left("nothing", _nothing)
UNTOUCHED = Left("what was there before", _nothing)
ENDED = Left("`result.json`, ended `run.json`, logs", _ended)
INTERRUPTED = Left("`run.json` without an end state, logs; no result: interrupted", _interrupted)
GONE = Left("the folder is gone", _gone)
NOT_ASKED = Left("—", lambda *_: None)


class FaultTest(CliTest):
    """A workshop whose temporary folder is its own, and the comparison of a run with its row."""

    def setUp(self):
        super().setUp()
        self.temporary = self.shop.folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        plain = type(self.shop).environment
        self.shop.environment = lambda **changes: plain(
            self.shop, **{"TMPDIR": str(self.temporary), **changes})
        self.began = time.monotonic()

    def tracked(self):
        """What git sees of the checkout; untracked are weights and what Python caches."""
        git = functools.partial(self.shop.git, self.shop.root)
        return git("status", "--porcelain", "-uno"), git("rev-parse", "HEAD")

    def compare_with(self, entry, function):
        before = self.tracked()
        ran = function(self)
        # A generator ends, and so clears up behind its last case, before the end is looked at.
        cases = ran if inspect.isgenerator(ran) else [ran]
        count = 0
        for one in cases:
            count += 1
            with self.subTest(one.case) if one.case else contextlib.nullcontext():
                self.judge(entry, one)
        self.assertTrue(count, "the row ran nothing")
        # One that was ended by SIGKILL may still be seen for an instant.
        wait_until(lambda: not self.shop.living(), "no process is left", 10)
        self.assertEqual(self.tracked(), before, "the checkout was changed")
        if self.temporary.is_dir():
            self.assertEqual(tree(self.temporary), [], "temporary files were left behind")
        parts = [path for path in tree(self.shop.folder) if path.endswith(".part")]
        self.assertEqual(parts, [], "half-written files were left behind")

    def judge(self, entry, ran):
        outcome = ran.outcome
        self.assertEqual(outcome.code, entry.code, outcome.stderr[-3000:])
        document = self.document_of(entry, ran)
        if entry.status == "refused":
            self.judge_refusal(entry, outcome, document)
        elif entry.status != "killed":
            self.judge_run(entry, outcome, document)
        for line in filter(None, entry.says.split("\n")):
            pattern = ".*".join(map(re.escape, line.split("…")))
            self.assertRegex(outcome.stderr, pattern)
        if ran.out is None:
            return
        entry.left.check(self, ran, document)
        self.judge_folder(entry, ran)

    def document_of(self, entry, ran):
        """From stdout, or from the disk where stdout is not ours."""
        if entry.status == "killed":
            self.assertEqual(ran.outcome.stdout, b"")
            return None
        if not ran.outcome.stdout and ran.out and (ran.out / "result.json").is_file():
            return strict_json((ran.out / "result.json").read_text())
        return ran.outcome.document

    def judge_refusal(self, entry, outcome, document):
        self.assertEqual(document["skill"], "nv_generate_mr_brain")
        self.assertTrue(document["errors"])
        for error in document["errors"]:
            self.assertEqual(set(error), {"code", "field", "message", "hint"})
            self.assertTrue(error["code"] and error["message"], error)
            self.assertTrue(error["hint"] or error["code"] == "cancelled", error)
            shown = re.sub(r"[\0-\x1f\x7f-\x9f]", "\ufffd", error["message"].split("\n")[0])
            self.assertIn(shown.rstrip("."), outcome.stderr)
        self.assertIn(document["detail"], [error["message"] for error in document["errors"]])
        self.assertEqual({error["code"] for error in document["errors"]},
                         set(entry.finding.split()))
        self.assertFalse(self.shop.reached("imports"), "a refused run started upstream")

    def judge_run(self, entry, outcome, document):
        self.assertEqual(document["overall_status"], entry.status, outcome.stderr[-3000:])
        self.assertEqual(len(document["output"]["samples"]), document["output"]["num_samples"])
        if entry.finding:
            codes = [warning["code"] for warning in document["warnings"]]
            codes.append((document.get("failure") or {}).get("code"))
            self.assertIn(entry.finding, codes)
        if entry.gates is not None:
            self.assertEqual(sorted(outcome.failed_gates()), sorted(entry.gates))
        if entry.left is ENDED:
            self.assertEqual(document["exit_code"], entry.code)
        # Never negative, never more than there was.
        elapsed = time.monotonic() - self.began
        for seconds in (document["run"]["wall_seconds"], document["runtime"]["subprocess_seconds"],
                        *(phase["seconds"] for phase in document["phases"])):
            self.assertGreaterEqual(seconds, 0)
            self.assertLessEqual(seconds, elapsed)
        self.assertGreaterEqual(document["run"]["wall_seconds"],
                                document["runtime"]["subprocess_seconds"])
        schema().validate(document)

    def judge_folder(self, entry, ran):
        if not ran.out.is_dir():
            self.assertEqual(entry.volumes, 0)
            return
        left = tree(ran.out)
        volumes = [path for path in left if ".nii" in path and (ran.out / path).is_file()]
        self.assertEqual(len(volumes), entry.volumes, left)
        if ran.before is None:
            strangers = {path.split("/")[0] for path in left} - OF_A_RUN - \
                {path.split("/")[0] for path in volumes}
            self.assertEqual(strangers, set())
        if (ran.out / "run.lock").is_file():
            with open(ran.out / "run.lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        result = ran.out / "result.json"
        if result.is_file() and not (ran.before and "result.json" in ran.before):
            strict_json(result.read_text())

    def assert_recognised(self, ran, word):
        """What the next run that is given the folder says of it; it changes nothing there."""
        before = tree(ran.out)
        outcome = (ran.room or self.shop).run(
            "generate", self.shop.request(SMALL), "--manifest", self.shop.manifest, "-o",
            ran.shown or ran.out)
        self.assertEqual(outcome.code, 2, outcome.stderr)
        told = [error["message"] for error in outcome.document["errors"]
                if error["code"] == "output_folder_has_a_result"]
        self.assertEqual(len(told), 1, outcome.stderr)
        self.assertIn(word, told[0])
        self.assertEqual(tree(ran.out), before)

    def start_waiting(self, point, out, *arguments, start=None, **mode):
        """A run whose stand-in stops at a point until go_on(); returns when it is there."""
        self.shop.mode(wait_at=point, **mode)
        gate = self.shop.root / "models" / "go"
        gate.unlink(missing_ok=True)
        os.mkfifo(gate)
        running = (start or self.shop.start)(
            "generate", self.shop.request(SMALL), "--manifest", self.shop.manifest, "-o", out,
            *arguments)
        wait_until(lambda: self.shop.reached(point) or running.process.poll() is not None,
                   f"the stand-in reaches {point}")
        self.assertTrue(self.shop.reached(point), running.text_of_stderr())
        return running

    def as_ordinary_user(self):
        """Arguments of Popen for a user whom permissions bind, also where root runs the tests."""
        user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        try:
            usable = self.shop.run("--version", **user).code == 0
        except PermissionError:
            usable = False
        if not usable:
            self.skipTest("an ordinary user cannot run mrbrain here")
        return user

    def go_on(self, running) -> Outcome:
        """Lets the stand-in pass the point, and waits for the end of the run."""
        def opened():
            try:
                return os.open(self.shop.root / "models" / "go", os.O_WRONLY | os.O_NONBLOCK)
            except OSError:  # it does not read yet
                return None
        os.close(wait_until(opened, "the stand-in waits"))
        return running.wait()


@functools.cache
def schema():
    import jsonschema
    return jsonschema.Draft202012Validator(
        json.loads((SOURCE / "resources/schema/result.schema.json").read_text()))


INTRODUCTION = f"""# Reliability

What goes wrong around a run, and what `mrbrain` then says, returns and leaves behind. Every row
of the matrix is a test that makes the fault, runs the real `mrbrain` and compares; this page is
generated from those rows (`{COMMAND}`). At the end: checkouts
that lie, and what was done by hand on GPUs.

What holds in every row, and is checked in each:

- No process stays behind, whatever it ignores and wherever it hid.
- `result.json` is whole or not there, valid against its schema, and the same as what stdout said.
  No half-written or temporary file is left.
- A run that was cut off is recognised: by the journal `run.json`, whose state is not `ended` while
  `run.lock` is free, in the window, and by the next run that is given its folder.
- A refusal (exit code 2) changed nothing and ran nothing of upstream, names every cause with the
  next step, and left no folder.
- Tracked files of the checkout are as they were; times in the result are neither negative nor
  longer than the run was.

Run the matrix with `ctest --preset release -L faults`, or one part of it with
`MRB_MRBRAIN=<build>/bin/mrbrain python3 tests/faults/test_output.py`. Upstream is a stand-in that
misbehaves as it is told; everything else is real. In the sentences `…` stands for a path, a name or
a number. Rows that a machine cannot make are skipped there and say why.

Not covered: power loss (files are synced before they take their names, but no test cuts the power),
broken memory, network file systems that forget locks, and a clock that stands still. What only a
real GPU does was done by hand, see the end.
"""


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def line_of(entry):
    is_name = entry.fault.startswith(("nvidia-smi", "stdin", "stdout", "stderr", "`"))
    begin = entry.fault[0] if is_name else entry.fault[0].upper()
    fault = f"{begin}{entry.fault[1:]}. *By: {entry.made}.*"
    if entry.needs:
        fault += f" *Needs {entry.needs}.*"
    left = entry.left.words
    if entry.volumes and entry.left is not UNTOUCHED:
        left += f"; {entry.volumes} volume{'s' if entry.volumes > 1 else ''}"
    columns = (fault, entry.verdict, str(entry.code), entry.says or "—", left,
               f"`{entry.test.replace('.py ', '.py` `')}`")
    return "| " + " | ".join(map(cell, columns)) + " |"


def page():
    """The document as the rows have it."""
    for path in sorted(HERE.glob("test_*.py")):
        importlib.import_module(path.stem)
    ids = [entry.id for entry in ROWS]
    assert len(set(ids)) == len(ids), sorted(one for one in ids if ids.count(one) > 1)
    parts = [INTRODUCTION]
    for group, title in GROUPS.items():
        rows = [entry for entry in ROWS if entry.group == group]
        if not rows:
            continue
        parts.append(f"\n## {title}\n\n"
                     "| fault | verdict | exit code | what the program says | left on disk "
                     "| test |\n"
                     "| --- | --- | --- | --- | --- | --- |\n")
        parts += [line_of(entry) + "\n" for entry in rows]
    parts.append((HERE / "other_evidence.md").read_text())
    return "".join(parts)


def main():
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"usage: {COMMAND}")
    PAGE.write_text(page())


if __name__ == "__main__":
    importlib.import_module("fault_matrix").main()  # the copy that the tests import
