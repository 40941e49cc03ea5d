# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""SIGKILL at any moment of a run: nothing lives on, nothing half-written counts, and whoever looks
at the folder later sees what happened."""

import collections
import concurrent.futures
import contextlib
import fcntl
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time
import unittest

from fault_matrix import ENDED, FaultTest, Left, Ran, row, schema
from mrbrain_cli import MRBRAIN, SMALL, processes_with, strict_json, tree, wait_until

STORM = 100
AT_ONCE = 2
SEED = int(os.environ.get("MRB_KILL_SEED", "20260501"))
STATES = pathlib.Path(os.environ.get("MRB_LIBRARY_STATES") or
                      MRBRAIN.parent.parent / "tests" / "bin" / "faults_library_states")
JOURNAL = {"preparing", "running", "measuring", "ended"}
LOCK = "run.lock"


class Place:
    """What one run at a time has for itself: a checkout, and a HOME that marks its processes."""

    def __init__(self, shop, number):
        self.shop = shop
        self.root = shop.root if number == 0 else shop.make_checkout(f"checkout-{number}")
        self.home = shop.folder / f"home-of-place-{number}"
        self.home.mkdir()

    def environment(self):
        return self.shop.environment(HOME=str(self.home), NV_GENERATE_ROOT=str(self.root))

    def start(self, out, request):
        self.shop.mode(root=self.root)
        return self.shop.start("generate", request, "--manifest", self.shop.manifest, "-o", out,
                               env=self.environment())

    def living(self):
        return processes_with(self.home)


def state_of(out):
    """The journal's state, or None."""
    with contextlib.suppress(OSError, ValueError):
        return strict_json((out / "run.json").read_text())["state"]
    return None


# Kills.look_at() compares, since it knows each run's moment.
RECOGNISED = Left("nothing, or a run that is recognised, as interrupted or ended; no half document "
                  "under its name", lambda *_: None)


class Kills(FaultTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = cls.shop.request(SMALL)
        cls.places = [Place(cls.shop, number) for number in range(AT_ONCE)]

    def setUp(self):
        super().setUp()
        self.found = collections.Counter()
        self.trash = 0

    def moments(self, out, root):
        """What can be seen of a run from outside, in the order in which it happens."""
        models = root / "models"
        log = out / "logs" / "stderr.log"
        return {
            "folder": out.exists,
            "lock": (out / LOCK).exists,
            "journal": (out / "run.json").exists,
            "staging": (out / "_staged_configs").exists,
            "running": lambda: state_of(out) in ("running", "measuring", "ended"),
            "log": log.exists,
            "imports": (models / "reached-imports").exists,
            "first words": lambda: log.exists() and log.stat().st_size > 0,
            "diffusion": (models / "reached-diffusion").exists,
            "volume": lambda: any(out.glob("*.nii.gz")),
            "end": (models / "reached-end").exists,
            "measuring": lambda: state_of(out) in ("measuring", "ended"),
            "result": lambda: any(out.glob("*result.json*")),
            "ended": lambda: state_of(out) == "ended",
        }

    def reference(self):
        """How long a whole run takes here, beside another one."""
        def timed(place, out):
            began = time.monotonic()
            outcome = place.start(out, self.request).wait()
            self.assertEqual(outcome.code, 0, outcome.stderr)
            return time.monotonic() - began
        outs = [self.shop.new_out() for _ in self.places]
        return max(self.side_by_side(timed, self.places, outs))

    @staticmethod
    def side_by_side(function, *lists):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(function, *lists))

    def kill_when(self, running, is_time):
        """SIGKILL to mrbrain once it is time; False when it was over before."""
        def is_over():  # without taking its end away from wait()
            return os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        while not is_time():
            if is_over():
                return False
            time.sleep(0.001)  # between two looks
        running.signal(signal.SIGKILL)
        return True

    # What must hold afterwards, whenever it was.

    def look_at(self, place, out):
        """Nothing lives; what is on the disk is one of the states that there are. Its name."""
        wait_until(lambda: not place.living(), f"nothing of {out.name} lives")
        left = set(tree(out)) if out.exists() else set()
        temporary = {path for path in left if path.endswith(".part")}
        self.trash += len(temporary)
        for path in temporary:  # named so that nobody takes them for anything else
            self.assertRegex(path, r"(^|/)\.[^/]+\.\d+\.\d+\.part$")
        if out.exists():
            self.assert_unlocked(out)
        if not left - temporary - {LOCK}:
            self.assert_free(place, out)
            return "nothing"
        journal = strict_json((out / "run.json").read_text())
        self.assertIn(journal["state"], JOURNAL)
        has_result = (out / "result.json").exists()
        if has_result:
            document = strict_json((out / "result.json").read_text())
            schema().validate(document)
            self.assertEqual(document["run"]["id"], journal["run_id"])
        if journal["state"] == "ended":
            self.assertTrue(has_result)
            self.assertEqual(document["overall_status"], journal["overall_status"])
            self.assert_refused(place, out, "finished")
            return "ended"
        self.assert_refused(place, out, "interrupted")
        return f"interrupted ({journal['state']}{', result' if has_result else ''})"

    def assert_unlocked(self, out):
        if (out / LOCK).exists():
            with open(out / LOCK) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def preflight(self, place, out):
        return self.shop.run("preflight", self.request, "--manifest", self.shop.manifest, "-o", out,
                             env=place.environment())

    def assert_free(self, place, out):
        outcome = self.preflight(place, out)
        self.assertEqual(outcome.code, 0, outcome.stderr)

    def assert_refused(self, place, out, word):
        before = tree(out)
        outcome = self.preflight(place, out)
        self.assertEqual(outcome.code, 2, outcome.stderr)
        self.assertEqual(outcome.codes(), ["output_folder_has_a_result"])
        self.assertIn(word, outcome.document["detail"])
        self.assertEqual(tree(out), before)

    def library(self, folder):
        told = subprocess.run([STATES, folder], check=True, stdout=subprocess.PIPE, text=True,
                              env=self.shop.environment()).stdout
        return {pathlib.Path(line.split("\t")[0]): tuple(line.split("\t")[1:])
                for line in told.splitlines()}

    def storm(self, chooses):
        """A run for each of them, killed when it says so; {folder: state}."""
        free = list(self.places)

        def one(choose, out):
            place = free.pop()
            try:
                running = place.start(out, self.request)
                killed = self.kill_when(running, choose(self.moments(out, place.root)))
                outcome = running.wait()
                # The signal may have come just after the end.
                self.assertIn(outcome.code, {-signal.SIGKILL, 0} if killed else {0}, outcome.stderr)
                state = self.look_at(place, out)
                if not killed:
                    self.assertEqual(state, "ended")
                return out, state, outcome
            finally:
                free.append(place)
        done = self.side_by_side(one, chooses, [self.shop.new_out() for _ in chooses])
        states = {out: state for out, state, _ in done}
        self.found.update(states.values())
        self.assert_library_agrees(states)
        for out in filter(pathlib.Path.exists, states):
            shutil.rmtree(out)
        # Whoever is killed after the result was printed has told all there is.
        return [Ran(outcome, None) for _, _, outcome in done if not outcome.stdout]

    def assert_library_agrees(self, states):
        """The window's library finds every run, and none where there is none."""
        told = self.library(self.shop.out)
        for out, state in states.items():
            with self.subTest(out=out.name, state=state):
                expected = {"n": None, "e": ("ended", "judged"),
                            "i": ("interrupted", "none")}[state[0]]
                self.assertEqual(told.get(out), expected)


def after(seconds):
    """So long after the start."""
    def choose(_moments):
        limit = time.monotonic() + seconds
        return lambda: time.monotonic() >= limit
    return choose


def behind(moment, seconds):
    """So long after something was seen."""
    def choose(moments):
        seen = []

        def is_time():
            if not seen and moments[moment]():
                seen.append(time.monotonic())
            return bool(seen) and time.monotonic() >= seen[0] + seconds
        return is_time
    return choose


class Storm(Kills):

    @row("kills.storm", group="kills", fault="`mrbrain` is killed at any moment of a run",
         made=f"SIGKILL to {STORM} runs at random moments, two at a time", code=-signal.SIGKILL,
         status="killed", says="", left=RECOGNISED)
    def test_a_hundred_runs_killed_at_random_moments(self):
        chance = random.Random(SEED)
        print(f"seed {SEED}; another with MRB_KILL_SEED", flush=True)
        whole = self.reference()
        names = list(self.moments(self.shop.out, self.shop.root))
        # Half by the clock, which reaches what takes long; half by what is seen, for what is short.
        chooses = [after(chance.uniform(0, 1.05 * whole)) for _ in range(STORM // 2)]
        chooses += [behind(names[i % len(names)], chance.uniform(0, 0.02) if i >= len(names) else 0)
                    for i in range(STORM - len(chooses))]
        chance.shuffle(chooses)
        killed = self.storm(chooses)
        print(f"{dict(sorted(self.found.items()))}, {self.trash} temporary files left", flush=True)
        self.assertEqual(self.found.total(), STORM)
        # The moments were spread over the whole life of a run.
        for state in ("nothing", "interrupted (running)", "interrupted (measuring", "ended"):
            self.assertTrue(any(found.startswith(state) for found in self.found), self.found)
        yield from killed

    @row("kills.starting", group="kills",
         fault="`mrbrain` is killed while it starts its supervisor",
         made="SIGKILL to 12 runs, up to 30 ms after the journal says running",
         code=-signal.SIGKILL, status="killed", says="", left=RECOGNISED)
    def test_kills_while_the_supervisor_is_being_started(self):
        chance = random.Random(SEED + 1)
        killed = self.storm([behind("running", chance.uniform(0, 0.03)) for _ in range(12)])
        self.assertIn("interrupted (running)", self.found)
        yield from killed

    def test_a_folder_with_nothing_but_leftovers_takes_the_next_run(self):
        """What a kill leaves before the first journal is cleared away and counts for nothing."""
        out = self.shop.new_out()
        out.mkdir()
        (out / LOCK).touch()
        for name in (".run.json.4711.0.part", ".result.json.4711.1.part"):
            (out / name).write_text('{"state": "end')
        (out / ".notes.4711.0.part").write_text("somebody else's")
        self.assertEqual(self.library(self.shop.out).get(out), None)
        self.shop.mode()
        outcome = self.shop.generate(self.request, out=out)
        self.assert_verdict(outcome, 0, "passed_custom_manifest", [])
        self.assertEqual(outcome.document["output"]["num_samples"], 1)
        self.assertEqual([path for path in tree(out) if path.endswith(".part")],
                         [".notes.4711.0.part"])
        shutil.rmtree(out)

    def test_a_result_without_the_journals_end_is_an_interrupted_run(self):
        """Between the two files: the result is whole, and still nobody has said that it ended."""
        out = self.shop.new_out()
        self.shop.mode()
        self.assert_verdict(self.shop.generate(self.request, out=out), 0, "passed_custom_manifest",
                            [])
        journal = strict_json((out / "run.json").read_text())
        for key in ("overall_status", "exit_code"):
            del journal[key]
        (out / "run.json").write_text(json.dumps({**journal, "state": "measuring"}))
        self.assertEqual(self.look_at(self.places[0], out), "interrupted (measuring, result)")
        self.assertEqual(self.library(self.shop.out)[out], ("interrupted", "none"))


class Questions(FaultTest):
    """What mrbrain asks other programs ends with it, whatever they wait for."""

    def test_a_program_that_hangs_in_the_preflight_ends_with_mrbrain(self):
        hanging = "trap '' TERM\n: > {sign}\nexec /bin/sleep 1000"
        for name in ("git", "nvidia-smi", "python"):
            with self.subTest(name):
                folder = self.shop.folder / f"killed-{name}"
                folder.mkdir()
                sign = folder / "is-up"
                if name != "git":
                    (folder / "git").symlink_to(self.shop.bin / "git")
                program = self.shop.write_program(name, hanging.format(sign=sign), folder)
                python = ("--python", program) if name == "python" else ()
                out = self.shop.new_out()
                running = self.shop.start(
                    "generate", self.shop.request(SMALL), "--manifest", self.shop.manifest, "-o",
                    out, *python, env=self.shop.environment(PATH=str(folder)))
                wait_until(sign.exists, f"{name} was asked")
                running.signal(signal.SIGKILL)
                running.wait()
                wait_until(lambda: not self.shop.living(), f"{name} ended with mrbrain")
                self.assertFalse(out.exists())


class Supervisors(FaultTest):
    """mrbrain lives and tells; whoever of the two supervisors is left ends the run."""

    def killed(self, which, **mode):
        """A run that hangs, and whose supervisors which() chooses from are killed at once."""
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out, **mode)
        supervisors = sorted(pid for pid, command in self.shop.living(running.pid).items()
                             if "mrbrain-supervisor" in command)
        self.assertEqual(len(supervisors), 2)
        for pid in which(supervisors):
            os.kill(pid, signal.SIGKILL)
        return Ran(running.wait(), out)

    def at_random(self, which, chance):
        """The same at any moment after the start."""
        out = self.shop.new_out()
        self.shop.mode()
        running = self.shop.start("generate", self.shop.request(SMALL), "--manifest",
                                  self.shop.manifest, "-o", out)
        pause = chance.uniform(0, 0.05)

        def supervisors():
            return sorted(pid for pid, command in self.shop.living(running.pid).items()
                          if "mrbrain-supervisor" in command.split()[0])
        wait_until(lambda: len(supervisors()) == 2 or running.process.poll() is not None,
                   "both supervisors are there")
        limit = time.monotonic() + pause
        wait_until(lambda: time.monotonic() >= limit, "the moment has come")
        for pid in which(supervisors() or [0]):
            with contextlib.suppress(ProcessLookupError):
                if pid:
                    os.kill(pid, signal.SIGKILL)
        return Ran(running.wait(), out)

    @row("kills.inner_supervisor", group="kills", fault="the inner supervisor is killed",
         made="SIGKILL while upstream and a child that ignores SIGTERM work", code=3,
         status="failed", says="The supervisor of the program was killed, and the run with it.",
         left=ENDED)
    def test_inner(self):
        return self.killed(lambda both: both[1:], children=["session"])

    @row("kills.outer_supervisor", group="kills", fault="the outer supervisor is killed",
         made="SIGKILL while upstream works", code=3, status="failed",
         says="The supervisor of the program was killed, and the run with it.", left=ENDED)
    def test_outer(self):
        return self.killed(lambda both: both[:1])

    @row("kills.both_supervisors", group="kills",
         fault="both supervisors are killed at once; upstream's process dies with them. Processes "
               "that it had started itself may stay, nobody is left to know them",
         made="SIGKILL to both", code=3, status="failed",
         says="The supervisor of the program was killed, and the run with it.", left=ENDED)
    def test_both(self):
        return self.killed(lambda both: both)

    def test_at_random_moments(self):
        chance = random.Random(SEED + 2)
        for number in range(10):
            with self.subTest(number=number):
                ran = self.at_random((lambda both: both[:1]) if number % 2 else
                                     (lambda both: both[-1:]), chance)
                self.assertIn(ran.outcome.code, (0, 3), ran.outcome.stderr)
                document = ran.outcome.document
                schema().validate(document)
                self.assertEqual(strict_json((ran.out / "result.json").read_text()), document)
                self.assertEqual(strict_json((ran.out / "run.json").read_text())["state"], "ended")
                self.assertEqual(self.shop.living(), {})


if __name__ == "__main__":
    unittest.main()
