# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""An upstream that fails, lies, hangs, floods or leaves processes: the exit code, the status and
exactly the gates that fail."""

import signal
import subprocess
import unittest

from fault_matrix import ENDED, SMALL, FaultTest, Ran, row
from mrbrain_cli import (EXIT, FINITE, NO_VOLUME, NONCONSTANT, NONNEGATIVE, OF_SAMPLES, SANITIZED,
                         SHAPES, SPACING)

PASSED = {"code": 0, "status": "passed_custom_manifest", "gates": (), "volumes": 1}
VERDICT = "passed_custom_manifest (exit code 0): …"
CRASHED = {"group": "upstream", "code": 3, "status": "failed", "left": ENDED}
JUDGED = {"group": "upstream", "code": 4, "status": "failed", "left": ENDED}
GATE = "error: Gate failed: output."
NO_VOLUME_TOLD = "warning: Upstream ended without an error and left no volume in …. "
CLAIMED = NO_VOLUME_TOLD + "Its log says that it saved …; look there, and at the disk."
NOTHING_MADE = (EXIT, *NO_VOLUME)


class UpstreamTest(FaultTest):

    def small(self, *arguments, case="", **mode):
        out = self.shop.new_out()
        return Ran(self.shop.run_small(*arguments, out=out, **mode), out, case=case)


class Endings(UpstreamTest):

    @row("upstream.traceback", fault="Python raises an exception",
         made="out of memory, exit code 1", gates=NOTHING_MADE, finding="gpu_out_of_memory",
         says="error: The GPU ran out of memory.\n"
         "what to do now: Ask for fewer voxels at the same field of view, …", **CRASHED)
    def test_traceback(self):
        ran = self.small(volumes=[], end={"exit": 1})
        document = ran.outcome.document
        self.assertEqual(document["invocation"]["exit_code"], 1)
        self.assertIn("RuntimeError: CUDA out of memory", document["logs"]["stderr_tail"])
        self.assertIn("CUDA out of memory", document["invocation"]["outcome"])
        return ran

    @row("upstream.fails_late", fault="It fails after a good volume", made="exit code 7 at the end",
         gates=(EXIT,), says="error: The program ended with exit code 7. …", volumes=1, **CRASHED)
    def test_fails_late(self):
        ran = self.small(end={"exit": 7})
        self.assertEqual(ran.outcome.document["invocation"]["exit_code"], 7)
        return ran

    @row("upstream.signal", fault="It dies by a signal",
         made="SIGSEGV, SIGKILL (as the kernel does it when memory runs out), SIGTERM",
         gates=NOTHING_MADE, says="error: The program was ended by signal … (…). …", **CRASHED)
    def test_signal(self):
        for number in (signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM):
            ran = self.small(volumes=[], end={"signal": number}, case=number.name)
            self.assertEqual(ran.outcome.document["invocation"]["exit_code"], -number)
            yield ran

    @row("upstream.our_codes", fault="Its exit code is one that means something for mrbrain",
         made="exit codes 2, 4, 5, 124 and 130", gates=NOTHING_MADE,
         says="error: The program ended with exit code …. …", **CRASHED)
    def test_our_codes(self):
        for number in (2, 4, 5, 124, 130):
            yield self.small(volumes=[], end={"exit": number}, case=str(number))

    @row("upstream.no_volume", fault="It succeeds without a volume",
         made="exit code 0, nothing written", gates=tuple(NO_VOLUME),
         finding="no_volume",
         says=NO_VOLUME_TOLD + "Read logs/stderr.log: it does not say that a volume was saved.",
         **JUDGED)
    def test_no_volume(self):
        return self.small(volumes=[])

    @row("upstream.only_claims", fault="It claims a volume that it did not write",
         made="a line `Saved …` without the file", gates=tuple(NO_VOLUME),
         finding="no_volume",
         says=CLAIMED, **JUDGED)
    def test_only_claims(self):
        return self.small(volumes=[],
                          stderr_hex=b"[x][ INFO](inference) - Saved /tmp/a.nii.gz.\n".hex())

    @row("upstream.daemon", group="upstream", fault="It leaves a daemon behind",
         made="a process in a session of its own whose parent is gone",
         finding="leftover_processes_ended",
         says="warning: Processes that upstream left behind were ended.", left=ENDED, **PASSED)
    def test_daemon(self):
        return self.small(children=["daemon"])

    @row("upstream.crash_with_helpers", fault="It crashes and leaves helpers that ignore SIGTERM",
         made="a session and a daemon, both deaf, then SIGKILL", gates=NOTHING_MADE,
         says="error: The program was ended by signal 9 (Killed). …", **CRASHED)
    def test_crash_with_helpers(self):
        return self.small(volumes=[], children=["session", "daemon"],
                          end={"signal": signal.SIGKILL})


class Endless(UpstreamTest):

    @row("upstream.never_ends", group="upstream", fault="It never ends",
         made="a stand-in that hangs with a helper, --timeout-seconds 1.5", code=124,
         status="timed_out", gates=NOTHING_MADE,
         says="error: The time limit of 1.5 seconds was reached. …", left=ENDED)
    def test_never_ends(self):
        ran = self.small("--timeout-seconds", "1.5", hang_at="diffusion", children=["session"])
        document = ran.outcome.document
        self.assertEqual(document["invocation"]["exit_code"], 124)
        for text in (document["logs"]["stderr_tail"], (ran.out / "logs/stderr.log").read_text()):
            self.assertTrue(text.endswith("\n[TIMEOUT after 1.5s]"))
        self.assertGreaterEqual(document["runtime"]["subprocess_seconds"], 1.4)
        return ran

    @row("upstream.deaf", group="upstream", fault="It ignores SIGTERM when the user cancels",
         made="a deaf stand-in with deaf helpers, then SIGINT", code=130, status="cancelled",
         gates=NOTHING_MADE, says="error: The run was cancelled. …", left=ENDED)
    def test_deaf(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out, deaf=True, children=["session", "daemon"])
        self.assertGreaterEqual(len(self.shop.living(running.pid)), 4)
        running.signal(signal.SIGINT)
        return Ran(running.wait(), out)


class Noise(UpstreamTest):

    @row("upstream.binary", group="upstream", fault="It prints bytes that are no text",
         made="broken UTF-8, control characters and a NUL", says=VERDICT, left=ENDED, **PASSED)
    def test_binary(self):
        for case, said in (("not UTF-8", b"caf\xe9 \xff\xfe \xc3\n"),
                           ("control", b"\x1b[31mred\x00nul\x07\n"),
                           ("random", bytes(range(256)) * 64)):
            ran = self.small(stderr_hex=said.hex(), case=case)
            self.assertIn(said, (ran.out / "logs/stderr.log").read_bytes())
            yield ran

    @row("upstream.flood", group="upstream", fault="It prints 200 MB",
         made="a flood of lines before the diffusion", says="", left=ENDED, **PASSED)
    def test_flood(self):
        out = self.shop.new_out()
        self.shop.mode(flood_mb=200)
        outcome = self.shop.generate(self.shop.request(SMALL), "--progress", "none", out=out,
                                     stderr=subprocess.DEVNULL)
        log = out / "logs/stderr.log"
        self.assertGreater(log.stat().st_size, 199 * 2**20)
        self.assertTrue(log.read_bytes()[-200:].endswith(b".nii.gz.\n"))
        tail = outcome.document["logs"]["stderr_tail"]
        self.assertEqual((len(tail), tail[:3]), (4003, "..."))
        if not SANITIZED:  # which keeps freed memory for a while
            self.assertLess(outcome.peak_mib, 100)
        yield Ran(outcome, out)
        log.write_bytes(b"")


class Volumes(UpstreamTest):

    def sample(self, *volumes, case="", **expected):
        """A run whose only sample has these values."""
        ran = self.small(volumes=list(volumes), case=case)
        sample, = ran.outcome.document["output"]["samples"]
        for key, value in expected.items():
            self.assertEqual(sample[key], value, key)
        return ran

    @row("upstream.damaged", fault="The volume is damaged",
         made="truncated, a bit flipped, a wrong checksum, HTML in its place",
         gates=tuple(OF_SAMPLES),
         says=f"{GATE}all_images_readable eq true, observed false. …\nwarning: …/….nii.gz …",
         volumes=1, **JUDGED)
    def test_damaged(self):
        for damage in ("truncated", "flipped", "crc", "html"):
            ran = self.sample({"damage": damage}, case=damage, image_readable=False)
            sample, = ran.outcome.document["output"]["samples"]
            self.assertTrue(sample["image_error"])
            self.assertFalse({"intensity_max", "image_shape"} & set(sample))
            self.assertEqual(len(sample["image_sha256"]), 64)
            yield ran

    @row("upstream.damaged_second", fault="One of two volumes is damaged",
         made="a good one and a truncated one", gates=tuple(OF_SAMPLES),
         says=f"{GATE}all_images_readable eq true, observed false. …\nwarning: …/….nii.gz is "
              "truncated: it ends after … bytes in the middle of its gzip stream, … Make or copy "
              "the file again; look whether a disk is full.", volumes=2, **JUDGED)
    def test_damaged_second(self):
        return self.small(volumes=[{}, {"rank": 1, "damage": "truncated"}])

    @row("upstream.empty", fault="The volume is an empty file", made="0 bytes",
         gates=tuple(NO_VOLUME), finding="no_volume",
         says=CLAIMED, volumes=1, **JUDGED)
    def test_empty(self):
        return self.small(volumes=[{"damage": "empty"}])

    @row("upstream.other_shape", fault="The volume has another shape than asked for",
         made="64×64×32 for 64×64×64", gates=(SHAPES,),
         says=f"{GATE}all_shapes_match_requested eq true, observed false. …", volumes=1, **JUDGED)
    def test_other_shape(self):
        return self.sample({"shape": [64, 64, 32]}, image_shape=[64, 64, 32],
                           requested_shape=[64, 64, 64], shape_match_requested=False)

    @row("upstream.other_spacing", fault="The volume has another spacing than asked for",
         made="2.7201 mm for 2.72 mm", gates=(SPACING,),
         says=f"{GATE}all_spacing_match_requested eq true, observed false. …", volumes=1, **JUDGED)
    def test_other_spacing(self):
        return self.sample({"spacing": [3.5, 3.75, 2.7201]}, image_spacing=[3.5, 3.75, 2.7201],
                           requested_spacing=[3.5, 3.75, 2.72])

    @row("upstream.nan", fault="The volume holds values that are no numbers",
         made="float32 with NaN", gates=(FINITE,),
         says=f"{GATE}all_images_finite eq true, observed false. …", volumes=1, **JUDGED)
    def test_nan(self):
        return self.sample({"kind": "nan"}, finite_fraction=0.75, intensity_max=900.0)

    @row("upstream.constant", fault="The volume is constant", made="7 everywhere",
         gates=(NONCONSTANT,),
         says=f"{GATE}all_images_nonconstant eq true, observed false. …", volumes=1, **JUDGED)
    def test_constant(self):
        return self.sample({"kind": "constant"}, intensity_min=7.0, intensity_std=0.0)

    @row("upstream.negative", fault="The volume has negative values",
         made="a voxel of −25536, as an overflow leaves it", gates=(NONNEGATIVE,),
         says=f"{GATE}all_images_nonnegative eq true, observed false. …", volumes=1, **JUDGED)
    def test_negative(self):
        return self.sample({"kind": "negative"}, intensity_min=-25536.0)

    @row("upstream.elsewhere", fault="It writes into another folder",
         made="a good volume outside of the run's folder", gates=tuple(NO_VOLUME),
         finding="no_volume",
         says=CLAIMED, **JUDGED)
    def test_elsewhere(self):
        outside = self.shop.folder / "outside"
        ran = self.small(volumes=[{"folder": str(outside)}])
        self.assertEqual(len(list(outside.iterdir())), 1)
        return ran

    @row("upstream.link", fault="A link to a good volume lies in the place of the volume",
         made="a link to a volume of another run", gates=tuple(OF_SAMPLES),
         says="warning: … is a symbolic link, not a volume that this run wrote. Look at what "
              "upstream did; links are not followed.", volumes=1, **JUDGED)
    def test_link(self):
        good = self.small().outcome.document["output"]["samples"][0]["image_path"]
        ran = self.sample({"link": good}, image_readable=False,
                          image_error_code="volume_is_a_link")
        self.assertNotIn("image_sha256", ran.outcome.document["output"]["samples"][0])
        return ran


if __name__ == "__main__":
    unittest.main()
