# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Several GPUs: upstream through torch's launcher, one rank for each. The launcher is a stand-in
that starts real processes and ends them as the real one does."""

import contextlib
import os
import signal
import unittest

from fault_matrix import ENDED, INTERRUPTED, NOTHING, FaultTest, Ran, row
from mrbrain_cli import GPU_ROW, SMALL, wait_until

OOM = {"volumes": [], "end": {"exit": 1}}
SEED = 1234  # of SMALL


class Ranks(FaultTest):
    """A workshop with two cards and torch's launcher."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.add_launcher()
        cls.shop.add_second_gpu()

    def two(self, *arguments, request=None, **mode):
        """A run on two GPUs."""
        out = self.shop.new_out()
        self.shop.mode(**mode)
        outcome = self.shop.generate(self.shop.request(request or SMALL), "--num-gpus", "2",
                                     *arguments, out=out)
        return Ran(outcome, out)

    def start_two(self, *signs, arguments=(), **mode):
        """The same, returned to when the ranks have left these signs."""
        out = self.shop.new_out()
        self.shop.mode(**mode)
        running = self.shop.start("generate", self.shop.request(SMALL), "--manifest",
                                  self.shop.manifest, "-o", out, "--num-gpus", "2", *arguments)
        for sign in signs:
            wait_until(lambda sign=sign: self.shop.reached(sign) or
                       running.process.poll() is not None, f"a rank reaches {sign}")
            self.assertTrue(self.shop.reached(sign), running.text_of_stderr())
        return running, out

    def samples(self, outcome):
        return [(sample["rank"], sample["random_seed"])
                for sample in outcome.document["output"]["samples"]]


class Success(Ranks):

    def test_each_gpu_makes_a_volume_with_a_seed_of_its_own(self):
        # Both ranks wait in the middle until it is shown; a quick run could be over before.
        go = self.shop.root / "models" / "go"
        os.mkfifo(go)
        self.addCleanup(go.unlink)
        running, out = self.start_two("diffusion", "diffusion-rank1", wait_at="diffusion",
                                      arguments=("--random-seed", "40"))
        wait_until(lambda: "(2 GPUs, slowest), " in running.text_of_stderr(), "both are shown")

        def release():
            with contextlib.suppress(OSError):  # nobody waits there at the moment
                os.close(os.open(go, os.O_WRONLY | os.O_NONBLOCK))
            return (out / "result.json").exists()
        wait_until(release, "the run ends")
        ran = Ran(running.wait(), out)
        self.shop.mode()
        document = self.assert_verdict(ran.outcome, 0, "passed_custom_manifest", [])
        self.assertEqual(self.samples(ran.outcome), [(0, 40), (1, 41)])
        self.assertEqual(document["run"]["num_gpus"], 2)
        self.assertEqual(document["input"]["random_seed"], 40)
        codes = [warning["code"] for warning in document["warnings"]]
        self.assertEqual([code for code in codes if "volume" in code], [])
        hashes = {sample["image_sha256"] for sample in document["output"]["samples"]}
        self.assertEqual(len(hashes), 2)
        # Two of everything is asked for, and shown.
        self.assertRegex(ran.outcome.stderr, r"~1\.0 MB disk. GPU: Fake H100 .*, Fake H100 ")
        self.assertRegex(ran.outcome.stderr, r"diffusion \d/6 \(2 GPUs, slowest\), ")

        # Either volume again, on one GPU.
        for rank, sample in enumerate(document["output"]["samples"]):
            again = self.shop.generate(self.shop.request(SMALL), "--random-seed",
                                       sample["random_seed"], out=self.shop.new_out())
            self.assertEqual(again.code, 0, again.stderr)
            one, = again.document["output"]["samples"]
            self.assertEqual((one["rank"], one["random_seed"]), (0, 40 + rank))
            self.assertEqual(one["image_sha256"], sample["image_sha256"])

    def test_ranks_get_what_torch_reads_and_nothing_else_changes(self):
        ran = self.two()
        self.assertEqual(ran.outcome.code, 0, ran.outcome.stderr)
        environment = self.shop.seen()["environ"]
        self.assertEqual([environment[name] for name in ("RANK", "WORLD_SIZE")], ["0", "2"])
        self.assertEqual(self.shop.seen()["argv"][-2:], ["-g", "2"])

    def test_a_line_that_another_rank_cut_into_a_bar_is_told(self):
        """A bar without its newline, and behind it what the other rank has to say."""
        text = "\r 50%|#####     | 3/6 [00:00<00:00, 9.00it/s]RuntimeWarning: from rank 1\n"
        ran = self.two(ranks={"1": {"stderr_hex": text.encode().hex()}})
        self.assertEqual(ran.outcome.code, 0, ran.outcome.stderr)
        self.assertIn("\nRuntimeWarning: from rank 1\n", ran.outcome.stderr)
        self.assertNotIn("%|", ran.outcome.stderr)


class OneFails(Ranks):

    @row("ranks.error", group="ranks", fault="one of two GPUs runs out of memory",
         made="rank 1 raises while rank 0 is in the middle of its diffusion",
         code=3, status="failed",
         says="Of its GPUs, rank 1 failed first, with exit code 1. Its last line was: "
              "RuntimeError: CUDA out of memory.…",
         left=ENDED)
    def test_error_of_one_ends_the_other(self):
        return self.two(ranks={"0": {"hang_at": "diffusion"},
                               "1": {"follow": "reached-diffusion", **OOM}})

    @row("ranks.error_of_rank_0", group="ranks", fault="the GPU that logs fails, the other goes on",
         made="rank 0 raises while rank 1 hangs", code=3, status="failed",
         says="Of its GPUs, rank 0 failed first, with exit code 1. Its last line was: "
              "RuntimeError: CUDA out of memory.…",
         left=ENDED)
    def test_error_of_the_first(self):
        return self.two(ranks={"1": {"hang_at": "diffusion"},
                               "0": {"follow": "reached-diffusion-rank1", **OOM}})

    @row("ranks.killed", group="ranks", fault="one rank is killed, as by a lack of memory",
         made="SIGKILL to rank 1", code=3, status="failed",
         says="Of its GPUs, rank 1 failed first: it was ended by signal 9 (Killed).…", left=ENDED)
    def test_signal_to_one_ends_the_other(self):
        return self.two(ranks={"0": {"hang_at": "diffusion"},
                               "1": {"follow": "reached-diffusion", "volumes": [],
                                     "end": {"signal": signal.SIGKILL}}})

    @row("ranks.late", group="ranks", fault="one rank fails after the other has saved its volume",
         made="rank 1 raises when rank 0 is done", code=3, status="failed",
         says="Of its GPUs, rank 1 failed first, with exit code 1.…", left=ENDED, volumes=1)
    def test_volume_that_is_there_is_measured(self):
        ran = self.two(ranks={"1": {"follow": "reached-end", **OOM}})
        self.assertEqual(self.samples(ran.outcome), [(0, SEED)])
        return ran

    @row("ranks.deaf", group="ranks", fault="a rank does not end when the launcher asks it to",
         made="rank 0 ignores SIGTERM, rank 1 raises; the launcher sends SIGKILL later",
         code=3, status="failed", says="Of its GPUs, rank 1 failed first, with exit code 1.…",
         left=ENDED)
    def test_rank_that_ignores_sigterm(self):
        return self.two(ranks={"0": {"hang_at": "diffusion", "deaf": True},
                               "1": {"follow": "reached-diffusion", **OOM}})

    @row("ranks.left", group="ranks", fault="the launcher ends and leaves a rank behind",
         made="rank 0 ignores SIGTERM and the launcher gives up on it", code=3, status="failed",
         finding="leftover_processes_ended",
         says="Of its GPUs, rank 1 failed first, with exit code 1.…\n"
              "Processes that upstream left behind were ended.",
         left=ENDED)
    def test_rank_that_the_launcher_leaves_behind(self):
        return self.two(launcher={"patience": None},
                        ranks={"0": {"hang_at": "diffusion", "deaf": True},
                               "1": {"follow": "reached-diffusion", **OOM}})


    @row("ranks.no_launcher", group="ranks", fault="torch has no launcher",
         made="`torch/distributed` is not installed", code=3, status="failed",
         says="No module named 'torch.distributed'", left=ENDED)
    def test_torch_without_its_launcher(self):
        launcher = self.shop.site / "torch" / "distributed"
        launcher.rename(launcher.with_name("elsewhere"))
        self.addCleanup(launcher.with_name("elsewhere").rename, launcher)
        return self.two()


class Silence(Ranks):
    """Exit code 0, and yet not what was asked for."""

    @row("ranks.fewer", group="ranks", fault="fewer volumes than GPUs, exit code 0",
         made="rank 1 writes none", code=4, status="failed", finding="fewer_volumes_than_gpus",
         says="2 GPUs wrote 1 volumes: none is of rank 1.", left=ENDED, volumes=1)
    def test_volume_missing(self):
        ran = self.two(ranks={"1": {"volumes": []}})
        self.assertEqual(ran.outcome.failed_gates(), [])
        return ran

    @row("ranks.swallowed", group="ranks", fault="the launcher hides that a rank failed",
         made="rank 1 raises, the launcher exits with 0", code=4, status="failed",
         finding="fewer_volumes_than_gpus", says="2 GPUs wrote 1 volumes: none is of rank 1.",
         left=ENDED, volumes=1)
    def test_launcher_that_hides_a_failure(self):
        return self.two(launcher={"exit": 0}, ranks={"1": {"follow": "reached-end", **OOM}})

    @row("ranks.twice", group="ranks", fault="two volumes of one rank and none of the other",
         made="both ranks write as rank 0", code=4, status="failed",
         finding="volume_rank_repeated",
         says="are both of rank 0.\n2 GPUs wrote 2 volumes: none is of rank 1.", left=ENDED,
         volumes=2)
    def test_rank_twice(self):
        return self.two(ranks={"1": {"volumes": [{"rank": 0, "seed": 77}]}})

    @row("ranks.seed", group="ranks", fault="a volume carries another seed than its rank has",
         made="rank 1 writes the seed of rank 0", code=0, status="passed_custom_manifest",
         finding="volume_name_disagrees",
         says=f"the name says seed {SEED} instead of {SEED + 1}.", left=ENDED, volumes=2)
    def test_seed_of_another_rank(self):
        return self.two(ranks={"1": {"volumes": [{"seed": SEED}]}})

    @row("ranks.more", group="ranks", fault="more volumes than GPUs",
         made="rank 1 writes one more, as rank 2", code=0, status="passed_custom_manifest",
         finding="more_volumes_than_gpus",
         says="the name says rank 2 instead of 0 to 1.\n2 GPUs wrote 3 volumes.", left=ENDED,
         volumes=3)
    def test_one_volume_more(self):
        return self.two(ranks={"1": {"volumes": [{}, {"rank": 2}]}})


class Ends(Ranks):

    @row("ranks.hang", group="ranks", fault="one rank hangs when the other has finished",
         made="rank 1 stops in its diffusion; time limit", code=124, status="timed_out",
         says="The time limit of 2.5 seconds was reached.", left=ENDED, volumes=1)
    def test_rank_that_hangs(self):
        ran = self.two("--timeout-seconds", "2.5", ranks={"1": {"hang_at": "diffusion"}})
        self.assertEqual(self.samples(ran.outcome), [(0, SEED)])
        return ran

    @row("ranks.cancel", group="ranks", fault="a run on two GPUs is cancelled",
         made="SIGINT while both ranks, deaf to SIGTERM, are in their diffusion", code=130,
         status="cancelled", says="The run was cancelled.", left=ENDED)
    def test_cancel(self):
        running, out = self.start_two("diffusion", "diffusion-rank1", hang_at="diffusion",
                                      deaf=True)
        running.signal(signal.SIGINT)
        return Ran(running.wait(), out)

    @row("ranks.launcher", group="ranks", fault="the launcher is killed and its ranks are orphans",
         made="SIGKILL to the launcher", code=3, status="failed",
         says="The program was ended by signal 9 (Killed).…", left=ENDED)
    def test_launcher_killed(self):
        running, out = self.start_two("diffusion", "diffusion-rank1", hang_at="diffusion")
        os.kill(self.launcher(), signal.SIGKILL)
        return Ran(running.wait(), out)

    @row("ranks.program", group="ranks", fault="`mrbrain` is killed while two GPUs work",
         made="SIGKILL to mrbrain; the ranks ignore SIGTERM", code=-signal.SIGKILL,
         status="killed", says="", left=INTERRUPTED)
    def test_program_killed(self):
        running, out = self.start_two("diffusion", "diffusion-rank1", hang_at="diffusion",
                                      deaf=True)
        running.signal(signal.SIGKILL)
        outcome = running.wait()
        wait_until(lambda: not self.shop.living(), "all descendants are gone")
        return Ran(outcome, out)

    @row("ranks.supervisor", group="ranks", fault="a supervisor is killed while two GPUs work",
         made="SIGKILL to the outer, then to the inner one, in two runs", code=3, status="failed",
         says="The supervisor of the program was killed, and the run with it.", left=ENDED)
    def test_supervisor_killed(self):
        for which in (min, max):
            running, out = self.start_two("diffusion", "diffusion-rank1", hang_at="diffusion")
            os.kill(which(pid for pid, command in self.shop.living(running.pid).items()
                          if "mrbrain-supervisor" in command), signal.SIGKILL)
            yield Ran(running.wait(), out, case=which.__name__)

    def launcher(self):
        found = [pid for pid, command in self.shop.living().items()
                 if "torch.distributed.run" in command and "mrbrain-supervisor" not in command]
        self.assertEqual(len(found), 1, self.shop.living())
        return found[0]


class Refusals(Ranks):

    @row("ranks.few_cards", group="ranks", fault="more GPUs are asked for than can be seen",
         made="two cards, `CUDA_VISIBLE_DEVICES=1` and `--num-gpus 2`; three of two", code=2,
         status="refused", finding="gpu_too_few", says="GPUs are asked for", left=NOTHING)
    def test_too_few_cards(self):
        for case, visible, count in (("hidden", "1", 2), ("absent", None, 3)):
            out = self.shop.new_out()
            outcome = self.shop.generate(
                "default", "--num-gpus", count, out=out,
                env=self.shop.environment(CUDA_VISIBLE_DEVICES=visible))
            yield Ran(outcome, out, case=case)

    @row("ranks.last_seed", group="ranks", fault="the last GPU's seed would be too large",
         made="seed 2^32 − 1 on two GPUs", code=2, status="refused", finding="out_of_range",
         says="seed", left=NOTHING)
    def test_last_seed_too_large(self):
        out = self.shop.new_out()
        return Ran(self.shop.generate("default", "--num-gpus", "2", "-s", 2**32 - 1, out=out), out)

    def test_memory_of_the_smallest_card_in_use_counts(self):
        small = GPU_ROW.replace("0, Fake", "1, Small").replace("81559", "16384") \
                       .replace("1111", "2222")
        self.shop.write_program("nvidia-smi", f"echo '{GPU_ROW}'\necho '{small}'")
        self.addCleanup(self.shop.add_second_gpu)
        for arguments, visible, warned in ((("--num-gpus", "2"), "0,1", True),
                                           ((), "0,1", False), ((), "1,0", True)):
            with self.subTest(arguments=arguments, visible=visible):
                outcome = self.shop.run("preflight", "default", "--manifest", self.shop.manifest,
                                        *arguments,
                                        env=self.shop.environment(CUDA_VISIBLE_DEVICES=visible))
                self.assertEqual(outcome.code, 0, outcome.stderr)
                codes = [warning["code"] for warning in outcome.document["warnings"]]
                self.assertEqual("vram_tight" in codes, warned, codes)


if __name__ == "__main__":
    unittest.main()
