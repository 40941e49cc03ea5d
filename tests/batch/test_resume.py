# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""A batch that is ordered again goes on where it stopped: what is finished is recognised by its
result, and everything else is made."""

import os
import pathlib
import signal
import unittest

from batch_shop import PHANTOM, BatchTest
from mrbrain_cli import SMALL, strict_json, wait_until


class Resume(BatchTest):

    def make(self, *arguments, code=0):
        return self.summary(self.batch(*arguments, *PHANTOM), code)

    def before(self, document):
        return [run["made_before"] for run in document["runs"]]

    def known(self, *arguments):
        """Which of these requests would not be made again."""
        return self.before(self.make(*arguments, "--dry-run"))

    def test_finished_runs_are_skipped_and_named(self):
        request = self.tiny()
        first = self.make(request, "--seeds", "1..3")
        again = self.make(request, "--seeds", "1..3")
        self.assertEqual(self.before(again), [True] * 3)
        self.assertEqual(len(self.runs_in()), 3)
        for one, other in zip(first["runs"], again["runs"]):
            for key in ("status", "exit_code", "run_folder", "volumes", "seconds"):
                self.assertEqual(one[key], other[key])
        self.assertEqual(again["batch"]["counts"]["demo"], 3)

    def test_a_wider_order_makes_only_what_is_new(self):
        request = self.tiny()
        self.make(request)
        document = self.make(request, self.tiny(modality="mri_t2"))
        self.assertEqual(self.before(document), [True, False])
        self.assertEqual(len(self.runs_in()), 2)

    def test_what_makes_it_another_request(self):
        self.make(self.tiny(random_seed=7, spacing=[2, 3, 1]))
        same = self.shop.request(
            {"diffusion_unet_inference": {"spacing": [2.0, 3.0, 1.0], "num_inference_steps": 1},
             "dim": [64, 64, 64], "modality": "mri_t1", "_note": "the same", "random_seed": 7})
        self.assertEqual(self.known(same), [True])
        others = [self.tiny(**{"random_seed": 7, "spacing": [2, 3, 1], **changes}) for changes in (
            {"random_seed": 8}, {"modality": "mri_t2"}, {"cfg_guidance_scale": 3},
            {"output_prefix": "mine"}, {"num_inference_steps": 2},
            {"top_region_index": [1, 0, 0, 0]}, {"spacing": [2, 3, 1.5]})]
        self.assertEqual(self.known(*others), [False] * len(others))

    def test_another_manifest_judges_anew(self):
        request = self.tiny()
        self.make(request)
        self.assertEqual(self.known(request), [True])
        self.assertEqual(self.known(request, "--manifest", self.shop.manifest), [False])
        changed = self.shop.make_manifest(lambda text: text + "\n# a word\n", "changed.yaml")
        self.make(request, "--manifest", changed)
        self.assertEqual(self.known(request, "--manifest", changed), [True])
        self.assertEqual(self.known(request, "--manifest", self.shop.manifest), [False])

    def test_a_volume_that_is_gone_or_cut_off_is_made_again(self):
        request = self.tiny()
        first = self.make(request, "--seeds", "1..3")
        gone, cut, _ = (pathlib.Path(run["volumes"][0]["path"]) for run in first["runs"])
        gone.unlink()
        os.truncate(cut, 100)
        document = self.make(request, "--seeds", "1..3")
        self.assertEqual(self.before(document), [False, False, True])
        self.assertEqual([run["volumes"][0]["sha256"] for run in document["runs"]],
                         [run["volumes"][0]["sha256"] for run in first["runs"]])
        self.assertEqual(cut.stat().st_size, 100)  # what was there stays

    def test_a_damaged_record_does_not_count(self):
        request = self.tiny()
        self.make(request)
        result = next(iter(self.runs_in())) / "result.json"
        result.write_text(result.read_text()[:-10])
        self.assertEqual(self.known(request), [False])

    def test_what_else_lies_in_the_folder_stays(self):
        self.out.mkdir()
        (self.out / "notes.txt").write_text("mine")
        (self.out / "logs").mkdir()
        self.make(self.tiny())
        self.assertEqual((self.out / "notes.txt").read_text(), "mine")
        self.assertEqual(list((self.out / "logs").iterdir()), [])


class ResumeOfUpstream(BatchTest):

    def order(self, *arguments):
        return self.upstream(self.request, "--seeds", "1..3", *arguments)

    def setUp(self):
        super().setUp()
        self.request = self.shop.request(SMALL)

    def test_failed_and_timed_out_runs_are_made_again(self):
        self.shop.mode(seeds={"1": {"end": {"exit": 9}}, "2": {"hang_at": "diffusion"}})
        first = self.summary(self.batch(*self.order("--timeout-seconds", "4")), 3)
        self.assertEqual([run["exit_code"] for run in first["runs"]], [3, 124, 0])
        self.shop.mode()
        document = self.summary(self.batch(*self.order()))
        self.assertEqual([run["made_before"] for run in document["runs"]], [False, False, True])
        self.assertEqual(len(self.runs_in()), 5)

    def test_a_failed_gate_would_fail_again(self):
        self.shop.mode(seeds={"2": {"volumes": [{"kind": "constant"}]}})
        first = self.summary(self.batch(*self.order()), 4)
        self.assertEqual([run["status"] for run in first["runs"]],
                         ["passed_custom_manifest", "failed", "passed_custom_manifest"])
        again = self.summary(self.batch(*self.order()), 4)
        self.assertEqual([run["made_before"] for run in again["runs"]], [True] * 3)

    def test_finished_batch_needs_no_gpu(self):
        self.summary(self.batch(*self.order()))
        hidden = self.shop.environment(CUDA_VISIBLE_DEVICES="")
        self.summary(self.batch(*self.order(), env=hidden))

    def test_goes_on_after_sigkill(self):
        os.mkfifo(self.shop.root / "models" / "go")
        self.addCleanup((self.shop.root / "models" / "go").unlink)
        self.shop.mode(seeds={"2": {"wait_at": "diffusion"}})
        running = self.start_batch(*self.order("--jobs", "1"))
        wait_until(lambda: any(strict_json(path.read_text()).get("random_seed") == 2
                               for path in self.out.glob("*/run.json")), "the second run is there")
        running.signal(signal.SIGKILL)
        self.assertEqual(running.wait().code, -signal.SIGKILL)
        wait_until(lambda: not self.shop.living(), "all descendants are gone")
        state = strict_json((self.out / "batch.json").read_text())
        self.assertEqual(state["state"], "running")
        self.shop.mode()
        document = self.summary(self.batch(*self.order()))
        self.assertEqual([run["made_before"] for run in document["runs"]], [True, False, False])
        states = [journal["state"] == "ended" for journal in self.runs_in().values()]
        self.assertEqual(sorted(states), [False, True, True, True])


if __name__ == "__main__":
    unittest.main()
