# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""How a batch is carried out: several runs at once, failures among good runs, refusals that every
run would meet, and what is told of it."""

import hashlib
import json
import os
import pathlib
import unittest

from batch_shop import PHANTOM, BatchTest, release
from mrbrain_cli import GPU_UUID, SMALL, wait_until


class Phantoms(BatchTest):

    def test_several_at_once_and_each_volume_is_that_of_a_run_of_its_own(self):
        request = self.tiny()
        document = self.summary(self.batch(request, "--seeds", "1..4", "--jobs", "2", *PHANTOM))
        self.assertGreaterEqual(document["batch"]["most_at_once"], 2)
        self.assertEqual(document["batch"]["jobs"], 2)
        self.assertEqual([run["status"] for run in document["runs"]], ["demo"] * 4)
        for run in document["runs"]:
            volume = run["volumes"][0]
            content = pathlib.Path(volume["path"]).read_bytes()
            self.assertEqual(volume["sha256"], hashlib.sha256(content).hexdigest())
            self.assertEqual(volume["bytes"], len(content))
            self.assertEqual(pathlib.Path(volume["path"]).parent, pathlib.Path(run["run_folder"]))
        single = self.shop.run("generate", request, "-s", "3", "-o", self.shop.new_out(), *PHANTOM)
        self.assertEqual(single.document["output"]["samples"][0]["image_sha256"],
                         document["runs"][2]["volumes"][0]["sha256"])

    def test_lines_of_a_run_and_of_the_whole(self):
        outcome = self.batch(self.tiny(), "--seeds", "5..6", "--jobs", "1", *PHANTOM)
        lines = [line.removeprefix("[nv_generate_mr_brain] ")
                 for line in outcome.stderr.splitlines()]
        self.assertIn("[2/2] mri_t1 seed 6: started", lines)
        run = self.summary(outcome)["runs"][1]
        self.assertIn(f"[2/2] mri_t1 seed 6: demo, {run['seconds']:.1f} s — {run['run_folder']}",
                      lines)
        totals = [line for line in lines if line.startswith("1 of 2 done")]
        self.assertRegex(totals[0], r"^1 of 2 done \(1 demo\), \d running, [\d.]+ volumes/min, "
                                    r"about \d+ s left$")

    def test_silence_tells_errors_only(self):
        outcome = self.batch(self.tiny(), "--progress", "none", *PHANTOM)
        self.summary(outcome)
        self.assertEqual(outcome.stderr, "")

    def test_seconds_that_are_learned_from_the_folder(self):
        request = self.tiny()
        self.summary(self.batch(request, "--seeds", "1..3", *PHANTOM))
        plan = self.summary(self.batch(request, "--seeds", "1..9", "--dry-run", *PHANTOM))
        estimate = plan["batch"]["plan"]
        self.assertEqual((estimate["basis"], estimate["learned_from"]), ("learned", 3))
        self.assertGreater(estimate["seconds"], 0)
        self.assertIn("3 runs", estimate["basis_text"])
        self.out = self.shop.new_out()
        beside = self.summary(self.batch(request, "--dry-run", *PHANTOM))["batch"]["plan"]
        self.assertEqual(beside["basis"], "learned")

    def test_seconds_that_are_learned_from_what_lies_beside_the_folder(self):
        request = self.tiny()
        beside = pathlib.Path(self.shop.new_out())
        self.out = beside / "first"
        self.summary(self.batch(request, "--seeds", "1..2", "--jobs", "1", *PHANTOM))
        single = self.shop.run("generate", request, "-s", "3", "-o", beside / "single", *PHANTOM)
        self.assertEqual(single.code, 0, single.stderr)
        (beside / "no batch" / "run").mkdir(parents=True)
        self.out = beside / "second"
        plan = self.summary(self.batch(request, "--jobs", "1", "--dry-run", *PHANTOM))
        estimate = plan["batch"]["plan"]
        self.assertEqual((estimate["basis"], estimate["learned_from"]), ("learned", 3))

    def test_stdout_that_takes_nothing(self):
        with open("/dev/full", "wb") as full:
            outcome = self.batch(self.tiny(), *PHANTOM, stdout=full)
        self.assertEqual(outcome.code, 5)
        self.assertIn(str(self.out / "batch.json"), outcome.stderr)
        self.assertEqual(json.loads((self.out / "batch.json").read_text())["exit_code"], 0)


class Upstream(BatchTest):

    def setUp(self):
        super().setUp()
        self.request = self.shop.request(SMALL)
        self.addCleanup(self.shop.write_program, "nvidia-smi", self.shop.nvidia_smi())

    def order(self, *arguments, seeds="1..4"):
        return self.upstream(self.request, "--seeds", seeds, *arguments)

    def test_one_failing_run_never_stops_the_others(self):
        self.shop.mode(seeds={"2": {"end": {"exit": 7, "last_words": "nothing known"}},
                              "3": {"volumes": []}})
        document = self.summary(self.batch(*self.order()), 3)
        self.assertEqual([run["exit_code"] for run in document["runs"]], [0, 3, 4, 0])
        self.assertEqual(document["batch"]["counts"]["failed"], 1)
        self.assertEqual(document["batch"]["counts"]["gate_failed"], 1)
        self.assertTrue(document["runs"][1]["problems"])

    def test_most_serious_run_decides_the_exit_code(self):
        for mode, code in [({"2": {"volumes": []}}, 4),
                           ({"1": {"hang_at": "diffusion"}, "2": {"volumes": []}}, 124),
                           ({"1": {"hang_at": "diffusion"}, "2": {"end": {"exit": 7,
                            "last_words": "nothing known"}}}, 3)]:
            with self.subTest(code):
                self.out = self.shop.new_out()
                self.shop.mode(seeds=mode)
                self.summary(self.batch(*self.order("--timeout-seconds", "5", seeds="1..2")), code)

    def test_launches_are_counted_as_the_results_say(self):
        document = self.summary(self.batch(*self.order(seeds="1..2")))
        self.assertEqual(document["batch"]["launch"], {"wanted": "cold", "cold": 2, "warm": 0})
        self.assertEqual(document["batch"]["gpus"],
                         [{"index": 0, "name": "Fake H100", "uuid": GPU_UUID}])

    def test_run_without_memory_beside_others_is_made_again_alone(self):
        os.mkfifo(self.shop.root / "models" / "go")
        self.addCleanup((self.shop.root / "models" / "go").unlink)
        self.shop.mode(wait_at="diffusion", seeds={"1": {"end": {"exit": 1}}})
        running = self.start_batch(*self.order(seeds="1..3"))
        wait_until(lambda: len([folder for folder in self.out.glob("*/")
                                if "scale_factor" in self.log_of(folder)]) > 1,
                   "two of them share the GPU")
        self.shop.mode()  # for those that begin from now on
        outcome = release(self.shop.root, running)
        document = self.summary(outcome)
        self.assertGreater(document["batch"]["most_on_one_gpu"], 1)
        self.assertEqual([run["status"] for run in document["runs"]],
                         ["passed_custom_manifest"] * 3)
        first = document["runs"][0]
        failed = pathlib.Path(first["retried"]["run_folder"])
        self.assertEqual((first["retried"]["reason"], first["retried"]["exit_code"]),
                         ("gpu_out_of_memory", 3))
        record = json.loads((failed / "result.json").read_text())
        again = json.loads((pathlib.Path(first["run_folder"]) / "result.json").read_text())
        self.assertEqual(again["run"]["retry_of"],
                         {"run_id": record["run"]["id"], "reason": "gpu_out_of_memory"})
        self.assertEqual(document["batch"]["counts"]["retried"], 1)
        self.assertIn("[1/3] mri_t1 seed 1: ran out of memory beside others", outcome.stderr)

    def log_of(self, folder):
        log = folder / "logs" / "stderr.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def test_warm_starts_make_the_same_volumes(self):
        cold = self.summary(self.batch(*self.order(seeds="1..3")))
        self.out = self.shop.new_out()
        warm = self.summary(self.batch(*self.order("--warm", seeds="1..3")))
        self.assertEqual(warm["batch"]["launch"], {"wanted": "warm", "cold": 0, "warm": 3})
        self.assertEqual([run["volumes"][0]["sha256"] for run in warm["runs"]],
                         [run["volumes"][0]["sha256"] for run in cold["runs"]])

    def test_refused_at_once_where_every_run_would_be(self):
        self.shop.write_program("nvidia-smi", "exit 1")
        document = self.assert_refused(self.batch(*self.order()), "preflight validation failed")
        self.assertEqual([error["code"] for error in document["errors"]], ["gpu_tool_failed"])
        self.assertFalse(self.out.exists())

    def test_checkout_that_is_not_the_pinned_one(self):
        outcome = self.batch(self.request, "--seeds", "1..4")
        document = self.assert_refused(outcome)
        self.assertIn("checkout_commit_differs", [error["code"] for error in document["errors"]])
        self.assertEqual(document["errors"], list({json.dumps(error): error for error
                                                   in document["errors"]}.values()))
        self.assertFalse(self.out.exists())

    def test_cost_is_asked_for_once(self):
        large = self.upstream(self.shop.request({"dim": [512, 512, 256]}), "--seeds", "1..3")
        document = self.assert_refused_batch(self.batch(*large), ("cost_not_accepted", "--yes"))
        self.assertIn("3 of 3", document["errors"][0]["message"])

    def test_refusals_in_a_row_end_the_batch(self):
        """The GPU goes away after the preflight."""
        os.mkfifo(self.shop.root / "models" / "go")
        self.addCleanup((self.shop.root / "models" / "go").unlink)
        self.shop.mode(seeds={"1": {"wait_at": "diffusion"}})
        running = self.start_batch(*self.order("--jobs", "1", seeds="1..9"))
        wait_until(lambda: self.shop.reached("diffusion"), "the first run is under way")
        self.shop.write_program("nvidia-smi", "exit 1")
        document = self.summary(release(self.shop.root, running), 2)
        counts = document["batch"]["counts"]
        # One more when the first run, which passed, was measured beside the first refusal.
        self.assertIn((counts["refused"], counts["not_ended"]), ((3, 5), (4, 4)))
        self.assertEqual(document["batch"]["stopped"]["code"], "batch_runs_refused")
        self.assertFalse(document["batch"]["stopped_by_user"])
        self.shop.write_program("nvidia-smi", self.shop.nvidia_smi())
        self.shop.mode()
        again = self.summary(self.batch(*self.order(seeds="1..9")))
        self.assertEqual(again["batch"]["counts"]["made_before"], 1)

    def test_chosen_gpus_are_those_of_the_runs(self):
        outcome = self.batch(*self.order("--gpus", GPU_UUID, seeds="1"))
        self.assertEqual(self.summary(outcome)["batch"]["gpus_chosen"], GPU_UUID)
        self.assertIn(self.shop.seen()["environ"]["CUDA_VISIBLE_DEVICES"], (GPU_UUID, "0"))

    def test_gpu_that_is_not_there(self):
        document = self.assert_refused(self.batch(*self.order("--gpus", "0,1")))
        self.assertEqual(document["errors"][-1]["code"], "gpu_too_few")
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main()
